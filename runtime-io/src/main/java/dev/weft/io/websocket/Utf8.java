package dev.weft.io.websocket;

import java.nio.charset.StandardCharsets;

/** Text as bytes. */
final class Utf8 {
    private Utf8() {}

    /**
     * Encodes text; what is no text is refused, where the JDK would put question marks.
     *
     * @throws IllegalArgumentException if half of a surrogate pair stands alone
     */
    static byte[] encode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new IllegalArgumentException(
                            "not text: half of a surrogate pair stands alone at index " + i + " of " + text.length());
                }
                i++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

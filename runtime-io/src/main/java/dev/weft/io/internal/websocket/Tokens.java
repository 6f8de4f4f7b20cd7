package dev.weft.io.internal.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tokens and lists of tokens in header fields: RFC 9110, section 5.6. */
public final class Tokens {
    private Tokens() {}

    static boolean isTokenChar(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }

    /**
     * Whether a text is a token: a name of a header field or of a subprotocol.
     *
     * @param text the text
     * @return whether it has at least one character, and none that is reserved
     */
    public static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> isTokenChar((char) c));
    }

    /** The elements of a list that is split over several fields, in order; empty ones are left out. */
    static List<String> list(List<String> fields) {
        var elements = new ArrayList<String>();
        for (String field : fields) {
            for (String element : field.split(",", -1)) {
                String trimmed = element.strip();
                if (!trimmed.isEmpty()) {
                    elements.add(trimmed);
                }
            }
        }
        return elements;
    }

    /** Whether a list has an element, in whatever case. */
    static boolean contains(List<String> fields, String element) {
        return list(fields).stream().anyMatch(element::equalsIgnoreCase);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}

package dev.weft.io.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** What a {@link WebSocket} sends and receives: text or bytes, each as a whole. */
public sealed interface Message {
    /** {@return how many bytes it has, text in UTF-8} */
    int size();

    /**
     * A message of text.
     *
     * @param text the text
     */
    record Text(String text) implements Message {
        /** Checks that there is one. */
        public Text {
            Objects.requireNonNull(text, "text");
        }

        @Override
        public int size() {
            long size = text.length();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                // Each half of a surrogate pair counts two of the four bytes.
                size += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
            return (int) Math.min(size, Integer.MAX_VALUE);
        }

        /** {@return how long it is: what it says may be a secret} */
        @Override
        public String toString() {
            return "Text[" + text.length() + " characters]";
        }
    }

    /**
     * A message of bytes.
     *
     * @param data the bytes; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // equals is its own
    record Binary(byte[] data) implements Message {
        /** Checks that there are some, be it none. */
        public Binary {
            Objects.requireNonNull(data, "data");
        }

        /** {@return the bytes, as a buffer of their own over the same array} */
        public ByteBuffer buffer() {
            return ByteBuffer.wrap(data);
        }

        @Override
        public int size() {
            return data.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Binary binary && Arrays.equals(data, binary.data);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(data);
        }

        @Override
        public String toString() {
            return "Binary[" + data.length + " bytes]";
        }
    }
}

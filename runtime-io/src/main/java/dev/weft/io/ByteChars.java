package dev.weft.io;

/** The bytes of a queue as the characters U+0000 to U+00FF, for regular expressions. */
final class ByteChars implements CharSequence {
    private final ByteQueue bytes;
    private final int begin;
    private final int end;

    ByteChars(ByteQueue bytes) {
        this(bytes, 0, bytes.size());
    }

    private ByteChars(ByteQueue bytes, int begin, int end) {
        this.bytes = bytes;
        this.begin = begin;
        this.end = end;
    }

    @Override
    public int length() {
        return end - begin;
    }

    @Override
    public char charAt(int index) {
        return (char) (bytes.at(begin + index) & 0xFF);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
        return new ByteChars(bytes, begin + from, begin + to);
    }

    @Override
    public String toString() {
        var text = new StringBuilder(length());
        for (int i = 0; i < length(); i++) {
            text.append(charAt(i));
        }
        return text.toString();
    }
}

package dev.weft;

/** Short texts for messages. Never the arguments a callback captured: they may be secrets. */
final class Describe {
    private Describe() {}

    /** A lambda's or a class's name without the JVM's per-run suffix. */
    static String callback(Object callback) {
        return withoutSuffix(callback.getClass().getName());
    }

    /** The same without the package, for what is the library's own. */
    static String ownCallback(Object callback) {
        return withoutSuffix(callback.getClass().getSimpleName());
    }

    private static String withoutSuffix(String name) {
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda) + " lambda";
    }

    /** The type and message of an exception. */
    static String exception(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getName() : e.getClass().getName() + ": " + shorten(message);
    }

    /** In one line of at most 200 characters: a name or a message may come from a peer. */
    static String shorten(String text) {
        return printable(text, 200);
    }

    /**
     * A text that can neither begin a line of its own nor move a terminal's cursor: control characters as {@code \\u001b}, and cut
     * after so many characters.
     */
    static String printable(String text, int limit) {
        String cut = text.length() <= limit ? text : text.substring(0, limit - 3) + "...";
        for (int i = 0; i < cut.length(); i++) {
            if (isControl(cut.charAt(i))) {
                return escaped(cut);
            }
        }
        return cut;
    }

    private static String escaped(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isControl(c)) {
                escaped.append("\\u%04x".formatted((int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** Unicode's line ends, and what reverses the direction of a line, count too. */
    private static boolean isControl(char c) {
        return Character.isISOControl(c) || (c >= '\u2028' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
    }
}

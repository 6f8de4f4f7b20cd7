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

    static String shorten(String text) {
        return text.length() <= 200 ? text : text.substring(0, 197) + "...";
    }
}

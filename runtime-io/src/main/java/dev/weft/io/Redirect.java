package dev.weft.io;

import java.io.File;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where a child's input comes from, or its output goes. Mirrors {@code asyncio.subprocess.PIPE} and its siblings, and files where Python
 * takes a file object.
 */
public final class Redirect {
    /** A pipe to this program. */
    public static final Redirect PIPE = new Redirect("PIPE", Kind.ANY, ProcessBuilder.Redirect.PIPE);

    /** Errors go where output goes. For the error stream only. */
    public static final Redirect STDOUT = new Redirect("STDOUT", Kind.ERRORS, ProcessBuilder.Redirect.PIPE);

    /** Nowhere; as input, a stream that is at its end at once. Mirrors {@code DEVNULL}. */
    public static final Redirect DISCARD = new Redirect("DISCARD", Kind.ANY, ProcessBuilder.Redirect.DISCARD);

    /** This program's own stream: what {@code None} is in asyncio, and the default. */
    public static final Redirect INHERIT = new Redirect("INHERIT", Kind.ANY, ProcessBuilder.Redirect.INHERIT);

    private enum Kind {
        ANY,
        INPUT,
        OUTPUT,
        ERRORS
    }

    private final String name;
    private final Kind kind;
    private final ProcessBuilder.Redirect target;

    private Redirect(String name, Kind kind, ProcessBuilder.Redirect target) {
        this.name = name;
        this.kind = kind;
        this.target = target;
    }

    /**
     * Input from a file.
     *
     * @param file the file, which must be there when the child is started
     * @return the redirection
     */
    public static Redirect from(Path file) {
        return new Redirect("from " + file, Kind.INPUT, ProcessBuilder.Redirect.from(file.toFile()));
    }

    /**
     * Output to a file, which is made, or emptied, when the child is started.
     *
     * @param file the file
     * @return the redirection
     */
    public static Redirect to(Path file) {
        return new Redirect("to " + file, Kind.OUTPUT, ProcessBuilder.Redirect.to(file.toFile()));
    }

    /**
     * Output to the end of a file, which is made when the child is started if it is not there.
     *
     * @param file the file
     * @return the redirection
     */
    public static Redirect appendTo(Path file) {
        return new Redirect("append to " + file, Kind.OUTPUT, ProcessBuilder.Redirect.appendTo(file.toFile()));
    }

    Redirect checkedForInput() {
        return checked("input", kind == Kind.ANY || kind == Kind.INPUT);
    }

    Redirect checkedForOutput() {
        return checked("output", kind == Kind.ANY || kind == Kind.OUTPUT);
    }

    Redirect checkedForErrors() {
        return checked("errors", kind != Kind.INPUT);
    }

    private Redirect checked(String what, boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException("a child's " + what + " cannot be redirected " + name);
        }
        return this;
    }

    void applyToInput(ProcessBuilder builder) {
        builder.redirectInput(this == DISCARD ? ProcessBuilder.Redirect.from(nothing()) : target);
    }

    void applyToOutput(ProcessBuilder builder) {
        builder.redirectOutput(target);
    }

    void applyToErrors(ProcessBuilder builder) {
        builder.redirectErrorStream(this == STDOUT).redirectError(target);
    }

    private static File nothing() {
        return new File(onWindows() ? "NUL" : "/dev/null");
    }

    static boolean onWindows() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    }

    @Override
    public String toString() {
        return "Redirect[" + name + "]";
    }
}

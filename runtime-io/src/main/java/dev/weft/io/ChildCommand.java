package dev.weft.io;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.util.List;

/** Makes sure that a child gets its arguments as they are, or is not started. */
final class ChildCommand {
    /** How the JDK encodes arguments; it writes question marks for what this cannot express. */
    private static final Charset ENCODING = Charset.forName(
            System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name()));

    private ChildCommand() {}

    static ProcessBuilder of(List<String> command, ProcessOptions options) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a command has at least the program, got an empty list");
        }
        CharsetEncoder encoder = ENCODING.newEncoder();
        int index = 0;
        for (String argument : command) {
            if (argument.indexOf(0) >= 0) {
                throw new IllegalArgumentException("an argument cannot contain NUL; argument " + index + " of "
                        + command.getFirst().replace("\0", "\\0") + " does");
            }
            if (!encoder.canEncode(argument)) {
                throw new IllegalArgumentException("argument %d of %s cannot be expressed in %s, the encoding of this"
                                .formatted(index, command.getFirst(), ENCODING)
                        + " program's locale; run it in a UTF-8 locale");
            }
            index++;
        }
        var builder = new ProcessBuilder(List.copyOf(command));
        options.applyTo(builder);
        return builder;
    }

    static List<String> shell(String command) {
        return Redirect.onWindows() ? List.of("cmd.exe", "/c", command) : List.of("/bin/sh", "-c", command);
    }
}

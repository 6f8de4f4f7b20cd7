package dev.weft.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The text of a script.
 *
 * @param path the file as the user named it, which is how the compiler's messages name it too
 * @param text its content
 */
record ScriptSource(Path path, String text) {
    /**
     * Reads a script.
     *
     * @throws CliException if there is no such file, or none that can be read as text
     */
    static ScriptSource read(Path path) throws CliException {
        try {
            if (Files.isDirectory(path)) {
                throw CliException.usage("%s is a directory, not a Java file".formatted(path));
            }
            byte[] bytes = Files.readAllBytes(path);
            String text = StandardCharsets.UTF_8
                    .newDecoder() // unlike new String(...), refuses what is not UTF-8
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new ScriptSource(path, withoutShebang(text));
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** Why a file cannot be read, in words. */
    static CliException unreadable(Path path, IOException reason) {
        return switch (reason) {
            case NoSuchFileException _ -> CliException.usage("no such file: %s".formatted(path));
            case AccessDeniedException _ -> CliException.usage("cannot read %s: permission denied".formatted(path));
            case CharacterCodingException _ -> CliException.script("%s is not UTF-8 text".formatted(path));
            default -> CliException.usage("cannot read %s: %s".formatted(path, reason.getMessage()));
        };
    }

    /** Turns a first line {@code #!/usr/bin/env weft} into a comment: blanked, so that line numbers stay. */
    private static String withoutShebang(String text) {
        return text.startsWith("#!") ? "//" + text.substring(2) : text;
    }
}

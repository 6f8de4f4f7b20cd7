package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScriptSourceTest {
    @TempDir
    Path directory;

    @Test
    void read_textFile_givesItsContent() throws Exception {
        Path file = Files.writeString(directory.resolve("a.java"), "void main() { IO.println(\"ö\"); }\n");

        ScriptSource source = ScriptSource.read(file);

        assertEquals("void main() { IO.println(\"ö\"); }\n", source.text());
        assertEquals(file, source.path());
    }

    @Test
    void read_shebang_becomesCommentOfSameLine() throws Exception {
        Path file = Files.writeString(directory.resolve("a"), "#!/usr/bin/env weft\nvoid main() {}\n");

        assertEquals(
                "///usr/bin/env weft\nvoid main() {}\n", ScriptSource.read(file).text());
    }

    @Test
    void read_missingFile_isUsageErrorThatNamesIt() {
        Path file = directory.resolve("nix.java");

        CliException thrown = assertThrows(CliException.class, () -> ScriptSource.read(file));

        assertEquals("no such file: " + file, thrown.getMessage());
        assertEquals(2, thrown.exitCode());
    }

    @Test
    void read_directory_isUsageErrorThatSaysSo() {
        CliException thrown = assertThrows(CliException.class, () -> ScriptSource.read(directory));

        assertEquals(directory + " is a directory, not a Java file", thrown.getMessage());
        assertEquals(2, thrown.exitCode());
    }

    @Test
    void unreadable_permissionDenied_isUsageErrorThatSaysSo() { // root reads everything, so no real file can show it
        CliException reason = ScriptSource.unreadable(Path.of("a.java"), new AccessDeniedException("a.java"));

        assertEquals("cannot read a.java: permission denied", reason.getMessage());
        assertEquals(2, reason.exitCode());
    }

    @Test
    void unreadable_anyOtherReason_isPassedOn() {
        CliException reason = ScriptSource.unreadable(Path.of("a.java"), new IOException("Input/output error"));

        assertEquals("cannot read a.java: Input/output error", reason.getMessage());
        assertEquals(2, reason.exitCode());
    }

    @Test
    void read_bytesThatAreNotUtf8_areRefused() throws IOException {
        Path file = Files.write(directory.resolve("a.java"), new byte[] {'v', (byte) 0xff, (byte) 0xfe});

        CliException thrown = assertThrows(CliException.class, () -> ScriptSource.read(file));

        assertEquals(file + " is not UTF-8 text", thrown.getMessage());
        assertEquals(1, thrown.exitCode());
    }
}

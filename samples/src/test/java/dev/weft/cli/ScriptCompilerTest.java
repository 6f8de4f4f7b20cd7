package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ScriptCompilerTest {
    private final StringWriter messages = new StringWriter();

    @Test
    void compile_compactFile_namesTheClassAfterTheFile() throws CliException {
        CompiledScript script =
                compile("hello.java", "void main() { IO.println(new Part().name); } class Part { String name; }");

        assertEquals("hello", script.mainClass());
        assertEquals(Set.of("hello", "hello$Part"), script.classes().keySet());
        assertEquals("", messages.toString());
    }

    @Test
    void compile_weftImports_resolve() throws CliException {
        CompiledScript script = compile("hello.java", "import dev.weft.*; @Suspends void main() {}");

        assertEquals("hello", script.mainClass());
    }

    @Test
    void compile_severalClasses_startsWithTheFirst() throws CliException {
        CompiledScript script = compile("a.java", "package p.q; import java.util.List; class B {} class A {}");

        assertEquals("p.q.B", script.mainClass());
    }

    @Test
    void compile_publicClassOfAnotherName_isAllowed() throws CliException {
        assertEquals("Other", compile("a.java", "public class Other {}").mainClass());
    }

    @Test
    void compile_nameWithoutExtension_isAllowed() throws CliException {
        assertEquals("tool", compile("tool", "void main() {}").mainClass());
    }

    @Test
    void compile_typeError_writesJavacsMessage() {
        CliException thrown = assertThrows(
                CliException.class, () -> compile("dir/bad.java", "void main() {\n    int x = \"a\";\n}\n"));

        assertEquals("dir/bad.java does not compile", thrown.getMessage());
        assertEquals(1, thrown.exitCode());
        assertTrue(
                messages.toString()
                        .startsWith("dir/bad.java:2: error: incompatible types: String cannot be converted to int"),
                messages::toString);
        assertTrue(messages.toString().endsWith("1 error" + System.lineSeparator()), messages::toString);
    }

    @Test
    void compile_notJavaAtAll_writesJavacsMessage() {
        assertThrows(CliException.class, () -> compile("notes.txt", "Dear diary,\n"));

        assertTrue(messages.toString().startsWith("notes.txt:1: error: "), messages::toString);
    }

    @Test
    void compile_warningsOnly_saysNothing() throws CliException {
        compile(
                "a.java",
                "void main() { java.util.List raw = new java.util.ArrayList(); raw.add(1); Thread.currentThread().stop(); }");

        assertEquals("", messages.toString());
    }

    @Test
    void compile_emptyFile_isRefused() {
        CliException thrown = assertThrows(CliException.class, () -> compile("empty.java", "// nothing here\n"));

        assertEquals("no class and no main method in empty.java", thrown.getMessage());
        assertEquals(1, thrown.exitCode());
    }

    private CompiledScript compile(String name, String text) throws CliException {
        var compiler = new ScriptCompiler(System.getProperty("java.class.path"), new PrintWriter(messages));
        return compiler.compile(new ScriptSource(Path.of(name), text));
    }
}

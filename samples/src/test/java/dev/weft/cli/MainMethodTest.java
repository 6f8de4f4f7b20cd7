package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The launch protocol, on programs that leave a note in a static list of their own. */
final class MainMethodTest {
    private static final String LOG = "static java.util.List<String> log = new java.util.ArrayList<>(); ";

    @Test
    void invoke_compactFile_callsInstanceMain() throws Throwable {
        assertEquals(List.of("main"), run(LOG + "void main() { log.add(\"main\"); }"));
    }

    @Test
    void invoke_compactFileWithArgs_passesThem() throws Throwable {
        assertEquals(
                List.of("a", "-b", "c d"),
                run(LOG + "void main(String[] args) { log.addAll(java.util.List.of(args)); }", "a", "-b", "c d"));
    }

    @Test
    void invoke_bothForms_prefersTheOneWithArgs() throws Throwable {
        assertEquals(
                List.of("args"),
                run(LOG + "static void main() { log.add(\"none\"); } void main(String[] args) { log.add(\"args\"); }"));
    }

    @Test
    void invoke_privateFormWithArgs_fallsBackOnTheOtherForm() throws Throwable {
        assertEquals(
                List.of("none"),
                run(
                        LOG
                                + "void main() { log.add(\"none\"); } private void main(String[] args) { log.add(\"args\"); }"));
    }

    @Test
    void invoke_staticMain_makesNoObject() throws Throwable {
        assertEquals(
                List.of("static"),
                run("class A { " + LOG + "A() { log.add(\"object\"); } static void main() { log.add(\"static\"); } }"));
    }

    @Test
    void invoke_protectedMainOfSuperclass_isInherited() throws Throwable {
        assertEquals(
                List.of("B"),
                run("class A extends B {} class B { " + LOG
                        + "protected void main() { log.add(getClass().getSuperclass().getName()); } }"));
    }

    @Test
    void invoke_defaultMethodOfInterface_isInherited() throws Throwable {
        assertEquals(
                List.of("default"),
                run("class A implements B { " + LOG
                        + "} interface B { default void main() { A.log.add(\"default\"); } }"));
    }

    @Test
    void invoke_exception_comesOutAsThrown() {
        var thrown = assertThrows(
                IOException.class,
                () -> run("void main() throws Exception { throw new java.io.IOException(\"disk\"); }"));

        assertEquals("disk", thrown.getMessage());
    }

    @Test
    void invoke_exceptionInConstructor_comesOutAsThrown() {
        assertThrows(
                IllegalStateException.class,
                () -> run("class A { A() { throw new IllegalStateException(); } void main() {} }"));
    }

    @Test
    void of_noMain_saysWhatIsExpected() {
        var thrown = assertThrows(CliException.class, () -> run("class A { void other() {} }"));

        assertEquals(
                "no main method in class A: expected void main() or void main(String[] args)", thrown.getMessage());
        assertEquals(1, thrown.exitCode());
    }

    @Test
    void of_privateOrAbstractOrNonVoidMain_countsAsNone() {
        for (String body : List.of("private void main() {}", "int main() { return 0; }", "abstract void main();")) {
            var thrown = assertThrows(CliException.class, () -> run("abstract class A { " + body + " }"), body);
            assertTrue(thrown.getMessage().startsWith("no main method in class A"), thrown::getMessage);
        }
    }

    @Test
    void of_instanceMainWithoutUsableConstructor_saysWhy() {
        for (String body : List.of("A(int x) {}", "private A() {}")) {
            var thrown = assertThrows(CliException.class, () -> run("class A { " + body + " void main() {} }"), body);
            assertEquals(
                    "class A has an instance main method, but no non-private constructor without parameters to call it on",
                    thrown.getMessage());
        }
    }

    @Test
    void loader_scriptClass_knowsItsOwnLoader() throws Throwable {
        CompiledScript script = compile("void main() {}");
        try (var loader = new ScriptLoader(script, new URL[0], getClass().getClassLoader())) {
            Class<?> type = loader.loadClass("script");

            assertSame(loader, type.getClassLoader());
            assertThrows(ClassNotFoundException.class, () -> loader.loadClass("script.Missing"));
        }
    }

    /** Runs a program and gives the notes that it left in its field {@code log}. */
    private List<String> run(String text, String... args) throws Throwable {
        CompiledScript script = compile(text);
        try (var loader = new ScriptLoader(script, new URL[0], getClass().getClassLoader())) {
            Class<?> type = loader.loadClass(script.mainClass());
            MainMethod.of(type).invoke(args);
            return log(type);
        }
    }

    private static List<String> log(Class<?> type) throws ReflectiveOperationException {
        Class<?> owner = type;
        while (List.of(owner.getDeclaredFields()).isEmpty()) {
            owner = owner.getSuperclass();
        }
        var field = owner.getDeclaredField("log");
        field.setAccessible(true);
        return ((List<?>) field.get(null)).stream().map(String.class::cast).toList();
    }

    private static CompiledScript compile(String text) throws CliException {
        var compiler = new ScriptCompiler(System.getProperty("java.class.path"), new PrintWriter(new StringWriter()));
        return compiler.compile(new ScriptSource(Path.of("script.java"), text));
    }
}

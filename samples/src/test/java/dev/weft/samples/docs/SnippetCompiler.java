package dev.weft.samples.docs;

import com.sun.source.util.JavacTask;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles all snippets at once and in memory, and loads their classes. */
final class SnippetCompiler implements Snippet.Parser, AutoCloseable {
    private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    private final JavaFileManager libraries = javac.getStandardFileManager(null, null, StandardCharsets.UTF_8);
    private final List<String> options = List.of(
            "-classpath",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "-proc:none",
            "-implicit:none",
            "-Xlint:none",
            "-nowarn");

    @Override
    public boolean accepts(String source) {
        var messages = new DiagnosticCollector<JavaFileObject>();
        var task = (JavacTask)
                javac.getTask(null, libraries, messages, options, null, List.of(new Source("Body", source)));
        try {
            task.parse();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return errors(messages).isEmpty();
    }

    /**
     * Compiles them.
     *
     * @return by the name of the snippet, the compiler's errors with the lines of the pages. Empty if all is well
     */
    Map<String, List<String>> compile(List<Snippet> snippets, Classes into) {
        var messages = new DiagnosticCollector<JavaFileObject>();
        var sources = snippets.stream()
                .map(snippet -> new Source(snippet.name(), snippet.source()))
                .toList();
        var names = new HashMap<String, Snippet>();
        snippets.forEach(snippet -> names.put(snippet.name(), snippet));
        javac.getTask(null, new Output(libraries, into), messages, options, null, sources)
                .call();
        var failed = new LinkedHashMap<String, List<String>>();
        for (var error : errors(messages)) {
            Snippet snippet = names.get(((Source) error.getSource()).className);
            long line = snippet.block().line() + error.getLineNumber() - 2;
            failed.computeIfAbsent(snippet.name(), _ -> new ArrayList<>())
                    .add("%s:%d: %s".formatted(snippet.block().page(), line, error.getMessage(null)));
        }
        return failed;
    }

    private static List<Diagnostic<? extends JavaFileObject>> errors(DiagnosticCollector<JavaFileObject> messages) {
        return messages.getDiagnostics().stream()
                .filter(message -> message.getKind() == Diagnostic.Kind.ERROR)
                .toList();
    }

    @Override
    public void close() throws IOException {
        libraries.close();
    }

    private static final class Source extends SimpleJavaFileObject {
        final String className;
        private final String text;

        Source(String className, String text) {
            super(URI.create("memory:///" + className + ".java"), Kind.SOURCE);
            this.className = className;
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {
        private final Classes classes;

        Output(JavaFileManager libraries, Classes classes) {
            super(libraries);
            this.classes = classes;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + className + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return classes.open(className);
                }
            };
        }
    }

    /** The compiled classes. */
    static final class Classes extends ClassLoader {
        private final Map<String, ByteArrayOutputStream> files = new HashMap<>();

        Classes() {
            super("snippets", SnippetCompiler.class.getClassLoader());
        }

        private OutputStream open(String name) {
            var bytes = new ByteArrayOutputStream();
            files.put(name, bytes);
            return bytes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            var bytes = files.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes.toByteArray(), 0, bytes.size());
        }
    }
}

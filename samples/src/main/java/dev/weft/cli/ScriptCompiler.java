package dev.weft.cli;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Compiles a script in memory with the compiler of the running JDK. */
final class ScriptCompiler {
    private final String classPath;
    private final PrintWriter messages;

    /**
     * Creates a compiler.
     *
     * @param classPath what scripts may use, in the form of {@code java.class.path}
     * @param messages where the compiler's own messages go, as it words them, if a script does not compile. Warnings about one
     *     that does are dropped: they would come once and, the class files being cached, never again.
     */
    ScriptCompiler(String classPath, PrintWriter messages) {
        this.classPath = classPath;
        this.messages = messages;
    }

    /**
     * Compiles one file.
     *
     * @throws CliException if it does not compile (the messages have then been written) or declares no class
     */
    CompiledScript compile(ScriptSource source) throws CliException {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        if (javac == null) {
            throw CliException.script("this Java has no compiler (module jdk.compiler); a JDK is needed, not a JRE");
        }
        var options = List.of("-classpath", classPath, "-proc:none", "-implicit:none", "-g", "-Xlint:none", "-nowarn");
        var output = new MemoryOutput(javac.getStandardFileManager(null, null, StandardCharsets.UTF_8));
        var told = new StringWriter();
        var task = (JavacTask) javac.getTask(told, output, null, options, null, List.of(new SourceObject(source)));
        var first = new FirstClass();
        task.addTaskListener(first);
        if (!task.call()) {
            messages.print(told);
            messages.flush();
            throw CliException.script("%s does not compile".formatted(source.path()));
        }
        if (first.binaryName == null) {
            throw CliException.script("no class and no main method in %s".formatted(source.path()));
        }
        return new CompiledScript(first.binaryName, output.classes());
    }

    /** Remembers the first top-level class of the file: in a compact source file the implicit one. */
    private static final class FirstClass implements TaskListener {
        private @Nullable String binaryName;

        @Override
        public void finished(TaskEvent event) {
            if (event.getKind() != TaskEvent.Kind.PARSE || binaryName != null) {
                return;
            }
            CompilationUnitTree unit = event.getCompilationUnit();
            for (Tree declaration : unit.getTypeDecls()) {
                if (declaration instanceof ClassTree type) {
                    String simpleName = type.getSimpleName().toString();
                    binaryName = unit.getPackageName() == null ? simpleName : unit.getPackageName() + "." + simpleName;
                    return;
                }
            }
        }
    }

    private static final class SourceObject extends SimpleJavaFileObject {
        private final ScriptSource source;

        SourceObject(ScriptSource source) {
            super(source.path().toUri(), Kind.SOURCE);
            this.source = source;
        }

        @Override
        public String getName() {
            return source.path().toString(); // what error messages show, and what a compact file's class is named after
        }

        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE; // `public class X` may live in any file, as with `java FILE`
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source.text();
        }
    }

    private static final class MemoryOutput extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> outputs = new TreeMap<>();

        MemoryOutput(JavaFileManager libraries) {
            super(libraries);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            var bytes = new ByteArrayOutputStream();
            outputs.put(className, bytes);
            var uri = URI.create("memory:///" + className.replace('.', '/') + kind.extension);
            return new SimpleJavaFileObject(uri, kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }

        Map<String, byte[]> classes() {
            var classes = new HashMap<String, byte[]>();
            outputs.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }
}

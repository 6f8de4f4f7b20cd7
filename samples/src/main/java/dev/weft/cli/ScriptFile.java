package dev.weft.cli;

import java.io.File;
import java.io.PrintWriter;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the commands that run scripts have in common: the file, its class path and its arguments. */
final class ScriptFile {
    @Option(
            names = {"-cp", "--class-path"},
            paramLabel = "PATH",
            description = "Further jars and directories for the program, separated as in java -cp.")
    private @Nullable String classPath;

    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "The source file.")
    private @Nullable Path file;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARGS", description = "Arguments of the program.")
    private List<String> args = new ArrayList<>();

    /** To be filled by picocli. */
    ScriptFile() {}

    /** A file and its arguments, without options. */
    ScriptFile(String file, List<String> args) {
        this.file = Path.of(file);
        this.args = args;
    }

    String[] args() {
        return args.toArray(String[]::new);
    }

    /**
     * Compiles the file, or finds it compiled.
     *
     * @param usage how the command is called, for whoever has left the file out
     * @throws CliException if there is none, or it does not compile
     */
    CompiledScript compiled(String usage) throws CliException {
        if (file == null) {
            throw CliException.usage("which file? usage: " + usage);
        }
        ScriptSource source = ScriptSource.read(file);
        String path = System.getProperty("java.class.path");
        if (classPath != null) {
            path += File.pathSeparator + classPath;
        }
        Path directory = ScriptCache.userDirectory(System.getenv());
        var cache = directory == null ? null : new ScriptCache(directory, path);
        String key = cache == null ? null : cache.key(source);
        if (cache == null || key == null) {
            return compile(source, path);
        }
        CompiledScript script = cache.load(key);
        if (script == null) {
            script = compile(source, path);
            cache.store(key, script);
        }
        return script;
    }

    private static CompiledScript compile(ScriptSource source, String classPath) throws CliException {
        var messages = new PrintWriter(System.err, true, System.err.charset());
        return new ScriptCompiler(classPath, messages).compile(source);
    }

    /**
     * Loads a compiled file, each time anew, and makes its class loader the calling thread's.
     *
     * @throws CliException if it has no main method
     */
    MainMethod load(CompiledScript script) throws CliException, ClassNotFoundException, MalformedURLException {
        // Never closed: threads of the program may load classes after its main method has returned.
        @SuppressWarnings("resource")
        var loader = new ScriptLoader(script, urls(), ScriptFile.class.getClassLoader());
        MainMethod main = MainMethod.of(Class.forName(script.mainClass(), false, loader));
        Thread.currentThread().setContextClassLoader(loader);
        return main;
    }

    private URL[] urls() throws MalformedURLException {
        if (classPath == null) {
            return new URL[0];
        }
        var urls = new ArrayList<URL>();
        for (String entry : classPath.split(Pattern.quote(File.pathSeparator), 0)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}

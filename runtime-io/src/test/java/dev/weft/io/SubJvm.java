package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** A JVM of its own, in the mode of this one, for what a test must not do to this one. */
final class SubJvm {
    private SubJvm() {}

    /** Runs a class to its end. Returns what it has written to standard output and error. */
    static String run(List<String> prefix, List<String> flags, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        Process process = start(prefix, flags, main, arguments);
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            process.waitFor();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts a class, to talk to it over its standard input and output; whoever started it ends it. */
    static Process start(List<String> prefix, List<String> flags, Class<?> main, String... arguments)
            throws IOException {
        return new ProcessBuilder(command(prefix, flags, main, arguments))
                .redirectErrorStream(true)
                .start();
    }

    /** What starts it. */
    static List<String> command(List<String> prefix, List<String> flags, Class<?> main, String... arguments) {
        var command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        if (!System.getProperty("weft.test.mode", "confined").equals("portable")) {
            command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        }
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String classPath() {
        var entries = new LinkedHashSet<String>();
        for (String property : List.of("java.class.path", "jdk.module.path")) {
            entries.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator)));
        }
        // In a module the test classes are patched in.
        for (String folder : List.of("test-classes", "classes")) {
            Path patched = Path.of(System.getProperty("basedir", "."), "target", folder);
            if (Files.isDirectory(patched)) {
                entries.add(patched.toString());
            }
        }
        entries.remove("");
        return String.join(File.pathSeparator, entries);
    }
}

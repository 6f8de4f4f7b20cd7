package dev.weft.io;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Counts what must not grow. On Linux; elsewhere the descriptors are none. */
final class Leaks {
    private Leaks() {}

    /** How many descriptors this process has open. */
    static int descriptors() throws IOException {
        return descriptorNames(ProcessHandle.current().pid()).size();
    }

    /** The descriptors of a process, in order. */
    static List<String> descriptorNames(long pid) throws IOException {
        Path folder = Path.of("/proc/" + pid + "/fd");
        var names = new ArrayList<String>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                entries.forEach(entry -> names.add(entry.getFileName().toString()));
            }
        }
        names.sort(null);
        return names;
    }

    /** The live threads that serve child processes, without the JDK's own pool. */
    static List<String> childThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("weft-child-") || name.startsWith("weft-pipe-"))
                .sorted()
                .toList();
    }
}

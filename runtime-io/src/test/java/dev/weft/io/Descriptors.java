package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Counts what this process has open. */
final class Descriptors {
    private static final Path OPEN = Path.of("/proc/self/fd");

    /** Other tests' leftovers may go meanwhile, and the JVM may open a file or two. */
    private static final int OTHERS = 20;

    private Descriptors() {}

    static void assertNoMoreThan(long before) throws IOException {
        long now = count();
        assertTrue(now <= before + OTHERS, now + " open descriptors, and " + before + " before");
    }

    /** Skips the test where the system does not tell. */
    static long count() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(OPEN), "open descriptors cannot be counted here");
        try (Stream<Path> open = Files.list(OPEN)) {
            return open.count();
        }
    }
}

package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.Task;
import dev.weft.testing.TestLoop;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link FileLock}: between tasks, loops and processes. */
final class FileLockTest {
    @TempDir
    private Path folder;

    @AfterEach
    void nothingIsLeft() {
        assertEquals(0, FileTurns.lines());
    }

    @Test
    void acquire_severalTasks_comeInTurn() throws Exception {
        Path path = folder.resolve("lock");
        Asyncio.run(() -> {
            var trail = new ArrayList<Integer>();
            var first = FileLock.acquire(path);
            assertTrue(first.isHeld());
            assertEquals(path, first.path());
            var tasks = new ArrayList<Task<?>>();
            for (int i = 0; i < 5; i++) {
                int number = i;
                tasks.add(Asyncio.createTask(() -> {
                    try (var lock = FileLock.acquire(path)) {
                        trail.add(number);
                        Asyncio.yieldNow();
                        assertTrue(lock.isHeld());
                    }
                }));
                // Its place in the line is taken once the file is found, off the loop.
                while (FileTurns.waiting() < i + 2) {
                    Asyncio.yieldNow();
                }
            }
            assertEquals(List.of(), trail);
            first.close();
            first.close();
            assertFalse(first.isHeld());
            for (Task<?> task : tasks) {
                task.await();
            }
            assertEquals(List.of(0, 1, 2, 3, 4), trail);
        });
    }

    @Test
    void acquire_cancelledWhileWaiting_isPassedOver() throws Exception {
        Path path = folder.resolve("lock");
        Asyncio.run(() -> {
            var first = FileLock.acquire(path);
            var waiting = Asyncio.createTask(() -> FileLock.acquire(path));
            while (FileTurns.waiting() < 2) {
                Asyncio.yieldNow();
            }
            var later = Asyncio.createTask(() -> FileLock.acquire(path));
            while (FileTurns.waiting() < 3) {
                Asyncio.yieldNow();
            }
            waiting.cancel();
            assertThrows(CancelledError.class, waiting::await);
            assertFalse(later.done());
            first.close();
            later.await().close();
        });
    }

    @Test
    void acquire_cancelledAnywhere_leavesNothing() throws Exception {
        Path path = folder.resolve("lock");
        Asyncio.run(() -> {
            for (int steps = 0; steps < 40; steps++) {
                var task = Asyncio.createTask(() -> FileLock.acquire(path));
                for (int i = 0; i < steps; i++) {
                    Asyncio.yieldNow();
                }
                task.cancel();
                try {
                    task.await().close();
                } catch (CancelledError e) {
                    assertTrue(task.cancelled());
                }
                assertEquals(0, FileTurns.lines());
                FileLock.acquire(path, Duration.ZERO).close();
            }
        });
    }

    @Test
    void acquire_grantedAndCancelledInTheSameTick_isPassedOn() throws Exception {
        Path path = folder.resolve("lock");
        Asyncio.run(() -> {
            var first = FileLock.acquire(path);
            var waiting = Asyncio.createTask(() -> FileLock.acquire(path));
            while (FileTurns.waiting() < 2) {
                Asyncio.yieldNow();
            }
            first.close();
            waiting.cancel();
            assertThrows(CancelledError.class, waiting::await);
            FileLock.acquire(path, Duration.ZERO).close();
        });
    }

    @Test
    void acquire_limitOver_throwsAndLosesNothing() throws Exception {
        Path path = folder.resolve("lock");
        try (var loop = new TestLoop()) {
            loop.run(() -> {
                var first = FileLock.acquire(path);
                long begin = loop.time();
                var failure = assertThrows(TimeoutException.class, () -> FileLock.acquire(path, Duration.ofSeconds(5)));
                assertEquals(5_000_000_000L, loop.time() - begin); // of virtual time
                assertTrue(failure.getMessage().contains(path.toString()), failure.getMessage());
                assertThrows(TimeoutException.class, () -> FileLock.acquire(path, Duration.ZERO));
                assertThrows(TimeoutException.class, () -> FileLock.acquire(path, Duration.ofSeconds(-1)));
                first.close();
                FileLock.acquire(path, Duration.ZERO).close();
            });
        }
    }

    @Test
    void acquire_otherPathsOfTheFile_areTheSameLock() throws Exception {
        Path path = Files.createFile(folder.resolve("lock"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), path);
        Path hard = Files.createLink(folder.resolve("hard"), path);
        Asyncio.run(() -> {
            try (var _ = FileLock.acquire(path)) {
                assertThrows(TimeoutException.class, () -> FileLock.acquire(link, Duration.ZERO));
                assertThrows(TimeoutException.class, () -> FileLock.acquire(hard, Duration.ZERO));
                FileLock.acquire(folder.resolve("other"), Duration.ZERO).close();
            }
        });
    }

    @Test
    void acquire_noSuchFolderOrADirectory_throws() throws Exception {
        Asyncio.run(() -> {
            assertThrows(IOException.class, () -> FileLock.acquire(folder.resolve("no/such/folder")));
            var failure = assertThrows(IOException.class, () -> FileLock.acquire(folder));
            assertTrue(failure.getMessage().contains("directory"), failure.getMessage());
        });
    }

    @Test
    void acquire_manyLoopsAndThreads_areNeverInTogether() throws Exception {
        Path path = folder.resolve("lock");
        var inside = new AtomicInteger();
        int[] counted = {0}; // guarded by the lock
        var failures = new ArrayList<Throwable>();
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 3; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    Asyncio.run(() -> {
                        var tasks = new ArrayList<Task<?>>();
                        for (int i = 0; i < 3; i++) {
                            tasks.add(Asyncio.createTask(() -> {
                                for (int round = 0; round < 5; round++) {
                                    try (var _ = FileLock.acquire(path)) {
                                        assertEquals(1, inside.incrementAndGet());
                                        counted[0]++;
                                        Asyncio.yieldNow();
                                        inside.decrementAndGet();
                                    }
                                }
                            }));
                        }
                        for (Task<?> task : tasks) {
                            task.await();
                        }
                    });
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failures);
        assertEquals(45, counted[0]);
    }

    @Test
    void loopClosed_heldAndWaitedFor_isReleasedAndPassedOver() throws Exception {
        Path path = folder.resolve("lock");
        EventLoop holder = EventLoop.create();
        var lock = holder.runUntilComplete(() -> FileLock.acquire(path));
        EventLoop abandoned = EventLoop.create();
        abandoned.setExceptionHandler((loop, context) -> {}); // is told of the task that is left
        abandoned.runUntilComplete(() -> {
            Asyncio.createTask(() -> FileLock.acquire(path));
            while (FileTurns.waiting() < 2) {
                Asyncio.yieldNow();
            }
        });
        var granted = new CountDownLatch(1);
        var third = Thread.ofPlatform().start(() -> {
            try {
                Asyncio.run(() -> {
                    FileLock.acquire(path).close();
                    granted.countDown();
                });
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        abandoned.close();
        assertTrue(lock.isHeld());
        holder.close();
        assertFalse(lock.isHeld());
        assertTrue(granted.await(60, TimeUnit.SECONDS));
        third.join();
        lock.close();
    }

    @Test
    void acquire_otherProcessHoldsIt_waitsUntilThatProcessIsGone() throws Exception {
        Path path = folder.resolve("lock");
        try (var other = new Other(path)) {
            Asyncio.run(() -> {
                assertThrows(TimeoutException.class, () -> FileLock.acquire(path, Duration.ZERO));
                assertThrows(TimeoutException.class, () -> FileLock.acquire(path, Duration.ofMillis(30)));
                var cancelled = Asyncio.createTask(() -> FileLock.acquire(path));
                while (FileTurns.waiting() < 1) {
                    Asyncio.yieldNow();
                }
                cancelled.cancel();
                assertThrows(CancelledError.class, cancelled::await);
                var waiting = Asyncio.createTask(() -> FileLock.acquire(path));
                Asyncio.sleep(Duration.ofMillis(20));
                assertFalse(waiting.done());
                other.process.destroyForcibly(); // without any chance to clean up
                try (var lock = Asyncio.waitFor(waiting, Duration.ofSeconds(60))) {
                    assertTrue(lock.isHeld());
                }
            });
        }
    }

    @Test
    void held_otherProcessAsks_getsItAfterTheRelease() throws Exception {
        Path path = folder.resolve("lock");
        Asyncio.run(() -> {
            var lock = FileLock.acquire(path);
            try (var other = new Other(path, "try")) {
                assertEquals("locked by another", other.line());
                lock.close();
                other.go();
                assertEquals("got it", other.line());
            }
        });
    }

    /** Another process that takes the lock, with the JDK's means alone. */
    private static final class Other implements AutoCloseable {
        final Process process;
        private final BufferedReader output;

        Other(Path path, String... arguments) throws IOException {
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-cp", classPath(), Holder.class.getName()));
            command.add(path.toString());
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            output = process.inputReader();
            if (arguments.length == 0) {
                assertEquals("got it", line());
            }
        }

        /** Blocks this thread, which nothing but the other process depends on. */
        String line() throws IOException {
            return output.readLine();
        }

        void go() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        private static String classPath() {
            var entries = new LinkedHashSet<String>();
            for (String property : List.of("java.class.path", "jdk.module.path")) {
                for (String entry : System.getProperty(property, "").split(File.pathSeparator, -1)) {
                    if (!entry.isEmpty()) {
                        entries.add(entry);
                    }
                }
            }
            Path patched = Path.of(System.getProperty("basedir", "."), "target", "test-classes");
            if (Files.isDirectory(patched)) {
                entries.add(patched.toString());
            }
            return String.join(File.pathSeparator, entries);
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
        }
    }

    /** What the other process runs. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (var channel =
                    FileChannel.open(Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                if (arguments.length > 1 && channel.tryLock() == null) {
                    IO.println("locked by another");
                    System.in.read();
                }
                channel.lock();
                IO.println("got it");
                System.in.read(); // until it is killed
            }
        }
    }
}

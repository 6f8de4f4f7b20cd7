package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Loops are made, run and closed on several threads at once, each with tasks, a channel, a job on another thread and calls from one: they leave nothing. */
final class LoopChurn {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
    private static final int JOBS = 3;

    /** What came of it. */
    record Result(
            int loops,
            long threadsBefore,
            long threadsAfter,
            long descriptorsBefore,
            long descriptorsAfter,
            Duration took) {}

    private LoopChurn() {}

    static Result run(int loops, int threads) throws Exception {
        runOne(); // what is there once, is there now: the watchdog, the JDK's own threads and descriptors
        long threadsBefore = threads();
        long descriptorsBefore = descriptors();
        long began = System.nanoTime();
        try (var pool = Executors.newFixedThreadPool(threads)) {
            List<Callable<Void>> runs = new ArrayList<>();
            for (int i = 0; i < loops; i++) {
                runs.add(() -> {
                    runOne();
                    return null;
                });
            }
            for (java.util.concurrent.Future<Void> run : pool.invokeAll(runs)) {
                run.get();
            }
        }
        long took = System.nanoTime() - began;
        long deadline = System.nanoTime() + PATIENCE;
        while ((threads() > threadsBefore || descriptors() > descriptorsBefore) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10)); // executors are shut down without waiting
        }
        var result =
                new Result(loops, threadsBefore, threads(), descriptorsBefore, descriptors(), Duration.ofNanos(took));
        if (result.threadsAfter() > threadsBefore || result.descriptorsAfter() > descriptorsBefore) {
            throw new AssertionError(
                    "left over: " + result + " " + Thread.getAllStackTraces().keySet());
        }
        return result;
    }

    private static void runOne() throws IOException {
        Pipe pipe = Pipe.open();
        try (var loop = EventLoop.create();
                var source = pipe.source();
                var sink = pipe.sink()) {
            source.configureBlocking(false);
            loop.runUntilComplete(() -> {
                Future<String> readable = loop.createFuture();
                loop.addReader(source, () -> {
                    loop.removeReader(source);
                    readable.setResult("readable");
                });
                var jobs = new ArrayList<Task<Integer>>();
                for (int i = 0; i < JOBS; i++) {
                    int number = i;
                    jobs.add(loop.createTask(() -> Asyncio.toThread(() -> number)));
                }
                Future<String> called = loop.createFuture();
                Asyncio.toThread(() -> {
                    loop.callSoonThreadsafe(() -> called.setResult("called"));
                });
                sink.write(ByteBuffer.wrap(new byte[1]));
                assertEquals("readable", readable.await());
                assertEquals("called", called.await());
                for (int i = 0; i < JOBS; i++) {
                    assertEquals(i, jobs.get(i).await());
                }
            });
        }
    }

    /** Platform threads that are not the JDK's pools for virtual ones, which come and go as they like. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("ForkJoinPool")
                        && !thread.getName().startsWith("VirtualThread-")
                        && thread.getThreadGroup() != null
                        && !thread.getThreadGroup().getName().equals("InnocuousThreadGroup"))
                .count();
    }

    /** Open files of this process; 0 where the system does not say. */
    private static long descriptors() throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return 0;
        }
        try (var files = Files.list(DESCRIPTORS)) {
            return files.count();
        }
    }
}

package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the end of the JVM does to runners, without ending one; {@link ExitTest} does. */
@Timeout(60)
final class ExitHookTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(50);

    private final Runner runner = new Runner();
    private final CountDownLatch inside = new CountDownLatch(1);
    private final AtomicReference<Throwable> thrown = new AtomicReference<>();

    /** Runs a main task, and closes the runner, on a thread of its own. Counts {@link #inside} down where it is ready to be ended. */
    private Thread start(VoidBody<Exception> main) {
        return Thread.ofPlatform().start(() -> {
            try (runner) {
                runner.run(main);
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
    }

    private static String end(Runner runner, long patienceNanos) {
        var told = new ByteArrayOutputStream();
        ExitHook.end(List.of(runner), patienceNanos, new PrintStream(told, true, StandardCharsets.UTF_8));
        return told.toString(StandardCharsets.UTF_8);
    }

    @Test
    void end_mainWaits_isCancelledAndItsRunnerClosed() throws Exception {
        var cleanedUp = new CountDownLatch(1);
        Thread thread = start(() -> {
            try {
                inside.countDown();
                new Event().await();
            } finally {
                Asyncio.yieldNow();
                cleanedUp.countDown();
            }
        });
        inside.await();
        assertEquals("", end(runner, LONG));
        assertEquals(0, cleanedUp.getCount());
        thread.join();
        assertTrue(runner.isClosed());
        assertEquals("the JVM is ending", thrown.get().getMessage());
    }

    @Test
    void end_mainTakesTooLong_isNamed() throws Exception {
        var release = new AtomicReference<Runnable>();
        Thread thread = start(() -> {
            var mayEnd = new Event();
            EventLoop loop = Asyncio.getRunningLoop();
            release.set(() -> loop.callSoonThreadsafe(mayEnd::set));
            inside.countDown();
            try {
                new Event().await();
            } finally {
                mayEnd.await();
            }
        });
        inside.await();
        String told = end(runner, TimeUnit.MILLISECONDS.toNanos(50));
        assertTrue(told.startsWith("weft: the JVM ends, and EventLoop["), told);
        assertTrue(told.contains("has not: these are left after 0 s"), told);
        assertTrue(told.contains("Task[main") || told.contains("Task[Task-"), told);
        assertFalse(runner.isClosed());
        release.get().run();
        thread.join();
    }

    @Test
    void end_runnerThatCloses_isWaitedFor() throws Exception {
        var cleanedUp = new CountDownLatch(1);
        Thread thread = start(() -> {
            Asyncio.createTask(() -> {
                try {
                    new Event().await();
                } finally {
                    inside.countDown(); // main is over: this is cancelled by the runner's end
                    for (int i = 0; i < 100; i++) {
                        Asyncio.yieldNow();
                    }
                    cleanedUp.countDown();
                }
            });
            Asyncio.yieldNow();
        });
        inside.await();
        assertEquals("", end(runner, LONG));
        assertEquals(0, cleanedUp.getCount());
        thread.join();
        assertEquals(null, thrown.get());
    }

    @Test
    void end_executorThatIsBusy_isNotWaitedFor() throws Exception {
        var jobMayEnd = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        Thread thread = start(() -> {
            Asyncio.getRunningLoop().attachment(ClosedWithTheLoop.class, _ -> new ClosedWithTheLoop(closed));
            Asyncio.createTask(() -> Asyncio.toThread(() -> {
                inside.countDown();
                jobMayEnd.await();
                return null;
            }));
            new Event().await();
        });
        inside.await();
        assertEquals("", end(runner, LONG));
        assertFalse(runner.isClosed(), "the job still runs");
        assertEquals(0, closed.getCount());
        jobMayEnd.countDown();
        thread.join();
        assertTrue(runner.isClosed());
    }

    private record ClosedWithTheLoop(CountDownLatch closed) implements AutoCloseable {
        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void end_runnerThatDoesNothing_isOverAtOnce() {
        assertEquals("", end(runner, 0));
        try (runner) {
            runner.run(() -> {});
            assertEquals("", end(runner, 0));
            assertFalse(runner.isClosed());
        }
    }
}

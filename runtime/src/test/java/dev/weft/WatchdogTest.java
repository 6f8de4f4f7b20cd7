package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class WatchdogTest {
    private final EventLoop loop = EventLoop.builder().name("watched").build();
    private final LogCapture log = LogCapture.withWatchdog();
    private volatile boolean reported;

    @AfterEach
    void close() {
        log.close();
        loop.close();
    }

    @Test
    void step_tooLong_isReportedWithTaskUsersFrameAndBothStacks() {
        loop.runUntilComplete(loop.createTask(this::spinUntilReported, "spinner"));
        String report = report("Task[spinner");
        assertTrue(
                report.matches("(?s).*has not given way for \\d{2,} ms, at \\S*WatchdogTest\\.spinUntilReported\\(.*"),
                report);
        assertTrue(report.contains("nothing else runs on EventLoop[watched"), report);
        assertTrue(report.contains("Its thread, running:\n    at "), report);
        assertTrue(report.contains("The loop's thread, "), report);
    }

    @Test
    void callback_tooLong_isReported() {
        loop.runUntilComplete(() -> {
            Future<String> over = loop.createFuture();
            loop.callSoon(() -> {
                spinUntilReported();
                over.setResult("over");
            });
            assertEquals("over", over.await());
        });
        assertTrue(report("a callback").contains("spinUntilReported"));
    }

    private void spinUntilReported() {
        reported = false;
        Thread.ofPlatform().daemon().start(() -> {
            while (!log.contains("has not given way")) {
                LockSupport.parkNanos(1_000_000);
            }
            reported = true;
        });
        while (!reported) {
            Thread.onSpinWait();
        }
    }

    private String report(String who) {
        return log.events().stream()
                .map(LogCapture.Event::message)
                .filter(message -> message.startsWith(who))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no report of " + who + " among " + log));
    }

    @Test
    void step_everLonger_isReportedTenTimesLaterEach() {
        loop.runUntilComplete(() -> {
            var watch = new LoopWatch(loop);
            long began = System.nanoTime();
            var counts = new ArrayList<Integer>();
            for (long millis : new long[] {0, 99, 100, 999, 1_000, 9_999, 10_000, 20_000}) {
                watch.look(began + TimeUnit.MILLISECONDS.toNanos(millis));
                counts.add(reports());
            }
            assertEquals(List.of(0, 0, 1, 1, 2, 2, 3, 3), counts);
            Asyncio.yieldNow();
            watch.look(began + TimeUnit.SECONDS.toNanos(30));
            watch.look(began + TimeUnit.SECONDS.toNanos(30) + 1);
            assertEquals(3, reports(), "another step");
        });
    }

    @Test
    void step_thatInitialisesAClass_isReportedOnlyWhenItTakesTenTimesAsLong() {
        loop.runUntilComplete(() -> {
            watchInInitialiser = () -> {
                var watch = new LoopWatch(loop);
                long began = System.nanoTime();
                var counts = new ArrayList<Integer>();
                for (long millis : new long[] {0, 100, 999, 1_000}) {
                    watch.look(began + TimeUnit.MILLISECONDS.toNanos(millis));
                    counts.add(reports());
                }
                assertEquals(List.of(0, 0, 0, 1), counts);
            };
            assertTrue(SlowToInitialise.INITIALISED);
        });
    }

    private static Runnable watchInInitialiser = () -> {};

    private static final class SlowToInitialise {
        static final boolean INITIALISED;

        static {
            watchInInitialiser.run();
            INITIALISED = true;
        }
    }

    @Test
    void limit_ofTheLoop_isHeeded() {
        loop.setSlowCallbackDuration(Duration.ofSeconds(5));
        loop.runUntilComplete(() -> {
            var watch = new LoopWatch(loop);
            long began = System.nanoTime();
            watch.look(began);
            watch.look(began + TimeUnit.MILLISECONDS.toNanos(4_999));
            assertEquals(0, reports());
            watch.look(began + TimeUnit.MILLISECONDS.toNanos(5_000));
            assertEquals(1, reports());
        });
    }

    private int reports() {
        return (int) log.events().stream()
                .filter(event ->
                        event.message().contains("[main") || event.message().contains("Task["))
                .filter(event -> event.message().contains("has not given way"))
                .count();
    }

    @Test
    void loop_asleep_isNotReported() throws InterruptedException {
        var watch = new LoopWatch(loop);
        var looked = new CountDownLatch(1);
        Thread looker = Thread.ofPlatform().start(() -> {
            while (!loop.core().asleep()) {
                Thread.onSpinWait();
            }
            long now = System.nanoTime();
            watch.look(now);
            watch.look(now + TimeUnit.HOURS.toNanos(1));
            looked.countDown();
            loop.callSoonThreadsafe(() -> {});
        });
        loop.runUntilComplete(() -> {
            Future<String> future = loop.createFuture();
            Thread waker = Thread.ofPlatform().start(() -> {
                awaitUninterruptibly(looked);
                loop.callSoonThreadsafe(() -> future.setResult("slept"));
            });
            assertEquals("slept", future.await());
            waker.join();
        });
        looker.join();
        assertFalse(log.contains("has not given way"), log::toString);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void task_waitsForALockOfAnotherThread_isReportedWithWhatItWaitsForWhereItStopsTheLoop()
            throws InterruptedException {
        var lock = new ReentrantLock();
        var taken = new CountDownLatch(1);
        Thread holder = Thread.ofPlatform().start(() -> {
            lock.lock();
            try {
                taken.countDown();
                while (!log.contains("has not given way")) {
                    LockSupport.parkNanos(1_000_000);
                }
            } finally {
                lock.unlock();
            }
        });
        try (var patient =
                EventLoop.builder().foreignLockHold(Duration.ofHours(1)).build()) {
            patient.runUntilComplete(() -> {
                taken.await();
                Task<?> waiter = patient.createTask(() -> takeAndGiveBack(lock), "waiter");
                waiter.await();
            });
        }
        holder.join();
        String report = report("Task[waiter");
        assertTrue(report.contains("Its thread, waiting for java.util.concurrent.locks.ReentrantLock"), report);
        assertEquals(!Modes.confined(), report.contains("neither goes on"), report);
    }

    private static void takeAndGiveBack(ReentrantLock lock) {
        lock.lock();
        try {
            assertTrue(lock.isHeldByCurrentThread());
        } finally {
            lock.unlock();
        }
    }

    @Test
    void end_tasksThatIgnoreTheirCancellation_areNamedAfterTenSeconds() {
        loop.runUntilComplete(() -> {
            Task<?> stubborn = loop.createTask(() -> Asyncio.sleep(Asyncio.seconds(1_000)), "stubborn");
            Asyncio.yieldNow();
            var watch = new LoopWatch(loop);
            loop.beginsToEnd();
            long began = System.nanoTime();
            watch.look(began + TimeUnit.SECONDS.toNanos(9));
            assertFalse(log.contains("does not end"));
            watch.look(began + TimeUnit.SECONDS.toNanos(11));
            watch.look(began + TimeUnit.SECONDS.toNanos(12));
            String report = log.only("does not end").message();
            assertTrue(report.contains("stubborn") && report.contains("WatchdogTest"), report);
            stubborn.cancel();
        });
    }

    @Test
    void setting_offOrANumberOrNonsense_isUnderstoodOrReported() {
        assertEquals(100_000_000, Watchdog.intervalNanos(null));
        assertEquals(0, Watchdog.intervalNanos("off"));
        assertEquals(0, Watchdog.intervalNanos("0"));
        assertEquals(250_000_000, Watchdog.intervalNanos("250"));
        assertEquals(100_000_000, Watchdog.intervalNanos("-1"));
        assertEquals(100_000_000, Watchdog.intervalNanos("often"));
        assertTrue(log.only("'often'").message().contains("weft.watchdog must be 'off' or a number of milliseconds"));
    }

    @Test
    void watchdog_switchedOff_hasNoThread() throws Exception {
        for (String setting : List.of("off", "100")) {
            try (var child = ChildJvm.start(List.of("-Dweft.watchdog=" + setting), Map.of(), Threads.class)) {
                ChildJvm.Ended ended = child.await();
                assertEquals(0, ended.exitCode(), ended.output());
                assertEquals(!setting.equals("off"), ended.output().contains("weft-watchdog"), ended.output());
            }
        }
    }

    static final class Threads {
        public static void main(String[] arguments) {
            Asyncio.run(
                    () -> Thread.getAllStackTraces().keySet().forEach(thread -> System.out.println(thread.getName())));
        }
    }

    @Test
    void tasksPinnedToAllCarriers_waitForWhatTheLoopMustBring_allGoOn() throws Exception {
        // Confined tasks fail at once instead: PinnedTest.
        var flags = List.of("-Djdk.virtualThreadScheduler.parallelism=2", "-Dweft.mode=portable");
        try (var child = ChildJvm.start(flags, Map.of(), AllPinned.class)) {
            ChildJvm.Ended ended = child.await();
            assertEquals(0, ended.exitCode(), ended.output());
            assertTrue(ended.output().contains("1234 bystander"), ended.output());
            assertTrue(ended.output().contains("all 2 carriers"), ended.output());
        }
    }

    static final class AllPinned {
        private static Future<Integer> shared;

        public static void main(String[] arguments) {
            Asyncio.run(() -> {
                shared = Asyncio.createFuture();
                Task<Integer> one = Asyncio.createTask(() -> One.VALUE);
                Task<Integer> two = Asyncio.createTask(() -> Two.VALUE);
                Task<Integer> three = Asyncio.createTask(() -> Three.VALUE);
                Task<Integer> four = Asyncio.createTask(() -> Four.VALUE);
                Task<String> bystander = Asyncio.createTask(() -> {
                    Asyncio.sleep(Asyncio.millis(50));
                    shared.setResult(1);
                    return "bystander";
                });
                System.out.println(
                        "" + one.await() + two.await() + three.await() + four.await() + " " + bystander.await());
            });
        }

        static final class One {
            static final int VALUE = shared.await();
        }

        static final class Two {
            static final int VALUE = shared.await() + 1;
        }

        static final class Three {
            static final int VALUE = shared.await() + 2;
        }

        static final class Four {
            static final int VALUE = shared.await() + 3;
        }
    }
}

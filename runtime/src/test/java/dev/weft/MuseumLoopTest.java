package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bugs that other runtimes had in their loops, timers, and what crosses threads. */
@Timeout(20)
final class MuseumLoopTest {
    private final EventLoop loop = EventLoop.create();
    private final List<Object> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    // asyncio bpo-25593
    @Test
    void museum56_stopWithACallbackThatPostsItself_runsTheBatchAndReturns() {
        int[] runs = {0};
        Action again = new Action() {
            @Override
            public void run() {
                runs[0]++;
                loop.callSoon(this);
            }
        };
        loop.callSoon(again);
        loop.callSoon(loop::stop);
        loop.callSoon(() -> {
            trail.add("same batch");
        });
        loop.runForever();
        assertEquals(1, runs[0]);
        assertEquals(List.of("same batch"), trail);
        Probe.runOne(loop);
        assertEquals(2, runs[0]);
    }

    // asyncio gh-130145
    @Test
    void museum57_runInsideARun_isRefusedAndTheOuterGoesOn() {
        var reports = new ArrayList<Object>();
        loop.setExceptionHandler((where, report) -> reports.add(report.get("exception")));
        loop.runUntilComplete(() -> {
            assertThrows(IllegalStateException.class, () -> Asyncio.run(() -> {}));
            try (var other = EventLoop.create()) {
                assertThrows(IllegalStateException.class, other::runForever);
            }
            loop.callSoon(() -> Asyncio.run(() -> {}));
            yieldNow();
            yieldNow();
            sleep(millis(1)); // the outer one still works
            assertTrue(loop.isRunning());
        });
        assertEquals(1, reports.size());
        assertEquals(IllegalStateException.class, reports.getFirst().getClass());
    }

    // asyncio bpo-34263, gh-105331; tokio #3551, #4495, #6612
    @Test
    void museum58_hugeDelays_neitherFireNorSpin() {
        var clock = new StandingClock(1_000);
        try (var far = EventLoop.builder().clock(clock).build()) {
            Runnable never = () -> trail.add("fired");
            far.callLater(Duration.ofSeconds(Long.MAX_VALUE), never::run);
            far.callAt(Long.MAX_VALUE, never::run);
            Task<?> sleeper = far.createTask(() -> sleep(Duration.ofSeconds(Long.MAX_VALUE)));
            far.callLater(Duration.ofSeconds(Long.MIN_VALUE), () -> trail.add("due"));
            assertThrows(IllegalArgumentException.class, () -> seconds(Double.NaN));
            Probe.runOne(far);
            clock.now = TimeUnit.DAYS.toNanos(100 * 365);
            int before = clock.readings;
            Thread.ofPlatform().start(() -> {
                LockSupport.parkNanos(20_000_000);
                far.callSoonThreadsafe(far::stop);
            });
            far.runForever();
            assertTrue(clock.readings - before < 20, () -> clock.readings + " readings of the clock");
            assertEquals(List.of("due"), trail);
            assertFalse(sleeper.done());
            sleeper.cancel();
            Probe.runOne(far);
            Probe.runOne(far);
        }
    }

    // asyncio gh-145703
    @Test
    void museum59_clockCoarseAndNearItsEnd_firesInTimeWithoutSpinning() {
        var clock = new StandingClock(Long.MAX_VALUE - seconds(1).toNanos());
        try (var late = EventLoop.builder().clock(clock).build()) {
            late.callLater(millis(500), () -> trail.add("half a second"));
            late.callLater(seconds(5), () -> trail.add("past the end"));
            late.runOnce(Duration.ZERO);
            assertEquals(List.of(), trail);
            clock.now += millis(496).toNanos(); // it moves in steps of 16 ms
            late.runOnce(Duration.ZERO);
            assertEquals(List.of(), trail);
            clock.now += millis(16).toNanos();
            late.runOnce(Duration.ZERO);
            assertEquals(List.of("half a second"), trail);
            late.runOnce(millis(1));
            assertEquals(List.of("half a second"), trail);
        }
    }

    // tokio #4044
    @Test
    void museum60_clockGoesBack_nothingFiresEarlyOrThrows() {
        var clock = new StandingClock(seconds(100).toNanos());
        try (var back = EventLoop.builder().clock(clock).build()) {
            back.callLater(seconds(5), () -> trail.add("fired"));
            back.runOnce(Duration.ZERO);
            clock.now -= seconds(10).toNanos();
            back.runOnce(millis(1));
            Probe.runOne(back);
            clock.now += seconds(14).toNanos();
            Probe.runOne(back);
            assertEquals(List.of(), trail);
            clock.now += seconds(1).toNanos();
            Probe.runOne(back);
            assertEquals(List.of("fired"), trail);
        }
    }

    // tokio #8252, #3229; asyncio gh-128340
    @Test
    void museum61_threadsafeHandleCancelledByOthers_runsOnceOrNotAtAllAndSaysWhich() throws Exception {
        var runs = new AtomicInteger[2_000];
        var wrong = new AtomicInteger();
        Thread[] posters = new Thread[2];
        for (int p = 0; p < 2; p++) {
            int from = p * 1_000;
            posters[p] = Thread.ofPlatform().unstarted(() -> {
                var random = new Random(from);
                for (int i = from; i < from + 1_000; i++) {
                    var count = new AtomicInteger();
                    runs[i] = count;
                    Handle handle = loop.callSoonThreadsafe(count::incrementAndGet);
                    for (int spin = random.nextInt(200); spin > 0; spin--) {
                        Thread.onSpinWait();
                    }
                    handle.cancel();
                    int after = count.get(); // a cancel that has returned has happened
                    if (!handle.cancelled() || after > 1) {
                        wrong.incrementAndGet();
                    }
                    count.addAndGet(after * 1_000 + 1_000_000);
                }
            });
        }
        loop.runUntilComplete(() -> {
            for (Thread poster : posters) {
                poster.start();
            }
            while (posters[0].isAlive() || posters[1].isAlive()) {
                yieldNow();
            }
            for (int i = 0; i < 3; i++) {
                yieldNow();
            }
        });
        assertEquals(0, wrong.get());
        for (AtomicInteger count : runs) {
            int total = count.get();
            assertTrue(total == 1_000_000 || total == 1_001_001, "ran after its cancel: " + total);
        }
    }

    // uvloop 2b6620b
    @Test
    void museum62_timersCancelledForEver_doNotPileUp() {
        for (int i = 0; i < 200_000; i++) {
            loop.callLater(seconds(3600), () -> {}).cancel();
            assertTrue(loop.core().timersInMemory() <= 100 + 1);
        }
        for (int i = 0; i < 1_000; i++) {
            loop.callLater(seconds(3600), () -> {});
        }
        for (int i = 0; i < 10_000; i++) {
            loop.callLater(seconds(1800), () -> {}).cancel();
        }
        assertTrue(loop.core().timersInMemory() <= 2 * 1_000 + 100, loop.core().timersInMemory() + " timers");
    }

    // tokio #5686
    @Test
    void museum63_twoTasksWakeEachOtherAllTheTime_othersAreServed() throws Exception {
        try (var connection = Loopback.open()) {
            loop.runUntilComplete(() -> {
                var ping = new Queue<Integer>();
                var pong = new Queue<Integer>();
                boolean[] stop = {false};
                Task<?> one = createTask(() -> {
                    while (!stop[0]) {
                        ping.put(1);
                        pong.get();
                    }
                });
                Task<?> two = createTask(() -> {
                    while (!stop[0]) {
                        ping.get();
                        pong.put(1);
                    }
                });
                Task<?> third = createTask(() -> yieldNow());
                Future<Void> timer = loop.createFuture();
                loop.callLater(millis(5), () -> timer.setResult(null));
                Task<byte[]> reader = createTask(() -> loop.sockRecv(connection.far, 10));
                yieldNow();
                yieldNow();
                connection.near.write(ByteBuffer.wrap(new byte[1]));
                assertEquals(1, reader.await().length);
                third.await();
                timer.await();
                stop[0] = true;
                one.cancel();
                two.cancel();
            });
        }
    }

    // asyncio gh-105836; anyio #1011, #1013
    @Test
    void museum65_threadCancelsTheTaskItSubmitted_bothSidesAgree() throws Exception {
        var ready = new CountDownLatch(1);
        var ended = new ArrayList<Task<?>>();
        var done = new CompletableFuture<Void>();
        Thread thread = Thread.ofPlatform().unstarted(() -> {
            var random = new Random(1);
            try {
                for (int i = 0; i < 500; i++) {
                    boolean endless = i % 2 == 0;
                    var begun = new CountDownLatch(1);
                    CompletableFuture<String> future = Asyncio.runCoroutineThreadsafe(
                            () -> {
                                ended.add(Asyncio.currentTask());
                                begun.countDown();
                                yieldNow();
                                sleep(endless ? seconds(3600) : Duration.ZERO);
                                return "value";
                            },
                            loop);
                    if (i % 20 == 0) {
                        begun.await();
                    }
                    for (int spin = random.nextInt(500); spin > 0; spin--) {
                        Thread.onSpinWait();
                    }
                    if (!future.cancel(true) && !future.join().equals("value")) {
                        throw new AssertionError("neither cancelled nor done: " + future);
                    }
                }
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
            ready.countDown();
        });
        loop.runUntilComplete(() -> {
            thread.start();
            Asyncio.wrapFuture(done).await();
            for (int i = 0; i < 5; i++) {
                yieldNow();
            }
            assertTrue(ended.stream().allMatch(Task::done));
            assertEquals(1, Asyncio.allTasks().size());
        });
        ready.await();
    }

    // uvloop 4b803b1, asyncio bpo-39651
    @Test
    void museum66_manyThreadsPostWhileTheLoopEnds_eachPostRunsOnceOrIsRefused() throws Exception {
        int threads = 8;
        int[][] next = new int[threads][1];
        int[] accepted = new int[threads];
        var waiting = new AtomicInteger();
        var refused = new AtomicInteger();
        var wrong = new AtomicInteger();
        var posters = new ArrayList<Thread>();
        for (int t = 0; t < threads; t++) {
            int number = t;
            posters.add(Thread.ofPlatform().unstarted(() -> {
                for (int i = 0; ; i++) {
                    int post = i;
                    while (waiting.get() > 10_000 && !loop.isClosed()) {
                        LockSupport.parkNanos(100_000);
                    }
                    waiting.incrementAndGet();
                    try {
                        loop.callSoonThreadsafe(() -> {
                            waiting.decrementAndGet();
                            if (next[number][0]++ != post) {
                                wrong.incrementAndGet(); // lost, twice or overtaken
                            }
                        });
                        accepted[number]++;
                    } catch (IllegalStateException closed) {
                        refused.incrementAndGet();
                        return;
                    }
                }
            }));
        }
        loop.runUntilComplete(() -> {
            posters.forEach(Thread::start);
            while (next[0][0] < 1_000 || next[threads - 1][0] < 1_000) {
                yieldNow();
            }
        });
        loop.close();
        for (Thread poster : posters) {
            poster.join();
        }
        assertEquals(0, wrong.get());
        assertEquals(threads, refused.get());
        for (int t = 0; t < threads; t++) {
            assertTrue(next[t][0] <= accepted[t]);
        }
    }

    // Netty-VirtualThread-Scheduler; Netty f44f3e7926, 877767da00
    @Test
    void museum67_postedBetweenTheLastLookAndTheSleep_isNotSleptOver() {
        var posted = new AtomicInteger();
        EventLoop[] created = {null};
        var clock = new LoopClock() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public boolean skip(long nanos) {
                // The loop has found nothing to do, and does not sleep yet: the one moment that matters.
                boolean last = posted.getAndIncrement() == 20;
                Thread poster = Thread.ofPlatform().start(() -> {
                    created[0].callSoonThreadsafe(() -> trail.add(1));
                    if (last) {
                        created[0].callSoonThreadsafe(created[0]::stop);
                    }
                });
                try {
                    poster.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return false;
            }
        };
        try (var sleepy = EventLoop.builder().clock(clock).build()) {
            created[0] = sleepy;
            sleepy.runForever();
        }
        assertEquals(21, trail.size());
    }

    // trio #1738, kotlinx #692
    @Test
    void museum68_threadsSubmitWhileTheRunEnds_nobodyIsLeftWaiting() throws Exception {
        for (int round = 0; round < 10; round++) {
            var started = new CountDownLatch(4);
            EventLoop[] created = {null};
            var results = new ArrayList<CompletableFuture<List<CompletableFuture<Integer>>>>();
            var ready = new CountDownLatch(1);
            for (int t = 0; t < 4; t++) {
                var mine = new CompletableFuture<List<CompletableFuture<Integer>>>();
                results.add(mine);
                Thread.ofPlatform().start(() -> {
                    var futures = new ArrayList<CompletableFuture<Integer>>();
                    try {
                        ready.await();
                        started.countDown();
                        var underWay = new Semaphore(100);
                        while (true) {
                            underWay.acquire();
                            var future = Asyncio.runCoroutineThreadsafe(() -> 1, created[0]);
                            futures.add(future);
                            future.whenComplete((value, failure) -> underWay.release());
                        }
                    } catch (IllegalStateException refused) {
                        mine.complete(futures);
                    } catch (Throwable e) {
                        mine.completeExceptionally(e);
                    }
                });
            }
            Asyncio.run(() -> {
                created[0] = Asyncio.getRunningLoop();
                ready.countDown();
                Asyncio.toThread(() -> started.await());
            });
            for (var mine : results) {
                for (var future : mine.get(5, TimeUnit.SECONDS)) {
                    assertEquals(1, future.exceptionally(closed -> 1).get(10, TimeUnit.SECONDS));
                }
            }
        }
    }

    // tokio #7835, #8056
    @Test
    void museum69_wokenByTheHookBeforeTheSleep_doesNotSleep() {
        loop.control().onIdle(timers -> {
            loop.callSoon(() -> {
                trail.add("ran");
                loop.stop();
            });
            loop.control().onIdle(null);
            return 0;
        });
        loop.runForever();
        assertEquals(List.of("ran"), trail);
    }

    // kotlinx #3672, #524; tokio #3228, #2903
    @Test
    void museum70_executorShutDownByAJobOfItsOwn_loopEndsAndLaterJobsAreRefused() {
        var pool = Executors.newSingleThreadExecutor();
        loop.setDefaultExecutor(pool);
        loop.runUntilComplete(() -> {
            Future<?> first = loop.runInExecutor(null, pool::shutdown);
            Future<String> queued = null;
            try {
                queued = loop.runInExecutor(null, () -> "ran");
            } catch (java.util.concurrent.RejectedExecutionException tooLate) {
                trail.add("refused");
            }
            first.await();
            if (queued != null) {
                assertEquals("ran", queued.await());
            }
            assertThrows(Exception.class, () -> loop.runInExecutor(null, () -> "late"));
            loop.shutdownDefaultExecutor(seconds(5));
        });
        assertTrue(pool.isTerminated());
    }

    // asyncio bpo-42183, gh-153364; kotlinx #2371
    @Test
    void museum73_futuresThatReferToEachOther_haveABoundedText() {
        Future<Object> one = loop.createFuture();
        Future<Object> two = loop.createFuture();
        Future<Object> three = loop.createFuture();
        one.setResult(two);
        two.setResult(three);
        three.setResult(one);
        Task<?>[] task = {null};
        task[0] = loop.createTask(() -> task[0]);
        Probe.runOne(loop);
        for (Object text : List.of(one, two, three, task[0], loop)) {
            assertTrue(text.toString().length() < 4_096);
        }
    }

    // asyncio gh-112997
    @Test
    void museum74_callbackWithASecretFails_secretIsNotLogged() {
        record Login(String password) implements Action {
            @Override
            public void run() throws IOException {
                throw new IOException("refused");
            }
        }
        try (var log = new LogCapture()) {
            loop.callSoon(new Login("hunter2"));
            loop.callLater(Duration.ZERO, new Login("hunter2"));
            Future<Object> future = loop.createFuture();
            future.addDoneCallback(done -> new Login("hunter2").run());
            future.setResult(new Login("hunter2"));
            Task<?> task = loop.createTask(new Login("hunter2"));
            Probe.runOne(loop);
            Probe.runOne(loop);
            trail.add(task.toString() + future + log);
            assertTrue(log.contains("refused"));
        }
        assertFalse(trail.toString().contains("hunter2"), trail::toString);
    }

    // Netty NETTY-365
    @Test
    void museum76_closeFromInside_isRefusedEverywhere() {
        loop.runUntilComplete(() -> {
            Future<Integer> future = loop.createFuture();
            Action close = () -> {
                var e = assertThrows(IllegalStateException.class, loop::close);
                trail.add(e.getMessage());
            };
            loop.callSoon(close);
            loop.callLater(millis(1), close);
            future.addDoneCallback(done -> close.run());
            future.setResult(1);
            createTask(close).await();
            sleep(millis(2));
        });
        assertEquals(4, trail.size());
    }

    /** Stands still unless it is moved, and counts who asks. */
    private static final class StandingClock implements LoopClock {
        private long now;
        private int readings;

        StandingClock(long now) {
            this.now = now;
        }

        @Override
        public long nanos() {
            readings++;
            return now;
        }
    }
}

package dev.weft.testing;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.toThread;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Channel;
import dev.weft.Event;
import dev.weft.EventLoop;
import dev.weft.Task;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Virtual time: when it moves, when it does not, and what runs meanwhile. */
final class TestLoopTest {
    private final TestLoop loop = new TestLoop();
    private final Trail trail = new Trail();

    @AfterEach
    void close() {
        Asyncio.allTasks(loop).forEach(Task::cancel);
        loop.strict(false).runReady();
        loop.close();
    }

    @Test
    void dayOfSleeps_takesUnder100Milliseconds() {
        long best = Long.MAX_VALUE;
        for (int day = 1; day <= 20 && best >= TimeUnit.MILLISECONDS.toNanos(100); day++) { // the machine may be busy
            long began = System.nanoTime();
            loop.run(() -> {
                for (int hour = 0; hour < 24; hour++) {
                    sleep(seconds(3600));
                }
            });
            best = Math.min(best, System.nanoTime() - began);
            assertEquals(Duration.ofDays(day).toNanos(), loop.time());
        }
        assertTrue(best < TimeUnit.MILLISECONDS.toNanos(100), "took " + best / 1_000_000 + " ms");
    }

    // ---- moving the time by hand

    @Test
    void advance_severalTimers_firesEachAtItsDeadlineWithAllItMakesReady() {
        for (int ms : List.of(30, 10, 20)) {
            loop.callLater(millis(ms), () -> {
                mark("timer");
                loop.callSoon(() -> loop.callSoon(() -> mark("made ready")));
            });
        }
        loop.advance(millis(25));
        trail.assertMarks("10 timer", "10 made ready", "20 timer", "20 made ready");
        assertEquals(millis(25).toNanos(), loop.time());
        loop.advance(millis(5));
        assertEquals("30 made ready", trail.marks().getLast());
        assertThrows(IllegalArgumentException.class, () -> loop.advance(millis(-1)));
    }

    @Test
    void advance_autoJumpOff_movesTheTimeAllTheSame() {
        loop.autoJump(false);
        loop.callLater(seconds(1), () -> mark("due"));
        loop.advance(seconds(2));
        trail.assertMarks("1000 due");
        assertFalse(loop.clock().autoJump(), "and leaves the switch as it was");
    }

    @Test
    void runReady_timersAhead_runsWhatIsReadyAndMovesNothing() {
        loop.callLater(millis(1), () -> mark("timer"));
        loop.callSoon(() -> loop.callSoon(() -> mark("ready")));
        loop.runReady();
        trail.assertMarks("0 ready");
    }

    @Test
    void advanceUntilIdle_chainOfTimers_runsToItsEndAndLeavesWaitingTasks() {
        Task<?> sleeper = loop.createTask(() -> {
            sleep(seconds(3600));
            mark("slept");
            sleep(seconds(3600));
            mark("slept");
        });
        Task<?> waiter = loop.createTask(() -> new Event().await());
        loop.advanceUntilIdle();
        trail.assertMarks("3600000 slept", "7200000 slept");
        assertTrue(sleeper.done());
        assertFalse(waiter.done());
    }

    @Test
    void advanceUntilIdle_jobOnAnotherThread_waitsForIt() {
        var release = new CountDownLatch(1);
        loop.createTask(() -> {
            toThread(() -> release.await(10, TimeUnit.SECONDS));
            mark("back");
        });
        loop.createTask(() -> {
            toThread(() -> null);
            release.countDown();
        });
        loop.advanceUntilIdle();
        trail.assertMarks("0 back");
    }

    @Test
    void clockAdvance_inATask_firesWhatIsDueInOrder() {
        loop.autoJump(false);
        loop.run(() -> {
            Task<?> late = createTask(() -> {
                sleep(seconds(2));
                mark("late");
            });
            Task<?> early = createTask(() -> {
                sleep(seconds(1));
                mark("early");
            });
            Asyncio.yieldNow();
            loop.clock().advance(seconds(5));
            late.await();
            early.await();
        });
        trail.assertMarks("5000 early", "5000 late");
    }

    // ---- when time must stand still

    @Test
    void toThread_underWay_holdsTheTimeStill() {
        loop.run(() -> {
            Task<?> sleeper = createTask(() -> sleep(seconds(3600)));
            assertEquals("done", toThread(() -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                return "done";
            }));
            assertEquals(0, loop.time());
            sleeper.await();
            assertEquals(seconds(3600).toNanos(), loop.time());
        });
    }

    @Test
    void wrappedFutureAndThreadsafeChannel_ofAThread_holdTheTimeStill() {
        loop.run(() -> {
            Task<?> sleeper = createTask(() -> sleep(seconds(3600)));
            var stage = new CompletableFuture<String>();
            var channel = Channel.<String>threadsafe(loop, 1);
            inThread(() -> {
                pause();
                stage.complete("value");
                pause();
                channel.sender().put("item");
                channel.sender().close();
            });
            assertEquals("value", Asyncio.wrapFuture(stage).await());
            assertEquals("item", channel.receiver().receive());
            assertEquals(0, loop.time());
            sleeper.await();
        });
    }

    @Test
    void expectOutside_promisedCall_holdsTheTimeStillUntilClosed() {
        loop.run(() -> {
            var called = new Event();
            Task<?> sleeper = createTask(() -> sleep(seconds(3600)));
            var expectation = loop.expectOutside();
            inThread(() -> {
                pause();
                loop.callSoonThreadsafe(called::set);
                expectation.close();
                expectation.close(); // has no further effect
            });
            called.await();
            assertEquals(0, loop.time());
            sleeper.await();
        });
    }

    @Test
    void channelThatIsWaitedFor_holdsTheTimeStill_oneThatIsNotDoesNot() throws Exception {
        try (var server = ServerSocketChannel.open();
                var client = SocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client.connect(server.getLocalAddress());
            client.configureBlocking(false);
            try (var peer = server.accept()) {
                loop.run(() -> {
                    Task<?> sleeper = createTask(() -> sleep(seconds(3600)));
                    inThread(() -> {
                        pause();
                        peer.write(ByteBuffer.wrap(new byte[] {1}));
                    });
                    assertEquals(1, loop.sockRecv(client, 10).length);
                    assertEquals(0, loop.time());
                    sleeper.await(); // the channel is still registered
                });
            }
        }
    }

    @Test
    void blockingCallInATask_lenient_takesItsRealTime() throws Exception {
        loop.run(() -> {
            Task<?> sleeper = createTask(() -> sleep(seconds(3600)));
            Asyncio.yieldNow();
            long began = System.nanoTime();
            Thread.sleep(20);
            assertTrue(System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(20));
            assertEquals(0, loop.time());
            sleeper.await();
        });
    }

    // ---- strict

    @Test
    void strict_threadSleepInATask_failsTheRunWithItsLine() {
        loop.strict(true);
        AssertionError e = assertThrows(
                AssertionError.class,
                () -> loop.run(() -> {
                    Thread.sleep(Duration.ofDays(1)); // this very line
                }));
        int line = line("this very line");
        assertTrue(e.getMessage().contains("TestLoopTest.java:" + line), e.getMessage());
        assertTrue(e.getMessage().contains("Task["), e.getMessage());
    }

    @Test
    void strict_timedPollInACallback_failsTheRunWithItsLine() {
        loop.strict(true);
        loop.callSoon(() -> new ArrayBlockingQueue<String>(1).poll(1, TimeUnit.DAYS)); // a callback's line
        AssertionError e = assertThrows(AssertionError.class, () -> loop.run(() -> sleep(seconds(1))));
        assertTrue(e.getMessage().contains("TestLoopTest.java:" + line("a callback's line")), e.getMessage());
    }

    @Test
    void strict_waitsOfTheLoopAndOfOtherThreads_areNoneOfThese() throws Exception {
        loop.strict(true);
        loop.run(() -> {
            sleep(seconds(10));
            assertEquals("slept", toThread(() -> {
                Thread.sleep(5);
                return "slept";
            }));
            var latch = new CountDownLatch(1);
            inThread(() -> {
                pause();
                latch.countDown();
            });
            latch.await(); // foreign, but for no time
        });
    }

    // ---- awaitAllBlocked, Sequencer, Trail

    @Test
    void awaitAllBlocked_othersBusy_returnsWhenEachWaitsAndNoTimeHasPassed() {
        loop.run(() -> {
            var event = new Event();
            for (int i = 1; i <= 2; i++) {
                int rounds = 5 * i;
                createTask(() -> {
                    for (int n = 0; n < rounds; n++) {
                        Asyncio.yieldNow();
                    }
                    sleep(Duration.ZERO);
                    trail.mark("blocks");
                    event.await();
                });
            }
            Task<?> sleeper = createTask(() -> sleep(seconds(1)));
            loop.awaitAllBlocked();
            trail.assertMarks("blocks", "blocks");
            assertEquals(0, loop.time());
            event.set();
            sleeper.await();
        });
    }

    @Test
    void awaitAllBlocked_twoWaitersAndACancelledOne_allGoOn() {
        loop.run(() -> {
            Task<?> first = createTask(() -> loop.awaitAllBlocked());
            Task<?> second = createTask(() -> loop.awaitAllBlocked());
            Task<?> cancelled = createTask(() -> loop.awaitAllBlocked());
            Asyncio.yieldNow();
            cancelled.cancel();
            loop.awaitAllBlocked();
            Asyncio.yieldNow();
            assertTrue(first.done() && second.done() && cancelled.cancelled());
            loop.awaitAllBlocked();
        });
    }

    @Test
    void sequencer_tasksInAnyOrder_runTheirBlocksInTheGivenOne() {
        var sequencer = new Sequencer();
        loop.run(() -> Asyncio.taskGroup(group -> {
            for (int position : List.of(3, 0, 2, 1)) {
                group.createTask(() -> {
                    try (var _ = sequencer.at(position)) {
                        trail.mark(position);
                        sleep(millis(10 - position));
                    }
                });
            }
        }));
        trail.assertMarks(0, 1, 2, 3);
        assertThrows(
                IllegalStateException.class,
                () -> loop.run(() -> sequencer.at(2).close()));
        assertThrows(
                IllegalArgumentException.class,
                () -> loop.run(() -> sequencer.at(-1).close()));
    }

    @Test
    void sequencer_waiterCancelled_breaksForAllOthers() {
        var sequencer = new Sequencer();
        loop.run(() -> {
            Task<?> one = createTask(() -> sequencer.at(1).close());
            Task<?> two = createTask(() -> sequencer.at(2).close());
            Asyncio.yieldNow();
            one.cancel();
            assertThrows(CancelledError.class, one::await);
            assertInstanceOf(IllegalStateException.class, assertThrows(RuntimeException.class, two::await));
            assertThrows(IllegalStateException.class, () -> sequencer.at(0));
        });
    }

    @Test
    void trail_marksDiffer_namesTheFirstDifference() {
        trail.mark("a");
        trail.mark(2);
        trail.assertMarks("a", 2);
        AssertionError e = assertThrows(AssertionError.class, () -> trail.assertMarks("a", "b"));
        assertEquals("the trail differs from mark 1 on: expected [a, b], got [a, 2]", e.getMessage());
        trail.clear();
        trail.assertMarks();
    }

    @Test
    void builder_options_areKeptButTheClock() {
        try (var other = new TestLoop(EventLoop.builder().debug(true).name("other"))) {
            assertTrue(other.getDebug());
            assertEquals("other", other.name());
            assertEquals(0, other.time());
        }
    }

    private void mark(String what) {
        trail.mark(TimeUnit.NANOSECONDS.toMillis(loop.time()) + " " + what);
    }

    /** Something a test's thread does a little later, while the loop has nothing to do. */
    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void inThread(Work work) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private static int line(String comment) {
        try {
            var lines = java.nio.file.Files.readAllLines(
                    java.nio.file.Path.of("src/test/java/dev/weft/testing/TestLoopTest.java"));
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).contains("// " + comment)) {
                    return i + 1;
                }
            }
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("no such line");
    }
}

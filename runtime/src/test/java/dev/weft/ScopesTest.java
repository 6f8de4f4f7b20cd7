package dev.weft;

import static dev.weft.Asyncio.callAfter;
import static dev.weft.Asyncio.checkpoint;
import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.moveOnAfter;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.timeout;
import static dev.weft.Asyncio.timeoutOrEmpty;
import static dev.weft.Asyncio.yieldIfDue;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Asyncio#timeoutOrEmpty}, {@link Asyncio#moveOnAfter}, {@link Asyncio#checkpoint} and their kin. */
final class ScopesTest {
    private final TestLoop loop = new TestLoop();
    private final List<String> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void timeoutOrEmpty_inTime_hasTheValue() {
        loop.run(() -> {
            assertEquals(Optional.of("x"), timeoutOrEmpty(seconds(2), () -> sleep(seconds(1), "x")));
            assertEquals(Optional.of("x"), timeoutOrEmpty(null, () -> sleep(seconds(1), "x")));
            assertEquals(Optional.empty(), timeoutOrEmpty(seconds(2), () -> null));
        });
    }

    @Test
    void timeoutOrEmpty_tooLate_isEmpty() {
        loop.run(() -> {
            assertEquals(Optional.empty(), timeoutOrEmpty(seconds(1), () -> sleep(seconds(5), "x")));
            assertEquals(seconds(1).toNanos(), loop.time());
            assertEquals(0, current().cancelling());
            yieldNow();
        });
    }

    @Test
    void timeoutOrEmpty_timeoutOfTheBodysOwn_passes() {
        loop.run(() -> {
            var own = new TimeoutException("my own");
            assertSame(
                    own,
                    assertThrows(
                            TimeoutException.class,
                            () -> timeoutOrEmpty(seconds(1), () -> {
                                throw own;
                            })));
            assertThrows(
                    TimeoutException.class,
                    () -> timeoutOrEmpty(seconds(9), () -> timeout(seconds(1), () -> sleep(seconds(5), "x"))));
        });
    }

    @Test
    void timeoutOrEmpty_outerScopeExpires_isNotEmptyButTheOutersTimeout() {
        loop.run(() -> assertThrows(
                TimeoutException.class,
                () -> timeout(seconds(1), () -> {
                    trail.add("" + timeoutOrEmpty(seconds(5), () -> sleep(seconds(9), "x")));
                })));
        assertEquals(List.of(), trail);
    }

    @Test
    void moveOnAfter_tellsWhetherTheBodyEnded() throws Exception {
        loop.run(() -> {
            assertTrue(moveOnAfter(seconds(2), () -> sleep(seconds(1))));
            assertFalse(moveOnAfter(seconds(2), () -> {
                sleep(seconds(5));
                trail.add("went on");
            }));
            assertEquals(seconds(3).toNanos(), loop.time());
            assertThrows(
                    IOException.class,
                    () -> moveOnAfter(seconds(1), () -> {
                        throw new IOException("no");
                    }));
            yieldNow();
        });
        assertEquals(List.of(), trail);
    }

    @Test
    void moveOnAfter_callerCancelled_isACancellation() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                moveOnAfter(seconds(5), () -> sleep(seconds(9)));
                trail.add("went on");
            });
            yieldNow();
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            assertEquals(List.of(), trail);
        });
    }

    // kotlinx #498: races in withTimeoutOrNull
    @Test
    void timeoutOrEmpty_valueExactlyAtTheDeadline_isOneOrTheOther() {
        loop.run(() -> {
            Future<String> before = loop.createFuture();
            loop.callLater(seconds(1), () -> before.setResult("before"));
            assertEquals(Optional.empty(), timeoutOrEmpty(seconds(1), () -> before.await()));
            assertEquals("before", before.result()); // nothing is lost: the future has it
            Future<String> after = loop.createFuture();
            Optional<String> value = timeoutOrEmpty(seconds(1), () -> {
                loop.callLater(seconds(1), () -> {
                    if (!after.done()) {
                        after.setResult("after");
                    }
                });
                return after.await();
            });
            assertEquals(Optional.empty(), value);
            assertTrue(after.cancelled());
        });
    }

    @Test
    void checkpoint_cancellationPending_isDeliveredBeforeAnythingElseRuns() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                loop.callSoon(() -> trail.add("callback"));
                current().cancel("now");
                try {
                    checkpoint();
                } finally {
                    trail.add("delivered");
                }
            });
            assertThrows(CancelledError.class, task::await);
            assertEquals("delivered", trail.get(0));
        });
    }

    @Test
    void checkpoint_notCancelled_yieldsOnce() {
        loop.run(() -> {
            try (var iterations = new Iterations(loop)) {
                checkpoint();
                assertEquals(1, iterations.soFar());
            }
        });
        assertThrows(IllegalStateException.class, () -> checkpoint());
    }

    @Test
    void yieldIfDue_shortStep_doesNotYield() {
        loop.run(() -> {
            try (var iterations = new Iterations(loop)) {
                for (int i = 0; i < 100; i++) {
                    yieldIfDue();
                }
                assertEquals(0, iterations.soFar());
            }
        });
    }

    @Test
    void yieldIfDue_longStep_yieldsAndCountsAnew() {
        loop.run(() -> {
            try (var iterations = new Iterations(loop)) {
                loop.clock().advance(millis(11));
                yieldIfDue();
                assertEquals(1, iterations.soFar());
                loop.clock().advance(millis(9));
                yieldIfDue();
                assertEquals(1, iterations.soFar());
                loop.clock().advance(millis(2));
                yieldIfDue();
                assertEquals(2, iterations.soFar());
                yieldIfDue();
                assertEquals(2, iterations.soFar());
                loop.clock().advance(millis(2));
                yieldIfDue(millis(1));
                assertEquals(3, iterations.soFar());
                loop.clock().advance(millis(9));
                yieldNow(); // a wait of another kind begins a new step too
                loop.clock().advance(millis(9));
                yieldIfDue();
                assertEquals(4, iterations.soFar());
            }
        });
    }

    @Test
    void yieldIfDue_severalComputingTasks_takeTurns() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<?>>();
            for (String name : List.of("a", "b")) {
                tasks.add(createTask(() -> {
                    for (int i = 0; i < 4; i++) {
                        loop.clock().advance(millis(6));
                        trail.add(name + i);
                        yieldIfDue();
                    }
                }));
            }
            Asyncio.wait(tasks);
        });
        assertEquals(List.of("a0", "a1", "b0", "a2", "a3", "b1", "b2", "b3"), trail);
    }

    @Test
    void callAfter_runsAfterTheDelayInATaskOfItsOwn() {
        loop.run(() -> {
            Task<String> task = callAfter(seconds(3), () -> {
                trail.add("at " + loop.time());
                return sleep(seconds(1), "value");
            });
            callAfter(seconds(2), () -> trail.add("first"));
            assertEquals("value", task.await());
            assertEquals(List.of("first", "at 3000000000"), trail);
        });
    }

    @Test
    void callAfter_cancelledBefore_neverCalls() {
        loop.run(() -> {
            Task<?> task = callAfter(seconds(3), () -> trail.add("called"));
            sleep(seconds(1));
            task.cancel();
            sleep(seconds(5));
            assertTrue(task.cancelled());
            assertEquals(List.of(), trail);
        });
    }

    private static Task<?> current() {
        Task<?> task = Asyncio.currentTask();
        if (task == null) {
            throw new AssertionError("no task here");
        }
        return task;
    }
}

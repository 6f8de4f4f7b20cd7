package dev.weft.testing;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.taskGroup;
import static dev.weft.Asyncio.timeout;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Coroutine;
import dev.weft.DeadlockException;
import dev.weft.Event;
import dev.weft.Lock;
import dev.weft.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The tests that {@code docs/testing.md} shows: {@code SnippetsTest} sees to it that its snippets are parts of this file. */
final class GuideTest {
    // ---- what the guide tests

    private static <T> T retry(Coroutine<T> attempt) throws Exception {
        Duration pause = seconds(1);
        for (int i = 0; i < 3; i++) {
            try {
                return attempt.call();
            } catch (IOException e) {
                sleep(pause);
                pause = pause.multipliedBy(2);
            }
        }
        return attempt.call();
    }

    /** Fails that often with what a network would throw. */
    private static Coroutine<String> flaky(int failures) {
        int[] left = {failures};
        return () -> {
            if (left[0]-- > 0) {
                throw new IOException("connection reset");
            }
            return "answer";
        };
    }

    /** Seats, and customers who ask their bank before they buy. */
    private static final class Theatre {
        private int seats = 1;

        void buy() {
            if (seats > 0) {
                sleep(millis(10)); // asks the bank
                seats--;
            }
        }

        int seats() {
            return seats;
        }
    }

    private static final class Account {
        private final Lock lock = new Lock();
        private int balance = 100;

        void withdraw(int amount) {
            try (var _ = lock.hold()) {
                if (balance >= amount) {
                    sleep(millis(1)); // asks the bank
                    balance -= amount;
                }
            }
        }

        int balance() {
            return balance;
        }
    }

    private static void both(Lock first, Lock second) {
        try (var _ = first.hold()) {
            sleep(millis(1));
            try (var _ = second.hold()) {
                sleep(millis(1));
            }
        }
    }

    // ---- the snippets

    @WeftTest
    void retry_twoFailures_waitsLongerEachTime(TestLoop loop) throws Exception {
        assertEquals("answer", retry(flaky(2)));
        assertEquals(seconds(3).toNanos(), loop.time());
    }

    @WeftTest
    void timeout_slowBody_expiresOnTime(TestLoop loop) {
        assertThrows(TimeoutException.class, () -> timeout(seconds(30), () -> sleep(Duration.ofDays(1))));
        assertEquals(seconds(30).toNanos(), loop.time());
    }

    @Test
    void advance_movesTheTimeByHand() {
        try (var loop = new TestLoop()) {
            var trail = new Trail();
            loop.callLater(seconds(1), () -> trail.mark("one"));
            loop.callLater(seconds(2), () -> trail.mark("two"));
            loop.advance(Duration.ofMillis(1_500));
            trail.assertMarks("one");
            loop.advanceUntilIdle();
            trail.assertMarks("one", "two");
        }
    }

    @WeftTest
    void consumer_nothingToDo_waits(TestLoop loop, Trail trail) {
        var go = new Event();
        createTask(() -> {
            trail.mark("waits");
            go.await();
            trail.mark("goes on");
        });
        loop.awaitAllBlocked();
        trail.assertMarks("waits");
        go.set();
        loop.awaitAllBlocked();
        trail.assertMarks("waits", "goes on");
    }

    @WeftTest
    void blocks_inAGivenOrder(Sequencer sequencer, Trail trail) {
        taskGroup(group -> {
            group.createTask(() -> {
                try (var _ = sequencer.at(1)) {
                    trail.mark("reader");
                }
            });
            group.createTask(() -> {
                try (var _ = sequencer.at(0)) {
                    trail.mark("writer");
                }
            });
        });
        trail.assertMarks("writer", "reader");
    }

    @Test
    void locks_takenInBothOrders_deadlock() {
        var left = new Lock();
        var right = new Lock();
        var loop = new TestLoop();
        DeadlockException e = assertThrows(
                DeadlockException.class,
                () -> loop.run(() -> taskGroup(group -> {
                    group.createTask(() -> both(left, right), "one");
                    group.createTask(() -> both(right, left), "two");
                })));
        assertTrue(e.getMessage().contains("cycle: one waits for Lock["), e.getMessage());
        Asyncio.allTasks(loop).forEach(Task::cancel);
        loop.runReady();
        loop.close();
    }

    @WeftTest(seeds = 200)
    void withdraw_twoAtOnce_neverOverdraws() {
        var account = new Account();
        taskGroup(group -> {
            group.createTask(() -> account.withdraw(70));
            group.createTask(() -> account.withdraw(70));
        });
        assertEquals(30, account.balance());
    }

    @Test
    void buy_lastSeat_isSoldTwiceInSomeOrder() {
        ScheduleFailure found = assertThrows(ScheduleFailure.class, GuideTest::sellTheLastSeat);
        assertEquals(1, found.trace().size());
    }

    private static void sellTheLastSeat() {
        ScheduleExplorer.of(() -> {
                    var theatre = new Theatre();
                    taskGroup(group -> {
                        group.createTask(() -> theatre.buy(), "Alice");
                        group.createTask(
                                () -> {
                                    sleep(millis(10));
                                    theatre.buy();
                                },
                                "Bob");
                    });
                    assertEquals(0, theatre.seats());
                })
                .explore(1_000);
    }

    @Test
    void withdraw_cancelledAnywhere_leavesTheLockFree() {
        ScheduleExplorer.of(() -> {
                    var account = new Account();
                    var customer = createTask(() -> account.withdraw(70));
                    try {
                        customer.await();
                    } catch (CancelledError e) {
                        assertEquals(100, account.balance());
                    }
                    account.withdraw(10); // would wait for ever, had the other kept the lock
                })
                .cancellations(true)
                .exhaustive(1);
    }
}

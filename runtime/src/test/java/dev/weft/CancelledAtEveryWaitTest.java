package dev.weft;

import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.Exploration;
import dev.weft.testing.ScheduleExplorer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Small programs, one for each primitive, under the schedule explorer: every task is cancelled at each of its waits, at once and when it
 * is about to go on, in the ordinary order and, from seeds, in all others. Whatever happens, each task ends, and nothing is lost: no
 * permit, no item, no wake-up, no timer.
 */
final class CancelledAtEveryWaitTest {
    /** Times the number of primitives: more than 10,000 in all. */
    private static final int SEEDS = Integer.getInteger("weft.explore.seeds", 480);

    /** What a program does and what must hold afterwards. Made anew for each run. */
    private abstract static class Program {
        private final List<Task<?>> tasks = new ArrayList<>();

        /** Starts tasks. */
        abstract void start();

        /** Nobody runs any more. */
        abstract void check();

        /** Some still wait, and nothing else happens: right only if they depend on one that was cancelled. */
        void checkStuck(Set<Task<?>> stuck) {
            throw new AssertionError("a wake-up was lost: " + stuck);
        }

        final Task<?> go(Action action) {
            Task<?> task = Asyncio.createTask(action, "task " + tasks.size());
            tasks.add(task);
            return task;
        }

        final void run() {
            start();
            Set<Task<?>> stuck = Asyncio.wait(tasks, seconds(100)).pending();
            if (!stuck.isEmpty()) {
                checkStuck(stuck);
            }
            for (int round = 0; round < 3; round++) {
                stuck.forEach(task -> task.cancel("swept"));
                stuck = Asyncio.wait(tasks, seconds(100)).pending();
            }
            for (Task<?> task : tasks) {
                assertTrue(task.done(), () -> "does not end: " + task);
                Throwable failure = task.cancelled() ? null : task.exception();
                if (failure != null) {
                    throw new AssertionError("a task failed: " + failure, failure);
                }
            }
            check();
            yieldNow();
            assertEquals(1, Asyncio.allTasks().size(), () -> "left over: " + Asyncio.allTasks());
            assertEquals(0, Probe.liveTimers(Asyncio.getRunningLoop()), "timers left");
        }
    }

    enum Primitive {
        LOCK,
        SEMAPHORE,
        CAPACITY_LIMITER,
        CONDITION,
        EVENT,
        BARRIER,
        QUEUE,
        LIFO_QUEUE,
        PRIORITY_QUEUE,
        QUEUE_JOIN,
        CHANNEL,
        CHANNEL_SENDERS,
        SELECT,
        TASK_GROUP,
        GATHER,
        WAIT,
        WAIT_FOR,
        TIMEOUT,
        SHIELD,
        AS_COMPLETED,
        RACE,
        GENERATOR,
        FUTURE;

        private Program program() {
            return switch (this) {
                case LOCK -> lock();
                case SEMAPHORE -> semaphore();
                case CAPACITY_LIMITER -> limiter();
                case CONDITION -> condition();
                case EVENT -> event();
                case BARRIER -> barrier();
                case QUEUE -> queue(new Queue<>(2), 8);
                case LIFO_QUEUE -> queue(new LifoQueue<>(2), 1);
                case PRIORITY_QUEUE -> queue(new PriorityQueue<>(2), 4);
                case QUEUE_JOIN -> queueJoin();
                case CHANNEL -> channel();
                case CHANNEL_SENDERS -> channelSenders();
                case SELECT -> select();
                case TASK_GROUP -> taskGroup();
                case GATHER -> gather();
                case WAIT -> waitForSome();
                case WAIT_FOR -> waitFor();
                case TIMEOUT -> timeout();
                case SHIELD -> shield();
                case AS_COMPLETED -> asCompleted();
                case RACE -> race();
                case GENERATOR -> generator();
                case FUTURE -> future();
            };
        }

        ScheduleExplorer explorer() {
            return ScheduleExplorer.of(() -> program().run()).cancellations(true);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachTask_cancelledAtEachOfItsWaits_losesNothing(Primitive primitive) {
        Exploration tried = primitive.explorer().yields(false).exhaustive(1);
        assertTrue(tried.complete() && tried.runs() > 5, tried.toString());
    }

    @ParameterizedTest
    @EnumSource
    void anySchedule_withAnyCancellations_losesNothing(Primitive primitive) {
        Exploration tried = primitive.explorer().explore(SEEDS);
        assertTrue(tried.schedules() > SEEDS / 4, tried.toString());
    }

    // ---- sync

    private static Program lock() {
        var lock = new Lock();
        var inside = new AtomicInteger();
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 4; i++) {
                    go(() -> {
                        for (int n = 0; n < 2; n++) {
                            try (var _ = lock.hold()) {
                                assertEquals(1, inside.incrementAndGet(), "two owners");
                                try {
                                    yieldNow();
                                } finally {
                                    inside.decrementAndGet();
                                }
                            }
                        }
                    });
                }
            }

            @Override
            void check() {
                assertFalse(lock.locked());
                assertEquals(0, lock.waiters());
                lock.acquire();
                lock.release();
            }
        };
    }

    private static Program semaphore() {
        var semaphore = new Semaphore(2);
        var inside = new AtomicInteger();
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 5; i++) {
                    go(() -> {
                        try (var _ = semaphore.hold()) {
                            assertTrue(inside.incrementAndGet() <= 2, "too many");
                            try {
                                sleep(millis(1));
                            } finally {
                                inside.decrementAndGet();
                            }
                        }
                    });
                }
            }

            @Override
            void check() {
                assertEquals(0, semaphore.waiters());
                semaphore.acquire();
                assertFalse(semaphore.locked(), "a permit is lost");
                semaphore.acquire();
                assertTrue(semaphore.locked(), "a permit too many");
            }
        };
    }

    private static Program limiter() {
        var limiter = new CapacityLimiter(2);
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 5; i++) {
                    go(() -> {
                        try (var _ = limiter.hold()) {
                            assertTrue(limiter.borrowed() <= 2);
                            sleep(millis(1));
                        }
                    });
                }
            }

            @Override
            void check() {
                assertEquals(0, limiter.borrowed());
                assertEquals(0, limiter.waiters());
            }
        };
    }

    private static Program condition() {
        var condition = new Condition();
        var stock = new AtomicInteger();
        var taken = new AtomicInteger();
        var made = new AtomicInteger();
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 3; i++) {
                    go(() -> {
                        try (var _ = condition.hold()) {
                            condition.awaitUntil(() -> stock.get() > 0);
                            assertTrue(condition.locked());
                            stock.decrementAndGet();
                            taken.incrementAndGet();
                        }
                    });
                }
                for (int i = 0; i < 3; i++) {
                    go(() -> {
                        sleep(millis(1));
                        try (var _ = condition.hold()) {
                            stock.incrementAndGet();
                            made.incrementAndGet();
                            condition.signal();
                        }
                    });
                }
            }

            @Override
            void checkStuck(Set<Task<?>> stuck) {
                assertEquals(0, stock.get(), () -> "there is something to take: " + stuck);
            }

            @Override
            void check() {
                assertFalse(condition.locked());
                assertEquals(0, condition.waiters());
                assertEquals(made.get(), taken.get() + stock.get());
            }
        };
    }

    private static Program event() {
        var event = new Event();
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 4; i++) {
                    go(() -> {
                        event.await();
                        assertTrue(event.isSet());
                    });
                }
                go(() -> {
                    try {
                        sleep(millis(1));
                    } finally {
                        event.set();
                    }
                });
            }

            @Override
            void check() {
                assertEquals(0, event.waiters());
            }
        };
    }

    private static Program barrier() {
        var barrier = new Barrier(2);
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 4; i++) {
                    go(() -> {
                        barrier.await();
                        yieldNow();
                        barrier.await();
                    });
                }
            }

            @Override
            void checkStuck(Set<Task<?>> stuck) {
                assertEquals(1, barrier.waiting(), () -> "enough have come: " + stuck);
            }

            @Override
            void check() {
                assertEquals(0, barrier.waiting());
                assertFalse(barrier.broken());
            }
        };
    }

    // ---- queues

    /** Two put four items each; with 8 gets each the other two wait in the end, with 1 those who put. */
    private static Program queue(Queue<Integer> queue, int gets) {
        List<Integer> put = new ArrayList<>();
        List<Integer> got = new ArrayList<>();
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 2; i++) {
                    int producer = 10 * i;
                    go(() -> {
                        for (int n = 0; n < 4; n++) {
                            queue.put(producer + n);
                            put.add(producer + n);
                        }
                    });
                }
                for (int i = 0; i < 2; i++) {
                    go(() -> {
                        for (int n = 0; n < gets; n++) {
                            got.add(queue.get());
                            yieldNow();
                        }
                    });
                }
            }

            @Override
            void checkStuck(Set<Task<?>> stuck) {
                assertTrue(queue.waitingGetters() == 0 || queue.empty(), () -> "there is an item: " + stuck);
                assertTrue(queue.waitingPutters() == 0 || queue.full(), () -> "there is room: " + stuck);
            }

            @Override
            void check() {
                assertEquals(0, queue.waiters());
                while (!queue.empty()) {
                    got.add(queue.getNowait());
                }
                Collections.sort(put);
                Collections.sort(got);
                assertEquals(put, got, "each item that was put comes out once");
            }
        };
    }

    private static Program queueJoin() {
        var queue = new Queue<Integer>();
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 4; i++) {
                    queue.putNowait(i);
                }
                for (int i = 0; i < 2; i++) {
                    go(() -> {
                        while (!queue.empty()) {
                            queue.getNowait();
                            try {
                                yieldNow();
                            } finally {
                                queue.taskDone();
                            }
                        }
                    });
                }
                go(() -> queue.join());
            }

            @Override
            void checkStuck(Set<Task<?>> stuck) {
                assertFalse(queue.empty(), () -> "all is done: " + stuck);
            }

            @Override
            void check() {
                while (!queue.empty()) {
                    queue.getNowait();
                    queue.taskDone();
                }
                queue.join();
            }
        };
    }

    private static Program channel() {
        var channel = Channel.<Integer>open(1);
        List<Integer> sent = new ArrayList<>();
        List<Integer> received = new ArrayList<>();
        return new Program() {
            @Override
            void start() {
                go(() -> {
                    try {
                        for (int n = 0; n < 5; n++) {
                            channel.sender().send(n);
                            sent.add(n);
                        }
                    } finally {
                        channel.sender().close();
                    }
                });
                go(() -> {
                    for (int item : channel.receiver()) {
                        received.add(item);
                        yieldNow();
                    }
                });
            }

            @Override
            void checkStuck(Set<Task<?>> stuck) {
                assertStuckWithReason(channel, stuck);
            }

            @Override
            void check() {
                for (var item = next(); item != null; item = next()) {
                    received.add(item);
                }
                assertEquals(sent, received);
            }

            private Integer next() {
                try {
                    return channel.receiver().tryReceive().orElse(null);
                } catch (EndOfChannelException e) {
                    return null;
                }
            }
        };
    }

    /** Several wait to send, so that the room one has been given and has not used is missed by the others. */
    private static Program channelSenders() {
        var channel = Channel.<Integer>open(1);
        List<Integer> sent = new ArrayList<>();
        List<Integer> received = new ArrayList<>();
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 3; i++) {
                    int producer = 10 * i;
                    go(() -> {
                        for (int n = 0; n < 2; n++) {
                            channel.sender().send(producer + n);
                            sent.add(producer + n);
                        }
                    });
                }
                for (int i = 0; i < 2; i++) {
                    go(() -> {
                        for (int n = 0; n < 3; n++) {
                            received.add(channel.receiver().receive());
                            yieldNow();
                        }
                    });
                }
            }

            @Override
            void checkStuck(Set<Task<?>> stuck) {
                assertStuckWithReason(channel, stuck);
            }

            @Override
            void check() {
                assertEquals(0, channel.sender().waiters() + channel.receiver().waiters());
                while (channel.receiver().tryReceive().map(received::add).orElse(false)) {}
                Collections.sort(sent);
                Collections.sort(received);
                assertEquals(sent, received);
                assertTrue(channel.sender().trySend(99), "there is room");
            }
        };
    }

    private static void assertStuckWithReason(Channel<Integer> channel, Set<Task<?>> stuck) {
        int buffered = channel.receiver().buffered();
        assertTrue(channel.receiver().waiters() == 0 || buffered == 0, () -> "there is an item: " + stuck);
        assertTrue(channel.sender().waiters() == 0 || buffered == 1, () -> "there is room: " + stuck);
    }

    private static Program select() {
        var one = Channel.<Integer>open(1);
        var two = Channel.<Integer>open(1);
        List<Integer> sent = new ArrayList<>();
        List<Integer> received = new ArrayList<>();
        return new Program() {
            @Override
            void start() {
                for (var channel : List.of(one, two)) {
                    go(() -> {
                        for (int n = 0; n < 3; n++) {
                            int item = sent.size() + 10 * n;
                            channel.sender().send(item);
                            sent.add(item);
                        }
                    });
                }
                go(() -> {
                    for (int n = 0; n < 6; n++) {
                        Asyncio.select(select -> select.onReceive(one.receiver(), received::add)
                                .onReceive(two.receiver(), received::add)
                                .onTimeout(seconds(1), () -> {}));
                    }
                });
            }

            @Override
            void checkStuck(Set<Task<?>> stuck) {
                assertStuckWithReason(one, stuck);
                assertStuckWithReason(two, stuck);
            }

            @Override
            void check() {
                for (var channel : List.of(one, two)) {
                    while (channel.receiver().tryReceive().map(received::add).orElse(false)) {}
                    assertEquals(0, channel.receiver().waiters());
                }
                Collections.sort(sent);
                Collections.sort(received);
                assertEquals(sent, received);
            }
        };
    }

    // ---- structure

    private static Program taskGroup() {
        var running = new AtomicInteger();
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 2; i++) {
                    go(() -> {
                        try {
                            Asyncio.taskGroup(group -> {
                                for (int n = 0; n < 3; n++) {
                                    group.createTask(() -> working(running));
                                }
                                sleep(millis(1));
                            });
                        } finally {
                            assertTrue(running.get() <= 3, "children outlive their group");
                        }
                    });
                }
            }

            @Override
            void check() {
                assertEquals(0, running.get());
            }
        };
    }

    private static void working(AtomicInteger running) {
        running.incrementAndGet();
        try {
            sleep(millis(1));
            yieldNow();
        } finally {
            running.decrementAndGet();
        }
    }

    private static Program gather() {
        var running = new AtomicInteger();
        return new Program() {
            @Override
            void start() {
                go(() -> Asyncio.gatherSettled(List.of(
                                Asyncio.createTask(() -> working(running)), Asyncio.createTask(() -> working(running))))
                        .await());
                go(() -> Asyncio.gather(
                                Asyncio.createTask(() -> working(running)), Asyncio.createTask(() -> working(running)))
                        .await());
            }

            @Override
            void check() {
                sleep(millis(5)); // children of a gather that has failed go on
                assertEquals(0, running.get());
            }
        };
    }

    private static Program waitForSome() {
        var running = new AtomicInteger();
        return new Program() {
            @Override
            void start() {
                List<Task<?>> workers = List.of(go(() -> working(running)), go(() -> working(running)));
                go(() -> Asyncio.wait(workers, ReturnWhen.FIRST_COMPLETED));
                go(() -> Asyncio.wait(workers, millis(1)));
            }

            @Override
            void check() {
                assertEquals(0, running.get());
            }
        };
    }

    private static Program waitFor() {
        var lock = new Lock();
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 3; i++) {
                    go(() -> {
                        try {
                            Asyncio.waitFor(() -> lock.acquire(), millis(1));
                        } catch (TimeoutException e) {
                            assertEquals(0, Asyncio.currentTask().cancelling());
                            return;
                        }
                        try {
                            sleep(millis(1)); // as long as the others wait
                        } finally {
                            lock.release();
                        }
                    });
                }
            }

            @Override
            void check() {
                assertFalse(lock.locked());
                assertEquals(0, lock.waiters());
            }
        };
    }

    private static Program timeout() {
        var expired = new AtomicInteger();
        return new Program() {
            @Override
            void start() {
                for (int i = 1; i <= 3; i++) {
                    int limit = i;
                    go(() -> {
                        try {
                            Asyncio.timeout(millis(limit), () -> {
                                try {
                                    Asyncio.timeout(millis(2), () -> sleep(millis(2)));
                                } catch (TimeoutException e) {
                                    expired.incrementAndGet();
                                }
                            });
                        } catch (TimeoutException e) {
                            expired.incrementAndGet();
                        }
                        assertEquals(0, Asyncio.currentTask().cancelling(), "a timeout took its cancel back");
                    });
                }
            }

            @Override
            void check() {
                assertTrue(expired.get() <= 3);
            }
        };
    }

    private static Program shield() {
        var done = new AtomicInteger();
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 2; i++) {
                    Task<?> inner = go(() -> {
                        sleep(millis(1));
                        done.incrementAndGet();
                    });
                    go(() -> Asyncio.shield(inner).await());
                }
            }

            @Override
            void check() {
                assertTrue(done.get() <= 2);
            }
        };
    }

    private static Program asCompleted() {
        var running = new AtomicInteger();
        return new Program() {
            @Override
            void start() {
                List<Task<Integer>> workers = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    int number = i;
                    workers.add(Asyncio.createTask(() -> {
                        working(running);
                        return number;
                    }));
                }
                go(() -> {
                    var seen = new HashSet<Future<?>>();
                    for (Future<Integer> next : Asyncio.asCompleted(workers)) {
                        assertTrue(seen.add(next));
                        next.cancelled();
                    }
                    assertEquals(3, seen.size());
                });
            }

            @Override
            void check() {
                sleep(millis(5));
                assertEquals(0, running.get());
            }
        };
    }

    private static Program race() {
        var running = new AtomicInteger();
        return new Program() {
            @Override
            void start() {
                Coroutine<Integer> runner = () -> {
                    working(running);
                    return 1;
                };
                go(() -> {
                    try {
                        Asyncio.race(List.of(runner, runner, runner));
                    } finally {
                        assertEquals(0, running.get(), "the losers have ended");
                    }
                });
            }

            @Override
            void check() {
                assertEquals(0, running.get());
            }
        };
    }

    private static Program generator() {
        var open = new AtomicInteger();
        return new Program() {
            @Override
            void start() {
                for (int i = 0; i < 2; i++) {
                    go(() -> Asyncio.<Integer>generator(emitter -> {
                                open.incrementAndGet();
                                try {
                                    for (int n = 0; n < 3; n++) {
                                        sleep(millis(1));
                                        emitter.emit(n);
                                    }
                                } finally {
                                    open.decrementAndGet();
                                }
                            })
                            .forEach(item -> yieldNow()));
                }
            }

            @Override
            void check() {
                assertEquals(0, open.get());
            }
        };
    }

    private static Program future() {
        return new Program() {
            private Future<Integer> shared;

            @Override
            void start() {
                shared = Asyncio.getRunningLoop().createFuture();
                for (int i = 0; i < 3; i++) {
                    go(() -> assertEquals(1, Asyncio.shield(shared).await()));
                }
                go(() -> {
                    try {
                        sleep(millis(1));
                    } finally {
                        shared.setResult(1);
                    }
                });
            }

            @Override
            void check() {
                assertEquals(1, shared.result());
            }
        };
    }
}

package dev.weft.testing;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.taskGroup;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.DeadlockException;
import dev.weft.EventLoop;
import dev.weft.Lock;
import dev.weft.Runner;
import dev.weft.Task;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the explorer varies, what it keeps, and that it finds what is planted. */
final class ScheduleExplorerTest {
    /** Goes wrong only if the second task overtakes the first between two of its steps. */
    private static void overtaking() {
        var trail = new Trail();
        taskGroup(group -> {
            group.createTask(
                    () -> {
                        sleep(millis(1));
                        trail.mark("written");
                        sleep(millis(1));
                        trail.mark("flushed");
                    },
                    "writer");
            group.createTask(
                    () -> {
                        sleep(millis(2));
                        trail.mark("read");
                    },
                    "reader");
        });
        trail.assertMarks("written", "read", "flushed");
    }

    /** Each task takes the lock it comes to first, then the other: a deadlock if both have got one. */
    private static void dining() {
        var left = new Lock();
        var right = new Lock();
        taskGroup(group -> {
            group.createTask(() -> both(left, right), "one");
            group.createTask(() -> both(right, left), "two");
        });
    }

    private static void both(Lock first, Lock second) {
        try (var _ = first.hold()) {
            yieldNow();
            try (var _ = second.hold()) {
                yieldNow();
            }
        }
    }

    // ---- what may differ

    @Test
    void tasksReadyTogether_runInEveryOrder() {
        Set<List<String>> orders = new HashSet<>();
        Exploration tried = ScheduleExplorer.of(() -> {
                    var trail = new Trail();
                    for (String name : List.of("a", "b", "c")) {
                        createTask(() -> trail.mark(name));
                    }
                    sleep(millis(1));
                    orders.add(trail.marks());
                })
                .yields(false)
                .explore(200);
        assertEquals(6, orders.size());
        assertEquals(200, tried.runs());
        assertTrue(tried.schedules() >= 6, tried.toString());
    }

    @Test
    void timersWithOneDeadline_runInEveryOrder_thoseWithSeveralInOne() {
        Set<List<String>> orders = new HashSet<>();
        ScheduleExplorer.of(() -> {
                    var trail = new Trail();
                    EventLoop loop = Asyncio.getRunningLoop();
                    loop.callAt(7, () -> trail.mark("late"));
                    loop.callAt(5, () -> trail.mark("a"));
                    loop.callAt(5, () -> trail.mark("b"));
                    ((TestLoop) loop).clock().advance(millis(1)); // all are due at once
                    sleep(millis(1));
                    orders.add(trail.marks());
                })
                .explore(100);
        assertEquals(Set.of(List.of("a", "b", "late"), List.of("b", "a", "late")), orders);
    }

    @Test
    void callbacks_keepTheOrderInWhichTheyWereAskedFor() {
        ScheduleExplorer.of(() -> {
                    var trail = new Trail();
                    for (int i = 0; i < 4; i++) {
                        int number = i;
                        Asyncio.getRunningLoop().callSoon(() -> trail.mark(number));
                        createTask(() -> trail.marks());
                    }
                    sleep(millis(1));
                    trail.assertMarks(0, 1, 2, 3);
                })
                .explore(200);
    }

    @Test
    void yields_letATaskGoOnLater_butTimeStandsStill() {
        int[] later = {0};
        ScheduleExplorer explorer = ScheduleExplorer.of(() -> {
            int[] iterations = {0};
            Task<?> counter = createTask(() -> {
                while (true) {
                    iterations[0]++;
                    yieldNow();
                }
            });
            yieldNow();
            yieldNow();
            later[0] += iterations[0] > 2 ? 1 : 0;
            assertEquals(0, Asyncio.getRunningLoop().time());
            counter.cancel();
        });
        explorer.yields(false).explore(100);
        assertEquals(0, later[0]);
        explorer.explore(100);
        assertTrue(later[0] > 0);
    }

    @Test
    void cancellations_hitEachTaskButTheMainOneAtEachWait() {
        Set<List<String>> trails = new HashSet<>();
        var explorer = ScheduleExplorer.of(() -> {
                    var trail = new Trail();
                    Task<?> task = createTask(() -> {
                        for (int i = 0; i < 3; i++) {
                            sleep(millis(1));
                            trail.mark(i);
                        }
                    });
                    sleep(millis(10));
                    assertTrue(task.done());
                    trails.add(trail.marks());
                })
                .yields(false)
                .cancellations(true);
        Exploration tried = explorer.exhaustive(1);
        assertTrue(tried.complete());
        assertEquals(
                Set.of(List.of(), List.of("0"), List.of("0", "1"), List.of("0", "1", "2")),
                trails,
                "at the first, second and third wait, and nowhere");
        trails.clear();
        explorer.explore(300);
        assertEquals(4, trails.size());
    }

    // ---- what it finds

    @ParameterizedTest
    @EnumSource
    void plantedRace_isFoundByEachSearch_andReplaysToTheSameTrace(ScheduleExplorer.Search search) {
        var explorer = ScheduleExplorer.of(ScheduleExplorerTest::overtaking).search(search);
        ScheduleFailure first = assertThrows(ScheduleFailure.class, () -> explorer.explore(1_000));
        ScheduleFailure again = assertThrows(ScheduleFailure.class, () -> explorer.run(first.seed()));
        assertEquals(first.traceHash(), again.traceHash());
        assertEquals(first.trace(), again.trace());
        assertInstanceOf(AssertionError.class, first.getCause());
        assertEquals(1, first.trace().size(), "one decision is enough: " + first.trace());
        String text = first.getMessage();
        assertTrue(text.contains("seed " + first.seed() + " fails with "), text);
        assertTrue(text.contains("-Dweft.seed=" + first.seed()), text);
        assertTrue(text.contains("it is enough to do this:\n    at 2 ms, step "), text);
        assertTrue(text.contains("'reader'"), text);
    }

    @Test
    void exhaustive_findsTheRaceWithOneDecision_andWithNoneTriesOnlyTheOrdinaryOrder() {
        var explorer = ScheduleExplorer.of(ScheduleExplorerTest::overtaking);
        assertEquals(new Exploration(1, 1, true), explorer.exhaustive(0));
        ScheduleFailure found = assertThrows(ScheduleFailure.class, () -> explorer.exhaustive(1));
        assertEquals(-1, found.seed());
        assertEquals(1, found.trace().size());
    }

    @Test
    void exhaustive_correctProgram_isCompleteAndTriesMoreWithEachDecision() {
        var explorer = ScheduleExplorer.of(() -> {
                    var lock = new Lock();
                    int[] value = {0};
                    taskGroup(group -> {
                        for (int i = 0; i < 3; i++) {
                            group.createTask(() -> {
                                try (var _ = lock.hold()) {
                                    int read = value[0];
                                    yieldNow();
                                    value[0] = read + 1;
                                }
                            });
                        }
                    });
                    assertEquals(3, value[0]);
                })
                .yields(false);
        int runs = 1;
        for (int bound = 1; bound <= 3; bound++) {
            Exploration tried = explorer.exhaustive(bound);
            assertTrue(tried.complete() && tried.runs() > runs, tried.toString());
            runs = tried.runs();
        }
    }

    @Test
    void plantedDeadlock_isFound() {
        ScheduleFailure found = assertThrows(
                ScheduleFailure.class,
                () -> ScheduleExplorer.of(ScheduleExplorerTest::dining).explore(1_000));
        var deadlock = assertInstanceOf(DeadlockException.class, found.getCause());
        assertEquals(1, deadlock.cycles().size());
    }

    @Test
    void failureThatNobodyLooksAt_failsTheRun() {
        ScheduleFailure found = assertThrows(
                ScheduleFailure.class,
                () -> ScheduleExplorer.run(1, () -> {
                    createTask(() -> {
                        throw new IllegalStateException("dropped");
                    });
                    sleep(millis(1));
                }));
        assertEquals("dropped", found.getCause().getMessage());
        assertTrue(found.getMessage().contains("first come, first served fails as well"), found.getMessage());
    }

    // ---- seeds

    @Test
    void sameSeed_sameTraceHash_otherSeedsOthers() {
        Set<Long> hashes = new HashSet<>();
        for (long seed = 0; seed < 20; seed++) {
            long hash = ScheduleExplorer.run(seed, ScheduleExplorerTest::busy).traceHash();
            assertEquals(
                    hash, ScheduleExplorer.run(seed, ScheduleExplorerTest::busy).traceHash());
            hashes.add(hash);
        }
        assertEquals(20, hashes.size());
    }

    private static void busy() {
        List<Task<?>> tasks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            tasks.add(createTask(() -> {
                for (int n = 0; n < 4; n++) {
                    sleep(millis(number % 2));
                }
            }));
        }
        Asyncio.wait(tasks);
    }

    /** The same in both modes and in every JVM: this one, until decisions are made in another way. */
    @Test
    void traceHash_isTheSameInEachModeAndJvm() {
        assertEquals(
                5255329027788176475L,
                ScheduleExplorer.run(7, ScheduleExplorerTest::busy).traceHash());
    }

    @Test
    void seedProperty_makesExploreRunThatSeedAlone() {
        long[] runs = {0};
        System.setProperty("weft.seed", "12");
        try {
            Exploration tried = ScheduleExplorer.of(() -> {
                        runs[0]++;
                        busy();
                    })
                    .explore(100);
            assertEquals(1, runs[0]);
            assertEquals(1, tried.runs());
        } finally {
            System.clearProperty("weft.seed");
        }
    }

    @Test
    void ofProgram_loopsThatTheProgramMakes_areSteeredAndOthersNot() {
        Set<List<String>> orders = new HashSet<>();
        ScheduleExplorer.ofProgram(() -> {
                    var trail = new Trail();
                    try (var runner = new Runner()) {
                        runner.run(() -> {
                            assertInstanceOf(TestLoop.class, Asyncio.getRunningLoop());
                            createTask(() -> trail.mark("a"));
                            createTask(() -> trail.mark("b"));
                        });
                        runner.run(() -> sleep(millis(1)));
                    }
                    orders.add(trail.marks());
                })
                .explore(50);
        assertTrue(orders.containsAll(List.of(List.of("a", "b"), List.of("b", "a"))), orders.toString());
        try (var loop = EventLoop.create()) {
            assertNotEquals(TestLoop.class, loop.getClass());
        }
    }

    @Test
    void wrongNumbers_areRefused() {
        var explorer = ScheduleExplorer.of(() -> {});
        assertThrows(IllegalArgumentException.class, () -> explorer.explore(0));
        assertThrows(IllegalArgumentException.class, () -> explorer.exhaustive(-1));
    }

    @Test
    void bodyThatSwallowsItsCancellation_stillEnds() {
        ScheduleExplorer.of(() -> {
                    Task<?> task = createTask(() -> {
                        for (int i = 0; i < 5; i++) {
                            try {
                                sleep(millis(1));
                            } catch (CancelledError e) {
                                Asyncio.currentTask().uncancel();
                            }
                        }
                    });
                    task.await();
                })
                .cancellations(true)
                .explore(200);
    }
}

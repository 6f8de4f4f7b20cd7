package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BarrierTest {
    private static final int N = 5;

    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();
    private final Barrier barrier = new Barrier(N);

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // Conformance 266: test_locks.py::BarrierTests::test_barrier_parties
    @Test
    void barrier_lessThanOneParty_isRefused() {
        var e = assertThrows(IllegalArgumentException.class, () -> new Barrier(0));
        assertTrue(e.getMessage().contains("got 0"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Barrier(-4));
        assertEquals(N, barrier.parties());
    }

    // Conformance 267: test_locks.py::BarrierTests::test_context_manager
    @Test
    void await_asManyAsParties_allPassWithAnIndexEach() {
        loop.run(() -> {
            Set<Integer> indices =
                    awaitAll(createTasks(N, barrier::await)).stream().collect(toSet());
            assertEquals(Set.of(0, 1, 2, 3, 4), indices);
            assertOpenAndEmpty(barrier);
        });
    }

    // Conformance 268: test_locks.py::BarrierTests::test_filling_one_task
    @Test
    void await_oneParty_neverSuspends() {
        var single = new Barrier(1);
        loop.run(() -> {
            loop.callSoon(() -> trail.add("next iteration"));
            assertEquals(0, single.await());
            assertEquals(0, single.await()); // test_filling_one_task_twice
            assertEquals(List.of(), trail);
            assertOpenAndEmpty(single);
        });
    }

    // test_locks.py::BarrierTests::test_filling_task_by_task
    @Test
    void await_taskByTask_countsThem() {
        var three = new Barrier(3);
        loop.run(() -> {
            Task<?> first = createTask(() -> three.await());
            yieldNow();
            assertEquals(1, three.waiting());
            assertEquals(1, three.waiters());
            assertTrue(three.toString().contains("filling"));
            Task<?> second = createTask(() -> three.await());
            yieldNow();
            assertEquals(2, three.waiting());
            Task<?> third = createTask(() -> three.await());
            yieldNow();
            first.await();
            second.await();
            third.await();
            assertOpenAndEmpty(three);
        });
    }

    // Conformance 269: test_locks.py::BarrierTests::test_filling_tasks_wait_twice
    @Test
    void await_againAtOnce_formsTheNextRound() {
        loop.run(() -> {
            awaitAll(createTasks(N, () -> {
                barrier.await();
                trail.add(true);
                barrier.await();
                trail.add(false);
                return 0;
            }));
            assertEquals(2 * N, trail.size());
            assertEquals(N, Collections.frequency(trail, true));
            assertEquals(Collections.nCopies(N, true), trail.subList(0, N));
            assertOpenAndEmpty(barrier);
        });
    }

    // Conformance 270: test_locks.py::BarrierTests::test_filling_tasks_check_return_value
    @Test
    void await_secondRound_indicesAreUniqueAndComplete() {
        loop.run(() -> {
            List<Integer> indices = awaitAll(createTasks(N, () -> {
                barrier.await();
                return barrier.await();
            }));
            assertEquals(
                    IntStream.range(0, N).boxed().toList(),
                    indices.stream().sorted().toList());
            assertOpenAndEmpty(barrier);
        });
    }

    // test_locks.py::BarrierTests::test_draining_state
    @Test
    void await_passing_barrierDrainsUntilTheLastLeaves() {
        loop.run(() -> {
            awaitAll(createTasks(N, () -> {
                barrier.await();
                trail.add(barrier.toString().contains("draining"));
                return 0;
            }));
            assertEquals(List.of(true, true, true, true, false), trail);
            assertOpenAndEmpty(barrier);
        });
    }

    // Conformance 271: test_locks.py::BarrierTests::test_blocking_tasks_while_draining
    @Test
    void await_whileDraining_waitsForTheNextRound() {
        var others = new Barrier(N - 2);
        int[] again = {2};
        loop.run(() -> {
            awaitAll(createTasks(N, () -> {
                barrier.await();
                if (again[0] > 0) {
                    again[0]--;
                    barrier.await(); // while the others still drain
                } else {
                    others.await();
                    barrier.await();
                }
                return 0;
            }));
            assertOpenAndEmpty(barrier);
            assertOpenAndEmpty(others);
        });
    }

    // Conformance 272: test_locks.py::BarrierTests::test_filling_tasks_cancel_one
    @Test
    void await_cancelledWhileFilling_freesItsPlace() {
        var three = new Barrier(3);
        Coroutine<Integer> body = () -> {
            int index = three.await();
            trail.add(true);
            return index;
        };
        loop.run(() -> {
            Task<Integer> first = createTask(body);
            yieldNow();
            Task<Integer> second = createTask(body);
            yieldNow();
            assertEquals(2, three.waiting());

            first.cancel();
            yieldNow();
            assertEquals(1, three.waiting());
            assertThrows(CancelledError.class, first::await);
            assertTrue(first.cancelled());

            Task<Integer> third = createTask(body);
            yieldNow();
            assertEquals(2, three.waiting());
            Task<Integer> fourth = createTask(body);
            awaitAll(List.of(second, third, fourth));
            assertEquals(List.of(true, true, true), trail);
            assertOpenAndEmpty(three);
        });
    }

    // test_locks.py::BarrierTests::test_reset_barrier
    @Test
    void reset_nobodyHere_hasNoEffect() {
        loop.run(() -> {
            barrier.reset();
            assertOpenAndEmpty(barrier);
        });
    }

    // Conformance 273: test_locks.py::BarrierTests::test_reset_barrier_while_tasks_waiting
    @Test
    void reset_tasksWait_breaksThemAndFillsAnew() {
        loop.run(() -> {
            List<Task<Integer>> tasks = createTasks(N - 1, () -> {
                assertThrows(BrokenBarrierException.class, () -> barrier.await());
                trail.add(true);
                return 0;
            });
            yieldNow();
            createTask(barrier::reset);
            awaitAll(tasks);
            assertEquals(Collections.nCopies(N - 1, true), trail);
            assertOpenAndEmpty(barrier);
        });
    }

    // test_locks.py::BarrierTests::test_reset_barrier_when_tasks_half_draining
    @Test
    void reset_whileTasksAreAboutToLeave_breaksThoseThatHaveNotGoneOn() {
        int[] passed = {0};
        loop.run(() -> {
            awaitAll(createTasks(N, () -> {
                try {
                    barrier.await();
                    if (++passed[0] == N - N / 2) {
                        barrier.reset();
                    }
                } catch (BrokenBarrierException e) {
                    trail.add(true);
                }
                return 0;
            }));
            assertEquals(Collections.nCopies(N / 2, true), trail);
            assertOpenAndEmpty(barrier);
        });
    }

    // test_locks.py::BarrierTests::test_reset_barrier_when_tasks_half_draining_half_blocking
    @Test
    void reset_halfLeftAndHalfWaitToComeIn_breaksOnlyThoseInside() {
        int blocking = N / 2;
        int[] passed = {0};
        loop.run(() -> {
            awaitAll(createTasks(N, () -> {
                try {
                    barrier.await();
                } catch (BrokenBarrierException e) {
                    trail.add("inside");
                    return barrier.await();
                }
                if (++passed[0] > blocking) {
                    barrier.reset();
                    return barrier.await();
                }
                try {
                    return barrier.await();
                } catch (BrokenBarrierException e) {
                    trail.add("waiting to come in");
                    throw e;
                }
            }));
            assertEquals(Collections.nCopies(blocking, "inside"), trail);
            assertOpenAndEmpty(barrier);
        });
    }

    // test_locks.py::BarrierTests::test_reset_barrier_while_tasks_waiting_and_waiting_again
    @Test
    void reset_tasksWaitAgain_theyPassWithTheNextOne() {
        loop.run(() -> {
            List<Task<Integer>> tasks = createTasks(N - 1, () -> {
                assertThrows(BrokenBarrierException.class, () -> barrier.await());
                return barrier.await();
            });
            yieldNow();
            createTask(barrier::reset);
            yieldNow();
            tasks.add(createTask(() -> barrier.await()));
            assertEquals(Set.of(0, 1, 2, 3, 4), Set.copyOf(awaitAll(tasks)));
            assertOpenAndEmpty(barrier);
        });
    }

    // test_locks.py::BarrierTests::test_reset_barrier_while_tasks_draining
    @Test
    void reset_allHaveLeft_disturbsNobodyInTheNextRound() {
        int[] passed = {0};
        loop.run(() -> {
            awaitAll(createTasks(N, () -> {
                barrier.await();
                if (++passed[0] == N) {
                    barrier.reset();
                }
                barrier.await();
                trail.add("second round");
                barrier.await();
                trail.add("third round");
                return 0;
            }));
            assertEquals(N, Collections.frequency(trail, "second round"));
            assertEquals(N, Collections.frequency(trail, "third round"));
            assertOpenAndEmpty(barrier);
        });
    }

    // Conformance 274: test_locks.py::BarrierTests::test_abort_barrier
    @Test
    void abort_always_makesItBroken() {
        var single = new Barrier(1);
        loop.run(() -> {
            single.abort();
            assertEquals(0, single.waiting());
            assertTrue(single.broken());
            var e = assertThrows(BrokenBarrierException.class, () -> single.await());
            assertTrue(e.getMessage().contains("broken"), e.getMessage());
        });
    }

    // Conformance 275: test_locks.py::BarrierTests::test_abort_barrier_when_tasks_half_draining_half_blocking
    @Test
    void abort_halfLeftAndHalfWaitToComeIn_breaksAll() {
        int blocking = N / 2;
        int[] passed = {0};
        loop.run(() -> {
            awaitAll(createTasks(N, () -> {
                try {
                    barrier.await();
                } catch (BrokenBarrierException e) {
                    trail.add("inside");
                    return 0;
                }
                if (++passed[0] > blocking) {
                    barrier.abort();
                } else {
                    assertThrows(BrokenBarrierException.class, () -> barrier.await());
                    trail.add("passed once");
                }
                return 0;
            }));
            assertTrue(barrier.broken());
            assertEquals(blocking, Collections.frequency(trail, "inside"));
            assertEquals(N - blocking - 1, Collections.frequency(trail, "passed once"));
            assertEquals(0, barrier.waiting());
            assertEquals(0, barrier.waiters());
        });
    }

    // test_locks.py::BarrierTests::test_abort_barrier_when_exception
    @Test
    void abort_byATaskThatFailed_breaksTheOthers() {
        loop.run(() -> {
            awaitAll(createTasks(N, () -> {
                try {
                    if (barrier.await() == N / 2) {
                        barrier.abort();
                        return 0;
                    }
                    barrier.await();
                } catch (BrokenBarrierException e) {
                    trail.add(true);
                }
                return 0;
            }));
            assertTrue(barrier.broken());
            assertEquals(Collections.nCopies(N - 1, true), trail);
            assertEquals(0, barrier.waiting());
        });
    }

    // Conformance 276: test_locks.py::BarrierTests::test_abort_barrier_when_exception_then_resetting
    @Test
    void abort_thenReset_isUsableAgain() {
        var second = new Barrier(N);
        loop.run(() -> {
            awaitAll(createTasks(N, () -> {
                try {
                    if (barrier.await() == N / 2) {
                        barrier.abort();
                    } else {
                        barrier.await();
                    }
                } catch (BrokenBarrierException e) {
                    trail.add("broken");
                }
                // All must have left before it is reset, and nobody may come before it is.
                if (second.await() == N / 2) {
                    barrier.reset();
                }
                second.await();
                barrier.await();
                trail.add("passed");
                return 0;
            }));
            assertEquals(N - 1, Collections.frequency(trail, "broken"));
            assertEquals(N, Collections.frequency(trail, "passed"));
            assertOpenAndEmpty(barrier);
        });
    }

    // ---- with a limit

    @Test
    void awaitWithLimit_notFullInTime_timesOutAndFreesThePlace() throws Exception {
        var two = new Barrier(2);
        loop.run(() -> {
            assertThrows(TimeoutException.class, () -> two.await(seconds(1)));
            assertEquals(Duration.ofSeconds(1).toNanos(), loop.time());
            assertOpenAndEmpty(two);
            assertThrows(TimeoutException.class, () -> two.await(Duration.ZERO));

            Task<Integer> late = createTask(() -> {
                sleep(seconds(1));
                return two.await();
            });
            assertEquals(0, two.await(seconds(2)));
            assertEquals(1, late.await());
        });
    }

    @Test
    void awaitWithLimit_fullAtTheDeadline_othersPassWithoutIt() {
        var two = new Barrier(2);
        loop.run(() -> {
            Task<Integer> limited = createTask(() -> two.await(seconds(1)));
            Task<Integer> late = createTask(() -> {
                sleep(seconds(1));
                return two.await();
            });
            sleep(seconds(2));
            assertInstanceOf(TimeoutException.class, limited.exception());
            Task<Integer> replacement = createTask(() -> two.await());
            assertEquals(Set.of(0, 1), Set.of(late.await(), replacement.await()));
        });
    }

    // ---- wrong use

    @Test
    void await_outsideATaskOrOnAnotherLoop_isRefused() {
        var two = new Barrier(2);
        assertThrows(IllegalStateException.class, () -> two.await());
        assertEquals(0, two.waiting()); // its place is free again
        loop.run(() -> {
            createTask(() -> two.await());
            assertEquals(1, createTask(() -> two.await()).await());
        });
        try (var other = new TestLoop()) {
            other.run(() -> {
                var e = assertThrows(IllegalStateException.class, () -> two.await());
                assertTrue(e.getMessage().contains("Barrier"), e.getMessage());
                assertTrue(e.getMessage().contains("belongs to another loop"), e.getMessage());
            });
        }
    }

    @Test
    void anyCall_fromAForeignThreadWhileTheLoopRuns_isRefused() {
        loop.run(() -> {
            createTask(() -> barrier.await());
            yieldNow();
            Asyncio.toThread(() -> {
                for (Action call :
                        List.<Action>of(() -> barrier.await(), barrier::waiting, barrier::broken, barrier::abort)) {
                    var e = assertThrows(IllegalStateException.class, call::run);
                    assertTrue(e.getMessage().contains("callSoonThreadsafe"), e.getMessage());
                }
            });
            assertEquals(1, barrier.waiting());
        });
    }

    // test_locks.py::BarrierTests::test_repr
    @Test
    void toString_eachState_namesItAndTheWaiters() {
        loop.run(() -> {
            List<Task<Integer>> tasks = createTasks(2, () -> barrier.await());
            yieldNow();
            assertEquals("Barrier[filling, 2/5 waiting]", barrier.toString());

            tasks.addAll(createTasks(N - 2, () -> barrier.await()));
            yieldNow();
            assertEquals("Barrier[draining, 0/5 waiting]", barrier.toString());

            tasks.addAll(createTasks(2, () -> barrier.await()));
            yieldNow();
            barrier.reset();
            assertTrue(barrier.toString().startsWith("Barrier[resetting"), barrier.toString());

            tasks.addAll(createTasks(2, () -> barrier.await()));
            yieldNow();
            barrier.abort();
            assertEquals("Barrier[broken]", barrier.toString());
            for (Task<Integer> task : tasks) {
                try {
                    task.await();
                } catch (BrokenBarrierException e) {
                    trail.add("broken");
                }
            }
            assertTrue(trail.size() >= 2, trail.toString());
        });
    }

    private static List<Task<Integer>> createTasks(int count, Coroutine<Integer> body) {
        List<Task<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(createTask(body));
        }
        return tasks;
    }

    private static List<Integer> awaitAll(List<Task<Integer>> tasks) {
        return tasks.stream().map(Task::await).toList();
    }

    private static void assertOpenAndEmpty(Barrier barrier) {
        assertEquals(0, barrier.waiting());
        assertEquals(0, barrier.waiters());
        assertFalse(barrier.broken());
        assertTrue(barrier.toString().startsWith("Barrier[filling"), barrier.toString());
    }
}

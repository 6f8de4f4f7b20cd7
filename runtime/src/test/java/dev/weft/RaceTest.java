package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.race;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.timeout;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Asyncio#race}. */
final class RaceTest {
    private final TestLoop loop = new TestLoop();
    private final List<ExceptionContext> reports = new ArrayList<>();
    private final List<String> trail = new ArrayList<>();

    RaceTest() {
        loop.setExceptionHandler((where, report) -> reports.add(report));
    }

    @AfterEach
    void closeLoop_nothingUnexpectedReported() {
        loop.close();
        assertEquals(List.of(), reports);
    }

    // test_staggered.py::StaggeredTests::test_empty (which has no winner then; here there is nothing to return)
    @Test
    void race_noAttempts_isRejected() {
        loop.run(() -> {
            assertThrows(IllegalArgumentException.class, () -> race(List.of()));
        });
    }

    // test_staggered.py::StaggeredTests::test_one_successful
    @Test
    void race_firstSucceedsAtOnce_theNextNeverStarts() {
        loop.run(() -> {
            String winner = race(null, List.of(attempt(0, "Res: 0"), attempt(1, "Res: 1")));
            assertEquals("Res: 0", winner);
            assertEquals(List.of("0 started"), trail);
        });
    }

    // test_staggered.py::StaggeredTests::test_first_error_second_successful
    @Test
    void race_firstFails_theNextStartsAtOnce() {
        loop.run(() -> {
            String winner = race(seconds(100), List.of(failure(0), attempt(1, "Res: 1")));
            assertEquals("Res: 1", winner);
            assertEquals(0, loop.time());
            assertEquals(0, Probe.liveTimers(loop));
        });
    }

    // test_staggered.py::StaggeredTests::test_first_timeout_second_successful
    @Test
    void race_firstIsSlow_theNextStartsAfterTheStaggerAndTheFirstIsCancelled() {
        loop.run(() -> {
            String winner = race(millis(100), List.of(slow(0), attempt(1, "Res: 1")));
            assertEquals("Res: 1", winner);
            assertEquals(millis(100).toNanos(), loop.time());
            assertEquals(List.of("0 started", "1 started", "0 cancelled"), trail);
            assertEquals(1, Asyncio.allTasks().size());
        });
    }

    // test_staggered.py::StaggeredTests::test_none_successful
    @Test
    void race_allFail_throwsTheirFailuresInStartOrder() {
        loop.run(() -> {
            Coroutine<String> failsLate = () -> {
                sleep(seconds(5));
                throw new IOException("number 0");
            };
            var group = assertThrows(
                    ExceptionGroup.class, () -> race(seconds(1), List.of(failsLate, failure(1), failure(2))));
            assertEquals(
                    List.of("number 0", "number 1", "number 2"),
                    group.exceptions().stream().map(Throwable::getMessage).toList());
            assertEquals(seconds(5).toNanos(), loop.time());
        });
    }

    @Test
    void race_errorAmongTheFailures_throwsAnErrorGroup() {
        loop.run(() -> {
            Coroutine<String> error = () -> {
                throw new AssertionError("number 1");
            };
            assertThrows(ErrorGroup.class, () -> race(null, List.of(failure(0), error)));
        });
    }

    // test_staggered.py::StaggeredTests::test_multiple_winners
    @Test
    void race_severalSucceedInOneTick_theFirstWins() {
        loop.run(() -> {
            Future<String> event = loop.createFuture();
            Coroutine<Integer> first = () -> {
                event.await();
                return 0;
            };
            Coroutine<Integer> second = () -> {
                event.await();
                return 1;
            };
            Coroutine<Integer> third = () -> {
                event.setResult("set");
                sleep(seconds(1000));
                return 2;
            };
            assertEquals(0, race(millis(100), List.of(first, second, third)));
            assertEquals(millis(200).toNanos(), loop.time());
        });
    }

    // Conformance 349: test_staggered.py::StaggeredTests::test_cancelled
    @Test
    void cancel_repeatedly_reachesTheAttemptsAndComesOutAtTheEnd() {
        loop.run(() -> {
            assertThrows(
                    TimeoutException.class,
                    () -> timeout(
                            null,
                            outer -> timeout(null, inner -> {
                                Coroutine<String> stubborn = () -> {
                                    inner.reschedule(seconds(-1));
                                    yieldNow();
                                    swallowCancellation("cancelled 1");
                                    outer.reschedule(seconds(-1));
                                    yieldNow();
                                    swallowCancellation("cancelled 2");
                                    return "late";
                                };
                                try {
                                    race(null, List.of(stubborn));
                                } catch (CancelledError e) {
                                    trail.add("cancelled 3");
                                    throw e;
                                }
                            })));
            assertEquals(List.of("cancelled 1", "cancelled 2", "cancelled 3"), trail);
        });
    }

    @Test
    void race_withoutStagger_startsAllAtOnceAndWaitsForTheLosersToEnd() {
        loop.run(() -> {
            Coroutine<String> loser = () -> {
                try {
                    return sleep(seconds(100), "loser");
                } finally {
                    sleep(seconds(1));
                    trail.add("loser cleaned up");
                }
            };
            Coroutine<String> winner = () -> sleep(seconds(2), "winner");
            assertEquals("winner", race(List.of(loser, winner)));
            assertEquals(List.of("loser cleaned up"), trail);
            assertEquals(seconds(3).toNanos(), loop.time());
        });
    }

    @Test
    void race_loserFailsWhileBeingCancelled_isIgnored() {
        loop.run(() -> {
            Coroutine<String> loser = () -> {
                try {
                    return sleep(seconds(100), "loser");
                } finally {
                    throwIt(new IOException("cleaning up"));
                }
            };
            assertEquals("winner", race(List.of(loser, () -> sleep(seconds(1), "winner"))));
        });
    }

    @Test
    void race_anEarlierAttemptFails_doesNotHurryTheNextOne() {
        loop.run(() -> {
            Coroutine<String> failsInBetween = () -> {
                sleep(millis(1500));
                throw new IOException("number 0");
            };
            // Number 1 is the one before number 2: only its failure, or its second, counts for that.
            race(seconds(1), List.of(failsInBetween, slow(1), attempt(2, "two")));
            assertEquals(seconds(2).toNanos(), loop.time());
        });
    }

    @Test
    void cancel_ofTheCaller_cancelsAndAwaitsAllAttempts() {
        loop.run(() -> {
            Task<?> caller = createTask(() -> race(seconds(1), List.of(slow(0), slow(1), slow(2))));
            sleep(millis(1500));
            caller.cancel("enough");
            var error = assertThrows(CancelledError.class, caller::await);
            assertEquals("enough", error.getMessage());
            assertEquals(List.of("0 started", "1 started", "0 cancelled", "1 cancelled"), trail);
            assertEquals(1, Asyncio.allTasks().size());
            assertEquals(0, Probe.liveTimers(loop));
        });
    }

    @Test
    void race_anAttemptEndsCancelledByItself_countsAsAFailure() {
        loop.run(() -> {
            Coroutine<String> cancelsItself = () -> {
                throw new CancelledError("by myself");
            };
            assertEquals("two", race(null, List.of(cancelsItself, attempt(1, "two"))));
            var group = assertThrows(ExceptionGroup.class, () -> race(null, List.of(cancelsItself, failure(1))));
            assertEquals(1, group.exceptions().size());
            assertEquals(
                    "by myself",
                    assertThrows(CancelledError.class, () -> race(List.of(cancelsItself)))
                            .getMessage());
        });
    }

    // test_eager_task_factory.py::DefaultTaskFactoryEagerStart::test_staggered_race_with_eager_tasks
    @Test
    void race_eagerTasks_worksAlike() {
        loop.setTaskFactory(TaskFactory.EAGER);
        loop.run(() -> {
            Coroutine<String> failsLater = () -> {
                yieldNow();
                throw new IOException("no good");
            };
            assertEquals("sleep1", race(millis(250), List.of(slow(0), () -> sleep(seconds(1), "sleep1"), failsLater)));
            assertEquals("at once", race(List.of(() -> "at once", slow(1))));
        });
    }

    @Test
    void race_taskFactoryThrows_cancelsWhatWasStarted() {
        loop.run(() -> {
            var refused = new IllegalStateException("no more tasks");
            loop.setTaskFactory(new TaskFactory() {
                private int left = 1;

                @Override
                public <T> Task<T> create(EventLoop where, Coroutine<T> coroutine, TaskOptions options) {
                    if (left-- == 0) {
                        throw refused;
                    }
                    return where.newTask(coroutine, options);
                }
            });
            assertSame(
                    refused,
                    assertThrows(IllegalStateException.class, () -> race(Duration.ZERO, List.of(slow(0), slow(1)))));
            assertEquals(1, Asyncio.allTasks().size());
        });
    }

    @Test
    void race_outsideATask_throws() {
        assertThrows(IllegalStateException.class, () -> race(List.of(attempt(0, "x"))));
        assertTrue(trail.isEmpty());
    }

    private Coroutine<String> attempt(int number, String result) {
        return () -> {
            trail.add(number + " started");
            return result;
        };
    }

    private static Coroutine<String> failure(int number) {
        return () -> {
            throw new IOException("number " + number);
        };
    }

    private Coroutine<String> slow(int number) {
        return () -> {
            trail.add(number + " started");
            try {
                return sleep(seconds(1000), "slow");
            } catch (CancelledError e) {
                trail.add(number + " cancelled");
                throw e;
            }
        };
    }

    private void swallowCancellation(String note) {
        try {
            yieldNow();
        } catch (CancelledError e) {
            trail.add(note);
        }
    }

    private static void throwIt(IOException failure) throws IOException {
        throw failure;
    }
}

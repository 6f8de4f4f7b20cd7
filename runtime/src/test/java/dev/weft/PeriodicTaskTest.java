package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.every;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Asyncio#every}. */
final class PeriodicTaskTest {
    private static final PeriodicOptions LATER = PeriodicOptions.DEFAULT.startNow(false);
    private static final PeriodicOptions LOGGING = PeriodicOptions.DEFAULT.onError(PeriodicOptions.OnError.LOG);

    private final TestLoop loop = new TestLoop();
    private final List<ExceptionContext> reports = new ArrayList<>();
    private final List<Long> runs = new ArrayList<>();

    PeriodicTaskTest() {
        loop.setExceptionHandler((where, report) -> reports.add(report));
    }

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void every_default_runsNowAndThenOnTheGrid() {
        loop.run(() -> {
            sleep(millis(300));
            PeriodicTask periodic = every(seconds(1), this::note);
            sleep(millis(3500));
            periodic.stop();
            assertEquals(List.of(300L, 1300L, 2300L, 3300L), runs);
        });
    }

    @Test
    void every_startLater_waitsOneInterval() {
        loop.run(() -> {
            PeriodicTask periodic = every(seconds(1), this::note, LATER);
            sleep(millis(2500));
            periodic.stop();
            assertEquals(List.of(1000L, 2000L), runs);
        });
    }

    @Test
    void every_slowRun_skipsTheSlotsItMissedAndStaysOnTheGrid() {
        loop.run(() -> {
            PeriodicTask periodic = every(seconds(1), () -> {
                note();
                if (runs.size() == 2) {
                    sleep(millis(2500)); // from 1000 to 3500
                }
            });
            sleep(millis(5500));
            periodic.stop();
            assertEquals(List.of(0L, 1000L, 4000L, 5000L), runs);
        });
    }

    @Test
    void every_runThatEndsExactlyOnASlot_waitsForTheNext() {
        loop.run(() -> {
            PeriodicTask periodic = every(seconds(1), () -> {
                note();
                sleep(seconds(1));
            });
            sleep(millis(4500));
            periodic.stop();
            assertEquals(List.of(0L, 2000L, 4000L), runs);
        });
    }

    @Test
    void every_counting_isToldTheSlotsSinceTheLastRun() {
        loop.run(() -> {
            var counts = new ArrayList<Integer>();
            IntConsumer counting = slots -> {
                counts.add(slots);
                if (counts.size() == 2) {
                    sleep(millis(2500));
                }
            };
            PeriodicTask periodic = every(seconds(1), counting);
            sleep(millis(5500));
            periodic.stop();
            assertEquals(List.of(1, 1, 3, 1), counts);
            counts.clear();
            PeriodicTask later = every(seconds(1), slots -> counts.add(slots), LATER);
            sleep(millis(2500));
            later.stop();
            assertEquals(List.of(1, 1), counts);
        });
    }

    @Test
    void every_loopWasBusy_countsWhatWasMissed() {
        loop.run(() -> {
            var counts = new ArrayList<Integer>();
            PeriodicTask periodic = every(seconds(1), slots -> counts.add(slots), LATER);
            yieldNow();
            loop.clock().advance(millis(3500)); // nothing could run meanwhile
            yieldNow();
            yieldNow();
            sleep(seconds(1));
            periodic.stop();
            assertEquals(List.of(3, 1), counts);
        });
    }

    @Test
    void every_intervalZero_runsInEveryIteration() {
        loop.run(() -> {
            var iterations = new Iterations(loop);
            var counts = new ArrayList<Integer>();
            PeriodicTask periodic = every(Duration.ZERO, slots -> {
                assertEquals(1, slots);
                counts.add(iterations.soFar());
            });
            for (int i = 0; i < 4; i++) {
                yieldNow();
            }
            periodic.stop();
            periodic.done().await();
            iterations.close();
            assertEquals(List.of(1, 2, 3, 4), counts);
        });
    }

    @Test
    void every_jitter_variesTheGapsAroundTheInterval() {
        loop.run(() -> {
            PeriodicTask periodic =
                    every(seconds(1), this::note, PeriodicOptions.DEFAULT.jitter(0.4, new SplittableRandom(7)));
            sleep(seconds(200));
            periodic.stop();
            long shortest = Long.MAX_VALUE;
            long longest = 0;
            for (int i = 1; i < runs.size(); i++) {
                long gap = runs.get(i) - runs.get(i - 1);
                shortest = Math.min(shortest, gap);
                longest = Math.max(longest, gap);
            }
            assertTrue(shortest >= 800 && shortest < 850, "shortest " + shortest);
            assertTrue(longest <= 1200 && longest > 1150, "longest " + longest);
        });
    }

    @Test
    void options_jitterOutOfRange_isRejected() {
        assertThrows(IllegalArgumentException.class, () -> PeriodicOptions.DEFAULT.jitter(-0.1));
        assertThrows(IllegalArgumentException.class, () -> PeriodicOptions.DEFAULT.jitter(1.1));
        assertThrows(IllegalArgumentException.class, () -> PeriodicOptions.DEFAULT.jitter(Double.NaN));
        assertThrows(
                IllegalArgumentException.class,
                () -> loop.run(() -> {
                    every(seconds(-1), this::note);
                }));
    }

    @Test
    void every_runThrows_stopsAndFailsDone() {
        loop.run(() -> {
            var failure = new IOException("no");
            PeriodicTask periodic = every(seconds(1), () -> {
                note();
                if (runs.size() == 2) {
                    throw failure;
                }
            });
            assertSame(
                    failure,
                    assertThrows(IOException.class, () -> periodic.done().await()));
            sleep(seconds(5));
            assertEquals(List.of(0L, 1000L), runs);
            assertTrue(periodic.toString().contains("ended"), periodic.toString());
        });
    }

    @Test
    void every_runThrowsAndErrorsAreLogged_goesOn() {
        loop.run(() -> {
            var failure = new IOException("no");
            PeriodicTask periodic = every(
                    seconds(1),
                    () -> {
                        note();
                        if (runs.size() == 2) {
                            throw failure;
                        }
                    },
                    LOGGING);
            sleep(millis(3500));
            periodic.stop();
            assertEquals(List.of(0L, 1000L, 2000L, 3000L), runs);
            assertEquals(1, reports.size());
            assertSame(failure, reports.get(0).exception());
        });
    }

    @Test
    void every_errorsAreLoggedByDefaultHandler_atErrorLevel() {
        loop.setExceptionHandler(null);
        try (var log = new LogCapture()) {
            loop.run(() -> {
                PeriodicTask periodic = every(
                        seconds(1),
                        () -> {
                            throw new IOException("no");
                        },
                        LOGGING);
                yieldNow();
                periodic.stop();
            });
            assertEquals(1, log.messages(org.slf4j.event.Level.ERROR).size());
        }
    }

    @Test
    void stop_betweenRuns_completesDoneAtOnce() {
        loop.run(() -> {
            PeriodicTask periodic = every(seconds(10), this::note);
            sleep(seconds(1));
            assertFalse(periodic.done().done());
            periodic.stop();
            periodic.stop();
            periodic.done().await();
            assertEquals(seconds(1).toNanos(), loop.time());
            assertEquals(0, Probe.liveTimers(loop));
            assertEquals(List.of(0L), runs);
        });
    }

    @Test
    void stop_duringARun_letsItEnd() {
        loop.run(() -> {
            PeriodicTask periodic = every(seconds(1), () -> {
                sleep(millis(500));
                note();
            });
            sleep(millis(200));
            periodic.stop();
            assertFalse(periodic.done().done());
            periodic.done().await();
            assertEquals(List.of(500L), runs);
        });
    }

    @Test
    void stop_byTheActionItself_works() {
        loop.run(() -> {
            var self = new ArrayList<PeriodicTask>();
            self.add(every(seconds(1), () -> {
                note();
                if (runs.size() == 3) {
                    self.get(0).stop();
                }
            }));
            self.get(0).done().await();
            assertEquals(List.of(0L, 1000L, 2000L), runs);
        });
    }

    @Test
    void reset_betweenRuns_beginsTheGridAnew() {
        loop.run(() -> {
            PeriodicTask periodic = every(seconds(1), this::note);
            sleep(millis(1500));
            periodic.reset();
            sleep(millis(2200));
            periodic.stop();
            assertEquals(List.of(0L, 1000L, 2500L, 3500L), runs);
            assertThrows(IllegalStateException.class, periodic::reset);
        });
    }

    @Test
    void reset_inTheTickInWhichARunIsDue_putsItOff() {
        loop.run(() -> {
            var periodic = new ArrayList<PeriodicTask>();
            periodic.add(every(seconds(1), this::note));
            yieldNow();
            loop.callLater(seconds(1), () -> periodic.get(0).reset()); // due right after the periodic task's own timer
            sleep(millis(2500));
            periodic.get(0).stop();
            assertEquals(List.of(0L, 2000L), runs);
        });
    }

    @Test
    void done_cancelled_endsItInTheMiddleOfARun() {
        loop.run(() -> {
            PeriodicTask periodic = every(seconds(1), () -> {
                sleep(millis(500));
                note();
            });
            sleep(millis(200));
            periodic.done().cancel();
            assertThrows(CancelledError.class, () -> periodic.done().await());
            assertEquals(List.of(), runs);
        });
    }

    @Test
    void every_cancelledErrorOfARun_endsItEvenIfErrorsAreLogged() {
        loop.run(() -> {
            PeriodicTask periodic = every(
                    seconds(1),
                    () -> {
                        throw new CancelledError("enough");
                    },
                    LOGGING);
            assertThrows(CancelledError.class, () -> periodic.done().await());
            assertEquals(List.of(), reports);
        });
    }

    @Test
    void every_eagerFactory_doesNotRunInsideTheCall() {
        loop.setTaskFactory(TaskFactory.EAGER);
        loop.run(() -> {
            PeriodicTask periodic = every(seconds(1), this::note);
            assertEquals(List.of(), runs);
            yieldNow();
            assertEquals(List.of(0L), runs);
            periodic.stop();
        });
    }

    @Test
    void every_runsOfTwoTasks_interleaveOnVirtualTime() {
        loop.run(() -> {
            var trail = new ArrayList<String>();
            PeriodicTask fast = every(seconds(2), () -> trail.add("fast " + loop.time() / 1_000_000_000));
            PeriodicTask slow = every(seconds(3), () -> trail.add("slow " + loop.time() / 1_000_000_000));
            createTask(() -> sleep(millis(6500))).await();
            fast.stop();
            slow.stop();
            assertEquals(List.of("fast 0", "slow 0", "fast 2", "slow 3", "fast 4", "slow 6", "fast 6"), trail);
        });
    }

    @Test
    void every_noLoopRuns_throws() {
        assertThrows(IllegalStateException.class, () -> every(seconds(1), this::note));
    }

    private void note() {
        runs.add(loop.time() / 1_000_000);
    }
}

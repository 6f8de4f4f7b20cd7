package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Who runs in which iteration, and in which order. Every expected trace is what CPython prints for the same program: each line is
 * the number of the iteration and what was said in it.
 */
final class SchedulingModelTest {
    /** Lines with the number of the iteration: a callback that runs first in each iteration counts them. */
    private static final class Trail {
        private final TestLoop loop;
        private final List<String> lines = new ArrayList<>();
        private int iteration;

        Trail(TestLoop loop) {
            this.loop = loop;
        }

        void say(Object what) {
            lines.add(iteration + " " + what);
        }

        Action saying(Object what) {
            return () -> say(what);
        }

        private void count() {
            iteration++;
            loop.callSoon(this::count);
        }
    }

    @FunctionalInterface
    private interface Program {
        void run(TestLoop loop, Trail trail) throws Exception;
    }

    private static String trace(Program program) throws Exception {
        try (var loop = new TestLoop()) {
            var trail = new Trail(loop);
            loop.run(() -> {
                loop.callSoon(trail::count);
                program.run(loop, trail);
            });
            return String.join(", ", trail.lines);
        }
    }

    private static void yieldTimes(int times) {
        for (int i = 0; i < times; i++) {
            Asyncio.yieldNow();
        }
    }

    // ---- S1, S2, S3: one queue, one iteration at a time

    @Test
    void callbacksAndTasks_queuedTogether_runInOneOrderInTheNextIteration() throws Exception {
        String trace = trace((loop, trail) -> {
            loop.callSoon(trail.saying("callback 1"));
            loop.createTask(trail.saying("task 1"));
            loop.callSoon(trail.saying("callback 2"));
            loop.createTask(trail.saying("task 2"));
            trail.say("main");
            yieldTimes(3);
        });
        assertEquals("0 main, 1 callback 1, 1 task 1, 1 callback 2, 1 task 2", trace);
    }

    @Test
    void entry_appendedDuringAnIteration_runsInTheNext() throws Exception {
        String trace = trace((loop, trail) -> {
            loop.callSoon(() -> {
                trail.say("a");
                loop.callSoon(() -> {
                    trail.say("c");
                    loop.callSoon(trail.saying("d"));
                });
            });
            loop.callSoon(trail.saying("b"));
            yieldTimes(5);
        });
        assertEquals("1 a, 1 b, 2 c, 3 d", trace);
    }

    @Test
    void callback_thatThrows_leavesTheOthersTheirTurn() throws Exception {
        String trace = trace((loop, trail) -> {
            loop.setExceptionHandler(
                    (l, context) -> trail.say(context.exception().getMessage()));
            loop.callSoon(() -> {
                throw new IllegalStateException("first");
            });
            loop.callSoon(trail.saying("next"));
            Future<Integer> future = loop.createFuture();
            future.addDoneCallback(f -> {
                throw new IllegalStateException("done callback");
            });
            future.addDoneCallback(f -> trail.say("second done callback"));
            future.setResult(1);
            yieldTimes(3);
        });
        assertEquals("1 first, 1 next, 1 done callback, 1 second done callback", trace);
    }

    // ---- S2: timers

    @Test
    void timers_dueNow_runAfterWhatIsReadyInOrderOfTheirDeadlines() throws Exception {
        String trace = trace((loop, trail) -> {
            loop.callLater(Duration.ZERO, trail.saying("zero"));
            loop.callSoon(trail.saying("soon"));
            loop.callLater(Asyncio.seconds(-1), trail.saying("minus 1"));
            loop.callLater(Asyncio.seconds(-2), trail.saying("minus 2"));
            loop.callAt(loop.time() - 1_000_000_000L, () -> {
                trail.say("x");
                loop.callSoon(trail.saying("x soon"));
                loop.callLater(Duration.ZERO, trail.saying("x later"));
            });
            loop.callSoon(() -> {
                trail.say("s");
                loop.callLater(Asyncio.seconds(-5), trail.saying("s later"));
                loop.callSoon(trail.saying("s soon"));
            });
            yieldTimes(5);
        });
        assertEquals("1 soon, 1 s, 1 minus 2, 1 minus 1, 1 x, 1 zero, 2 s soon, 2 x soon, 2 s later, 2 x later", trace);
    }

    @Test
    void timers_withOneDeadline_runInTheOrderTheyWereSet() throws Exception {
        String trace = trace((loop, trail) -> {
            long when = loop.time() + 1_000;
            for (int i = 0; i < 50; i++) {
                loop.callAt(when, trail.saying(i));
            }
            loop.clock().advance(Duration.ofNanos(1_000));
            yieldTimes(2);
        });
        var expected = new ArrayList<String>();
        for (int i = 0; i < 50; i++) {
            expected.add("1 " + i);
        }
        assertEquals(String.join(", ", expected), trace);
    }

    @Test
    void timer_oneNanosecondAhead_waitsForItsTime() throws Exception {
        String trace = trace((loop, trail) -> {
            loop.callLater(Duration.ofNanos(1), trail.saying("timer"));
            yieldTimes(3);
            trail.say("advance");
            loop.clock().advance(Duration.ofNanos(1));
            yieldTimes(2);
        });
        assertEquals("3 advance, 4 timer", trace);
    }

    @Test
    void timer_cancelledByAnEntryOfTheSameIteration_doesNotRun() throws Exception {
        String trace = trace((loop, trail) -> {
            TimerHandle timer = loop.callLater(Duration.ZERO, trail.saying("timer"));
            loop.callSoon(timer::cancel);
            yieldTimes(3);
            trail.say("end");
        });
        assertEquals("3 end", trace);
    }

    @Test
    void sleep_over_resumesOneIterationAfterItsTimer() throws Exception {
        String trace = trace((loop, trail) -> {
            loop.createTask(() -> {
                Asyncio.sleep(Duration.ofNanos(1));
                trail.say("slept");
            });
            yieldTimes(1);
            loop.clock().advance(Duration.ofNanos(1));
            loop.callAt(loop.time(), trail.saying("timer set after the sleep"));
            yieldTimes(3);
        });
        assertEquals("2 timer set after the sleep, 3 slept", trace);
    }

    // ---- S4: what a future's completion sets off

    @Test
    void completion_callbacksAndWaiters_wakeOneIterationLaterInOrderOfRegistration() throws Exception {
        String trace = trace((loop, trail) -> {
            Future<Integer> future = loop.createFuture();
            future.addDoneCallback(f -> trail.say("callback 1"));
            loop.createTask(() -> {
                future.await();
                trail.say("waiter 1");
            });
            yieldTimes(2);
            future.addDoneCallback(f -> trail.say("callback 2"));
            loop.createTask(() -> {
                future.await();
                trail.say("waiter 2");
            });
            yieldTimes(2);
            loop.callSoon(() -> {
                trail.say("set");
                future.setResult(1);
                loop.callSoon(trail.saying("after"));
            });
            yieldTimes(4);
            future.addDoneCallback(f -> trail.say("late"));
            trail.say("registered");
            yieldTimes(2);
        });
        assertEquals("5 set, 6 callback 1, 6 waiter 1, 6 callback 2, 6 waiter 2, 6 after, 8 registered, 9 late", trace);
    }

    @Test
    void taskEnd_wakesItsWaitersOneIterationLater() throws Exception {
        String trace = trace((loop, trail) -> {
            countDown(loop, trail, 3);
            yieldTimes(12);
        });
        assertEquals("4 task 0, 5 task 1, 6 task 2, 7 task 3", trace);
    }

    private static Task<Void> countDown(TestLoop loop, Trail trail, int number) {
        return loop.createTask(() -> {
            if (number > 0) {
                countDown(loop, trail, number - 1).await();
            }
            trail.say("task " + number);
        });
    }

    @Test
    void taskEnd_withACallbackAndALateWaiter_queuesTheCallbackOnly() throws Exception {
        String trace = trace((loop, trail) -> {
            Task<Void> task = loop.createTask(trail.saying("task"));
            task.addDoneCallback(f -> trail.say("callback"));
            loop.createTask(() -> {
                trail.say("waiter");
                task.await();
                trail.say("waiter end");
            });
            yieldTimes(5);
        });
        assertEquals("1 task, 1 waiter, 1 waiter end, 2 callback", trace);
    }

    // ---- S5, S6: what suspends, and for how long

    @Test
    void await_onADoneFuture_neitherSuspendsNorLooksAtACancellation() throws Exception {
        String trace = trace((loop, trail) -> {
            Future<Integer> future = loop.createFuture();
            future.setResult(1);
            loop.createTask(() -> {
                trail.say("before");
                future.await();
                trail.say("after");
                Asyncio.currentTask().cancel();
                future.await();
                trail.say("still here");
                try {
                    Asyncio.yieldNow();
                } catch (CancelledError e) {
                    trail.say("cancelled");
                }
            });
            yieldTimes(4);
        });
        assertEquals("1 before, 1 after, 1 still here, 2 cancelled", trace);
    }

    @Test
    void yieldNow_severalTasks_passesExactlyOneIteration() throws Exception {
        String trace = trace((loop, trail) -> {
            for (String name : List.of("a", "b")) {
                loop.createTask(() -> {
                    for (int i = 0; i < 3; i++) {
                        trail.say(name + i);
                        Asyncio.yieldNow();
                    }
                    trail.say(name + " end");
                });
            }
            yieldTimes(6);
        });
        assertEquals("1 a0, 1 b0, 2 a1, 2 b1, 3 a2, 3 b2, 4 a end, 4 b end", trace);
    }

    @Test
    void sleep_ofNothingOrLess_isAYield() throws Exception {
        String trace = trace((loop, trail) -> {
            Asyncio.sleep(Duration.ZERO);
            trail.say("zero");
            Asyncio.sleep(Asyncio.seconds(-1));
            trail.say("less");
        });
        assertEquals("1 zero, 2 less", trace);
    }

    // ---- S7: alone between two suspensions

    @Test
    void task_betweenTwoSuspensions_isAlone() throws Exception {
        try (var loop = new TestLoop()) {
            int[] counter = {0};
            loop.run(() -> {
                var tasks = new ArrayList<Task<Void>>();
                for (int i = 0; i < 20; i++) {
                    tasks.add(loop.createTask(() -> {
                        for (int round = 0; round < 100; round++) {
                            int seen = counter[0];
                            Thread.onSpinWait();
                            counter[0] = seen + 1;
                            Asyncio.yieldNow();
                        }
                    }));
                }
                for (Task<Void> task : tasks) {
                    task.await();
                }
            });
            assertEquals(2_000, counter[0]);
        }
    }

    // ---- S8: stop

    @Test
    void stop_duringAnIteration_letsItFinishAndKeepsWhatItAppended() {
        try (var loop = new TestLoop()) {
            var trail = new ArrayList<String>();
            loop.callSoon(() -> {
                trail.add("a");
                loop.stop();
                loop.callSoon(() -> trail.add("c"));
            });
            loop.callSoon(() -> trail.add("b"));
            loop.runForever();
            assertEquals(List.of("a", "b"), trail);

            loop.callSoon(loop::stop);
            loop.runForever();
            assertEquals(List.of("a", "b", "c"), trail);
        }
    }

    @Test
    void stop_beforeTheRun_givesOneIteration() {
        try (var loop = new TestLoop()) {
            var trail = new ArrayList<String>();
            loop.stop();
            loop.callLater(Asyncio.seconds(1), () -> trail.add("timer"));
            loop.callSoon(() -> {
                trail.add("d");
                loop.callSoon(() -> trail.add("e"));
            });
            loop.runForever();
            assertEquals(List.of("d"), trail);
            assertEquals(0, loop.time(), "the one poll must not wait for the timer");
        }
    }

    @Test
    void runUntilComplete_mainDone_runsWhatIsQueuedBesideTheStopAndNoMore() {
        try (var loop = new TestLoop()) {
            var trail = new ArrayList<String>();
            loop.run(() -> {
                loop.callSoon(() -> trail.add("x"));
                loop.callSoon(() -> loop.callSoon(() -> trail.add("z")));
            });
            assertEquals(List.of("x"), trail);
        }
    }

    // ---- S9: entries from other threads

    @Test
    void callSoonThreadsafe_fromTheLoopItself_isOrderedWithCallSoon() throws Exception {
        String trace = trace((loop, trail) -> {
            loop.callSoon(trail.saying("a"));
            loop.callSoonThreadsafe(trail.saying("b"));
            loop.callSoon(trail.saying("c"));
            loop.callSoonThreadsafe(trail.saying("d"));
            yieldTimes(2);
        });
        assertEquals("1 a, 1 b, 1 c, 1 d", trace);
    }

    @Test
    void callSoonThreadsafe_fromAnotherThreadMeanwhile_isOrderedByArrival() throws Exception {
        String trace = trace((loop, trail) -> {
            loop.callSoon(() -> {
                loop.callSoon(trail.saying("a"));
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < 3; i++) {
                        loop.callSoonThreadsafe(trail.saying("t" + i));
                    }
                });
                thread.start();
                thread.join();
                loop.callSoon(trail.saying("b"));
            });
            // In confined mode the loop goes on while the callback waits for the thread, so count from there.
            while (trail.lines.size() < 5) {
                Asyncio.yieldNow();
            }
            trail.lines.replaceAll(line -> line.substring(line.indexOf(' ') + 1));
        });
        assertEquals("a, t0, t1, t2, b", trace);
    }

    @Test
    void callSoonThreadsafe_beforeTheRun_isOrderedByArrival() throws Exception {
        try (var loop = new TestLoop()) {
            var trail = new ArrayList<String>();
            Thread thread = new Thread(() -> loop.callSoonThreadsafe(() -> trail.add("hello")));
            thread.start();
            thread.join();
            loop.callSoon(() -> trail.add("world"));
            loop.callSoon(loop::stop);
            loop.runForever();
            assertEquals(List.of("hello", "world"), trail);
        }
    }

    // ---- cancellation in the same model

    @Test
    void cancel_ofASleepingTask_wakesItInTheNextIteration() throws Exception {
        String trace = trace((loop, trail) -> {
            Task<Void> task = loop.createTask(() -> {
                try {
                    Asyncio.sleep(Asyncio.seconds(10));
                } catch (CancelledError e) {
                    trail.say("cancelled");
                    Asyncio.yieldNow();
                    trail.say("cleaned up");
                    throw e;
                }
            });
            task.addDoneCallback(f -> trail.say("done"));
            yieldTimes(2);
            trail.say("cancel");
            assertTrue(task.cancel());
            assertFalse(task.cancelled());
            yieldTimes(6);
        });
        assertEquals("2 cancel, 3 cancelled, 4 cleaned up, 5 done", trace);
    }

    @Test
    void cancel_beforeTheFirstStep_endsTheTaskInThatSlot() throws Exception {
        String trace = trace((loop, trail) -> {
            var tasks = new ArrayList<Task<Void>>();
            loop.callSoon(() -> trail.say("before: " + tasks.get(0).done()));
            tasks.add(loop.createTask(trail.saying("never")));
            loop.callSoon(() -> trail.say("after: " + tasks.get(0).done()));
            tasks.get(0).addDoneCallback(f -> trail.say("done"));
            tasks.get(0).cancel();
            yieldTimes(4);
        });
        assertEquals("1 before: false, 1 after: true, 2 done", trace);
    }

    @Test
    void cancel_ofAChain_comesUpOneLevelPerIterationWithItsMessage() throws Exception {
        String trace = trace((loop, trail) -> {
            Action leaf = reporting(trail, "leaf", () -> Asyncio.sleep(Asyncio.seconds(10)));
            Action middle =
                    reporting(trail, "middle", () -> loop.createTask(leaf).await());
            Action top = reporting(trail, "top", () -> loop.createTask(middle).await());
            Task<Void> task = loop.createTask(top);
            task.addDoneCallback(f -> trail.say("done"));
            yieldTimes(5);
            task.cancel("m");
            trail.say("asked");
            yieldTimes(6);
        });
        assertEquals("5 asked, 6 leaf m, 7 middle m, 8 top m, 9 done", trace);
    }

    private static Action reporting(Trail trail, String name, Action body) {
        return () -> {
            try {
                body.run();
            } catch (CancelledError e) {
                trail.say(name + " " + e.getMessage());
                throw e;
            }
        };
    }

    @Test
    void cancel_afterTheFutureCompletedAndBeforeTheTaskResumed_winsTheRace() throws Exception {
        String trace = trace((loop, trail) -> {
            Future<String> future = loop.createFuture();
            Task<Void> task = loop.createTask(() -> {
                try {
                    trail.say(future.await());
                } catch (CancelledError e) {
                    trail.say("cancelled");
                }
            });
            yieldTimes(2);
            loop.callSoon(() -> {
                trail.say("set");
                future.setResult("value");
            });
            loop.callSoon(() -> trail.say(task.cancel()));
            yieldTimes(3);
            trail.say(future.result());
        });
        assertEquals("3 set, 3 true, 4 cancelled, 5 value", trace);
    }

    // ---- eager tasks run inside createTask

    @Test
    void eagerTask_firstStep_runsInsideCreateTask() throws Exception {
        String trace = trace((loop, trail) -> {
            loop.createTask(
                    () -> {
                        trail.say("step 1");
                        Asyncio.yieldNow();
                        trail.say("step 2");
                    },
                    TaskOptions.DEFAULT.eagerStart(true));
            trail.say("main");
            yieldTimes(3);
        });
        assertEquals("0 step 1, 0 main, 1 step 2", trace);
    }
}

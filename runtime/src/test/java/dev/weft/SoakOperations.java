package dev.weft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** What the tasks of a {@link Soak} do, as often as each is done. */
final class SoakOperations {
    private final Soak soak;
    private final List<SoakResource> locks;
    private final List<SoakResource> semaphores;
    private final List<SoakResource> queues;
    private final List<SoakResource> conditions;
    private final List<SoakResource> events;

    SoakOperations(Soak soak, List<SoakResource> resources) {
        this.soak = soak;
        locks = all(resources, SoakResources.OfLock.class);
        semaphores = all(resources, SoakResources.OfSemaphore.class);
        queues = new ArrayList<>(all(resources, SoakResources.OfQueue.class));
        queues.addAll(all(resources, SoakResources.OfChannel.class));
        conditions = all(resources, SoakResources.OfCondition.class);
        events = new ArrayList<>(all(resources, SoakResources.OfEvent.class));
        events.addAll(all(resources, SoakResources.OfBarrier.class));
    }

    private static List<SoakResource> all(List<SoakResource> resources, Class<? extends SoakResource> type) {
        return resources.stream().filter(type::isInstance).toList();
    }

    /** Any operation. */
    void any(Soak.Actor self) throws Exception {
        int percent = soak.random().nextInt(100);
        if (percent < 58) {
            simple(self);
            return;
        }
        soak.begins(self, percent);
        if (percent < 68) {
            waitFor(self);
        } else if (percent < 76) {
            group(self);
        } else if (percent < 82) {
            join(self);
        } else if (percent < 85) {
            gather(self);
        } else if (percent < 87) {
            waitForSome();
        } else if (percent < 92) {
            nestedTimeouts(self);
        } else if (percent < 95) {
            shield(self);
        } else if (percent < 98) {
            callLater();
        } else {
            executor(self);
        }
    }

    /** An operation that starts no task. A time limit of its own is part of it. */
    private void simple(Soak.Actor self) throws Exception {
        int weight = soak.random().nextInt(58);
        soak.begins(self, weight);
        try {
            if (weight < 10) {
                sleep();
            } else {
                one(weight < 25
                                ? queues
                                : weight < 35 ? locks : weight < 45 ? semaphores : weight < 53 ? conditions : events)
                        .use(self);
            }
        } catch (TimeoutException e) {
            require(e.getCause() instanceof CancelledError, "I7", "a timeout without a cancellation");
        }
    }

    private SoakResource one(List<SoakResource> resources) {
        return resources.get(soak.random().nextInt(resources.size()));
    }

    private void sleep() {
        Duration duration = soak.duration();
        long end = soak.loop().time() + duration.toNanos();
        Asyncio.sleep(duration);
        require(soak.loop().time() == end, "I8", "slept until " + soak.loop().time() + " instead of " + end);
    }

    // ---- time limits

    private void waitFor(Soak.Actor self) throws Exception {
        Duration limit = soak.duration();
        long deadline = soak.loop().time() + limit.toNanos();
        try {
            if (soak.oneIn(3)) {
                Soak.Actor child = soak.newChild();
                Task<?> task = soak.start(child, () -> simple(child));
                try {
                    Asyncio.waitFor(task, limit);
                } catch (TimeoutException e) {
                    require(task.done(), "I7", "timed out before what was waited for had ended");
                    throw e;
                }
                require(task.done(), "I7", "waitFor ended before what it waited for");
            } else {
                Asyncio.waitFor(() -> simple(self), limit);
            }
        } catch (TimeoutException e) {
            require(soak.loop().time() >= deadline, "I8", "timed out early");
        } catch (CancelledError e) {
            rethrowIfMine(self, e);
        }
    }

    private void nestedTimeouts(Soak.Actor self) throws Exception {
        int before = self.task().cancelling();
        long[] deadline = {0};
        try {
            Asyncio.timeout(soak.duration(), outer -> {
                try {
                    Asyncio.timeout(soak.duration(), scope -> {
                        simple(self);
                        if (soak.oneIn(2) && !scope.expired()) {
                            scope.reschedule(soak.duration());
                            deadline[0] = scope.when().orElseThrow();
                            simple(self);
                        }
                    });
                } catch (TimeoutException e) {
                    require(soak.loop().time() >= deadline[0], "I8", "timed out early");
                }
                if (!outer.expired()) {
                    simple(self);
                }
            });
        } catch (TimeoutException e) {
            require(
                    self.task().cancelling() == self.cancels,
                    "I7",
                    "a timeout has not taken its request back: " + self.task().cancelling() + ", before " + before);
        }
    }

    // ---- tasks

    private void join(Soak.Actor self) {
        Soak.Actor child = soak.newChild();
        boolean fails = soak.oneIn(20);
        Task<?> task = soak.start(child, () -> {
            simple(child);
            if (fails) {
                throw soak.boom(false);
            }
        });
        try {
            task.await();
            require(!fails && child.cancels == 0, "I7", child + " was cancelled, and ended otherwise");
        } catch (Soak.Boom e) {
            require(fails, "I10", "an exception from elsewhere");
            self.settle(); // what is waited for was cancelled in its place, and failed: as in asyncio, that is all
        } catch (CancelledError e) {
            require(task.done(), "I7", "cancelled before the task it waited for");
            rethrowIfMine(self, e);
        }
    }

    private void group(Soak.Actor self) throws Exception {
        List<Task<?>> children = new ArrayList<>();
        try {
            Asyncio.taskGroup(group -> {
                for (int i = soak.random().nextInt(4); i >= 0; i--) {
                    Soak.Actor child = soak.newChild();
                    boolean fails = soak.oneIn(12);
                    children.add(soak.startWith(body -> group.createTask(body), child, () -> {
                        simple(child);
                        if (fails) {
                            throw soak.boom(false);
                        }
                    }));
                }
                if (soak.oneIn(3)) {
                    simple(self);
                }
            });
        } catch (ErrorGroup | ExceptionGroup e) {
            // of Booms: anything else was reported as a violation where it happened
        } catch (CancelledError e) {
            rethrowIfMine(self, e);
            soak.violated("I7", "a group cancelled its parent, and told it so");
        } finally {
            for (Task<?> child : children) {
                require(child.done(), "I11", "outlives its group: " + child);
            }
        }
    }

    private List<Task<?>> children(boolean mayFail) {
        List<Task<?>> children = new ArrayList<>();
        for (int i = soak.random().nextInt(4); i >= 0; i--) {
            Soak.Actor child = soak.newChild();
            boolean fails = mayFail && soak.oneIn(12);
            children.add(soak.start(child, () -> {
                simple(child);
                if (fails) {
                    throw soak.boom(false);
                }
            }));
        }
        return children;
    }

    private void gather(Soak.Actor self) {
        List<Task<?>> children = children(true);
        try {
            if (soak.oneIn(2)) {
                Asyncio.gatherSettled(children).await();
            } else {
                Asyncio.gather(children).await();
            }
            children.forEach(child -> require(child.done(), "I7", "gathered before it was done: " + child));
        } catch (Soak.Boom e) {
            require(children.stream().anyMatch(Task::done), "I7", "failed before any child");
            self.settle(); // what is waited for was cancelled in its place, and failed: as in asyncio, that is all
        } catch (CancelledError e) {
            rethrowIfMine(self, e);
        }
    }

    private void waitForSome() {
        List<Task<?>> children = children(false);
        ReturnWhen when = soak.oneIn(2) ? ReturnWhen.ALL_COMPLETED : ReturnWhen.FIRST_COMPLETED;
        Duration limit = soak.oneIn(2) ? soak.duration() : null;
        long deadline = limit == null ? Long.MAX_VALUE : soak.loop().time() + limit.toNanos();
        Waited<? extends Task<?>> waited = Asyncio.wait(children, limit, when);
        boolean enough = when == ReturnWhen.ALL_COMPLETED
                ? waited.pending().isEmpty()
                : !waited.done().isEmpty();
        require(enough || soak.loop().time() >= deadline, "I3", "returned for no reason: " + waited);
    }

    private void shield(Soak.Actor self) {
        Soak.Actor child = soak.newChild();
        Task<?> inner = soak.start(child, () -> simple(child));
        try {
            Asyncio.shield(inner).await();
            require(inner.done(), "I7", "done before what it shields");
        } catch (CancelledError e) {
            require(child.cancels > 0 || !inner.cancelled(), "I7", "the cancellation went through the shield");
            rethrowIfMine(self, e);
        }
    }

    /** A cancellation that came out of a child is that child's alone unless this task was cancelled too. */
    private static void rethrowIfMine(Soak.Actor self, CancelledError e) {
        if (self.task().cancelling() > 0) {
            throw e;
        }
    }

    // ---- callbacks

    private void callLater() {
        Duration delay = soak.duration();
        long when = soak.loop().time() + delay.toNanos();
        boolean[] cancelled = {false};
        boolean fails = soak.oneIn(10);
        soak.callbackExpected();
        TimerHandle timer = soak.loop().callLater(delay, () -> {
            soak.callbackCame();
            require(!cancelled[0], "I9", "cancelled, and called");
            require(soak.loop().time() == when, "I8", "called at " + soak.loop().time() + " instead of " + when);
            if (fails) {
                throw soak.boom(true);
            }
        });
        if (soak.oneIn(2)) {
            soak.callLater(() -> {
                if (timer.active()) {
                    timer.cancel();
                    cancelled[0] = true;
                    soak.callbackCame();
                }
            });
        }
    }

    /** An executor that has the job done a few iterations later: on virtual time nothing may be left to chance. */
    private void executor(Soak.Actor self) {
        int[] runs = {0};
        Future<Integer> job = soak.loop()
                .runInExecutor(command -> runLater(command, soak.random().nextInt(4)), () -> {
                    return ++runs[0];
                });
        expect(job, 1_000);
        try {
            int result = job.await();
            require(result == 1, "I9", "the job ran " + result + " times");
        } catch (CancelledError e) {
            require(self.task().cancelling() > 0, "I7", "the job was cancelled by nobody");
            throw e;
        }
    }

    /** A result comes in some iterations or never; the loop would wait for it in real time. */
    private void expect(Future<?> job, int iterations) {
        if (!job.isDone()) {
            require(iterations > 0, "I3", "an executor's result is lost");
            soak.loop().callSoon(() -> expect(job, iterations - 1));
        }
    }

    private void runLater(Runnable command, int iterations) {
        soak.loop().callSoon(() -> {
            if (iterations == 0) {
                command.run();
            } else {
                runLater(command, iterations - 1);
            }
        });
    }

    private void require(boolean holds, String invariant, String what) {
        soak.require(holds, invariant, what);
    }
}

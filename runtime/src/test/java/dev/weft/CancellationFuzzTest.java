package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.internal.coroutine.Fibers;
import dev.weft.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * Small random programs on virtual time, which wait in every way there is and cancel each other at any moment. Whatever they do:
 * every task ends, nothing is left over, and one seed gives one trace, in both modes.
 */
final class CancellationFuzzTest {
    private static final int SEEDS = Integer.getInteger("weft.fuzz.seeds", 3_000);

    @Test
    void randomPrograms_whateverIsCancelledWhen_endCleanlyAndAlikeInEachMode() {
        EventLoop.Mode other = Fibers.confinedAvailable() ? EventLoop.Mode.CONFINED : EventLoop.Mode.PORTABLE;
        for (int seed = 0; seed < SEEDS; seed++) {
            String trace = new Program(seed, EventLoop.Mode.PORTABLE).run();
            assertEquals(trace, new Program(seed, other).run(), "seed " + seed);
        }
    }

    private static final class Boom extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Boom() {
            super("boom", null, false, false);
        }
    }

    /** One program. All randomness comes from one source, asked in the order of execution: another order is another trace. */
    private static final class Program {
        private static final Duration LONG_ENOUGH = Asyncio.seconds(100);
        private static final Duration TOO_LONG = Asyncio.seconds(1_000);

        private final int seed;
        private final Random random;
        private final EventLoop loop;
        private final boolean onlyTimeouts;
        private final StringBuilder trace = new StringBuilder();
        private final List<String> problems = new ArrayList<>();
        private final List<Task<?>> tasks = new ArrayList<>();
        private final List<Future<Integer>> futures = new ArrayList<>();
        private final Lock lock = new Lock();
        private final Semaphore semaphore = new Semaphore(2);
        private int budget = 80;

        Program(int seed, EventLoop.Mode mode) {
            this.seed = seed;
            random = new Random(seed);
            onlyTimeouts = seed % 3 == 0;
            loop = EventLoop.builder().clock(new VirtualClock()).mode(mode).build();
            loop.setExceptionHandler((l, report) -> {
                // Both are legal: nobody waits for a child that is not awaited, or behind a shield that was cancelled.
                if (!report.message().startsWith("shielded future failed")) {
                    problems.add("reported: " + report + " " + report.exception());
                }
            });
        }

        String run() {
            try {
                loop.runUntilComplete(() -> main());
                check(Asyncio.allTasks(loop).isEmpty(), "tasks are left: " + Asyncio.allTasks(loop));
                check(loop.core().liveTimers() == 0, "timers are left");
                check(!lock.locked(), "the lock is not free");
                semaphore.release();
                check(semaphore.toString().contains("3"), "units were lost: " + semaphore);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + "\n" + trace, e);
            } finally {
                loop.close();
            }
            if (!problems.isEmpty()) {
                throw new AssertionError("seed " + seed + ": " + problems + "\n" + trace);
            }
            return trace.toString();
        }

        private void main() {
            for (int i = 0; i < 3; i++) {
                Future<Integer> future = loop.createFuture();
                futures.add(future);
                loop.callLater(briefly(20), () -> complete(future));
            }
            var roots = new ArrayList<Task<?>>();
            for (int i = 0; i < 3; i++) {
                roots.add(spawn(0));
            }
            for (int i = onlyTimeouts ? 0 : random.nextInt(5); i > 0; i--) {
                loop.callLater(briefly(15), this::cancelAny);
            }
            Asyncio.sleep(LONG_ENOUGH);
            if (onlyTimeouts) {
                for (Task<?> root : roots) {
                    check(!root.done() || root.cancelling() == 0, "a timeout did not take its cancel back: " + root);
                }
            }
            // What is left by now sleeps too long, or waits for one that does.
            for (int round = 0; round < 300 && Asyncio.allTasks().size() > 1; round++) {
                for (Task<?> task : Asyncio.allTasks()) {
                    if (task != Asyncio.currentTask()) {
                        task.cancel("swept");
                    }
                }
                Asyncio.sleep(Asyncio.millis(10));
            }
            for (Task<?> task : tasks) {
                if (!task.done()) {
                    problems.add("does not end: " + task);
                } else if (!task.cancelled()) {
                    note(task, "ended " + name(task.exception()));
                }
            }
            futures.stream().filter(future -> !future.cancelled()).forEach(Future::exception);
        }

        private void complete(Future<Integer> future) {
            if (future.done()) {
                return; // cancelled by one who waited for it
            }
            switch (random.nextInt(4)) {
                case 0 -> future.setException(new Boom());
                case 1 -> future.cancel("future");
                default -> future.setResult(1);
            }
        }

        private void cancelAny() {
            Task<?> victim = anyTask();
            note(victim, "cancel " + victim.cancel("any"));
        }

        private Task<?> anyTask() {
            return tasks.get(random.nextInt(tasks.size()));
        }

        private Task<Integer> spawn(int depth) {
            int number = tasks.size();
            var options = TaskOptions.named("t" + number).eagerStart(random.nextInt(6) == 0);
            tasks.add(null); // keeps the place: an eager child runs, and spawns, before it is known
            Task<Integer> task = Asyncio.createTask(
                    () -> {
                        tasks.set(number, Asyncio.currentTask());
                        return body(depth);
                    },
                    options);
            tasks.set(number, task);
            return task;
        }

        private int body(int depth) {
            for (int i = random.nextInt(4); i >= 0 && budget > 0; i--) {
                budget--;
                int kind = random.nextInt(depth > 4 ? 8 : 20);
                Task<?> self = Asyncio.currentTask();
                try {
                    step(kind, depth);
                    note(self, kind + " ok");
                } catch (Throwable e) {
                    note(self, kind + " " + name(e));
                    // Right after a sleep or a yield nobody else can have asked again.
                    check(kind > 2 || !self.cancellationPending(), "delivered and still pending: " + self);
                    throw Throwables.rethrow(e);
                }
            }
            return depth;
        }

        private void step(int kind, int depth) throws Exception {
            switch (kind) {
                case 0 -> Asyncio.sleep(briefly(6));
                case 1 -> Asyncio.sleep(random.nextInt(4) == 0 ? TOO_LONG : briefly(6));
                case 2 -> Asyncio.yieldNow();
                case 3 -> futures.get(random.nextInt(futures.size())).await();
                case 4 -> waitForFuture();
                case 5 -> {
                    try (var _ = lock.hold()) {
                        Asyncio.sleep(briefly(3));
                    }
                }
                case 6 -> {
                    try (var _ = semaphore.hold()) {
                        Asyncio.sleep(briefly(3));
                    }
                }
                case 7 -> disturb();
                case 8 -> spawn(depth + 1);
                case 9 -> spawn(depth + 1).await();
                case 10 -> Asyncio.gather(children(depth)).await();
                case 11 -> Asyncio.gatherSettled(children(depth)).await();
                case 12, 13, 14 -> underTimeout(depth);
                case 15 -> Asyncio.shield(spawn(depth + 1)).await();
                case 16 ->
                    Asyncio.taskGroup(group -> {
                        for (int i = random.nextInt(3); i >= 0; i--) {
                            group.createTask(() -> body(depth + 2), "member " + budget);
                        }
                        body(depth + 2);
                    });
                case 17 -> swallowing(depth);
                case 18 -> {
                    try {
                        body(depth + 1);
                    } finally {
                        Asyncio.sleep(briefly(3));
                    }
                }
                default -> Asyncio.wait(children(depth), briefly(4));
            }
        }

        private void disturb() {
            switch (random.nextInt(onlyTimeouts ? 1 : 4)) {
                case 0 -> throw new Boom();
                case 1 -> {
                    Task<?> other = anyTask();
                    if (other != Asyncio.currentTask()) {
                        // Behind a shield: a member of a group that waits for who waits for the group would never end.
                        Asyncio.shield(other).await();
                    }
                }
                default -> cancelAny();
            }
        }

        private void waitForFuture() {
            try {
                Asyncio.waitFor(futures.get(random.nextInt(futures.size())), briefly(6));
            } catch (TimeoutException e) {
                note(Asyncio.currentTask(), "late");
            }
        }

        private void underTimeout(int depth) {
            Task<?> self = Asyncio.currentTask();
            int before = self.cancelling();
            try {
                Asyncio.timeout(random.nextInt(8) == 0 ? TOO_LONG : briefly(8), scope -> {
                    body(depth + 1);
                    if (random.nextInt(4) == 0 && !scope.expired()) {
                        scope.reschedule(briefly(3));
                        body(depth + 1);
                    }
                });
            } catch (TimeoutException e) {
                note(self, "timed out");
                check(self.cancelling() <= before, "its own cancel is still counted: " + self);
                check(e.getCause() instanceof CancelledError, "cause of a timeout: " + e.getCause());
            }
        }

        private void swallowing(int depth) {
            Task<?> self = Asyncio.currentTask();
            try {
                body(depth + 1);
            } catch (CancelledError e) {
                if (!onlyTimeouts && random.nextBoolean()) {
                    self.uncancel();
                }
            } catch (Boom e) {
                note(self, "caught");
            }
        }

        private List<Task<Integer>> children(int depth) {
            var children = new ArrayList<Task<Integer>>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                children.add(spawn(depth + 1));
            }
            return children;
        }

        private Duration briefly(int millis) {
            return Asyncio.millis(random.nextInt(millis));
        }

        private String name(Throwable e) {
            if (e == null) {
                return "fine";
            }
            boolean expected = e instanceof CancelledError
                    || e instanceof Boom
                    || e instanceof ExceptionGroup
                    || (e instanceof ErrorGroup && e.getMessage().startsWith("task group failed"));
            if (!expected) {
                var text = new StringBuilder(e.toString());
                for (StackTraceElement frame : e.getStackTrace()) {
                    text.append("\n  at ").append(frame);
                }
                problems.add("unexpected: " + text);
            }
            return e.getClass().getSimpleName() + " " + e.getMessage();
        }

        private void note(Task<?> task, String what) {
            trace.append(loop.time() / 1_000_000)
                    .append(' ')
                    .append(task.getName())
                    .append(' ')
                    .append(what)
                    .append('\n');
        }

        private void check(boolean holds, String problem) {
            if (!holds) {
                problems.add(problem);
            }
        }
    }
}

package dev.weft;

import dev.weft.SoakResources.OfQueue.Discipline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A long random program on virtual time: 16 to 256 tasks use everything there is to coordinate tasks, and cancel each other at any
 * moment. What must hold whatever happens (the invariants, named I1 and so on) is checked at each operation, each time before the clock
 * moves, and at the end. All randomness comes from one seed, asked in the order of execution: a seed's trace hash is always the same.
 */
final class Soak {
    enum Order {
        /** As in production: no one steers. */
        FIFO,
        /** Any of the ready entries comes next. */
        RANDOM,
        /** Tasks have priorities, and three times in a run the first falls behind all others. */
        PRIORITY
    }

    /** What a run was like. */
    record Result(long seed, Order order, long traceHash, long operations, long cancellations, Duration virtualTime) {}

    /** A worker of the soak, or a task that one has started. */
    static final class Actor {
        private final int number;
        private final boolean worker;
        private @Nullable Task<?> task;
        private int place;

        /** The cancellations sent since the last one that arrived. */
        int cancels;

        /** Those of them that have arrived, or need not any more. */
        private int settled;

        Actor(int number, boolean worker) {
            this.number = number;
            this.worker = worker;
        }

        Task<?> task() {
            return task;
        }

        /** Nothing more comes of the cancellations sent so far. */
        void settle() {
            settled = cancels;
        }

        int number() {
            return number;
        }

        @Override
        public String toString() {
            return (worker ? "worker " : "child ") + number;
        }
    }

    /** Thrown, and reported, on purpose. */
    static final class Boom extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Boom(int number) {
            super("boom " + number, null, false, false);
        }
    }

    private static final int ONE_CANCEL_IN = 20;
    private static final int ONE_DOUBLE_CANCEL_IN = 200;
    private static final int ONE_TIE_IN = 50;
    private static final int ONE_STUBBORN_IN = 100;
    private static final int SWIZZLE_EVERY = 5_000;
    /** In average sleeps. */
    private static final int LONGEST_OPERATION = 100;

    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final long seed;
    private final Order order;
    private final long length;
    private final SplittableRandom random;
    private final EventLoop loop;
    private final Clock clock = new Clock();
    private final int workers;
    /** Half the length of an average sleep. */
    private final long scaleNanos;

    private final List<SoakResource> resources = new ArrayList<>();
    private final SoakOperations operations;
    private final List<Actor> live = new ArrayList<>();
    private final Map<Integer, Event> gates = new HashMap<>();
    private final ArrayDeque<Long> recentDeadlines = new ArrayDeque<>();
    private final Set<String> toBeReported = new HashSet<>();
    private long done;
    private long lastBegin;
    private long nextItem;
    private int nextActor;
    private int nextBoom;
    private int helpers;
    private long callbacks;
    private long cancellations;
    private long hash = FNV_START;
    private @Nullable TimerHandle helper;
    private @Nullable AssertionError violation;

    /** Each time nothing is left to do but to wait for a timer, time jumps there; that is when the resources are looked at. */
    private final class Clock implements LoopClock {
        private long nanos;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public boolean skip(long wait) {
            if (nanos - lastBegin > LONGEST_OPERATION * scaleNanos) {
                stop(new AssertionError("I3: nobody gets on; live: " + live));
                return false;
            }
            try {
                resources.forEach(SoakResource::checkStill);
                int inMemory = loop.core().timersInMemory();
                require(inMemory <= 2 * loop.core().liveTimers() + 100, "I12", inMemory + " timers");
            } catch (AssertionError e) {
                stop(e);
            }
            nanos += wait;
            return true;
        }
    }

    Soak(long seed, Order order, long length) {
        this(seed, order, length, EventLoop.Mode.AUTO);
    }

    Soak(long seed, Order order, long length, EventLoop.Mode mode) {
        this.seed = seed;
        this.order = order;
        this.length = length;
        random = new SplittableRandom(seed);
        workers = 16 << random.nextInt(5);
        scaleNanos = workers * 2_300_000_000L;
        loop = EventLoop.builder().clock(clock).mode(mode).name("soak").build();
        for (int i = 0; i < 3; i++) {
            resources.add(new SoakResources.OfLock(this, "lock " + i));
            resources.add(new SoakResources.OfSemaphore(this, "semaphore " + i, 1 + i));
            resources.add(new SoakResources.OfCondition(this, "condition " + i));
            resources.add(new SoakResources.OfQueue(this, "queue " + i, Discipline.FIFO, i));
            resources.add(new SoakResources.OfQueue(
                    this, "queue " + (3 + i), List.of(Discipline.values()).get(i), 2));
            resources.add(new SoakResources.OfChannel(this, "channel " + i, i));
            resources.add(new SoakResources.OfEvent(this, "event " + i));
        }
        resources.add(new SoakResources.OfBarrier(this, "barrier"));
        operations = new SoakOperations(this, resources);
    }

    /** Runs. */
    Result run() {
        if (order != Order.FIFO) {
            loop.control()
                    .steer(
                            order == Order.RANDOM
                                    ? new SoakSchedules.Any(random)
                                    : new SoakSchedules.Prioritised(random));
        }
        loop.setExceptionHandler((ignored, report) -> reported(report));
        try {
            try {
                loop.runUntilComplete(this::main);
                rethrow();
                require(Asyncio.allTasks(loop).isEmpty(), "I7", "tasks are left: " + Asyncio.allTasks(loop));
                require(loop.core().liveTimers() == 0, "I12", "timers are left");
            } finally {
                loop.close();
            }
            rethrow();
            require(toBeReported.isEmpty(), "I10", "never reported: " + toBeReported);
        } catch (RuntimeException | Error e) {
            Throwable first = violation == null ? e : violation;
            String what = first instanceof AssertionError ? first.getMessage() : first.toString();
            throw new AssertionError("seed " + seed + ", " + order + ", after " + done + " operations: " + what, first);
        }
        return new Result(seed, order, hash, done, cancellations, Duration.ofNanos(clock.nanos));
    }

    private void main() {
        List<Task<?>> all = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            Actor actor = new Actor(nextActor++, true);
            all.add(start(actor, () -> work(actor)));
        }
        help();
        Asyncio.wait(all);
        for (Task<?> task : all) {
            if (!task.cancelled()) { // before its first step
                task.result();
            }
        }
        while (!live.isEmpty() || helpers > 0 || callbacks > 0) {
            Asyncio.sleep(Duration.ofNanos(scaleNanos / 64));
        }
        helper.cancel();
        require(loop.core().liveTimers() == 0, "I12", "timers are left");
        resources.forEach(SoakResource::checkEnd);
    }

    private void help() {
        resources.forEach(SoakResource::help);
        helper = loop.callLater(Duration.ofNanos(scaleNanos / 8), this::help);
    }

    // ---- workers

    private void work(Actor self) throws Exception {
        while (done < length) {
            try {
                Event gate = gates.get(self.number);
                if (gate != null) {
                    gate.await();
                }
                operate(self);
                if (self.cancels > self.settled) {
                    Asyncio.yieldNow(); // one that came too late for the operation comes now
                    violated("I7", self + " was cancelled, and nothing came of it");
                }
            } catch (CancelledError e) {
                require(self.cancels > 0, "I7", self + " got a cancellation that nobody sent");
            }
            require(
                    self.task().cancelling() == self.cancels,
                    "I7",
                    self + " counts " + self.task().cancelling());
            while (self.task().uncancel() > 0) {}
            self.cancels = 0;
            self.settled = 0;
        }
    }

    /** Now and then goes on after a cancellation, as tasks should not. */
    private void operate(Actor self) throws Exception {
        boolean stubborn = oneIn(ONE_STUBBORN_IN);
        try {
            operations.any(self);
        } catch (CancelledError e) {
            if (!stubborn) {
                throw e;
            }
            self.settle();
            Asyncio.sleep(duration());
        }
    }

    /** Counts an operation, and does what it may have to suffer from. */
    void begins(Actor self, int kind) {
        done++;
        lastBegin = clock.nanos;
        mix(kind);
        mix(self.number);
        mix(clock.nanos);
        if (oneIn(ONE_CANCEL_IN)) {
            cancel(victim());
        }
        if (oneIn(ONE_DOUBLE_CANCEL_IN)) {
            Actor victim = victim();
            cancel(victim);
            cancel(victim);
        }
        if (done % SWIZZLE_EVERY == 0) {
            swizzle();
        }
    }

    /** A third of the workers stop, one after the other, and go on in another order. */
    private void swizzle() {
        for (int i = 0; i < workers / 3; i++) {
            int worker = random.nextInt(workers);
            callLater(() -> {
                if (gates.get(worker) == null) {
                    var gate = new Event();
                    gates.put(worker, gate);
                    callLater(() -> {
                        gates.remove(worker);
                        gate.set();
                    });
                }
            });
        }
    }

    /** A callback after a while. */
    void callLater(Action action) {
        callbackExpected();
        loop.callLater(duration(), () -> {
            callbackCame();
            action.run();
        });
    }

    private Actor victim() {
        return live.get(random.nextInt(live.size()));
    }

    private void cancel(Actor actor) {
        Task<?> task = actor.task();
        if (task != Asyncio.currentTask() && task.cancel("by the soak")) {
            actor.cancels++;
            cancellations++;
        }
    }

    /** The moment between a wake-up and the next step of who was woken is when a cancellation is most likely to do harm. */
    void perhapsCancelWoken() {
        if (!oneIn(ONE_CANCEL_IN)) {
            return;
        }
        for (Actor actor : live) {
            Future<?> awaited = actor.task().waitingFor();
            if (awaited != null && awaited.isDone()) {
                cancel(actor);
                return;
            }
        }
    }

    /** Starts a task that may be cancelled at any time. */
    Task<?> start(Actor actor, Action body) {
        return startWith(action -> loop.createTask(action, actor.toString()), actor, body);
    }

    Task<?> startWith(Function<Action, Task<?>> starter, Actor actor, Action body) {
        Task<?> task = starter.apply(body);
        actor.task = task;
        actor.place = live.size();
        live.add(actor);
        task.addListener(ended -> {
            Actor last = live.removeLast();
            if (last != actor) {
                live.set(actor.place, last);
                last.place = actor.place;
            }
        });
        return task;
    }

    Actor newChild() {
        return new Actor(nextActor++, false);
    }

    /** Starts a task that nobody cancels. */
    void helper(Action body) {
        helpers++;
        loop.createTask(() -> {
            try {
                body.run();
            } finally {
                helpers--;
            }
        });
    }

    // ---- what operations need

    EventLoop loop() {
        return loop;
    }

    Order order() {
        return order;
    }

    SplittableRandom random() {
        return random;
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    long item() {
        return ++nextItem;
    }

    /** How long to sleep, or to wait at most: now and then until just when something else happens. */
    Duration duration() {
        long now = clock.nanos;
        long nanos = oneIn(4) ? 0 : random.nextLong(4 * scaleNanos / 3);
        Long tie = oneIn(ONE_TIE_IN) ? recentDeadlines.peekFirst() : null;
        if (tie != null && tie > now) {
            nanos = tie - now;
        }
        recentDeadlines.addLast(now + nanos);
        if (recentDeadlines.size() > 16) {
            recentDeadlines.removeFirst();
        }
        return Duration.ofNanos(nanos);
    }

    /** What one does while others wait: not for long. */
    void hold() {
        switch (random.nextInt(4)) {
            case 0 -> {}
            case 1 -> Asyncio.sleep(Duration.ofNanos(random.nextLong(scaleNanos / workers)));
            default -> Asyncio.yieldNow();
        }
    }

    Boom boom(boolean willBeReported) {
        var boom = new Boom(nextBoom++);
        if (willBeReported) {
            toBeReported.add(boom.getMessage());
        }
        return boom;
    }

    void callbackExpected() {
        callbacks++;
    }

    void callbackCame() {
        callbacks--;
        require(callbacks >= 0, "I9", "a callback too many");
    }

    private void reported(ExceptionContext report) {
        Throwable exception = report.exception();
        if (!(exception instanceof Boom) || !toBeReported.remove(exception.getMessage())) {
            stop(new AssertionError("I10: reported: " + report + " " + exception, exception));
        }
    }

    void require(boolean holds, String invariant, String what) {
        if (!holds) {
            violated(invariant, what);
        }
    }

    void violated(String invariant, String what) {
        var error = new AssertionError(invariant + ": " + what);
        stop(error);
        throw error;
    }

    /** The first violation ends the run: what comes after it says little. */
    private void stop(AssertionError error) {
        if (violation == null) {
            violation = error;
            loop.control().endRun(error);
        }
    }

    private void rethrow() {
        if (violation != null) {
            throw violation;
        }
    }

    private void mix(long value) {
        hash = (hash ^ value) * FNV_PRIME;
    }
}

package dev.weft.testing;

import dev.weft.Action;
import dev.weft.AddressFamily;
import dev.weft.Asyncio;
import dev.weft.Body;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.LoopControl;
import dev.weft.NameInfo;
import dev.weft.Suspends;
import dev.weft.VoidBody;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop on virtual time, for tests: sleeps take no time, and the same program does the same in every run. Time stands still while
 * anything can run, and jumps to the next timer when nothing can.
 *
 * <p>It does not jump while something outside the loop is under way that may give it work: somebody waits for a channel, a job runs in an
 * executor, a future of another thread is wrapped, a task waits in code that is not Weft's, a sender of a threadsafe channel is open, or
 * {@link #expectOutside} says so. Timers then fire in real time.
 *
 * <p>When nothing can run any more although tasks wait, the run ends with a {@link dev.weft.DeadlockException}, which says what each of
 * them waits for.
 *
 * <p>Mirrors Twisted's {@code Clock}, trio's {@code MockClock} and Kotlin's {@code TestCoroutineScheduler}.
 */
public final class TestLoop extends EventLoop {
    private final VirtualClock clock;
    private final List<Future<@Nullable Void>> untilBlocked = new ArrayList<>();
    private @Nullable Schedule schedule;
    private @Nullable SimNet network;
    private boolean stopWhenIdle;
    private boolean strict;

    /** A loop at time zero. */
    public TestLoop() {
        this(builder().name("test"));
    }

    /**
     * A loop at time zero, otherwise as described.
     *
     * @param builder mode, debug, name; its clock is replaced
     */
    public TestLoop(Builder builder) {
        this(builder, new VirtualClock());
    }

    private TestLoop(Builder builder, VirtualClock clock) {
        super(builder.clock(clock));
        this.clock = clock;
        control().onIdle(this::idle);
    }

    /** {@return the clock} */
    public VirtualClock clock() {
        return clock;
    }

    // ---- running

    /**
     * Runs a body as a task until it is done. The loop stays open.
     *
     * @param main the body
     * @return its value
     * @param <T> the type of the value
     * @param <X> what it may throw
     * @throws X as the body does
     * @throws dev.weft.DeadlockException if nothing can run any more and the body is not done
     */
    public <T extends @Nullable Object, X extends Exception> T run(Body<T, X> main) throws X {
        return runUntilComplete(main);
    }

    /**
     * As {@link #run(Body)}, without a value.
     *
     * @param main the body
     * @param <X> what it may throw
     * @throws X as the body does
     * @throws dev.weft.DeadlockException if nothing can run any more and the body is not done
     */
    public <X extends Exception> void run(VoidBody<X> main) throws X {
        runUntilComplete(main);
    }

    /**
     * Moves the time, firing timers in the order of their deadlines with the time at each deadline, and running everything they make ready
     * before the next. For use while the loop does not run; a task moves the time by {@link VirtualClock#advance}. Mirrors Twisted's
     * {@code Clock.advance}.
     *
     * @param by how far, not negative
     * @throws IllegalArgumentException if it is negative
     */
    public void advance(Duration by) {
        long target = Math.addExact(clock.nanos(), VirtualClock.notNegative(by));
        withAutoJump(true, () -> {
            callAt(target, this::stop);
            runForever();
        });
        runReady();
    }

    /**
     * Runs everything that is ready, and what that makes ready, without moving the time. For use while the loop does not run. Mirrors
     * Kotlin's {@code runCurrent}.
     */
    public void runReady() {
        withAutoJump(false, () -> {
            callSoon(this::stopWhenNothingIsReady);
            runForever();
        });
    }

    /**
     * Runs everything there is, moving the time from timer to timer, until nothing is left to do: no entry, no timer, nothing outstanding
     * outside the loop. Tasks may be left that wait for something else. For use while the loop does not run; does not return if a timer is
     * always set again. Mirrors Kotlin's {@code advanceUntilIdle}.
     */
    public void advanceUntilIdle() {
        stopWhenIdle = true;
        try {
            withAutoJump(true, this::runForever);
        } finally {
            stopWhenIdle = false;
        }
    }

    /**
     * Whether time jumps to the next timer when nothing else can run, as it does at first. Without it, time moves only by
     * {@link #advance}, {@link #advanceUntilIdle} and {@link VirtualClock#advance}, and waiting for a timer that nobody moves the time to is
     * a deadlock. Mirrors trio's {@code autojump_threshold}.
     *
     * @param jump whether it does
     * @return this
     */
    public TestLoop autoJump(boolean jump) {
        clock.autoJump(jump);
        return this;
    }

    /**
     * What becomes of waits in time that is not this loop's: {@code Thread.sleep}, {@code BlockingQueue.poll(1, SECONDS)} and the like in a
     * task or a callback. By default they just take the time they take. In strict mode they are an error: the run ends with an
     * {@link AssertionError} that names the line, and the wait is interrupted. In {@link EventLoop.Mode#PORTABLE} only waits of more than a
     * millisecond are seen.
     *
     * @param on whether they are an error
     * @return this
     */
    public TestLoop strict(boolean on) {
        strict = on;
        control().onForeignWait(on ? this::foreignWait : null);
        return this;
    }

    /** {@return whether waiting in real time is an error} */
    public boolean isStrict() {
        return strict;
    }

    // ---- for tasks

    /**
     * Waits until every other task waits for something: nothing is ready, no timer is due. Time does not move meanwhile. Waits outside the
     * loop count as waits. Mirrors {@code trio.testing.wait_all_tasks_blocked}.
     *
     * @throws CancelledError if the task is cancelled meanwhile
     * @throws IllegalStateException if the caller is no task of this loop
     */
    @Suspends
    public void awaitAllBlocked() {
        Future<@Nullable Void> blocked = createFuture();
        if (untilBlocked.isEmpty()) {
            callSoon(() -> lookWhetherBlocked(false));
        }
        untilBlocked.add(blocked);
        try {
            blocked.await();
        } finally {
            untilBlocked.remove(blocked);
        }
    }

    /** Comes round with each iteration, so that nothing can be ready, or become so without a wait, when it is alone twice. */
    private void lookWhetherBlocked(boolean aloneBefore) {
        boolean alone = control().readyEntries() == 0;
        if (alone && aloneBefore) {
            List<Future<@Nullable Void>> waiting = List.copyOf(untilBlocked);
            untilBlocked.clear();
            for (Future<@Nullable Void> blocked : waiting) {
                if (!blocked.done()) {
                    blocked.setResult(null);
                }
            }
        } else if (!untilBlocked.isEmpty()) {
            callSoon(() -> lookWhetherBlocked(alone));
        }
    }

    // ---- for the rest of the package

    LoopControl testControl() {
        return control();
    }

    void steer(Schedule decider) {
        schedule = decider;
        control().steer(decider);
    }

    /** The network in memory: from the first call on, the loop knows no other. */
    SimNet network() {
        SimNet made = network;
        if (made == null) {
            made = new SimNet(this, schedule);
            network = made;
        }
        return made;
    }

    @Nullable
    SimNet networkIfAny() {
        return network;
    }

    // ---- names of hosts

    @Override
    @Suspends
    public List<InetSocketAddress> getAddrInfo(@Nullable String host, int port, AddressFamily family)
            throws IOException {
        SimNet known = network;
        return known == null || SimNet.isLiteral(host)
                ? super.getAddrInfo(host, port, family)
                : known.addresses(host, port, family);
    }

    @Override
    @Suspends
    public NameInfo getNameInfo(InetSocketAddress address, boolean numeric) throws IOException {
        SimNet known = network;
        return known == null || numeric ? super.getNameInfo(address, numeric) : known.name(address);
    }

    // ---- helpers

    private void withAutoJump(boolean jump, Action run) {
        boolean before = clock.autoJump();
        clock.autoJump(jump);
        try {
            run.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a run throws no checked exception of its own", e);
        } finally {
            clock.autoJump(before);
        }
    }

    private void stopWhenNothingIsReady() {
        if (control().readyEntries() == 0) {
            stop();
        } else {
            callSoon(this::stopWhenNothingIsReady);
        }
    }

    /** On the loop's own stack: nothing is left but perhaps timers, and the clock does not move to those. */
    private long idle(boolean timers) {
        if (stopWhenIdle) {
            stop();
            return 0;
        }
        if (Asyncio.allTasks(this).isEmpty()) {
            return Long.MAX_VALUE; // a bare runForever: whoever runs it stops it
        }
        control().failDeadlocked(timers ? "; there are timers, but the time stands still: autoJump is off" : "");
        return 0;
    }

    /** On the loop's own stack, while the thread waits. */
    private void foreignWait(Thread waiting, Object who) {
        StackTraceElement[] stack = waiting.getStackTrace();
        StackTraceElement call = RealTimeWaits.timedWait(stack);
        if (call != null) {
            var error = new AssertionError("a test on virtual time waits in real time at " + call + ", in " + who
                    + ": use Asyncio.sleep, or TestLoop.strict(false)");
            error.setStackTrace(stack);
            control().endRun(error);
            waiting.interrupt();
        }
    }
}

package dev.weft.testing;

import dev.weft.Body;
import dev.weft.EventLoop;
import dev.weft.VoidBody;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A loop on virtual time, for tests: sleeps take no time, and the same program does the same in every run. Time stands still while
 * anything can run, and jumps to the next timer when nothing can.
 */
public final class TestLoop extends EventLoop {
    private final VirtualClock clock;

    /** A loop at time zero. */
    public TestLoop() {
        this(new VirtualClock());
    }

    private TestLoop(VirtualClock clock) {
        super(builder().clock(clock).name("test"));
        this.clock = clock;
    }

    /** {@return the clock} */
    public VirtualClock clock() {
        return clock;
    }

    /**
     * Runs a body as a task until it is done. The loop stays open.
     *
     * @param main the body
     * @return its value
     * @param <T> the type of the value
     * @param <X> what it may throw
     * @throws X as the body does
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
     */
    public <X extends Exception> void run(VoidBody<X> main) throws X {
        runUntilComplete(main);
    }

    /**
     * Moves the time, firing timers in the order of their deadlines with the time at each deadline, and running everything they make ready
     * before the next. For use while the loop does not run.
     *
     * @param by how far, not negative
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time does not go back, got " + by);
        }
        long target = Math.addExact(clock.nanos(), by.toNanos());
        callAt(target, this::stop);
        runForever();
        runReady();
    }

    /** Runs everything that is ready, and what that makes ready, without moving the time. For use while the loop does not run. */
    public void runReady() {
        clock.autoJump(false);
        try {
            callSoon(this::stopWhenIdle);
            runForever();
        } finally {
            clock.autoJump(true);
        }
    }

    private void stopWhenIdle() {
        if (readyEntries() == 0) {
            stop();
        } else {
            callSoon(this::stopWhenIdle);
        }
    }
}

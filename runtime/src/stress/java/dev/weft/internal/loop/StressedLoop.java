package dev.weft.internal.loop;

import dev.weft.internal.coroutine.Fiber;
import dev.weft.internal.coroutine.Fibers;

/** A loop's core without a loop around it. */
final class StressedLoop implements LoopCore.Hooks, TimeSource {
    private static final int LONGEST_SPIN = 2_000;

    private final long lockHoldNanos;
    private final LoopCore core;
    private boolean heldTooLong;
    private int delay;
    private volatile boolean aboutToSleep;

    StressedLoop(long lockHoldNanos) {
        this.lockHoldNanos = lockHoldNanos;
        core = new LoopCore(Fibers.PORTABLE, this, null, this);
    }

    LoopCore core() {
        return core;
    }

    boolean wasHeldTooLong() {
        return heldTooLong;
    }

    /** For another thread: returns when the next thing the loop does is to say that it sleeps; or does not wait for that if it takes long. */
    void awaitAboutToSleep() {
        for (int spins = 0; !aboutToSleep && spins < LONGEST_SPIN; spins++) {
            Thread.onSpinWait();
        }
    }

    /** Has the loop stop for a moment then. */
    void delaySleep(int spins) {
        delay = spins;
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public boolean skip(long nanos) {
        return false;
    }

    @Override
    public void interrupted() {}

    @Override
    public void callbackFailed(UserCallback callback, Throwable failure) {
        throw new AssertionError(failure);
    }

    @Override
    public void heldTooLong(Fiber fiber, String lock) {
        heldTooLong = true;
    }

    @Override
    public void stepTook(Fiber fiber, long nanos) {}

    @Override
    public long lockHoldNanos() {
        return lockHoldNanos;
    }

    @Override
    public long idle(boolean quiet) {
        aboutToSleep = true;
        for (int i = delay; i > 0; i--) {
            Thread.onSpinWait();
        }
        return Long.MAX_VALUE;
    }

    @Override
    public void waitsElsewhere(Fiber fiber) {}

    @Override
    public void backFromElsewhere(Fiber fiber) {}
}

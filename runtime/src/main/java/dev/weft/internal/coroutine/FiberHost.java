package dev.weft.internal.coroutine;

import java.util.function.BooleanSupplier;

/** What runs fibers. */
public interface FiberHost {
    /**
     * Called when a fiber that paused with {@link Pause#LOCK} or {@link Pause#ELSEWHERE} can go on. The host answers with one
     * {@link Fiber#resume}, on its own thread, whatever state it is in: a wake-up that is dropped loses the thread for ever.
     *
     * <p>Called on any thread, also in the middle of {@link Fiber#resume}. May not block, throw or reject.
     */
    void wake(Fiber fiber);

    /**
     * Called, on the fiber's thread, when a fiber that has given the loop back finds that it cannot be put aside. The host answers with a
     * {@link Fiber#resume} as soon as it can, unless another one comes first and {@code stillStuck} says no.
     */
    void resumeSoon(Fiber fiber, BooleanSupplier stillStuck);

    /** Whether a fiber that keeps the loop's thread waiting is to be looked at meanwhile, and told of by {@link #waitsElsewhere}. */
    boolean watchesWaits();

    /**
     * On the thread that called {@link Fiber#resume}, which has not returned yet: from now on, and until {@link #overtakingEnds}, the fiber's
     * thread is not the one that runs.
     */
    void overtakingBegins(Fiber fiber);

    /** Says whether the loop goes on without the fiber: if not, its thread is the one that runs. */
    void overtakingEnds(Fiber fiber, boolean overtaken);

    /** On the thread that is going to call {@link Fiber#resume}: lets those who were overtaken, and run all the same, come to a wait. */
    void awaitOvertaken();

    /** On the thread that called {@link Fiber#resume}, which has not returned yet: the fiber waits in a timed way. */
    void waitsElsewhere(Fiber fiber);
}

package dev.weft.internal.coroutine;

/** What runs fibers. */
public interface FiberHost {
    /**
     * Called when a fiber that paused with {@link Pause#LOCK} or {@link Pause#ELSEWHERE} can go on. The host answers with one
     * {@link Fiber#resume}, on its own thread, whatever state it is in: a wake-up that is dropped loses the thread for ever.
     *
     * <p>Called on any thread, also in the middle of {@link Fiber#resume}. May not block, throw or reject.
     */
    void wake(Fiber fiber);
}

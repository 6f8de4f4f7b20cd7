package dev.weft.internal.coroutine;

import org.jspecify.annotations.Nullable;

/**
 * Code with a stack of its own, which one loop runs step by step: it goes on at {@link #resume} and gives the loop back where it
 * suspends, ends or waits outside the loop. A virtual thread underneath, so that debuggers, thread-locals and blocking calls work
 * as on any thread.
 *
 * <p>The fields below are handed back and forth with the right to run: at any moment either the loop or the fiber touches them.
 */
public abstract class Fiber {
    final FiberHost host;
    private final Runnable body;
    private @Nullable Object owner;
    private @Nullable Fiber caller;
    boolean suspended;
    boolean ended;
    boolean elsewhere;

    Fiber(FiberHost host, Runnable body) {
        this.host = host;
        this.body = body;
    }

    /** The thread that runs the body. */
    public abstract Thread thread();

    /** Loop side: runs the fiber until it pauses, and says why it did. Never called on a fiber that has ended. */
    public abstract Pause resume();

    /**
     * Fiber side: gives the loop back until the next {@link #resume}.
     *
     * @return whether the thread was interrupted meanwhile; its interrupt flag is clear
     * @throws IllegalStateException if the stack cannot be put aside, because a native frame or a class initialiser is on it
     */
    public abstract boolean suspend();

    /**
     * Loop side: gives up a fiber that has not ended, so that the collector may take its stack without running any more of it.
     * The fiber is not used again.
     */
    public abstract void abandon();

    /** Whom the steps belong to: set by the loop's users, {@code null} for the loop itself. */
    public final @Nullable Object owner() {
        return owner;
    }

    public final void setOwner(@Nullable Object owner) {
        this.owner = owner;
    }

    /** The fiber that waits for this one to hand back, as a generator's consumer does; {@code null} when there is none. */
    public final @Nullable Fiber caller() {
        return caller;
    }

    public final void setCaller(@Nullable Fiber caller) {
        this.caller = caller;
    }

    /** Whether the last pause was {@link Pause#ELSEWHERE} or {@link Pause#LOCK}, and the fiber has not gone on since. */
    public final boolean elsewhere() {
        return elsewhere;
    }

    public final boolean ended() {
        return ended;
    }

    final void runBody() {
        try {
            body.run();
        } finally {
            ended = true;
        }
    }
}

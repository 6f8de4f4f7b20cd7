package dev.weft.internal.coroutine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Code with a stack of its own, which one loop runs step by step: it goes on at {@link #resume} and gives the loop back where it
 * suspends, ends or waits outside the loop. A virtual thread underneath, so that debuggers, thread-locals and blocking calls work
 * as on any thread.
 *
 * <p>The fields below are handed back and forth with the right to run: at any moment either the loop or the fiber touches them.
 */
public abstract class Fiber implements Linked {
    private static final VarHandle WAKEUP_QUEUED;

    static {
        try {
            WAKEUP_QUEUED = MethodHandles.lookup().findVarHandle(Fiber.class, "wakeupQueued", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final FiberHost host;
    final Runnable body;
    private @Nullable Object owner;
    private @Nullable Fiber caller;
    private @Nullable Linked link;
    private volatile boolean wakeupQueued;
    boolean suspended;
    boolean paused;
    boolean elsewhere;

    Fiber(FiberHost host, Runnable body) {
        this.host = host;
        this.body = body;
    }

    /** The thread that runs the body. */
    public abstract Thread thread();

    /** Gives the thread another name. */
    public abstract void rename(String name);

    /**
     * Loop side: runs the fiber until it pauses, and says why it did. Never called on a fiber that has ended.
     *
     * @throws OutOfMemoryError if its thread could not be started, or continued: it has not run then
     */
    public abstract Pause resume();

    /**
     * Fiber side: gives the loop back until the next {@link #resume}.
     *
     * @return whether the thread was interrupted meanwhile; its interrupt flag is clear
     * @throws IllegalStateException if the stack cannot be put aside, because a native frame or a class initialiser is on it
     */
    public abstract boolean suspend();

    /**
     * Loop side: gives up a fiber that has not ended and will not be resumed again.
     *
     * <p>One that suspended itself runs no further, and the collector may take its stack. One that waits {@linkplain #elsewhere
     * elsewhere} cannot just stop: it may stand in the queue of a lock that the whole JVM uses, and whoever stands behind it would wait
     * for ever. Its thread is interrupted and goes on outside the loop, where it is refused everything a loop does.
     */
    public abstract void abandon();

    /** Goes on outside the loop: for the host of an abandoned fiber that was {@linkplain FiberHost#wake woken} before. */
    public abstract void goOnOutside();

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

    /**
     * For the host, on any thread: whether to queue a wake-up. {@code false} while one is queued already: the JDK hands a thread over
     * once more when somebody has looked at its stack.
     */
    public final boolean claimWakeup() {
        return !wakeupQueued && WAKEUP_QUEUED.compareAndSet(this, false, true);
    }

    /** For the host: whether a wake-up was claimed and not acted upon. */
    public final boolean wakeupQueued() {
        return wakeupQueued;
    }

    /** For the host: the queued wake-up is acted upon now. Before {@link #resume}, which sees everything that came until then. */
    public final void wakeupTaken() {
        wakeupQueued = false;
    }

    /** For the host, of the list of woken fibers. */
    @Override
    public final @Nullable Linked link() {
        return link;
    }

    @Override
    public final void setLink(@Nullable Linked link) {
        this.link = link;
    }

    /**
     * Any thread: has the loop go on without this fiber, if it keeps the loop waiting for something that is not the loop's. Does nothing in
     * confined mode, where the loop does so by itself.
     */
    public void overtake() {}

    /**
     * Fiber side, when it goes on after it was overtaken: waits for its turn.
     *
     * @return whether it has its turn now; false if the loop is gone
     */
    public boolean fallIn() {
        return false;
    }

    /** What a fiber that paused with {@link Pause#LOCK}, or was overtaken, waits for, in words. */
    public abstract String waitsFor();

    /** Whether the last pause was {@link Pause#ELSEWHERE} or {@link Pause#LOCK}, and the fiber has not gone on since. */
    public final boolean elsewhere() {
        return elsewhere;
    }

    /** Whether it has ever paused. */
    public final boolean hasPaused() {
        return paused;
    }

    static StackOverflowError tooDeepToSuspend(StackOverflowError cause) {
        var error = new StackOverflowError(
                "the stack is too deep to be put aside: with the G1 collector a task can suspend with a stack of at"
                        + " most half a heap region; recurse less, raise -XX:G1HeapRegionSize, or use another collector");
        error.initCause(cause);
        return error;
    }
}

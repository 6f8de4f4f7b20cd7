package dev.weft.internal.loop;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A deadline in the {@link TimerHeap} and what to run at it. */
public final class Timer {
    final long when;
    final long sequence;
    private @Nullable LoopEntry entry;
    private State state = State.SCHEDULED;

    private enum State {
        SCHEDULED,
        DUE,
        CANCELLED
    }

    Timer(long when, long sequence, LoopEntry entry) {
        this.when = when;
        this.sequence = sequence;
        this.entry = entry;
    }

    /** Nanoseconds of the loop's time. */
    public long when() {
        return when;
    }

    /** Whether it still waits for its deadline. */
    public boolean scheduled() {
        return state == State.SCHEDULED;
    }

    boolean cancelled() {
        return state == State.CANCELLED;
    }

    /** Drops the entry at once; the timer itself may stay in the heap until it is swept. */
    void cancel() {
        state = State.CANCELLED;
        entry = null;
    }

    /** What is going to run, of one that is {@link #scheduled}. */
    LoopEntry pendingEntry() {
        return Objects.requireNonNull(entry);
    }

    /** What is going to run; {@code null} if it runs, or was cancelled, meanwhile. Any thread. */
    public @Nullable LoopEntry entryNow() {
        return entry;
    }

    LoopEntry fire() {
        LoopEntry fired = entry;
        if (fired == null) {
            throw new IllegalStateException("timer fired twice or after its cancellation");
        }
        state = State.DUE;
        entry = null;
        return fired;
    }

    boolean before(Timer other) {
        return when != other.when ? when < other.when : sequence < other.sequence;
    }
}

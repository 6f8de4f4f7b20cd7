package dev.weft.testing;

import dev.weft.CancelledError;
import dev.weft.Event;
import dev.weft.Suspends;
import java.util.HashMap;
import java.util.Map;

/**
 * Forces blocks of different tasks into one order: block 0 runs first, block 1 begins when block 0 has ended, and so on. Mirrors
 * {@code trio.testing.Sequencer}.
 *
 * <pre>{@code
 * try (var _ = sequencer.at(1)) {
 *     ... // after the block at 0, before the one at 2
 * }
 * }</pre>
 *
 * <p>Confined to one loop.
 */
public final class Sequencer {
    private final Map<Integer, Event> turns = new HashMap<>();
    private final Map<Integer, Boolean> claimed = new HashMap<>();
    private boolean broken;

    /** A sequence that begins at 0. */
    public Sequencer() {
        turn(0).set();
    }

    /**
     * Waits for the turn of a position. Returns at once if it is its turn already.
     *
     * @param position from 0 on, each used once
     * @return the block, ended by its {@code close}
     * @throws CancelledError if the task is cancelled meanwhile: the sequence is broken then, since nobody will be at that position
     * @throws IllegalArgumentException if the position is negative
     * @throws IllegalStateException if the position was used before, or the sequence is, or meanwhile gets, broken
     */
    @Suspends
    public Block at(int position) {
        if (position < 0) {
            throw new IllegalArgumentException("positions begin at 0, got " + position);
        }
        if (claimed.putIfAbsent(position, true) != null) {
            throw new IllegalStateException("two blocks at position " + position);
        }
        ensureWhole();
        try {
            turn(position).await();
        } catch (CancelledError e) {
            broken = true;
            turns.values().forEach(Event::set);
            throw e;
        }
        ensureWhole();
        return new Block(this, position);
    }

    private Event turn(int position) {
        return turns.computeIfAbsent(position, ignored -> new Event());
    }

    private void ensureWhole() {
        if (broken) {
            throw new IllegalStateException("the sequence is broken: a task that waited for its turn was cancelled");
        }
    }

    /** One position's stretch of code. */
    public static final class Block implements AutoCloseable {
        private final Sequencer sequencer;
        private final int position;

        private Block(Sequencer sequencer, int position) {
            this.sequencer = sequencer;
            this.position = position;
        }

        /** Lets the next position begin. May be repeated. */
        @Override
        public void close() {
            sequencer.turn(position + 1).set();
        }
    }
}

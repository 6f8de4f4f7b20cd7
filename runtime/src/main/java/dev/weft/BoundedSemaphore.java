package dev.weft;

/**
 * A {@link Semaphore} that never has more units than at first: giving back one too many is an error, not a gift. Mirrors
 * {@code asyncio.BoundedSemaphore}.
 */
public final class BoundedSemaphore extends Semaphore {
    private final int bound;

    /** A semaphore with one unit. */
    public BoundedSemaphore() {
        this(1);
    }

    /**
     * A semaphore.
     *
     * @param value the number of units, zero or more
     * @throws IllegalArgumentException if it is negative
     */
    public BoundedSemaphore(int value) {
        super(value);
        bound = value;
    }

    /**
     * Gives a unit back, and it to the first in line.
     *
     * @throws IllegalArgumentException if all units are there already; the value stays as it is
     * @throws IllegalStateException if the caller is not on the semaphore's loop
     */
    @Override
    public void release() {
        if (value() >= bound) {
            throw new IllegalArgumentException("released more often than acquired: " + this);
        }
        super.release();
    }
}

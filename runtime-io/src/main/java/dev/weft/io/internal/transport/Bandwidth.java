package dev.weft.io.internal.transport;

/**
 * How many bytes a second may pass, of any number of connections of one loop together. Whoever moves bytes does so at once, and the time
 * they are worth has to go by before anybody moves more.
 */
public final class Bandwidth {
    private static final long SECOND = 1_000_000_000;
    private static final int SMALLEST_PIECE = 1024;

    private final long bytesPerSecond;

    /** When all that has passed is paid off, of the loop's clock. */
    private long free = Long.MIN_VALUE;

    public Bandwidth(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** How many nanoseconds nobody may move anything. */
    long delay(long now) {
        return free <= now ? 0 : free - now;
    }

    /** How many bytes to move at once: worth a twentieth of a second, so that many connections get their turns. */
    int piece() {
        return Math.clamp(bytesPerSecond / 20, SMALLEST_PIECE, Integer.MAX_VALUE);
    }

    void moved(long now, long bytes) {
        long worth = (long) (bytes * (double) SECOND / bytesPerSecond);
        free = Math.max(free, now) + worth;
    }
}

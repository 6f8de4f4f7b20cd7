package dev.weft.io;

/**
 * A transport's water marks.
 *
 * @param low at or below so many buffered bytes writing goes on
 * @param high above so many buffered bytes writing pauses
 */
public record BufferLimits(int low, int high) {
    /** Checks the two against each other. */
    public BufferLimits {
        if (low < 0 || low > high) {
            throw new IllegalArgumentException("water marks need 0 <= low <= high, got low=" + low + " high=" + high);
        }
    }
}

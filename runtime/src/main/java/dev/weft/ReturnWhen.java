package dev.weft;

/** When {@link Asyncio#wait} returns. Mirrors the {@code return_when} constants of {@code asyncio.wait}. */
public enum ReturnWhen {
    /** As soon as one future is done, in whatever way. */
    FIRST_COMPLETED,
    /** As soon as one future has failed; a cancelled one has not. Without a failure, when all are done. */
    FIRST_EXCEPTION,
    /** When all futures are done. */
    ALL_COMPLETED
}

package dev.weft.io;

/** A transport that delivers bytes. Mirrors {@code asyncio.ReadTransport}. */
public interface ReadTransport extends BaseTransport {
    /** {@return whether bytes are delivered as they come} */
    boolean isReading();

    /** Delivers nothing until {@link #resumeReading}. May be repeated; without effect on a closing transport. */
    void pauseReading();

    /** Ends {@link #pauseReading}. May be repeated; without effect on a closing transport. */
    void resumeReading();
}

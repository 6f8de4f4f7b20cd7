package dev.weft.io.http;

import java.time.Duration;

/** Limits how long the peer keeps a read waiting. */
interface ReadLimit {
    /** Reads fail from then on, unless {@link #end} comes first. */
    void begin(Duration fromNow, String message);

    /** The read has ended in time. */
    void end();
}

package dev.weft.io;

import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom {@link Server#drain} did not let finish.
 *
 * @param cut the connections that were cut, oldest first; none if all finished by themselves
 */
public record DrainReport(List<Cut> cut) {
    /**
     * A report.
     *
     * @param cut the connections that were cut
     */
    public DrainReport {
        cut = List.copyOf(cut);
    }

    /** How a connection was cut. */
    public enum Manner {
        /** Its handler was cancelled, and ended. */
        CANCELLED,
        /** It was closed, and what was buffered for it was sent. */
        CLOSED,
        /** It was neither closed nor its handler ended in the time left for that, so it was aborted. */
        ABORTED
    }

    /**
     * One connection.
     *
     * @param peer the address of the other side, null if it has none
     * @param manner how it was cut
     */
    public record Cut(@Nullable SocketAddress peer, Manner manner) {}

    /** {@return whether all connections finished by themselves} */
    public boolean isClean() {
        return cut.isEmpty();
    }
}

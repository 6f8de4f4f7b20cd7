package dev.weft.io.internal.transport;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one connection may take.
 *
 * @param idle how long no byte need pass before it is aborted; null for ever
 * @param reading shared with others, null for no limit
 * @param writing shared with others, null for no limit
 */
public record ConnectionLimits(
        @Nullable Duration idle,
        @Nullable Bandwidth reading,
        @Nullable Bandwidth writing) {
    /** No limits. */
    public static final ConnectionLimits NONE = new ConnectionLimits(null, null, null);
}

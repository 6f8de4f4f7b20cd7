package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * The two parts of a {@link ThrowableGroup} that was split by a condition.
 *
 * @param match what the condition holds for, null if there is nothing
 * @param rest what it does not hold for, null if there is nothing
 */
public record Split(
        @Nullable ThrowableGroup match, @Nullable ThrowableGroup rest) {}

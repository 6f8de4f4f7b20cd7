package dev.weft;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What {@link Asyncio#wait} found. Both sets keep the order of the argument.
 *
 * @param done the futures that are done, in whatever way
 * @param pending the others, untouched
 * @param <F> the kind of future
 */
public record Waited<F>(Set<F> done, Set<F> pending) {
    /** Copies both sets. */
    public Waited {
        done = Collections.unmodifiableSet(new LinkedHashSet<>(done));
        pending = Collections.unmodifiableSet(new LinkedHashSet<>(pending));
    }
}

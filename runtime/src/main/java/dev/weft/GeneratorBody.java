package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Generator} runs.
 *
 * @param <T> the type of the values
 */
@FunctionalInterface
public interface GeneratorBody<T extends @Nullable Object> {
    /**
     * Makes the values, one after the other.
     *
     * @param out where to put them
     * @throws Exception any; it comes out of the consumer's step
     */
    @Suspends
    void run(Emitter<T> out) throws Exception;
}

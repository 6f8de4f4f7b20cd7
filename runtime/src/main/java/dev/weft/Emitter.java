package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * Where a generator's body puts its values: what {@code yield} is in a Python generator.
 *
 * @param <T> the type of the values
 */
@FunctionalInterface
public interface Emitter<T extends @Nullable Object> {
    /**
     * Hands a value to the consumer and waits until it asks for the next one. Only the generator's body may call it, in the task that
     * takes the step; a pending cancellation is not delivered here.
     *
     * @param value the value
     * @throws GeneratorExit if the generator is closed instead; let it pass, so that {@code finally} blocks run
     * @throws IllegalStateException if the generator is being closed already, or the caller is not its body
     */
    @Suspends
    void emit(T value);
}

package dev.weft.benchmarks.peer;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/** A generator that is nothing but a continuation: no task, no cancellation, no clean-up. For one iteration. */
public final class ContinuationGenerator implements Iterable<Integer> {
    private final ContinuationScope scope = new ContinuationScope("generator");
    private final Continuation continuation;
    private int item;
    private boolean ready;

    /**
     * A generator that has not begun.
     *
     * @param body what makes its items
     */
    public ContinuationGenerator(Consumer<IntConsumer> body) {
        continuation = new Continuation(scope, () -> body.accept(this::emit));
    }

    private void emit(int value) {
        item = value;
        ready = true;
        Continuation.yield(scope);
    }

    @Override
    public Iterator<Integer> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                if (!ready && !continuation.isDone()) {
                    continuation.run();
                }
                return ready;
            }

            @Override
            public Integer next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                ready = false;
                return item;
            }
        };
    }
}

package dev.weft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Values made one by one, by a body that may wait in between: {@code for (T x : generator)}. Made by {@link Asyncio#generator}. Mirrors
 * an asynchronous generator, {@code async def} with {@code yield}.
 *
 * <p>Lazy: nothing of the body runs before the first step, and then only while a consumer waits in one. It is part of the consumer's
 * task: {@link Asyncio#currentTask}, context variables and cancellation are the consumer's, so a cancel during a step throws
 * {@link CancelledError} inside the body first. It has a thread of its own, though: it neither sees the consumer's
 * {@code ThreadLocal}s nor owns its locks. A step costs two task switches; {@link #forEach} does without both. A scope that the body holds over an {@code emit} (a timeout, a group) also covers what the consumer does
 * meanwhile.
 *
 * <p>There is one pass over the values: whoever iterates again goes on where the last one stopped. Only one step at a time: a
 * second one, from another task or from the body itself, is refused. All methods belong to the tasks of the loop on which
 * the first step was taken.
 *
 * <p>A loop left by {@code break} does not close the generator; use try-with-resources. One that was forgotten half-way is closed by
 * a task of its loop when it becomes unreachable, at the latest by {@link EventLoop#shutdownAsyncgens}.
 *
 * @param <T> the type of the values
 */
public final class Generator<T extends @Nullable Object> implements Iterable<T>, AutoCloseable {
    private final GeneratorRun<T> run;

    Generator(GeneratorBody<T> body) {
        run = new GeneratorRun<>(Objects.requireNonNull(body, "body"));
    }

    /** A stand-in, for reports, for one that has become unreachable. */
    Generator(GeneratorRun<T> run) {
        this.run = run;
    }

    /**
     * Whether there is another value. Runs the body up to its next {@code emit} unless that has happened already.
     *
     * @return false once the body has ended or was closed
     * @throws CancelledError if the calling task is cancelled while the body waits, unless the body deals with it
     * @throws UncheckedIOException if the body throws an {@link IOException}; the generator is at its end then
     * @throws CompletionException if the body throws another checked exception; unchecked ones come out as they are
     * @throws IllegalStateException if a step is being taken already, or the caller is no task of the generator's loop
     */
    @Suspends
    public boolean hasNext() {
        try {
            return advance();
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /**
     * The next value. Mirrors {@code anext}.
     *
     * @return the value
     * @throws NoSuchElementException if the body has ended or was closed
     * @throws Exception what the body throws, the very object; the generator is at its end then
     * @throws CancelledError if the calling task is cancelled while the body waits, unless the body deals with it
     * @throws IllegalStateException if a step is being taken already, or the caller is no task of the generator's loop
     */
    @Suspends
    public T next() throws Exception {
        return take(advance());
    }

    @Suspends
    private boolean advance() {
        try {
            return run.advance(this);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private T take(boolean present) {
        if (!present) {
            throw new NoSuchElementException("no more values: " + this);
        }
        return run.take();
    }

    /**
     * An iterator over the values that are left. Its methods suspend, and throw, as {@link #hasNext} does.
     *
     * @return the iterator
     */
    @Override
    public Iterator<T> iterator() {
        return new Iterator<>() {
            @Override
            @Suspends
            public boolean hasNext() {
                return Generator.this.hasNext();
            }

            @Override
            @Suspends
            public T next() {
                return take(hasNext());
            }
        };
    }

    /**
     * Hands the values that are left to an action. On a generator without steps so far this is the cheap way: the body runs in place,
     * on the caller's stack and thread, and {@code emit} is a plain call.
     *
     * <p>If the action throws, the generator is closed and the exception thrown on; unlike in a {@code for} loop, where the generator
     * would just be left. The action cannot take steps itself.
     *
     * @param action receives each value; may suspend
     * @throws CancelledError if the calling task is cancelled meanwhile
     * @throws UncheckedIOException if the body throws an {@link IOException}
     * @throws CompletionException if the body throws another checked exception
     * @throws IllegalStateException if a step is being taken already, or the caller is no task of the generator's loop
     */
    @Override
    @Suspends
    public void forEach(Consumer<? super T> action) {
        Objects.requireNonNull(action, "action");
        try {
            if (run.created()) {
                run.runInline(action);
            } else {
                forEachStep(action);
            }
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    @Suspends
    private void forEachStep(Consumer<? super T> action) {
        while (advance()) {
            try {
                action.accept(run.take());
            } catch (Throwable e) {
                try {
                    close();
                } catch (Throwable closing) {
                    e.addSuppressed(closing);
                }
                throw e;
            }
        }
    }

    /**
     * Ends the generator: {@link GeneratorExit} is thrown at the pending {@code emit}, and the body's {@code finally} blocks run, as part
     * of the calling task; they may suspend. One that never began is just closed, without the body; one that is closed or at its end
     * stays so; while another task is closing it, waits for that. Mirrors {@code aclose}.
     *
     * @throws CancelledError if the calling task is cancelled while the body cleans up, unless the body deals with it
     * @throws UncheckedIOException if the body throws an {@link IOException}
     * @throws CompletionException if the body throws another checked exception
     * @throws IllegalStateException if the body emits instead of ending, if a step is being taken, or if there is something to clean up
     *     and the caller is no task of the generator's loop
     */
    @Override
    @Suspends
    public void close() {
        try {
            run.close();
        } catch (Throwable e) {
            throw unchecked(e);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String toString() {
        return run.toString();
    }

    private static RuntimeException unchecked(Throwable e) {
        return switch (e) {
            case RuntimeException unchecked -> unchecked;
            case Error error -> throw error;
            case IOException io -> new UncheckedIOException(io);
            default -> new CompletionException(e);
        };
    }
}

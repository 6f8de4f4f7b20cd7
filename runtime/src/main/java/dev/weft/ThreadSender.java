package dev.weft;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A sender that any thread may use. */
final class ThreadSender<T> implements Sender<T> {
    private final ThreadInlet<T> inlet;
    private final Conduit.End end = new Conduit.End();

    ThreadSender(ThreadInlet<T> inlet) {
        this.inlet = inlet;
    }

    @Override
    @Suspends
    public void send(T item) {
        inlet.conduit().send(end, Objects.requireNonNull(item, "item"));
    }

    @Override
    public boolean trySend(T item) {
        return inlet.offer(end, Objects.requireNonNull(item, "item"));
    }

    @Override
    public void put(T item) throws InterruptedException {
        inlet.put(end, Objects.requireNonNull(item, "item"));
    }

    @Override
    public void close() {
        closeEnd(null);
    }

    @Override
    public void close(Throwable cause) {
        closeEnd(Objects.requireNonNull(cause, "cause"));
    }

    @Override
    @SuppressWarnings("MethodDoesntCallSuperMethod") // another end, not a copy of this one
    public Sender<T> clone() {
        inlet.cloned(end);
        return new ThreadSender<>(inlet);
    }

    @Override
    public int waiters() {
        return inlet.conduit().waitingSenders();
    }

    Conduit<T> conduit() {
        return inlet.conduit();
    }

    Conduit.End end() {
        return end;
    }

    @Override
    public String toString() {
        return "Sender[" + (end.isClosed() ? "closed, " : "") + inlet.conduit() + "]";
    }

    private void closeEnd(@Nullable Throwable cause) {
        if (end.close()) {
            inlet.closed(end, cause);
        }
    }
}

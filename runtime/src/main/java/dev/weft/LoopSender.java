package dev.weft;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A sender that is confined to its channel's loop. */
final class LoopSender<T> implements Sender<T> {
    private final Conduit<T> conduit;
    private final Conduit.End end = new Conduit.End();

    LoopSender(Conduit<T> conduit) {
        this.conduit = conduit;
    }

    @Override
    @Suspends
    public void send(T item) {
        conduit.send(end, Objects.requireNonNull(item, "item"));
    }

    @Override
    public boolean trySend(T item) {
        return conduit.trySend(end, Objects.requireNonNull(item, "item"));
    }

    @Override
    public void put(T item) {
        throw new UnsupportedOperationException(
                "put is for other threads, and this channel is for one loop; make it with Channel.threadsafe, or call send in a task");
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
        conduit.senderCloned(end);
        return new LoopSender<>(conduit);
    }

    @Override
    public int waiters() {
        conduit.checkThread();
        return conduit.waitingSenders();
    }

    Conduit<T> conduit() {
        return conduit;
    }

    Conduit.End end() {
        return end;
    }

    @Override
    public String toString() {
        return "Sender[" + (end.isClosed() ? "closed, " : "") + conduit + "]";
    }

    private void closeEnd(@Nullable Throwable cause) {
        conduit.checkThread();
        if (end.close()) {
            conduit.senderClosed(end, cause);
        }
    }
}

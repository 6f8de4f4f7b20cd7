package dev.weft.io.internal.transport;

import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.io.ConnectionAbortedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What all loans have in common: the waiting of the one task, and what it hears when the connection is lost. */
public abstract class HeldOutput implements OutputLoan {
    private final EventLoop loop;
    private @Nullable Future<@Nullable Void> turn;
    private @Nullable IOException lost;

    protected HeldOutput(EventLoop loop) {
        this.loop = loop;
    }

    /** How many bytes the transport has still to send. It calls {@link #ready} when there are none any more. */
    protected abstract int buffered();

    /** Writes, as nobody else may. */
    protected abstract void send(ByteBuffer data);

    @Override
    @Suspends
    public final void awaitSent() throws IOException {
        throwIfLost();
        while (buffered() > 0) {
            awaitTurn();
        }
    }

    @Override
    public final void write(ByteBuffer data) throws IOException {
        throwIfLost();
        send(data);
        throwIfLost();
    }

    /** Waits for {@link #ready}. */
    @Suspends
    final void awaitTurn() throws IOException {
        Future<@Nullable Void> next = loop.createFuture();
        turn = next;
        try {
            next.await();
        } finally {
            turn = null;
        }
        throwIfLost();
    }

    /** The connection takes bytes, and nothing is buffered. */
    public final void ready() {
        Future<@Nullable Void> waiting = turn;
        if (waiting != null && !waiting.done()) {
            waiting.setResult(null);
        }
    }

    /**
     * There is no connection any more, or soon will be none.
     *
     * @param failure what it is lost with; null if this side has closed it
     * @param connection for the message
     */
    public final void lost(@Nullable Exception failure, Object connection) {
        if (lost == null) {
            lost = failure instanceof IOException e
                    ? e
                    : new ConnectionAbortedException("closed while a file was being sent: " + connection);
            ready();
        }
    }

    final void throwIfLost() throws IOException {
        if (lost != null) {
            throw lost;
        }
    }
}

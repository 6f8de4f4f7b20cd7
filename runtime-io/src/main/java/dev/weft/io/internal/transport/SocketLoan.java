package dev.weft.io.internal.transport;

import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** The sending side of a {@link SocketTransport}, lent. */
final class SocketLoan implements OutputLoan {
    private final EventLoop loop;
    private final SocketTransport transport;
    private @Nullable Future<@Nullable Void> writable;
    private @Nullable IOException lost;

    SocketLoan(EventLoop loop, SocketTransport transport) {
        this.loop = loop;
        this.transport = transport;
    }

    @Override
    @Suspends
    public void awaitSent() throws IOException {
        throwIfLost();
        while (transport.getWriteBufferSize() > 0) {
            awaitTurn();
        }
    }

    @Override
    @Suspends
    public void awaitWritable() throws IOException {
        throwIfLost();
        transport.watchWritable();
        awaitTurn();
    }

    @Suspends
    private void awaitTurn() throws IOException {
        Future<@Nullable Void> turn = loop.createFuture();
        writable = turn;
        try {
            turn.await();
        } finally {
            writable = null;
        }
        throwIfLost();
    }

    @Override
    public void write(ByteBuffer data) throws IOException {
        throwIfLost();
        transport.send(data);
        throwIfLost();
    }

    @Override
    public long transfer(FileChannel file, long position, long count) throws IOException {
        throwIfLost();
        try {
            return file.transferTo(position, count, transport.channel());
        } catch (ClosedChannelException e) {
            throw e; // the file: of the connection's end this object knows first
        } catch (IOException e) {
            transport.failed("sendFile", e);
            throwIfLost();
            throw e;
        }
    }

    @Override
    public void close() {
        transport.outputReturned(this);
    }

    /** The connection takes bytes, and nothing is buffered. */
    void ready() {
        Future<@Nullable Void> turn = writable;
        if (turn != null && !turn.done()) {
            turn.setResult(null);
        }
    }

    /** There is no connection any more. */
    void lost(IOException failure) {
        if (lost == null) {
            lost = failure;
            ready();
        }
    }

    private void throwIfLost() throws IOException {
        if (lost != null) {
            throw lost;
        }
    }
}

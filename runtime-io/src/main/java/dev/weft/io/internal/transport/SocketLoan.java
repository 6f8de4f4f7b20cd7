package dev.weft.io.internal.transport;

import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;

/** The sending side of a {@link SocketTransport}, lent. */
final class SocketLoan extends HeldOutput {
    private final SocketTransport transport;

    SocketLoan(EventLoop loop, SocketTransport transport) {
        super(loop);
        this.transport = transport;
    }

    @Override
    protected int buffered() {
        return transport.getWriteBufferSize();
    }

    @Override
    protected void send(ByteBuffer data) {
        transport.send(data);
    }

    @Override
    @Suspends
    public void awaitWritable() throws IOException {
        throwIfLost();
        transport.watchWritable();
        awaitTurn();
    }

    @Override
    public long transfer(FileChannel file, long position, long count) throws IOException {
        throwIfLost();
        try {
            return transport.transfer(file, position, count);
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
}

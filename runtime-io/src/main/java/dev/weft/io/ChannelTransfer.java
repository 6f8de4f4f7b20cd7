package dev.weft.io;

import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.io.internal.transport.OutputLoan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;

/** All the bytes of a channel, on their way to a writer. */
final class ChannelTransfer {
    private static final int PIECE = 64 * 1024;

    private final EventLoop loop;
    private final StreamWriter writer;
    private final ReadableByteChannel source;
    private final ByteBuffer piece = ByteBuffer.allocate(PIECE);

    private ChannelTransfer(EventLoop loop, StreamWriter writer, ReadableByteChannel source) {
        this.loop = loop;
        this.writer = writer;
        this.source = source;
    }

    @Suspends
    static long run(EventLoop loop, StreamWriter writer, ReadableByteChannel source) throws IOException {
        if (source instanceof FileChannel file && writer.transport() instanceof OutputLoan.Lender) {
            return Net.sendFile(writer.transport(), file, file.position(), Long.MAX_VALUE, true);
        }
        return new ChannelTransfer(loop, writer, source).copy();
    }

    @Suspends
    private long copy() throws IOException {
        long total = 0;
        while (read() >= 0) {
            total += piece.position();
            writer.write(piece.flip());
            piece.clear();
            writer.drain();
        }
        return total;
    }

    /** Reads at least one byte, or finds the end. */
    @Suspends
    private int read() throws IOException {
        if (source instanceof SelectableChannel selectable && !selectable.isBlocking()) {
            while (true) {
                int count = source.read(piece);
                if (count != 0) {
                    return count;
                }
                loop.awaitReadable(selectable);
            }
        }
        return loop.runInExecutor(null, () -> source.read(piece)).await(IOException.class);
    }
}

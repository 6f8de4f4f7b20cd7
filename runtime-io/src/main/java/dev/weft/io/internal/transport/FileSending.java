package dev.weft.io.internal.transport;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.SendfileNotAvailableException;
import dev.weft.Suspends;
import dev.weft.io.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** One file, or a part of it, on its way through a transport. */
public final class FileSending {
    private static final int COPIED_AT_ONCE = 256 * 1024;

    private final EventLoop loop = Asyncio.getRunningLoop();
    private final OutputLoan loan;
    private final FileChannel file;
    private final long offset;
    private final long count;
    private final boolean direct;
    private long sent;

    private FileSending(OutputLoan loan, FileChannel file, long offset, long count, boolean direct) {
        this.loan = loan;
        this.file = file;
        this.offset = offset;
        this.count = count;
        this.direct = direct;
    }

    /**
     * Sends, and waits until everything is handed to the system.
     *
     * @return how many bytes: fewer than {@code count} if the file ends before
     */
    @Suspends
    public static long send(Transport transport, FileChannel file, long offset, long count, boolean fallback)
            throws IOException {
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(file, "file");
        if (offset < 0) {
            throw new IllegalArgumentException("an offset is not negative, got " + offset);
        }
        if (count <= 0) {
            throw new IllegalArgumentException("a count is positive, got " + count);
        }
        if (transport.isClosing()) {
            throw new IllegalStateException("cannot send a file over a transport that is closing: " + transport);
        }
        if (!(transport instanceof OutputLoan.Lender lender)) {
            throw new IllegalStateException("no transport that files can be sent over: " + transport);
        }
        boolean direct = lender.transfersFiles() && isOfTheJdk(file);
        if (!direct && !fallback) {
            throw refusal(lender, file);
        }
        boolean reading = transport.isReading();
        try (OutputLoan loan = lender.lendOutput()) {
            transport.pauseReading();
            return new FileSending(loan, file, offset, count, direct).run();
        } finally {
            if (reading) {
                transport.resumeReading();
            }
        }
    }

    private static RuntimeException refusal(OutputLoan.Lender lender, FileChannel file) {
        return lender.transfersFiles()
                ? new SendfileNotAvailableException("the system cannot send from " + file + " by itself")
                : new IllegalStateException("the bytes of a file have to be read to be sent over " + lender
                        + ", and there is to be no fallback");
    }

    /** The system moves the bytes only from channels it knows. */
    private static boolean isOfTheJdk(Channel channel) {
        return channel.getClass().getModule() == Channel.class.getModule();
    }

    @Suspends
    private long run() throws IOException {
        try {
            loan.awaitSent();
            while (sent < count && (direct ? transfer() : copy())) {
                if (sent < count) {
                    Asyncio.yieldNow(); // a peer that reads as fast as this side sends must not keep other tasks
                    // waiting
                }
            }
            return sent;
        } finally {
            if (file.isOpen()) {
                setPosition();
            }
        }
    }

    private void setPosition() throws IOException {
        try {
            file.position(offset + sent);
        } catch (ClosedChannelException e) {
            // Closed by another thread in between: it has no position any more.
        }
    }

    /** Has the system move some bytes; false at the end of the file. */
    @Suspends
    private boolean transfer() throws IOException {
        while (true) {
            long moved = loan.transfer(file, offset + sent, count - sent);
            if (moved > 0) {
                sent += moved;
                return true;
            }
            // Asked each time: cut short meanwhile, it would seem to be a connection that takes nothing.
            if (offset + sent >= file.size()) {
                return false;
            }
            loan.awaitWritable();
        }
    }

    /** Reads some bytes off the loop and sends them; false at the end of the file. */
    @Suspends
    private boolean copy() throws IOException {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(count - sent, COPIED_AT_ONCE));
        long begin = offset + sent;
        int length = loop.runInExecutor(null, () -> file.read(piece, begin)).await(IOException.class);
        if (length <= 0) {
            return false;
        }
        loan.write(piece.flip());
        sent += length;
        loan.awaitSent();
        return true;
    }
}

package dev.weft.io.internal.transport;

import dev.weft.Suspends;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A transport's sending side, lent to one task. Until it is closed everybody else's {@code write}, {@code writeLines} and {@code writeEof}
 * throw {@link IllegalStateException}. After the connection is lost every method but {@link #close} throws what it was lost with.
 */
public interface OutputLoan extends AutoCloseable {
    /** Waits until everything that was written has been handed to the system. */
    @Suspends
    void awaitSent() throws IOException;

    /** As {@code write} of the transport, for whoever has the loan. */
    void write(ByteBuffer data) throws IOException;

    /**
     * Has the system move bytes from a file to the connection, without waiting.
     *
     * @return how many it has moved; 0 if the connection takes none now, or the file ends at the position
     * @throws UnsupportedOperationException if the transport {@link Lender#transfersFiles cannot do that}
     */
    default long transfer(FileChannel file, long position, long count) throws IOException {
        throw new UnsupportedOperationException("the system cannot send from files over " + this);
    }

    /**
     * Waits until {@link #transfer} has a chance to move more bytes.
     *
     * @throws UnsupportedOperationException as for that
     */
    @Suspends
    default void awaitWritable() throws IOException {
        throw new UnsupportedOperationException("the system cannot send from files over " + this);
    }

    /** Gives the sending side back. */
    @Override
    void close();

    /** A transport that lends its sending side: one over which files can be sent. */
    interface Lender {
        /**
         * Lends it.
         *
         * @throws IllegalStateException if it is lent already, or after {@code writeEof}
         */
        OutputLoan lendOutput();

        /** Whether the bytes go out as they are, so that the system can move them from a file by itself. */
        boolean transfersFiles();
    }
}

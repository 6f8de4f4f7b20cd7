package dev.weft.io.testing;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamReaderProtocol;
import dev.weft.io.Streams;
import dev.weft.io.internal.transport.MemoryTransport;
import java.io.IOException;
import java.time.Duration;

/**
 * The two ends of a connection in memory, as streams: what is written to one is read from the other. For tests of code that is handed
 * streams, on any loop; for code that connects and listens itself there is {@code dev.weft.testing.SimNet}. Mirrors
 * {@code trio.testing.memory_stream_pair}.
 *
 * <pre>{@code
 * try (var pair = MemoryStreams.pair()) {
 *     createTask(() -> serve(pair.left().reader(), pair.left().writer()));
 *     pair.right().writer().write("PING\r\n".getBytes(US_ASCII));
 *     assertArrayEquals("PONG\r\n".getBytes(US_ASCII), pair.right().reader().readLine());
 * }
 * }</pre>
 *
 * @param left one end
 * @param right the other
 */
public record MemoryStreams(Streams left, Streams right) implements AutoCloseable {
    /** Checks nothing. */
    public MemoryStreams {}

    /** How a connection behaves. Immutable: each setting returns a changed copy. */
    public static final class Options {
        /** No latency, chunks as they were written, half-close. */
        public static final Options DEFAULT = new Options(
                new MemoryTransport.Settings(Duration.ZERO, MemoryTransport.LARGEST_CHUNK, /* halfClose= */ true));

        private final MemoryTransport.Settings settings;

        private Options(MemoryTransport.Settings settings) {
            this.settings = settings;
        }

        /**
         * How long everything takes to get to the other end; no time at first.
         *
         * @param latency the time, not negative
         * @return changed copy
         * @throws IllegalArgumentException if it is negative
         */
        public Options latency(Duration latency) {
            if (latency.isNegative()) {
                throw new IllegalArgumentException("a latency is not negative, got " + latency);
            }
            return new Options(new MemoryTransport.Settings(latency, settings.largestChunk(), settings.halfClose()));
        }

        /**
         * In what pieces bytes arrive, at most: with 1, byte by byte, each in an iteration of its own.
         *
         * @param largest how many bytes, from 1 to 262144
         * @return changed copy
         * @throws IllegalArgumentException if it is not in this range
         */
        public Options chunking(int largest) {
            if (largest < 1 || largest > MemoryTransport.LARGEST_CHUNK) {
                throw new IllegalArgumentException(
                        "a chunk has 1 to " + MemoryTransport.LARGEST_CHUNK + " bytes, got " + largest);
            }
            return new Options(new MemoryTransport.Settings(settings.latency(), largest, settings.halfClose()));
        }

        /**
         * Whether {@code writeEof} can end one direction alone, as it can at first. TLS connections, for example, cannot.
         *
         * @param possible whether it can
         * @return changed copy
         */
        public Options halfClose(boolean possible) {
            return new Options(new MemoryTransport.Settings(settings.latency(), settings.largestChunk(), possible));
        }
    }

    /**
     * Two ends, as {@link Options#DEFAULT} has it, on the loop that runs here.
     *
     * @return the ends
     * @throws IllegalStateException if no loop runs here
     */
    public static MemoryStreams pair() {
        return pair(Options.DEFAULT);
    }

    /**
     * Two ends, on the loop that runs here.
     *
     * @param options how the connection behaves
     * @return the ends
     * @throws IllegalStateException if no loop runs here
     */
    public static MemoryStreams pair(Options options) {
        EventLoop loop = Asyncio.getRunningLoop();
        var left = new StreamReader();
        var right = new StreamReader();
        var ofLeft = new StreamReaderProtocol(left);
        var ofRight = new StreamReaderProtocol(right);
        MemoryTransport.connect(loop, options.settings, ofLeft, ofRight);
        return new MemoryStreams(new Streams(left, ofLeft.newWriter()), new Streams(right, ofRight.newWriter()));
    }

    /**
     * Closes both ends, and waits until they are.
     *
     * @throws IOException if the connection is lost before everything has arrived
     */
    @Override
    @Suspends
    public void close() throws IOException {
        try (left;
                right) {
            left.writer().close();
            right.writer().close();
        }
    }
}

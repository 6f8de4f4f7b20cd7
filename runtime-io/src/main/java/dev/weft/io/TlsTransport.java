package dev.weft.io;

/**
 * An encrypted connection over another transport. What TLS adds to {@link Transport}:
 *
 * <ul>
 *   <li>{@code connectionMade} comes after the handshake; {@link #close} during the handshake aborts.
 *   <li>{@link #close} sends what is buffered and {@code close_notify}, and waits for the peer's, for at most the shutdown timeout: then the
 *       connection is lost with a {@link java.net.SocketTimeoutException}. Data that comes meanwhile is still delivered, paused or not, as far
 *       as the read buffer's high water mark.
 *   <li>When the peer sends {@code close_notify}, everything it sent before is delivered first (after {@link #resumeReading}, if paused), then
 *       {@code eofReceived} is called, and what is buffered is sent before the connection is closed: it closes in both directions, whatever
 *       {@code eofReceived} returns. In TLS 1.2 nothing may be sent any more; if something was buffered the connection is lost with a
 *       {@link ConnectionResetException}.
 *   <li>A stream that ends without {@code close_notify} was cut off: the connection is lost with an {@link javax.net.ssl.SSLException}, unless
 *       {@link TlsOptions#allowTruncation} was chosen.
 *   <li>{@link #canWriteEof} is false.
 *   <li>The water marks for writing are 128 and 512 KiB unless set.
 * </ul>
 */
public interface TlsTransport extends Transport {
    /**
     * Sets the high water mark of the read buffer, and the low one to a quarter of it.
     *
     * @param high with so many undelivered bytes nothing more is read from the connection
     * @throws IllegalArgumentException if it is negative
     */
    default void setReadBufferLimits(int high) {
        setReadBufferLimits(high, high / 4);
    }

    /**
     * Sets the water marks of the read buffer: while reading is paused, bytes are taken from the connection until {@code high} of them are
     * undelivered, so that the peer's end is noticed.
     *
     * @param high with so many undelivered bytes nothing more is read from the connection
     * @param low at or below so many undelivered bytes reading goes on
     * @throws IllegalArgumentException unless 0 &lt;= low &lt;= high
     */
    void setReadBufferLimits(int high, int low);

    /** {@return the water marks of the read buffer; 64 and 256 KiB unless set} */
    BufferLimits getReadBufferLimits();

    /** {@return how many received bytes are not delivered yet, most of them still encrypted} */
    int getReadBufferSize();
}

package dev.weft.io;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A protocol of lines, and of raw bytes between them. Each line comes as a call of its own, without its delimiter, however the bytes were
 * cut into packets; pausing or closing the connection in a call holds for the rest of the packet too, and {@code resumeReading} brings the
 * lines that were held back. What is left without a delimiter when the connection ends is dropped. Mirrors Twisted's {@code LineReceiver}.
 *
 * <p>Confined to its loop. A subclass that overrides {@link #connectionMade} calls {@code super.connectionMade(transport)}.
 */
public abstract class LineProtocol implements Protocol {
    @SuppressWarnings("this-escape") // it only keeps it
    private final Delivery delivery = new Delivery(this::deliverNext);

    private byte[] delimiter;
    private int maxLength;
    private LineFinder finder;
    private boolean raw;

    /** Lines that end with CR LF, of at most 16,384 bytes. */
    protected LineProtocol() {
        this(new byte[] {'\r', '\n'}, Framing.MAX_LINE);
    }

    /**
     * Lines of another kind.
     *
     * @param delimiter what ends a line, at least one byte
     * @param maxLength how many bytes a line has at most, without the delimiter
     * @throws IllegalArgumentException if the delimiter is empty or the length negative
     */
    protected LineProtocol(byte[] delimiter, int maxLength) {
        this.delimiter = Framing.checkedDelimiter(delimiter);
        this.maxLength = Framing.checkedLength(maxLength);
        finder = new LineFinder(this.delimiter, maxLength);
    }

    // ---- for subclasses to override

    /**
     * A line came. An exception is fatal to the connection.
     *
     * @param line its bytes, without the delimiter
     */
    protected abstract void lineReceived(byte[] line);

    /**
     * Bytes came in {@linkplain #setRawMode raw mode}; dropped unless overridden. An exception is fatal to the connection.
     *
     * @param data the bytes; read-only, and valid during this call only
     */
    protected void rawReceived(ByteBuffer data) {}

    /**
     * A line is too long: closes the connection unless overridden. If it is not closed, what is passed here is gone and the next byte that
     * comes begins a line.
     *
     * @param received everything that came from the beginning of the line on
     */
    protected void lineLengthExceeded(byte[] received) {
        transport().close();
    }

    // ---- for subclasses to call

    /** {@return the connection} */
    public final BaseTransport transport() {
        return delivery.transport();
    }

    /**
     * Sends a line.
     *
     * @param line its bytes, to which the delimiter is added
     * @throws IllegalArgumentException if the delimiter is in the line
     */
    public final void sendLine(byte[] line) {
        delivery.write(List.of(
                ByteBuffer.wrap(Framing.checkedLine(line, delimiter)),
                ByteBuffer.wrap(delimiter).asReadOnlyBuffer()));
    }

    /** Has what comes from now on delivered as it comes, also what follows in the same packet. */
    public final void setRawMode() {
        raw = true;
    }

    /** Has what comes from now on cut into lines again. */
    public final void setLineMode() {
        setLineMode(new byte[0]);
    }

    /**
     * Has what comes from now on cut into lines again.
     *
     * @param rest what was delivered as raw bytes, but belongs to the lines: they begin with it
     */
    public final void setLineMode(byte[] rest) {
        raw = false;
        finder.startOver();
        delivery.putBack(rest);
        delivery.deliver();
    }

    /** {@return what ends a line} */
    public final byte[] delimiter() {
        return delimiter.clone();
    }

    /**
     * Sets what ends a line, from the next one on.
     *
     * @param bytes at least one byte
     * @throws IllegalArgumentException if there is none
     */
    public final void setDelimiter(byte[] bytes) {
        delimiter = Framing.checkedDelimiter(bytes);
        finder = new LineFinder(delimiter, maxLength);
    }

    /** {@return how many bytes a line has at most, without the delimiter} */
    public final int maxLength() {
        return maxLength;
    }

    /**
     * Sets how long a line may be, from the next one on.
     *
     * @param bytes how many bytes at most, without the delimiter
     * @throws IllegalArgumentException if that is negative
     */
    public final void setMaxLength(int bytes) {
        maxLength = Framing.checkedLength(bytes);
        finder = new LineFinder(delimiter, maxLength);
    }

    // ---- for the transport to call

    @Override
    public void connectionMade(BaseTransport made) {
        delivery.connected(made);
    }

    @Override
    public final void dataReceived(ByteBuffer data) {
        delivery.received(data);
    }

    @Override
    public final void readingResumed() {
        delivery.deliver();
    }

    private boolean deliverNext(ByteQueue bytes) {
        if (raw) {
            rawReceived(ByteBuffer.wrap(bytes.take(bytes.size())).asReadOnlyBuffer());
            return true;
        }
        byte[] line;
        try {
            if (!finder.find(bytes)) {
                return false;
            }
            line = finder.take(bytes);
        } catch (LimitOverrunException tooLong) {
            finder.startOver();
            lineLengthExceeded(bytes.take(bytes.size()));
            return true;
        }
        lineReceived(line);
        return true;
    }
}

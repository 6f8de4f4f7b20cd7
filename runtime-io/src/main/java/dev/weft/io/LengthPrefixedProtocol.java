package dev.weft.io;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A protocol of messages with their length in front. Each comes as a call of its own, however the bytes were cut into packets; pausing or
 * closing the connection in a call holds for the rest of the packet too, and {@code resumeReading} brings what was held back. Mirrors
 * Twisted's {@code Int8StringReceiver}, {@code Int16StringReceiver} and {@code Int32StringReceiver}.
 *
 * <p>Confined to its loop. A subclass that overrides {@link #connectionMade} calls {@code super.connectionMade(transport)}.
 */
public abstract class LengthPrefixedProtocol implements Protocol {
    @SuppressWarnings("this-escape") // it only keeps it
    private final Delivery delivery = new Delivery(this::deliverNext);

    private final PrefixSize size;
    private final Framing framing;
    private final PrefixFinder finder;

    /**
     * Messages of at most 99,999 bytes.
     *
     * @param size how large the prefix is
     */
    protected LengthPrefixedProtocol(PrefixSize size) {
        this(size, Framing.MAX_MESSAGE);
    }

    /**
     * Messages of another length.
     *
     * @param size how large the prefix is
     * @param maxLength how many bytes a message has at most
     * @throws IllegalArgumentException if that is negative
     */
    protected LengthPrefixedProtocol(PrefixSize size, int maxLength) {
        this.size = Objects.requireNonNull(size, "size");
        framing = Framing.prefixed(size, maxLength);
        finder = new PrefixFinder(size, framing.maxLength());
    }

    /**
     * A message came. An exception is fatal to the connection.
     *
     * @param string its bytes
     */
    protected abstract void stringReceived(byte[] string);

    /**
     * The peer announces a message that is too long: closes the connection unless overridden. Nothing more is delivered in any case.
     *
     * @param length how long it says the message is
     */
    protected void lengthLimitExceeded(long length) {
        transport().close();
    }

    /** {@return the connection} */
    public final BaseTransport transport() {
        return delivery.transport();
    }

    /**
     * Sends a message.
     *
     * @param string its bytes
     * @throws IllegalArgumentException if it is too long
     */
    public final void sendString(byte[] string) {
        delivery.write(framing.around(string));
    }

    /** {@return how many bytes a message has at most} */
    public final int maxLength() {
        return framing.maxLength();
    }

    /** {@return how large the prefix is} */
    public final PrefixSize prefixSize() {
        return size;
    }

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
        byte[] string;
        try {
            if (!finder.find(bytes)) {
                return false;
            }
            string = finder.take(bytes);
        } catch (LimitOverrunException tooLong) {
            delivery.end();
            lengthLimitExceeded(finder.announced());
            return false;
        }
        stringReceived(string);
        return true;
    }
}

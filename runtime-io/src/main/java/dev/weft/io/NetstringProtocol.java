package dev.weft.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A protocol of netstrings, {@code 5:hello,}. Each comes as a call of its own, however the bytes were cut into packets; pausing or closing
 * the connection in a call holds for the rest of the packet too, and {@code resumeReading} brings what was held back. A peer that sends
 * something else, or a string that is too long, is disconnected. Mirrors Twisted's {@code NetstringReceiver}.
 *
 * <p>Confined to its loop. A subclass that overrides {@link #connectionMade} calls {@code super.connectionMade(transport)}.
 */
public abstract class NetstringProtocol implements Protocol {
    @SuppressWarnings("this-escape") // it only keeps it
    private final Delivery delivery = new Delivery(this::deliverNext);

    private final Framing framing;
    private final FrameFinder finder;

    /** Strings of at most 99,999 bytes. */
    protected NetstringProtocol() {
        this(Framing.MAX_MESSAGE);
    }

    /**
     * Strings of another length.
     *
     * @param maxLength how many bytes a string has at most
     * @throws IllegalArgumentException if that is negative
     */
    protected NetstringProtocol(int maxLength) {
        framing = Framing.netstring(maxLength);
        finder = framing.newFinder();
    }

    /**
     * A string came. An exception is fatal to the connection.
     *
     * @param string its bytes
     */
    protected abstract void stringReceived(byte[] string);

    /** {@return the connection} */
    public final BaseTransport transport() {
        return delivery.transport();
    }

    /**
     * Sends a string.
     *
     * @param string its bytes
     * @throws IllegalArgumentException if it is too long
     */
    public final void sendString(byte[] string) {
        delivery.write(framing.around(Objects.requireNonNull(string, "string")));
    }

    /** {@return how many bytes a string has at most} */
    public final int maxLength() {
        return framing.maxLength();
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
        } catch (IOException malformedOrTooLong) {
            delivery.end();
            transport().close();
            return false;
        }
        stringReceived(string);
        return true;
    }
}

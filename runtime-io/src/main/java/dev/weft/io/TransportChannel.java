package dev.weft.io;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The channel under a transport or a server, to be asked and tuned: its addresses and options, but neither its bytes nor its life. Mirrors
 * {@code asyncio.trsock.TransportSocket}.
 */
public interface TransportChannel {
    /** {@return the address of this side, null once the channel is closed} */
    @Nullable
    SocketAddress localAddress();

    /** {@return the address of the other side; null for one that has none, such as a listening channel, or once the channel is closed} */
    @Nullable
    SocketAddress remoteAddress();

    /**
     * An option's value.
     *
     * @param option the option
     * @return its value
     * @param <T> its type
     * @throws IOException if the channel is closed or the system refuses
     * @throws UnsupportedOperationException if the channel has no such option
     */
    <T> T getOption(SocketOption<T> option) throws IOException;

    /**
     * Sets an option.
     *
     * @param option the option
     * @param value its value
     * @param <T> its type
     * @throws IOException if the channel is closed or the system refuses
     * @throws UnsupportedOperationException if the channel has no such option
     */
    <T> void setOption(SocketOption<T> option, T value) throws IOException;

    /** {@return the options it has} */
    Set<SocketOption<?>> supportedOptions();
}

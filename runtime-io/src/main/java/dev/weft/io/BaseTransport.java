package dev.weft.io;

import org.jspecify.annotations.Nullable;

/**
 * What moves bytes between a connection and a {@link BaseProtocol protocol}. Confined to its loop. The protocol hears {@code connectionMade}
 * first and {@code connectionLost} last, each exactly once and as an entry of the loop of its own. Mirrors {@code asyncio.BaseTransport}.
 */
public interface BaseTransport {
    /**
     * What is known about the connection.
     *
     * @param key what to ask for
     * @return its value, null if there is none
     * @param <T> the type of the value
     */
    default <T> @Nullable T getExtraInfo(ExtraInfo<T> key) {
        return key.type().cast(getExtraInfo(key.key(), null));
    }

    /**
     * What is known about the connection, by asyncio's names.
     *
     * @param name such as {@code peername}, {@code sockname}, {@code socket}
     * @param fallback returned if there is nothing of that name
     * @return the value
     */
    @Nullable
    Object getExtraInfo(String name, @Nullable Object fallback);

    /** {@return whether it is closed or going to be: by {@code close}, {@code abort}, the peer or a failure} */
    boolean isClosing();

    /** Stops reading now, sends what is buffered, then closes. Does not suspend; may be repeated. */
    void close();

    /**
     * From the next event on somebody else is told.
     *
     * @param protocol whom to tell
     */
    void setProtocol(BaseProtocol protocol);

    /** {@return who is told} */
    BaseProtocol getProtocol();
}

package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Somewhere to connect to, without saying how: what {@link Endpoints#client} makes of a description, or a way of one's own. May be used any
 * number of times, on any loop. Mirrors Twisted's {@code IStreamClientEndpoint}.
 */
public interface ClientEndpoint {
    /**
     * Connects a protocol.
     *
     * @param protocols makes the protocol, called once
     * @return the connection; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if there is no connection
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; nothing stays open then
     */
    @Suspends
    <P extends BaseProtocol> Endpoint<P> connect(Supplier<P> protocols) throws IOException;

    /**
     * Connects, for sequential code.
     *
     * @return the connection
     * @throws IOException if there is no connection
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; nothing stays open then
     */
    @Suspends
    default Streams connect() throws IOException {
        var reader = new StreamReader(StreamReader.DEFAULT_LIMIT, Asyncio.getRunningLoop());
        var endpoint = connect(() -> new StreamReaderProtocol(reader));
        return new Streams(reader, endpoint.protocol().newWriter());
    }
}

package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * Somewhere to listen at, without saying how: what {@link Endpoints#server} makes of a description. May be used any number of times, on
 * any loop. Mirrors Twisted's {@code IStreamServerEndpoint}.
 */
public interface ServerEndpoint {
    /**
     * Listens, with a protocol of its own for each connection.
     *
     * @param protocols makes the protocols
     * @param options the options; what the endpoint says itself goes before them
     * @return the server, which accepts connections already
     * @throws IOException if that cannot be listened at
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    Server listen(Supplier<? extends BaseProtocol> protocols, ServerOptions options) throws IOException;

    /**
     * Listens, with a protocol of its own for each connection.
     *
     * @param protocols makes the protocols
     * @return the server, which accepts connections already
     * @throws IOException if that cannot be listened at
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    default Server listen(Supplier<? extends BaseProtocol> protocols) throws IOException {
        return listen(protocols, ServerOptions.DEFAULT);
    }

    /**
     * Listens, and has each connection served by a task of its own.
     *
     * @param handler serves a connection
     * @param options the options; what the endpoint says itself goes before them
     * @return the server, which accepts connections already
     * @throws IOException if that cannot be listened at
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    default Server listen(StreamHandler handler, ServerOptions options) throws IOException {
        return listen(new StreamProtocols(Asyncio.getRunningLoop(), handler, options.limit()), options);
    }

    /**
     * Listens, and has each connection served by a task of its own.
     *
     * @param handler serves a connection
     * @return the server, which accepts connections already
     * @throws IOException if that cannot be listened at
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    default Server listen(StreamHandler handler) throws IOException {
        return listen(handler, ServerOptions.DEFAULT);
    }
}

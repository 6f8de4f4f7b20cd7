package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A port of a host. */
record TcpClientEndpoint(String text, String host, int port, Duration timeout, ConnectOptions options)
        implements ClientEndpoint {
    @Override
    @Suspends
    public <P extends BaseProtocol> Endpoint<P> connect(Supplier<P> protocols) throws IOException {
        return within(timeout, text, () -> Net.createConnection(protocols, host, port, options));
    }

    /** Connects, or gives up when the time is over. */
    @Suspends
    static <T> T within(Duration timeout, String text, dev.weft.Body<T, IOException> connecting) throws IOException {
        try {
            return Asyncio.timeout(timeout, connecting);
        } catch (TimeoutException e) {
            var failure = new SocketTimeoutException("no connection within " + timeout + ": " + text);
            failure.initCause(e);
            throw failure;
        }
    }

    @Override
    public String toString() {
        return text;
    }
}

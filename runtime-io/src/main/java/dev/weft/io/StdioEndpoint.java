package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.io.internal.transport.DuplexTransport;
import dev.weft.io.internal.transport.TransportFactory;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** Standard input and output as the one connection there will ever be. */
record StdioEndpoint(String text) implements ServerEndpoint {
    @Override
    @Suspends
    public Server listen(Supplier<? extends BaseProtocol> protocols, ServerOptions options) throws IOException {
        EventLoop loop = Asyncio.getRunningLoop();
        if (!(protocols.get() instanceof Protocol protocol)) {
            throw new IllegalArgumentException("standard input can be read by a Protocol only");
        }
        var server = new Server(loop, List.of(), options, protocols, TransportFactory.PLAIN);
        new DuplexTransport(loop, Stdio.pumpOf(System.in), System.out, protocol, server.owner()).start();
        server.startServing();
        return server;
    }

    @Override
    public String toString() {
        return text;
    }
}

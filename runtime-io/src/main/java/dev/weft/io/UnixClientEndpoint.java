package dev.weft.io;

import dev.weft.Suspends;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** A Unix socket to connect to. */
record UnixClientEndpoint(String text, Path path, Duration timeout) implements ClientEndpoint {
    @Override
    @Suspends
    public <P extends BaseProtocol> Endpoint<P> connect(Supplier<P> protocols) throws IOException {
        return TcpClientEndpoint.within(timeout, text, () -> Net.createUnixConnection(protocols, path));
    }

    @Override
    public String toString() {
        return text;
    }
}

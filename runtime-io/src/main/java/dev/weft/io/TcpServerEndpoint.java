package dev.weft.io;

import dev.weft.AddressFamily;
import dev.weft.Suspends;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A port of this machine. */
record TcpServerEndpoint(
        String text,
        @Nullable String host,
        int port,
        @Nullable AddressFamily family,
        OptionalInt backlog) implements ServerEndpoint {
    @Override
    @Suspends
    public Server listen(Supplier<? extends BaseProtocol> protocols, ServerOptions options) throws IOException {
        ServerOptions own = family == null ? options : options.family(family);
        return Net.createServer(protocols, host, port, backlog.isPresent() ? own.backlog(backlog.getAsInt()) : own);
    }

    @Override
    public String toString() {
        return text;
    }
}

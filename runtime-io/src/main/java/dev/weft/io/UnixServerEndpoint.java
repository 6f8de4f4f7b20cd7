package dev.weft.io;

import dev.weft.Suspends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** A Unix socket to listen at. */
record UnixServerEndpoint(String text, Path path, OptionalInt mode, OptionalInt backlog) implements ServerEndpoint {
    @Override
    @Suspends
    public Server listen(Supplier<? extends BaseProtocol> protocols, ServerOptions options) throws IOException {
        ServerOptions own = mode.isPresent() ? options.mode(mode.getAsInt()) : options;
        return Net.createUnixServer(protocols, path, backlog.isPresent() ? own.backlog(backlog.getAsInt()) : own);
    }

    @Override
    public String toString() {
        return text;
    }
}

package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.io.internal.transport.SocketFile;
import dev.weft.io.internal.transport.TransportFactory;
import dev.weft.io.internal.transport.UnixSockets;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes connections and servers over Unix sockets for {@link Net}. */
final class UnixEndpoints {
    private UnixEndpoints() {}

    @Suspends
    static <P extends BaseProtocol> Endpoint<P> connect(Supplier<P> protocols, Path path, ConnectOptions options)
            throws IOException {
        Objects.requireNonNull(protocols, "protocols");
        Objects.requireNonNull(options, "options");
        ensureGiven(path);
        EventLoop loop = Asyncio.getRunningLoop();
        TransportFactory transports = Connections.transports(loop, options, null); // a path is no server's name
        return Connections.open(loop, UnixSockets.connect(loop, path), protocols, transports);
    }

    @Suspends
    static <P extends BaseProtocol> Endpoint<P> over(Supplier<P> protocols, SocketChannel channel) throws IOException {
        Objects.requireNonNull(protocols, "protocols");
        ensureGiven(channel);
        if (!(channel.getRemoteAddress() instanceof UnixDomainSocketAddress)) {
            throw new IllegalArgumentException("not a connected Unix socket: " + channel);
        }
        return Connections.open(Asyncio.getRunningLoop(), channel, protocols, TransportFactory.PLAIN);
    }

    @Suspends
    static Server serve(Supplier<? extends BaseProtocol> protocols, Path path, ServerOptions options)
            throws IOException {
        Objects.requireNonNull(protocols, "protocols");
        ensureGiven(path);
        EventLoop loop = Asyncio.getRunningLoop();
        ServerSocketChannel channel = UnixSockets.listen(loop, path, options.backlog(), options.mode());
        return serve(loop, protocols, channel, path, options);
    }

    @Suspends
    static Server serve(Supplier<? extends BaseProtocol> protocols, ServerSocketChannel channel, ServerOptions options)
            throws IOException {
        Objects.requireNonNull(protocols, "protocols");
        ensureGiven(channel);
        if (!(channel.getLocalAddress() instanceof UnixDomainSocketAddress address)) {
            throw new IllegalArgumentException("not a bound Unix socket: " + channel);
        }
        channel.configureBlocking(false);
        return serve(Asyncio.getRunningLoop(), protocols, channel, address.getPath(), options);
    }

    @Suspends
    private static Server serve(
            EventLoop loop,
            Supplier<? extends BaseProtocol> protocols,
            ServerSocketChannel channel,
            Path path,
            ServerOptions options)
            throws IOException {
        SocketFile file = options.cleanupSocket() ? fileAt(path) : null;
        boolean complete = false;
        try {
            Server server = Net.serve(loop, protocols, List.of(channel), options);
            if (file != null) {
                server.removeAtClose(file);
            }
            complete = true;
            return server;
        } finally {
            if (!complete && file != null) {
                file.removeIfSame();
            }
        }
    }

    private static @Nullable SocketFile fileAt(Path path) throws IOException {
        try {
            return SocketFile.at(path);
        } catch (NoSuchFileException e) {
            return null; // somebody has removed it already
        }
    }

    private static void ensureGiven(@Nullable Object pathOrChannel) {
        if (pathOrChannel == null) {
            throw new IllegalArgumentException("a path or a channel is needed");
        }
    }
}

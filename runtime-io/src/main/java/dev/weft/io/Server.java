package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.io.internal.transport.Acceptor;
import dev.weft.io.internal.transport.SocketFile;
import dev.weft.io.internal.transport.TransportFactory;
import dev.weft.io.internal.transport.TransportOwner;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Listening sockets, and the connections that came from them. Made by {@link Net}. Confined to its loop. Mirrors {@code asyncio.Server}.
 */
public final class Server implements AutoCloseable {
    private final EventLoop loop;
    private final Set<Transport> clients = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Future<@Nullable Void>> waitingForEnd = new ArrayList<>();
    private List<Acceptor> acceptors = List.of();
    private boolean serving;
    private boolean closed;
    private @Nullable Future<@Nullable Void> serveForever;

    Server(
            EventLoop loop,
            List<ServerSocketChannel> channels,
            ServerOptions options,
            Supplier<? extends BaseProtocol> protocols,
            TransportFactory transports) {
        this.loop = loop;
        var connections = new Connections();
        var made = new ArrayList<Acceptor>();
        try {
            for (ServerSocketChannel channel : channels) {
                made.add(new Acceptor(
                        loop, channel, options.backlog(), options.keepAlive(), protocols, transports, connections));
            }
        } catch (RuntimeException e) {
            made.forEach(Acceptor::close);
            throw e;
        }
        acceptors = List.copyOf(made);
    }

    private final class Connections implements TransportOwner {
        @Override
        public void attached(Transport transport) {
            clients.add(transport);
        }

        @Override
        public void detached(Transport transport) {
            clients.remove(transport);
            wakeIfOver();
        }
    }

    /** For a server of one Unix socket: removes its file when it is closed. */
    void removeAtClose(SocketFile file) {
        acceptors.forEach(acceptor -> acceptor.removeAtClose(file));
    }

    // ---- serving

    /**
     * Accepts connections from now on. Without effect when it does already.
     *
     * @throws IllegalStateException if the server is closed
     */
    @Suspends
    public void startServing() {
        start();
        Asyncio.yieldNow();
    }

    private void start() {
        loop.checkThread();
        if (closed) {
            throw new IllegalStateException("server closed: " + this);
        }
        serving = true;
        acceptors.forEach(Acceptor::start);
    }

    /** {@return whether connections are accepted} */
    public boolean isServing() {
        return serving;
    }

    /**
     * Accepts connections until the calling task is cancelled, or the server is closed. Then closes the server and its connections, waits
     * until they are gone, and ends with the {@link CancelledError}.
     *
     * @throws CancelledError always, in the end
     * @throws IllegalStateException if the server is closed, or another task is in this call
     */
    @Suspends
    public void serveForever() {
        if (serveForever != null) {
            throw new IllegalStateException("already serving forever: " + this);
        }
        start();
        Future<@Nullable Void> end = loop.createFuture();
        serveForever = end;
        try {
            end.await();
        } catch (CancelledError e) {
            close();
            closeClients();
            waitClosed();
            throw e;
        } finally {
            serveForever = null;
        }
    }

    /**
     * The server for the length of a block: {@code try (var s = server.serving()) { ... }} closes it at the end and waits until its connections
     * are gone. Mirrors {@code async with server}.
     *
     * @return what to close
     */
    public Serving serving() {
        return new Serving(this);
    }

    /**
     * A server for the length of a block.
     *
     * @param server the server
     */
    public record Serving(Server server) implements AutoCloseable {
        /** Closes the server and waits until its connections are gone. */
        @Override
        @Suspends
        public void close() {
            server.close();
            server.waitClosed();
        }
    }

    // ---- ending

    /**
     * Stops listening and closes the listening sockets now. Open connections stay. Ends {@link #serveForever}. Does not suspend; may be
     * repeated.
     */
    @Override
    public void close() {
        loop.checkThread();
        if (closed) {
            return;
        }
        closed = true;
        serving = false;
        acceptors.forEach(Acceptor::close);
        acceptors = List.of();
        Future<@Nullable Void> forever = serveForever;
        if (forever != null) {
            forever.cancel();
        }
        wakeIfOver();
    }

    /** Closes every open connection of this server, once what is buffered for it is sent. Does not suspend. */
    public void closeClients() {
        loop.checkThread();
        List.copyOf(clients).forEach(Transport::close);
    }

    /** Closes every open connection of this server at once; what is buffered for it is dropped. Does not suspend. */
    public void abortClients() {
        loop.checkThread();
        List.copyOf(clients).forEach(Transport::abort);
    }

    /**
     * Waits until the server is closed and all its connections are gone. Any number of tasks may wait.
     *
     * @throws CancelledError if the task is cancelled meanwhile; the server is as it was
     */
    @Suspends
    public void waitClosed() {
        loop.checkThread();
        if (isOver()) {
            return;
        }
        Future<@Nullable Void> end = loop.createFuture();
        waitingForEnd.add(end);
        try {
            end.await();
        } finally {
            waitingForEnd.remove(end);
        }
    }

    private boolean isOver() {
        return closed && clients.isEmpty();
    }

    private void wakeIfOver() {
        if (isOver()) {
            for (Future<@Nullable Void> end : List.copyOf(waitingForEnd)) {
                if (!end.done()) {
                    end.setResult(null);
                }
            }
        }
    }

    // ---- about it

    /** {@return the listening sockets, none once it is closed} */
    public List<TransportChannel> sockets() {
        return acceptors.stream().map(Acceptor::view).toList();
    }

    /**
     * The port of the first listening socket: what the system chose where 0 was asked for.
     *
     * @return the port
     * @throws IllegalStateException if the server is closed or listens at no port
     */
    public int port() {
        SocketAddress address =
                acceptors.isEmpty() ? null : acceptors.getFirst().view().localAddress();
        if (address instanceof InetSocketAddress inet) {
            return inet.getPort();
        }
        throw new IllegalStateException((closed ? "server closed: " : "no port: ") + this);
    }

    /** {@return the loop it belongs to} */
    public EventLoop getLoop() {
        return loop;
    }

    @Override
    public String toString() {
        return "Server[" + (closed ? "closed" : sockets() + (serving ? ", serving" : ", not serving")) + ", "
                + clients.size() + " connections]";
    }
}

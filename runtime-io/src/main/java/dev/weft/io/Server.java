package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.Task;
import dev.weft.io.internal.transport.Acceptor;
import dev.weft.io.internal.transport.SocketFile;
import dev.weft.io.internal.transport.TransportFactory;
import dev.weft.io.internal.transport.TransportOwner;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Listening sockets, and the connections that came from them. Made by {@link Net}. Confined to its loop. Mirrors {@code asyncio.Server}.
 */
public final class Server implements AutoCloseable {
    private static final Duration LAST_GRACE = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final Set<Transport> clients = new LinkedHashSet<>();
    private final Map<Transport, Task<?>> handlers;
    private final List<Future<@Nullable Void>> waitingForEnd = new ArrayList<>();
    private final List<Future<@Nullable Void>> waitingForIdle = new ArrayList<>();
    private final TransportOwner owner = new Connections();
    private final PeerCounts peers = new PeerCounts();
    private final ServerOptions options;
    private List<Acceptor> acceptors = List.of();
    private boolean serving;
    private boolean closed;
    private boolean draining;
    private boolean held;
    private @Nullable Future<@Nullable Void> serveForever;

    Server(
            EventLoop loop,
            List<ServerSocketChannel> channels,
            ServerOptions options,
            Supplier<? extends BaseProtocol> protocols,
            TransportFactory transports) {
        this.loop = loop;
        this.options = options;
        if (protocols instanceof StreamProtocols streams) {
            handlers = streams.running();
            streams.whenEnded(this::wakeIfIdle);
        } else {
            handlers = Map.of();
        }
        var made = new ArrayList<Acceptor>();
        try {
            for (ServerSocketChannel channel : channels) {
                made.add(new Acceptor(
                        loop, channel, options.backlog(), options.keepAlive(), protocols, transports, owner));
            }
        } catch (RuntimeException e) {
            made.forEach(Acceptor::close);
            throw e;
        }
        acceptors = List.copyOf(made);
    }

    private class Connections implements TransportOwner {
        @Override
        public @Nullable TransportOwner admit(SocketAddress peer) {
            return options.maxPerPeer() == Integer.MAX_VALUE
                    ? this
                    : peers.of(peer) < options.maxPerPeer() ? new ConnectionsOf(peer) : null;
        }

        @Override
        public void attached(Transport transport) {
            if (clients.add(transport)) {
                changed(1);
            }
        }

        @Override
        public void detached(Transport transport) {
            if (clients.remove(transport)) {
                changed(-1);
            }
            wakeIfOver();
            wakeIfIdle();
        }

        /** With as many connections as there may be, the others wait in the system's queue. */
        void changed(int by) {
            boolean full = clients.size() >= options.maxConnections();
            if (full != held) {
                held = full;
                acceptors.forEach(acceptor -> acceptor.hold(full));
            }
        }
    }

    /** The connections of one peer. */
    private final class ConnectionsOf extends Connections {
        private final SocketAddress peer;

        ConnectionsOf(SocketAddress peer) {
            this.peer = peer;
        }

        @Override
        void changed(int by) {
            peers.add(peer, by);
            super.changed(by);
        }
    }

    /** Whom to tell of connections that did not come from its listening sockets. */
    TransportOwner owner() {
        return owner;
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
            if (!draining) {
                closeClients();
            }
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

    /**
     * As {@link #drain(Duration, Duration)}, with 5 s for those who were told to stop.
     *
     * @param grace how long connections may go on by themselves
     * @return who was cut, and how
     * @throws IllegalArgumentException if the time is negative
     * @throws CancelledError if the task is cancelled meanwhile; the server is closed then, and its connections are as they were
     */
    @Suspends
    public DrainReport drain(Duration grace) {
        return drain(grace, LAST_GRACE);
    }

    /**
     * Ends the server without hurry: stops listening, as {@link #close}; lets the open connections, and the handlers that serve them, go
     * on for some time; cancels the handlers that still run then, and closes the connections that have none; aborts the connections whose
     * handlers have not ended, or that are not closed, after some more time. Returns as soon as all have ended. A {@link #serveForever}
     * under way ends when this does.
     *
     * <p>A connection that just stays open counts as one that goes on: a program whose clients keep idle connections tells them, or closes
     * those, itself. A handler that does not end when it is cancelled is left alone after its connection was aborted.
     *
     * @param grace how long connections may go on by themselves; zero to tell them to stop at once
     * @param lastGrace how long they may take to stop when told
     * @return who was cut, and how
     * @throws IllegalArgumentException if a time is negative
     * @throws CancelledError if the task is cancelled meanwhile; the server is closed then, and its connections are as they were
     */
    @Suspends
    public DrainReport drain(Duration grace, Duration lastGrace) {
        if (grace.isNegative() || lastGrace.isNegative()) {
            throw new IllegalArgumentException("times to wait are not negative, got " + grace + " and " + lastGrace);
        }
        loop.checkThread();
        draining = true;
        close();
        Map<Transport, DrainReport.Cut> cut = new LinkedHashMap<>();
        if (!idleWithin(grace)) {
            for (Transport connection : openOrServed()) {
                cut.put(connection, stop(connection));
            }
            if (!idleWithin(lastGrace)) {
                for (Transport connection : openOrServed()) {
                    connection.abort();
                    cut.put(connection, cut(connection, DrainReport.Manner.ABORTED));
                }
                waitClosed();
            }
        }
        return new DrainReport(List.copyOf(cut.values()));
    }

    private DrainReport.Cut stop(Transport connection) {
        Task<?> handler = handlers.get(connection);
        if (handler == null) {
            connection.close();
            return cut(connection, DrainReport.Manner.CLOSED);
        }
        handler.cancel("the server is drained");
        return cut(connection, DrainReport.Manner.CANCELLED);
    }

    private static DrainReport.Cut cut(Transport connection, DrainReport.Manner manner) {
        return new DrainReport.Cut(connection.getExtraInfo(ExtraInfo.PEER_NAME), manner);
    }

    /** A handler may still run when its connection is closed. */
    private Set<Transport> openOrServed() {
        Set<Transport> all = new LinkedHashSet<>(clients);
        all.addAll(handlers.keySet());
        return all;
    }

    /** Waits until no connection is open and no handler runs; false if that takes too long. */
    @Suspends
    private boolean idleWithin(Duration limit) {
        if (isIdle()) {
            return true;
        }
        Future<@Nullable Void> idle = loop.createFuture();
        waitingForIdle.add(idle);
        try {
            Asyncio.waitFor(() -> idle.await(), limit);
            return true;
        } catch (TimeoutException e) {
            return isIdle();
        } finally {
            waitingForIdle.remove(idle);
        }
    }

    private boolean isIdle() {
        return clients.isEmpty() && handlers.isEmpty();
    }

    private void wakeIfIdle() {
        if (isIdle()) {
            wake(waitingForIdle);
        }
    }

    private static void wake(List<Future<@Nullable Void>> waiting) {
        for (Future<@Nullable Void> turn : List.copyOf(waiting)) {
            if (!turn.done()) {
                turn.setResult(null);
            }
        }
    }

    private boolean isOver() {
        return closed && clients.isEmpty();
    }

    private void wakeIfOver() {
        if (isOver()) {
            wake(waitingForEnd);
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

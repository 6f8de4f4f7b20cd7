package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.Semaphore;
import dev.weft.Suspends;
import dev.weft.Task;
import dev.weft.io.internal.transport.Acceptor;
import dev.weft.io.internal.transport.Listener;
import dev.weft.io.internal.transport.TransportFactory;
import dev.weft.io.internal.transport.TransportOwner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Accepts connections on one loop for the servers of several, which get them in turn. */
final class HandOff {
    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final List<Target> targets;
    private final ServerOptions options;

    /** Accepted and not yet taken over: the end of a loop drops what was on its way to it. */
    private final Set<SocketChannel> onTheirWay = ConcurrentHashMap.newKeySet();

    /** Of this loop; null if there is no limit to the number of connections. */
    private final @Nullable Semaphore room;

    private int turn;

    HandOff(EventLoop loop, List<Target> targets, ServerOptions options) {
        this.loop = loop;
        this.targets = targets;
        this.options = options;
        long most = (long) options.maxConnections() * targets.size();
        room = most > Integer.MAX_VALUE ? null : new Semaphore((int) most);
    }

    /** Listens until the acceptor ends; gives the port. In a task of the acceptor's loop. */
    @Suspends
    int listen(GroupMember acceptor, @Nullable String host, int port) throws IOException {
        var listener = new Listener(options.family(), options.backlog(), options.reuseAddress(), false);
        List<String> hosts = host == null || host.isEmpty() ? List.of() : List.of(host);
        List<ServerSocketChannel> channels = listener.listen(loop, hosts, port);
        var tasks = new ArrayList<Task<?>>();
        for (ServerSocketChannel channel : channels) {
            tasks.add(loop.createTask(() -> accept(channel)));
        }
        acceptor.endFirst(() -> tasks.forEach(Task::cancel));
        return ((InetSocketAddress) channels.getFirst().getLocalAddress()).getPort();
    }

    @Suspends
    private void accept(ServerSocketChannel channel) throws IOException {
        try (channel) {
            while (true) {
                if (room != null) {
                    room.acquire();
                }
                try {
                    handOver(loop.sockAccept(channel));
                } catch (IOException e) {
                    release();
                    loop.callExceptionHandler(
                            ExceptionContext.of("accepting a connection failed: none is accepted for " + RETRY_DELAY)
                                    .with("exception", e));
                    Asyncio.sleep(RETRY_DELAY);
                }
            }
        } catch (CancelledError e) {
            for (SocketChannel left : List.copyOf(onTheirWay)) {
                if (onTheirWay.remove(left)) {
                    left.close();
                }
            }
            throw e;
        }
    }

    private void handOver(SocketChannel accepted) throws IOException {
        Target target = targets.get(turn++ % targets.size());
        onTheirWay.add(accepted);
        boolean posted = target.member.post(() -> {
            // Whoever removes it has it: the target, or the end of the acceptor.
            if (onTheirWay.remove(accepted)) {
                target.adopt(accepted, this::left);
            }
        });
        if (!posted && onTheirWay.remove(accepted)) {
            accepted.close();
            release();
        }
    }

    /** A connection is gone. On the target's loop. */
    private void left() {
        try {
            loop.callSoonThreadsafe(this::release);
        } catch (IllegalStateException closed) {
            if (!loop.isClosed()) {
                throw closed;
            }
        }
    }

    private void release() {
        if (room != null) {
            room.release();
        }
    }

    /** A server that gets its connections from elsewhere. */
    record Target(
            GroupMember member,
            Server server,
            Supplier<? extends BaseProtocol> protocols,
            TransportFactory transports,
            boolean keepAlive) {
        /** In a task of the member's loop. */
        @Suspends
        static Target on(GroupMember member, Supplier<? extends BaseProtocol> protocols, ServerOptions options) {
            TransportFactory transports = Connections.transports(options);
            var server = new Server(member.loop(), List.of(), options, protocols, transports);
            server.startServing();
            member.serve(server);
            return new Target(member, server, protocols, transports, options.keepAlive());
        }

        void adopt(SocketChannel accepted, Runnable whenGone) {
            var counted = new Counted(server.owner(), whenGone);
            if (!server.isServing()
                    || !Acceptor.serve(member.loop(), accepted, keepAlive, protocols, transports, counted)) {
                Acceptor.closeQuietly(accepted);
                whenGone.run();
            }
        }
    }

    /** Tells of the end of one connection. */
    private record Counted(TransportOwner owner, Runnable whenGone) implements TransportOwner {
        @Override
        public @Nullable TransportOwner admit(SocketAddress peer) {
            TransportOwner admitted = owner.admit(peer);
            return admitted == null ? null : new Counted(admitted, whenGone);
        }

        @Override
        public void attached(Transport transport) {
            owner.attached(transport);
        }

        @Override
        public void detached(Transport transport) {
            owner.detached(transport);
            whenGone.run();
        }
    }
}

package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.Body;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Several event loops, each on a thread of its own, that serve the same ports: one loop per core makes use of all cores, while the code of
 * each loop is still alone on its loop. Nothing is shared between the loops: what serves the connections is made once for each loop, on that
 * loop. Mirrors Tornado's {@code TCPServer.start(n)}.
 *
 * <p>On Linux each loop has a listening socket of its own at the port ({@code SO_REUSEPORT}), and the system spreads the connections. Elsewhere
 * one loop accepts and hands the connections over to all in turn.
 *
 * <p>If a loop ends with a failure, which takes an error of the virtual machine, the others are ended too: half a server would look like a
 * whole one. What goes wrong in a connection stays there, as always.
 *
 * <p>Its methods may be called on any thread that runs no loop, which they block, and in tasks of other loops, which they suspend.
 */
public final class LoopGroup implements AutoCloseable {
    private final List<GroupMember> members;
    private final ServerOptions options;
    private final boolean handOff;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    private LoopGroup(int loops, ServerOptions options, boolean handOff) {
        this.options = options;
        this.handOff = handOff;
        var made = new ArrayList<GroupMember>();
        for (int i = 0; i < loops; i++) {
            made.add(new GroupMember("weft-group-" + i, this::memberEnded));
        }
        members = List.copyOf(made);
    }

    /**
     * Starts loops, which have nothing to do yet.
     *
     * @param n how many: {@code Runtime.getRuntime().availableProcessors()} is a good number
     * @param options how to listen; {@code maxConnections}, {@code maxPerPeer} and {@code bandwidth} are those of each loop
     * @return the group
     * @throws IllegalArgumentException unless the number is positive
     */
    public static LoopGroup start(int n, ServerOptions options) {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        // Other systems have SO_REUSEPORT too, but give all connections to the socket that was bound last.
        return start(n, options, !system.contains("linux"));
    }

    /** For tests: with the connections handed over, whatever the system. */
    static LoopGroup start(int n, ServerOptions options, boolean handOff) {
        if (n <= 0) {
            throw new IllegalArgumentException("a number of loops is positive, got " + n);
        }
        var group = new LoopGroup(n, Objects.requireNonNull(options, "options"), handOff);
        group.members.forEach(GroupMember::start);
        return group;
    }

    /**
     * Listens on all loops, and has each connection served by a task of the loop that got it.
     *
     * @param handlers makes what serves the connections of a loop: called once for each loop, on that loop, in a task
     * @param host a name or a literal address of this machine; null or empty for all its interfaces
     * @param port the port, 0 for a free one
     * @return the port
     * @throws IOException if the address cannot be listened at; no loop does then
     * @throws IllegalStateException if the group is closed
     */
    @Suspends
    public int startServer(Supplier<? extends StreamHandler> handlers, @Nullable String host, int port)
            throws IOException {
        Objects.requireNonNull(handlers, "handlers");
        return listen(
                () -> new StreamProtocols(
                        Asyncio.getRunningLoop(),
                        Objects.requireNonNull(handlers.get(), "no handler"),
                        options.limit()),
                host,
                port);
    }

    /**
     * Listens on all loops, with a protocol of its own for each connection.
     *
     * @param factories makes what makes the protocols of a loop: called once for each loop, on that loop, in a task
     * @param host a name or a literal address of this machine; null or empty for all its interfaces
     * @param port the port, 0 for a free one
     * @return the port
     * @throws IOException if the address cannot be listened at; no loop does then
     * @throws IllegalStateException if the group is closed
     */
    @Suspends
    public int createServer(
            Supplier<? extends Supplier<? extends BaseProtocol>> factories, @Nullable String host, int port)
            throws IOException {
        Objects.requireNonNull(factories, "factories");
        return listen(() -> Objects.requireNonNull(factories.get(), "no factory"), host, port);
    }

    @Suspends
    private int listen(Supplier<? extends Supplier<? extends BaseProtocol>> factories, @Nullable String host, int port)
            throws IOException {
        var opened = new ArrayList<Runnable>();
        boolean complete = false;
        try {
            int bound =
                    handOff ? listenOnce(factories, host, port, opened) : listenOnAll(factories, host, port, opened);
            complete = true;
            return bound;
        } finally {
            if (!complete) {
                opened.forEach(Runnable::run);
            }
        }
    }

    @Suspends
    private int listenOnAll(
            Supplier<? extends Supplier<? extends BaseProtocol>> factories,
            @Nullable String host,
            int port,
            List<Runnable> opened)
            throws IOException {
        int bound = port;
        for (GroupMember member : members) {
            int wanted = bound;
            Server server = call(member, () -> {
                Server listening = Net.createServer(factories.get(), host, wanted, options.reusePort(true));
                member.serve(listening);
                return listening;
            });
            opened.add(() -> member.post(server::close));
            if (bound == 0) {
                bound = call(member, server::port);
            }
        }
        return bound;
    }

    /** One loop accepts. */
    @Suspends
    private int listenOnce(
            Supplier<? extends Supplier<? extends BaseProtocol>> factories,
            @Nullable String host,
            int port,
            List<Runnable> opened)
            throws IOException {
        var targets = new ArrayList<HandOff.Target>();
        for (GroupMember member : members) {
            HandOff.Target target = call(member, () -> HandOff.Target.on(member, factories.get(), options));
            targets.add(target);
            opened.add(() -> member.post(target.server()::close));
        }
        GroupMember acceptor = members.getFirst();
        return call(acceptor, () -> new HandOff(acceptor.loop(), targets, options).listen(acceptor, host, port));
    }

    /** Runs something as a task of a loop, and waits for it. */
    @Suspends
    private static <T> T call(GroupMember member, Body<T, IOException> body) throws IOException {
        CompletableFuture<T> result = Asyncio.runCoroutineThreadsafe(body::call, member.loop());
        return await(result);
    }

    @Suspends
    private static <T extends @Nullable Object> T await(CompletableFuture<T> result) throws IOException {
        if (isOnALoop()) {
            return Asyncio.<T>wrapFuture(result).await(IOException.class);
        }
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(false);
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while waiting for a loop of the group");
        } catch (java.util.concurrent.ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private static boolean isOnALoop() {
        try {
            Asyncio.getRunningLoop();
            return true;
        } catch (IllegalStateException none) {
            return false;
        }
    }

    /** {@return the loops, to give them more to do with {@code callSoonThreadsafe} or {@code runCoroutineThreadsafe}} */
    public List<EventLoop> loops() {
        return members.stream().map(GroupMember::loop).toList();
    }

    /**
     * Ends the group at once: closes the listening sockets, aborts the connections, cancels the tasks that are left, and waits until the
     * threads are gone. May be repeated.
     *
     * @throws IllegalStateException on a thread of one of its own loops
     */
    @Override
    @Suspends
    public void close() {
        close(Duration.ZERO);
    }

    /**
     * Ends the group: closes the listening sockets, waits until the connections are gone, but not longer than that; then as {@link #close()}.
     *
     * @param grace how long connections may go on; null for ever
     * @throws IllegalStateException on a thread of one of its own loops
     */
    @Suspends
    public void close(@Nullable Duration grace) {
        for (GroupMember member : members) {
            if (member.isHere()) {
                throw new IllegalStateException("a group is closed from outside its own loops");
            }
        }
        members.forEach(member -> member.end(grace));
        try {
            await(ended.handle((ignored, failure) -> null));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        members.forEach(GroupMember::join);
    }

    /** {@return done when all threads are gone: with null after {@link #close}, failed with what ended a loop otherwise} */
    public CompletableFuture<@Nullable Void> ended() {
        return ended.copy();
    }

    /** On the thread of the member, its last act. */
    private void memberEnded(@Nullable Throwable failure) {
        if (failure != null) {
            members.forEach(member -> member.end(Duration.ZERO));
        }
        if (members.stream().allMatch(GroupMember::isGone)) {
            Throwable first = members.stream()
                    .map(GroupMember::failure)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            if (first == null) {
                ended.complete(null);
            } else {
                ended.completeExceptionally(first);
            }
        }
    }

    @Override
    public String toString() {
        return "LoopGroup[" + members.size() + " loops" + (ended.isDone() ? ", ended]" : "]");
    }
}

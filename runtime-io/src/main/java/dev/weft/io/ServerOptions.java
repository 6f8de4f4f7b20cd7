package dev.weft.io;

import dev.weft.AddressFamily;
import dev.weft.io.internal.transport.Bandwidth;
import dev.weft.io.internal.transport.ConnectionLimits;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a server listens. Immutable: each setter returns a changed copy. Mirrors the keywords of {@code loop.create_server}. */
public final class ServerOptions {
    /** Everything by default. */
    public static final ServerOptions DEFAULT = new ServerOptions();

    private int limit = StreamReader.DEFAULT_LIMIT;
    private AddressFamily family = AddressFamily.UNSPEC;
    private int backlog = 1024;
    private boolean reuseAddress =
            !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    private boolean reusePort;
    private boolean keepAlive;
    private boolean startServing = true;
    private @Nullable TlsOptions tls;
    private boolean cleanupSocket = true;
    private int mode = 0600;
    private @Nullable Duration idleTimeout;
    private int maxConnections = Integer.MAX_VALUE;
    private int maxPerPeer = Integer.MAX_VALUE;
    private long bandwidth = Long.MAX_VALUE;

    private ServerOptions() {}

    private ServerOptions(ServerOptions other) {
        limit = other.limit;
        family = other.family;
        backlog = other.backlog;
        reuseAddress = other.reuseAddress;
        reusePort = other.reusePort;
        keepAlive = other.keepAlive;
        startServing = other.startServing;
        tls = other.tls;
        cleanupSocket = other.cleanupSocket;
        mode = other.mode;
        idleTimeout = other.idleTimeout;
        maxConnections = other.maxConnections;
        maxPerPeer = other.maxPerPeer;
        bandwidth = other.bandwidth;
    }

    /**
     * With another limit of the stream readers, for {@link Net#startServer} only.
     *
     * @param bytes the limit, 64 KiB by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public ServerOptions limit(int bytes) {
        var copy = new ServerOptions(this);
        copy.limit = StreamReader.checkedLimit(bytes);
        return copy;
    }

    /**
     * With addresses of one family only.
     *
     * @param family the family
     * @return changed copy
     */
    public ServerOptions family(AddressFamily family) {
        var copy = new ServerOptions(this);
        copy.family = Objects.requireNonNull(family, "family");
        return copy;
    }

    /**
     * With another length of the system's queue of connections not accepted yet. One more than so many, and never more than 101, are
     * accepted at a time.
     *
     * <p>Differs from asyncio, where it is 100 by default: of a thousand clients that connect at the same moment the system then turns most
     * away, and they come back seconds later. The system may allow less ({@code net.core.somaxconn}).
     *
     * @param connections how many, 1024 by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public ServerOptions backlog(int connections) {
        if (connections <= 0) {
            throw new IllegalArgumentException("a backlog is positive, got " + connections);
        }
        var copy = new ServerOptions(this);
        copy.backlog = connections;
        return copy;
    }

    /**
     * Whether an address may be bound on which connections of an earlier server linger.
     *
     * @param reuse whether it may; by default it may, except on Windows, where it means something else
     * @return changed copy
     */
    public ServerOptions reuseAddress(boolean reuse) {
        var copy = new ServerOptions(this);
        copy.reuseAddress = reuse;
        return copy;
    }

    /**
     * Whether several servers that all ask for it may listen at one address, each getting a share of the connections.
     *
     * @param reuse whether they may
     * @return changed copy
     */
    public ServerOptions reusePort(boolean reuse) {
        var copy = new ServerOptions(this);
        copy.reusePort = reuse;
        return copy;
    }

    /**
     * Whether the system probes idle connections.
     *
     * @param probe whether it does
     * @return changed copy
     */
    public ServerOptions keepAlive(boolean probe) {
        var copy = new ServerOptions(this);
        copy.keepAlive = probe;
        return copy;
    }

    /**
     * Whether connections are accepted from the start, or from {@link Server#startServing} on. The system queues them in any case.
     *
     * @param start whether to accept from the start
     * @return changed copy
     */
    public ServerOptions startServing(boolean start) {
        var copy = new ServerOptions(this);
        copy.startServing = start;
        return copy;
    }

    /**
     * With encrypted connections.
     *
     * @param tls how; its context has the server's certificate
     * @return changed copy
     * @throws IllegalArgumentException if there is no context of one's own: the default one is for clients
     */
    public ServerOptions tls(TlsOptions tls) {
        if (tls.context() == null) {
            throw new IllegalArgumentException("a server needs a context with its certificate: TlsOptions.of(context)");
        }
        var copy = new ServerOptions(this);
        copy.tls = tls;
        return copy;
    }

    /**
     * Whether a Unix socket's file is removed when the server is closed: if it is still the same file.
     *
     * @param remove whether it is; so it is by default
     * @return changed copy
     */
    public ServerOptions cleanupSocket(boolean remove) {
        var copy = new ServerOptions(this);
        copy.cleanupSocket = remove;
        return copy;
    }

    /**
     * With other permissions of a Unix socket's file. Who may write may connect, unless the directory keeps them away. At no time anybody
     * may connect whom they do not let: where the umask would permit that, the socket is made under another name, in a directory of its own,
     * and that is the name that {@code ss} shows. Ignored where the system has no such permissions.
     *
     * <p>Differs from asyncio, where it is up to the umask.
     *
     * @param permissions as {@code chmod} takes them, such as {@code 0660}; {@code 0600} by default, which lets only this user in
     * @return changed copy
     * @throws IllegalArgumentException unless it is between 0 and 0777
     */
    public ServerOptions mode(int permissions) {
        if (permissions < 0 || permissions > 0777) {
            throw new IllegalArgumentException(
                    "permissions are between 0 and 0777, got 0" + Integer.toOctalString(permissions));
        }
        var copy = new ServerOptions(this);
        copy.mode = permissions;
        return copy;
    }

    /**
     * Aborts connections that are silent: on which for so long no byte has been sent or received, be it that the peer has nothing to say,
     * takes nothing, or is gone, or that this side does not answer. The protocol hears {@code connectionLost(null)}, a reader finds the end of
     * the stream. Mirrors Twisted's {@code TimeoutMixin}.
     *
     * @param limit how long, positive; null for no limit, as by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public ServerOptions idleTimeout(@Nullable Duration limit) {
        if (limit != null && !limit.isPositive()) {
            throw new IllegalArgumentException("an idle timeout is positive, got " + limit);
        }
        var copy = new ServerOptions(this);
        copy.idleTimeout = limit;
        return copy;
    }

    /**
     * With a limit to how many connections the server has at a time. With so many, it accepts no more until one of them is gone: those
     * that come meanwhile wait in the system's queue, up to its {@linkplain #backlog length}. Mirrors Twisted's
     * {@code LimitTotalConnectionsPolicy}.
     *
     * @param connections how many at most; no limit by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public ServerOptions maxConnections(int connections) {
        var copy = new ServerOptions(this);
        copy.maxConnections = checkedCount(connections);
        return copy;
    }

    /**
     * With a limit to how many connections the server has with one peer, that is with one address, whatever the port. The system's queue
     * does not tell whose connections wait in it, and to stop accepting would let one peer shut out all others: so a connection beyond the
     * limit is accepted and reset at once, before its protocol is made. Not for Unix sockets, whose peers have no addresses. Mirrors Twisted's
     * {@code LimitConnectionsByPeer}.
     *
     * @param connections how many at most; no limit by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public ServerOptions maxPerPeer(int connections) {
        var copy = new ServerOptions(this);
        copy.maxPerPeer = checkedCount(connections);
        return copy;
    }

    private static int checkedCount(int connections) {
        if (connections <= 0) {
            throw new IllegalArgumentException("a number of connections is positive, got " + connections);
        }
        return connections;
    }

    /**
     * With a limit to how many bytes a second all connections of the server together receive, and to how many they send, on the average of
     * some tenths of a second. Beyond it the server reads later, so that peers are slowed down, and sends later, so that water marks are
     * reached. Mirrors Twisted's {@code ThrottlingFactory}.
     *
     * @param bytesPerSecond how many in each direction; no limit by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public ServerOptions bandwidth(long bytesPerSecond) {
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException("a bandwidth is positive, got " + bytesPerSecond);
        }
        var copy = new ServerOptions(this);
        copy.bandwidth = bytesPerSecond;
        return copy;
    }

    /** {@return after how much silence connections are aborted, null for never} */
    public @Nullable Duration idleTimeout() {
        return idleTimeout;
    }

    /** {@return how many connections the server has at a time, {@code Integer.MAX_VALUE} for any number} */
    public int maxConnections() {
        return maxConnections;
    }

    /** {@return how many connections it has with one peer, {@code Integer.MAX_VALUE} for any number} */
    public int maxPerPeer() {
        return maxPerPeer;
    }

    /** {@return how many bytes a second pass in each direction, {@code Long.MAX_VALUE} for any number} */
    public long bandwidth() {
        return bandwidth;
    }

    /** For the connections of one server. */
    ConnectionLimits connectionLimits() {
        boolean limited = bandwidth != Long.MAX_VALUE;
        return new ConnectionLimits(
                idleTimeout, limited ? new Bandwidth(bandwidth) : null, limited ? new Bandwidth(bandwidth) : null);
    }

    /** {@return the limit of the stream readers in bytes} */
    public int limit() {
        return limit;
    }

    /** {@return which addresses are bound} */
    public AddressFamily family() {
        return family;
    }

    /** {@return the length of the system's queue} */
    public int backlog() {
        return backlog;
    }

    /** {@return whether an address may be bound on which connections linger} */
    public boolean reuseAddress() {
        return reuseAddress;
    }

    /** {@return whether several servers may listen at one address} */
    public boolean reusePort() {
        return reusePort;
    }

    /** {@return whether the system probes idle connections} */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** {@return whether connections are accepted from the start} */
    public boolean startServing() {
        return startServing;
    }

    /** {@return how the connections are encrypted, null if they are not} */
    public @Nullable TlsOptions tls() {
        return tls;
    }

    /** {@return whether a Unix socket's file is removed when the server is closed} */
    public boolean cleanupSocket() {
        return cleanupSocket;
    }

    /** {@return the permissions of a Unix socket's file} */
    public int mode() {
        return mode;
    }
}

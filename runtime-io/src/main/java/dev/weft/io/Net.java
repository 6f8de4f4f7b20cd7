package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.ExceptionGroup;
import dev.weft.Suspends;
import dev.weft.io.internal.tls.TlsSetup;
import dev.weft.io.internal.transport.ConnectFailure;
import dev.weft.io.internal.transport.Connector;
import dev.weft.io.internal.transport.FileSending;
import dev.weft.io.internal.transport.Listener;
import dev.weft.io.internal.transport.Pipes;
import dev.weft.io.internal.transport.TransportFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections and servers, on the running loop. What suspends is called in a task; cancelled at any point, it leaves no channel open.
 */
public final class Net {
    private Net() {}

    // ---- streams

    /**
     * Connects to a host. Mirrors {@code asyncio.open_connection}.
     *
     * @param host a name, looked up off the loop, or a literal address
     * @param port the port
     * @return the connection
     * @throws IOException if no address of the host could be connected to: the failure, or one that names all of them
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Streams openConnection(String host, int port) throws IOException {
        return openConnection(host, port, ConnectOptions.DEFAULT);
    }

    /**
     * As {@link #openConnection(String, int)}, with options.
     *
     * @param host a name, looked up off the loop, or a literal address
     * @param port the port
     * @param options the options
     * @return the connection
     * @throws IOException if no address of the host could be connected to: the failure, or one that names all of them
     * @throws ExceptionGroup with all failures, if the options ask for it
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Streams openConnection(String host, int port, ConnectOptions options) throws IOException {
        EventLoop loop = Asyncio.getRunningLoop();
        var reader = new StreamReader(options.limit(), loop);
        var endpoint = createConnection(() -> new StreamReaderProtocol(reader).connectedTo(host), host, port, options);
        return new Streams(reader, endpoint.protocol().newWriter());
    }

    /**
     * Listens, and has each connection served by a task of its own. Mirrors {@code asyncio.start_server}.
     *
     * @param handler serves a connection
     * @param host a name or a literal address of this machine; null or empty for all its interfaces
     * @param port the port, 0 for a free one
     * @return the server, which accepts connections already
     * @throws IOException if the address cannot be listened at
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Server startServer(StreamHandler handler, @Nullable String host, int port) throws IOException {
        return startServer(handler, host, port, ServerOptions.DEFAULT);
    }

    /**
     * As {@link #startServer(StreamHandler, String, int)}, with options.
     *
     * @param handler serves a connection
     * @param host a name or a literal address of this machine; null or empty for all its interfaces
     * @param port the port, 0 for a free one
     * @param options the options
     * @return the server
     * @throws IOException if the address cannot be listened at
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Server startServer(StreamHandler handler, @Nullable String host, int port, ServerOptions options)
            throws IOException {
        return createServer(streamProtocols(handler, options), hosts(host), port, options);
    }

    private static Supplier<StreamReaderProtocol> streamProtocols(StreamHandler handler, ServerOptions options) {
        return new StreamProtocols(Asyncio.getRunningLoop(), handler, options.limit());
    }

    // ---- transports and protocols

    /**
     * Connects a protocol to a host. Mirrors {@code loop.create_connection}.
     *
     * @param protocols makes the protocol, called once
     * @param host a name, looked up off the loop, or a literal address
     * @param port the port
     * @return the connection; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if no address of the host could be connected to: the failure, or one that names all of them
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static <P extends BaseProtocol> Endpoint<P> createConnection(Supplier<P> protocols, String host, int port)
            throws IOException {
        return createConnection(protocols, host, port, ConnectOptions.DEFAULT);
    }

    /**
     * As {@link #createConnection(Supplier, String, int)}, with options.
     *
     * @param protocols makes the protocol, called once
     * @param host a name, looked up off the loop, or a literal address
     * @param port the port
     * @param options the options
     * @return the connection; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if no address of the host could be connected to: the failure, or one that names all of them
     * @throws ExceptionGroup with all failures, if the options ask for it
     * @throws IllegalArgumentException if there is no host
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static <P extends BaseProtocol> Endpoint<P> createConnection(
            Supplier<P> protocols, String host, int port, ConnectOptions options) throws IOException {
        Objects.requireNonNull(protocols, "protocols");
        if (host == null || host.isEmpty()) {
            throw new IllegalArgumentException("a host or a channel is needed");
        }
        EventLoop loop = Asyncio.getRunningLoop();
        TransportFactory transports = Connections.transports(loop, options, host); // first: it says what is missing
        SocketChannel channel;
        try {
            channel = new Connector(
                            loop,
                            options.family(),
                            options.localAddress(),
                            options.happyEyeballsDelay(),
                            options.interleave())
                    .connect(host, port);
        } catch (ConnectFailure e) {
            if (options.allErrors()) {
                throw new ExceptionGroup("no address of " + host + " could be connected to", e.failures());
            }
            throw e.combined();
        }
        return Connections.open(loop, channel, protocols, transports);
    }

    /**
     * Puts a protocol on a channel that is connected already, and belongs to the transport from now on. It is made non-blocking.
     *
     * @param protocols makes the protocol, called once
     * @param channel the channel
     * @param options the options; those about addresses do not matter
     * @return the connection; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if the channel is broken
     * @throws IllegalArgumentException if there is no channel, or it is not connected
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the channel is closed then
     */
    @Suspends
    public static <P extends BaseProtocol> Endpoint<P> createConnection(
            Supplier<P> protocols, SocketChannel channel, ConnectOptions options) throws IOException {
        Objects.requireNonNull(protocols, "protocols");
        Connections.check(channel);
        EventLoop loop = Asyncio.getRunningLoop();
        return Connections.open(loop, channel, protocols, Connections.transports(loop, options, null));
    }

    /**
     * Puts a protocol on a channel that was accepted elsewhere. Mirrors {@code loop.connect_accepted_socket}.
     *
     * @param protocols makes the protocol, called once
     * @param channel the channel, the transport's from now on
     * @return the connection; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if the channel is broken
     * @throws IllegalArgumentException if there is no channel, or it is not connected
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the channel is closed then
     */
    @Suspends
    public static <P extends BaseProtocol> Endpoint<P> connectAcceptedSocket(
            Supplier<P> protocols, SocketChannel channel) throws IOException {
        Objects.requireNonNull(protocols, "protocols");
        Connections.check(channel);
        return Connections.open(Asyncio.getRunningLoop(), channel, protocols, TransportFactory.PLAIN);
    }

    /**
     * As {@link #connectAcceptedSocket(Supplier, SocketChannel)}, with TLS, of which this side is the server.
     *
     * @param protocols makes the protocol, called once
     * @param channel the channel, the transport's from now on
     * @param tls how; its context has the server's certificate
     * @return the connection; its protocol has heard {@code connectionMade}, after the handshake
     * @param <P> the type of the protocol
     * @throws javax.net.ssl.SSLException if the handshake fails
     * @throws IOException if the channel is broken, or the handshake takes too long
     * @throws IllegalArgumentException if there is no channel, or it is not connected, or there is no context
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the channel is closed then
     */
    @Suspends
    public static <P extends BaseProtocol> Endpoint<P> connectAcceptedSocket(
            Supplier<P> protocols, SocketChannel channel, TlsOptions tls) throws IOException {
        Objects.requireNonNull(protocols, "protocols");
        Connections.check(channel);
        return Connections.open(Asyncio.getRunningLoop(), channel, protocols, TlsSetup.server(tls));
    }

    /**
     * Goes over to TLS on a connection in use. The old transport belongs to the new one and must not be used any more. The protocol does not
     * hear {@code connectionMade} again. Mirrors {@code loop.start_tls}.
     *
     * <p>Bytes that the peer sent and the protocol was handed before are not part of the handshake: {@link StreamWriter#startTls} sees to
     * those that a stream has buffered.
     *
     * @param transport a transport of this library over a stream, which may be encrypted already: then it is TLS in TLS
     * @param protocol who hears of the new transport
     * @param tls how; a client needs the server's name in it
     * @param serverSide whether this side is the server
     * @return the new transport, after the handshake
     * @throws javax.net.ssl.SSLException if the handshake fails; the transport is closed then
     * @throws IOException if the connection is lost meanwhile, or the handshake takes too long; the transport is closed then
     * @throws IllegalArgumentException if the transport cannot carry TLS, a server has no context, or a client no name to check
     * @throws IllegalStateException if the transport is closing or half-closed
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the transport is closed then
     */
    @Suspends
    public static Transport startTls(Transport transport, BaseProtocol protocol, TlsOptions tls, boolean serverSide)
            throws IOException {
        return StartTls.upgrade(transport, protocol, tls, serverSide);
    }

    /**
     * Listens, with a protocol of its own for each connection. Mirrors {@code loop.create_server}.
     *
     * @param protocols makes the protocols
     * @param host a name or a literal address of this machine; null or empty for all its interfaces
     * @param port the port, 0 for a free one
     * @return the server, which accepts connections already
     * @throws IOException if the address cannot be listened at
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Server createServer(Supplier<? extends BaseProtocol> protocols, @Nullable String host, int port)
            throws IOException {
        return createServer(protocols, host, port, ServerOptions.DEFAULT);
    }

    /**
     * As {@link #createServer(Supplier, String, int)}, with options.
     *
     * @param protocols makes the protocols
     * @param host a name or a literal address of this machine; null or empty for all its interfaces
     * @param port the port, 0 for a free one
     * @param options the options
     * @return the server
     * @throws IOException if the address cannot be listened at
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Server createServer(
            Supplier<? extends BaseProtocol> protocols, @Nullable String host, int port, ServerOptions options)
            throws IOException {
        return createServer(protocols, hosts(host), port, options);
    }

    /**
     * Listens at each address of several hosts.
     *
     * @param protocols makes the protocols
     * @param hosts names or literal addresses of this machine; none for all its interfaces
     * @param port the port; with 0 each address gets a free one of its own
     * @param options the options
     * @return the server
     * @throws IOException if one of the addresses cannot be listened at; those that are not this machine's are skipped, unless all are
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Server createServer(
            Supplier<? extends BaseProtocol> protocols, Collection<String> hosts, int port, ServerOptions options)
            throws IOException {
        Objects.requireNonNull(protocols, "protocols");
        EventLoop loop = Asyncio.getRunningLoop();
        var listener = new Listener(options.family(), options.backlog(), options.reuseAddress(), options.reusePort());
        return serve(loop, protocols, listener.listen(loop, hosts, port), options);
    }

    /**
     * Serves the connections of a channel that is bound already, and belongs to the server from now on. It is made non-blocking.
     *
     * @param protocols makes the protocols
     * @param channel the channel
     * @param options the options; those about addresses do not matter
     * @return the server
     * @throws IOException if the channel is broken
     * @throws IllegalArgumentException if there is no channel, or it is not bound
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the channel is closed then
     */
    @Suspends
    public static Server createServer(
            Supplier<? extends BaseProtocol> protocols, ServerSocketChannel channel, ServerOptions options)
            throws IOException {
        Objects.requireNonNull(protocols, "protocols");
        if (channel == null) {
            throw new IllegalArgumentException("a host or a channel is needed");
        }
        if (channel.getLocalAddress() == null) {
            throw new IllegalArgumentException("not a bound channel: " + channel);
        }
        channel.configureBlocking(false);
        return serve(Asyncio.getRunningLoop(), protocols, List.of(channel), options);
    }

    @Suspends
    static Server serve(
            EventLoop loop,
            Supplier<? extends BaseProtocol> protocols,
            List<ServerSocketChannel> channels,
            ServerOptions options)
            throws IOException {
        Server server = null;
        boolean complete = false;
        try {
            server = new Server(loop, channels, options, protocols, Connections.transports(options));
            if (options.startServing()) {
                server.startServing();
            }
            complete = true;
            return server;
        } finally {
            if (!complete) {
                if (server != null) {
                    server.close();
                    server.abortClients();
                } else {
                    for (Channel channel : channels) {
                        channel.close();
                    }
                }
            }
        }
    }

    // ---- files

    /**
     * Sends a whole file, as {@link #sendFile(Transport, FileChannel, long, long, boolean)}.
     *
     * @param transport the connection
     * @param file the file; its position is behind the last byte sent afterwards, also after a failure
     * @return how many bytes were sent
     * @throws IOException if the connection is lost meanwhile, or the file cannot be read
     * @throws IllegalStateException if the transport is closing, is sending a file already, or cannot send one
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; part of the file has been sent then
     */
    @Suspends
    public static long sendFile(Transport transport, FileChannel file) throws IOException {
        return sendFile(transport, file, 0, Long.MAX_VALUE, true);
    }

    /**
     * Waits until everything written is sent, then sends a part of a file: without bringing its bytes into the JVM where the system can do
     * that, else by reading it off the loop. Meanwhile whoever else writes to the transport gets an {@link IllegalStateException}, and
     * reading from it is paused; afterwards it is as it was. Mirrors {@code loop.sendfile}.
     *
     * @param transport the connection
     * @param file the file; its position is behind the last byte sent afterwards, also after a failure
     * @param offset where the part begins
     * @param count how many bytes it has; {@code Long.MAX_VALUE} for all there are
     * @param fallback whether to read the file where the system cannot send by itself
     * @return how many bytes were sent: fewer than {@code count} if the file ends before
     * @throws IOException if the connection is lost meanwhile, or the file cannot be read
     * @throws dev.weft.SendfileNotAvailableException if the system cannot send from such a file, and there is to be no fallback
     * @throws IllegalStateException if the transport is closing, has ended what it sends, is sending a file already, or cannot send one; or
     *     if its bytes do not go out as they are, as with TLS, and there is to be no fallback
     * @throws IllegalArgumentException if the offset is negative or the count not positive
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; part of the file has been sent then
     */
    @Suspends
    public static long sendFile(Transport transport, FileChannel file, long offset, long count, boolean fallback)
            throws IOException {
        return FileSending.send(transport, file, offset, count, fallback);
    }

    private static List<String> hosts(@Nullable String host) {
        return host == null || host.isEmpty() ? List.of() : List.of(host);
    }

    // ---- Unix sockets

    /**
     * Connects to a Unix socket. Mirrors {@code asyncio.open_unix_connection}.
     *
     * @param path the socket's file
     * @return the connection
     * @throws IOException if nothing is there ({@link java.nio.file.NoSuchFileException}), nobody listens
     *     ({@link java.net.ConnectException}), or the path is too long
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Streams openUnixConnection(Path path) throws IOException {
        return openUnixConnection(path, ConnectOptions.DEFAULT);
    }

    /**
     * As {@link #openUnixConnection(Path)}, with options.
     *
     * @param path the socket's file
     * @param options the options; those about addresses do not matter; TLS needs the server's name
     * @return the connection
     * @throws IOException if nothing is there, nobody listens, or the path is too long
     * @throws IllegalArgumentException if TLS is wanted, but there is no name to check the server's certificate against
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Streams openUnixConnection(Path path, ConnectOptions options) throws IOException {
        var reader = new StreamReader(options.limit(), Asyncio.getRunningLoop());
        var endpoint = createUnixConnection(() -> new StreamReaderProtocol(reader), path, options);
        return new Streams(reader, endpoint.protocol().newWriter());
    }

    /**
     * Listens at a Unix socket, and has each connection served by a task of its own. Mirrors {@code asyncio.start_unix_server}.
     *
     * @param handler serves a connection
     * @param path where to make the socket, as {@link #createUnixServer(Supplier, Path, ServerOptions)} says
     * @return the server, which accepts connections already
     * @throws IOException if the socket cannot be made there
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Server startUnixServer(StreamHandler handler, Path path) throws IOException {
        return startUnixServer(handler, path, ServerOptions.DEFAULT);
    }

    /**
     * As {@link #startUnixServer(StreamHandler, Path)}, with options.
     *
     * @param handler serves a connection
     * @param path where to make the socket, as {@link #createUnixServer(Supplier, Path, ServerOptions)} says
     * @param options the options; those about addresses do not matter
     * @return the server
     * @throws IOException if the socket cannot be made there
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Server startUnixServer(StreamHandler handler, Path path, ServerOptions options) throws IOException {
        return createUnixServer(streamProtocols(handler, options), path, options);
    }

    /**
     * Connects a protocol to a Unix socket. Mirrors {@code loop.create_unix_connection}.
     *
     * @param protocols makes the protocol, called once
     * @param path the socket's file
     * @return the connection; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if nothing is there ({@link java.nio.file.NoSuchFileException}), nobody listens
     *     ({@link java.net.ConnectException}), or the path is too long
     * @throws IllegalArgumentException if there is no path
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static <P extends BaseProtocol> Endpoint<P> createUnixConnection(Supplier<P> protocols, Path path)
            throws IOException {
        return createUnixConnection(protocols, path, ConnectOptions.DEFAULT);
    }

    /**
     * As {@link #createUnixConnection(Supplier, Path)}, with options. While the server's queue of connections is full, it waits for room.
     *
     * @param protocols makes the protocol, called once
     * @param path the socket's file
     * @param options the options; those about addresses do not matter; TLS needs the server's name
     * @return the connection; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if nothing is there, nobody listens, or the path is too long
     * @throws IllegalArgumentException if there is no path; or TLS is wanted, but there is no name to check the server's certificate against
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static <P extends BaseProtocol> Endpoint<P> createUnixConnection(
            Supplier<P> protocols, Path path, ConnectOptions options) throws IOException {
        return UnixEndpoints.connect(protocols, path, options);
    }

    /**
     * Puts a protocol on a Unix socket that is connected already, and belongs to the transport from now on. It is made non-blocking.
     *
     * @param protocols makes the protocol, called once
     * @param channel the channel
     * @return the connection; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if the channel is broken
     * @throws IllegalArgumentException if there is no channel, or it is no connected Unix socket
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the channel is closed then
     */
    @Suspends
    public static <P extends BaseProtocol> Endpoint<P> createUnixConnection(
            Supplier<P> protocols, SocketChannel channel) throws IOException {
        return UnixEndpoints.over(protocols, channel);
    }

    /**
     * Listens at a Unix socket, with a protocol of its own for each connection. Mirrors {@code loop.create_unix_server}.
     *
     * @param protocols makes the protocols
     * @param path where to make the socket, as {@link #createUnixServer(Supplier, Path, ServerOptions)} says
     * @return the server, which accepts connections already
     * @throws IOException if the socket cannot be made there
     * @throws IllegalArgumentException if there is no path
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Server createUnixServer(Supplier<? extends BaseProtocol> protocols, Path path) throws IOException {
        return createUnixServer(protocols, path, ServerOptions.DEFAULT);
    }

    /**
     * As {@link #createUnixServer(Supplier, Path)}, with options. A socket that is there already is replaced: an earlier server has left it,
     * or, as in asyncio, still listens at it and hears of no connection any more. Any other file stays, and is a failure. Closing the server
     * removes the socket's file, unless another has taken its place or {@link ServerOptions#cleanupSocket} is off.
     *
     * @param protocols makes the protocols
     * @param path where to make the socket; its directory must exist
     * @param options the options, {@link ServerOptions#mode} among them; those about addresses do not matter
     * @return the server
     * @throws IOException if something else is there already, the path is too long, or the system refuses
     * @throws IllegalArgumentException if there is no path
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static Server createUnixServer(Supplier<? extends BaseProtocol> protocols, Path path, ServerOptions options)
            throws IOException {
        return UnixEndpoints.serve(protocols, path, options);
    }

    /**
     * Serves the connections of a Unix socket that is bound already, and belongs to the server from now on. It is made non-blocking. Its file
     * is the server's too: closing it removes it, as {@link #createUnixServer(Supplier, Path, ServerOptions)} says.
     *
     * @param protocols makes the protocols
     * @param channel the channel
     * @param options the options; those about addresses and permissions do not matter
     * @return the server
     * @throws IOException if the channel is broken
     * @throws IllegalArgumentException if there is no channel, or it is no bound Unix socket
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the channel is closed then
     */
    @Suspends
    public static Server createUnixServer(
            Supplier<? extends BaseProtocol> protocols, ServerSocketChannel channel, ServerOptions options)
            throws IOException {
        return UnixEndpoints.serve(protocols, channel, options);
    }

    // ---- datagrams

    /**
     * Opens a datagram socket for a protocol. Mirrors {@code loop.create_datagram_endpoint}.
     *
     * @param protocols makes the protocol, called once
     * @param local where to receive, port 0 for a free one; null if it only answers who it is connected to
     * @param remote the only address to exchange datagrams with; null for any
     * @return the endpoint; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if the address cannot be bound or there is no way to the remote one: with names, the failure of their first
     *     addresses
     * @throws IllegalArgumentException if there is neither address, they are not of one family, or no internet addresses
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static <P extends DatagramProtocol> DatagramEndpoint<P> createDatagramEndpoint(
            Supplier<P> protocols, @Nullable SocketAddress local, @Nullable SocketAddress remote) throws IOException {
        return createDatagramEndpoint(protocols, local, remote, DatagramOptions.DEFAULT);
    }

    /**
     * As {@link #createDatagramEndpoint(Supplier, SocketAddress, SocketAddress)}, with options.
     *
     * @param protocols makes the protocol, called once
     * @param local where to receive, port 0 for a free one; null if it only answers who it is connected to
     * @param remote the only address to exchange datagrams with; null for any
     * @param options the options
     * @return the endpoint; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if the address cannot be bound, there is no way to the remote one, or a multicast group cannot be joined
     * @throws IllegalArgumentException if there is neither an address nor a family, the addresses are not of one family, or no internet
     *     addresses
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static <P extends DatagramProtocol> DatagramEndpoint<P> createDatagramEndpoint(
            Supplier<P> protocols,
            @Nullable SocketAddress local,
            @Nullable SocketAddress remote,
            DatagramOptions options)
            throws IOException {
        var made = Datagrams.open(protocols, local, remote, options);
        return new DatagramEndpoint<>(made.transport(), made.protocol());
    }

    /**
     * Puts a protocol on a datagram channel, which belongs to the transport from now on. It is made non-blocking.
     *
     * @param protocols makes the protocol, called once
     * @param channel the channel; if it is connected, so is the endpoint
     * @return the endpoint; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if the channel is broken
     * @throws IllegalArgumentException if there is no channel
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the channel is closed then
     */
    @Suspends
    public static <P extends DatagramProtocol> DatagramEndpoint<P> createDatagramEndpoint(
            Supplier<P> protocols, DatagramChannel channel) throws IOException {
        return createDatagramEndpoint(protocols, channel, DatagramOptions.DEFAULT);
    }

    /**
     * As {@link #createDatagramEndpoint(Supplier, DatagramChannel)}, with options about multicast.
     *
     * @param protocols makes the protocol, called once
     * @param channel the channel; if it is connected, so is the endpoint
     * @param options the options
     * @return the endpoint; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if the channel is broken, or a multicast group cannot be joined; the channel is closed then
     * @throws IllegalArgumentException if there is no channel, or there are options that matter only before it is bound: family, reusePort,
     *     broadcast
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the channel is closed then
     */
    @Suspends
    public static <P extends DatagramProtocol> DatagramEndpoint<P> createDatagramEndpoint(
            Supplier<P> protocols, DatagramChannel channel, DatagramOptions options) throws IOException {
        var made = Datagrams.over(protocols, channel, options);
        return new DatagramEndpoint<>(made.transport(), made.protocol());
    }

    /**
     * Opens a datagram socket for tasks.
     *
     * @param local where to receive, port 0 for a free one; null if it only answers who it is connected to
     * @param remote the only address to exchange datagrams with; null for any
     * @return the socket
     * @throws IOException if the address cannot be bound or there is no way to the remote one
     * @throws IllegalArgumentException if there is neither address, they are not of one family, or no internet addresses
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static DatagramStream openDatagram(@Nullable SocketAddress local, @Nullable SocketAddress remote)
            throws IOException {
        return openDatagram(local, remote, DatagramOptions.DEFAULT);
    }

    /**
     * As {@link #openDatagram(SocketAddress, SocketAddress)}, with options.
     *
     * @param local where to receive, port 0 for a free one; null if it only answers who it is connected to
     * @param remote the only address to exchange datagrams with; null for any
     * @param options the options
     * @return the socket
     * @throws IOException if the address cannot be bound, there is no way to the remote one, or a multicast group cannot be joined
     * @throws IllegalArgumentException if there is neither an address nor a family, the addresses are not of one family, or no internet
     *     addresses
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static DatagramStream openDatagram(
            @Nullable SocketAddress local, @Nullable SocketAddress remote, DatagramOptions options) throws IOException {
        return Datagrams.stream(local, remote, options);
    }

    /**
     * As {@link #openDatagram(SocketAddress, SocketAddress, DatagramOptions)}, over a channel that belongs to the stream from now on. It is
     * made non-blocking.
     *
     * @param channel the channel; if it is connected, so is the stream
     * @param options the options
     * @return the socket
     * @throws IOException if the channel is broken, or a multicast group cannot be joined; the channel is closed then
     * @throws IllegalArgumentException if there is no channel, or there are options that matter only before it is bound: family, reusePort,
     *     broadcast
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the channel is closed then
     */
    @Suspends
    public static DatagramStream openDatagram(DatagramChannel channel, DatagramOptions options) throws IOException {
        return Datagrams.stream(channel, options);
    }

    // ---- pipes

    /**
     * Has a protocol read a pipe, by the selector. The transport owns the pipe, makes it non-blocking and closes it; it ends with the pipe,
     * whatever {@code eofReceived} returns. Mirrors {@code loop.connect_read_pipe}.
     *
     * @param protocols makes the protocol, called once
     * @param pipe the reading end of a pipe
     * @return the transport; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if the pipe is closed
     * @throws IllegalStateException if another transport owns the pipe
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the pipe is closed then
     */
    @Suspends
    public static <P extends Protocol> ReadEndpoint<P> connectReadPipe(Supplier<P> protocols, Pipe.SourceChannel pipe)
            throws IOException {
        P protocol = protocols.get();
        return new ReadEndpoint<>(Pipes.connect(Asyncio.getRunningLoop(), pipe, protocol), protocol);
    }

    /**
     * As {@link #connectReadPipe(Supplier, java.nio.channels.Pipe.SourceChannel)}, for a stream, which a thread of its own reads: at most
     * one chunk of 64 KiB ahead while reading is paused.
     *
     * @param protocols makes the protocol, called once
     * @param pipe the stream: a named pipe, a {@code PipedInputStream}, or what else blocks; not a regular file
     * @return the transport; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IllegalArgumentException if it is a {@code FileInputStream} of a regular file
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the stream is closed then
     */
    @Suspends
    public static <P extends Protocol> ReadEndpoint<P> connectReadPipe(Supplier<P> protocols, InputStream pipe) {
        P protocol = protocols.get();
        return new ReadEndpoint<>(Pipes.connect(Asyncio.getRunningLoop(), pipe, protocol), protocol);
    }

    /**
     * Has a protocol write to a pipe, by the selector. The transport owns the pipe, makes it non-blocking and closes it once everything is
     * written. Mirrors {@code loop.connect_write_pipe}.
     *
     * <p>When nobody reads the pipe any more, the protocol hears {@code connectionLost} with a {@link BrokenPipeException}. Differs from
     * asyncio: an idle pipe's loss is noticed by the next write, since Java's selectors cannot tell it.
     *
     * @param protocols makes the protocol, called once
     * @param pipe the writing end of a pipe
     * @return the transport; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IOException if the pipe is closed
     * @throws IllegalStateException if another transport owns the pipe
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the pipe is closed then
     */
    @Suspends
    public static <P extends BaseProtocol> WriteEndpoint<P> connectWritePipe(
            Supplier<P> protocols, Pipe.SinkChannel pipe) throws IOException {
        P protocol = protocols.get();
        return new WriteEndpoint<>(Pipes.connect(Asyncio.getRunningLoop(), pipe, protocol), protocol);
    }

    /**
     * As {@link #connectWritePipe(Supplier, java.nio.channels.Pipe.SinkChannel)}, for a stream, to which a thread of its own writes. A write
     * that blocks when the transport is aborted goes on until the stream has taken its 64 KiB or fails.
     *
     * @param protocols makes the protocol, called once
     * @param pipe the stream: a named pipe, a {@code PipedOutputStream}, or what else blocks; not a regular file
     * @return the transport; its protocol has heard {@code connectionMade}
     * @param <P> the type of the protocol
     * @throws IllegalArgumentException if it is a {@code FileOutputStream} of a regular file
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the stream is closed then
     */
    @Suspends
    public static <P extends BaseProtocol> WriteEndpoint<P> connectWritePipe(Supplier<P> protocols, OutputStream pipe) {
        P protocol = protocols.get();
        return new WriteEndpoint<>(Pipes.connect(Asyncio.getRunningLoop(), pipe, protocol), protocol);
    }
}

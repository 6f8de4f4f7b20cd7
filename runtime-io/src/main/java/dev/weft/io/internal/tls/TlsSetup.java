package dev.weft.io.internal.tls;

import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.io.BaseProtocol;
import dev.weft.io.ConnectionAbortedException;
import dev.weft.io.ConnectionResetException;
import dev.weft.io.ExtraInfo;
import dev.weft.io.TlsOptions;
import dev.weft.io.TlsTransport;
import dev.weft.io.Transport;
import dev.weft.io.internal.transport.Carrier;
import dev.weft.io.internal.transport.ConnectionLimits;
import dev.weft.io.internal.transport.SocketTransport;
import dev.weft.io.internal.transport.TransportFactory;
import dev.weft.io.internal.transport.TransportOwner;
import java.io.IOException;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One side of TLS connections, with everything known that their handshakes need: puts TLS between protocols and what carries it. */
public final class TlsSetup implements TransportFactory {
    /** The kind of a subject alternative name, as {@link X509Certificate#getSubjectAlternativeNames} has it. */
    private static final Integer DNS_NAME = 2;

    private final TlsOptions options;
    private final SSLContext context;

    /** Of a client. */
    private final boolean client;

    /** What the server is called, null for nothing, and on a server. */
    private final @Nullable String serverName;

    private final ConnectionLimits limits;

    private TlsSetup(
            TlsOptions options,
            SSLContext context,
            boolean client,
            @Nullable String serverName,
            ConnectionLimits limits) {
        this.options = options;
        this.context = context;
        this.client = client;
        this.serverName = serverName;
        this.limits = limits;
    }

    /**
     * Of a client.
     *
     * @param host what is connected to, null if that is not known
     * @throws IllegalArgumentException if the server's name is to be checked, but there is none
     */
    @Suspends
    public static TlsSetup client(EventLoop loop, TlsOptions options, @Nullable String host) {
        String name = options.serverHostname() != null ? options.serverHostname() : host;
        if ((name == null || name.isBlank()) && options.hostnameChecked()) {
            throw new IllegalArgumentException("TLS needs the server's name to check its certificate against:"
                    + " TlsOptions.serverHostname, or noHostnameCheck to do without");
        }
        SSLContext context = options.context();
        return new TlsSetup(
                options, context != null ? context : defaultContext(loop), true, name, ConnectionLimits.NONE);
    }

    /** It is read from files when first asked for. */
    @Suspends
    private static SSLContext defaultContext(EventLoop loop) {
        Future<SSLContext> loaded = loop.runInExecutor(null, SSLContext::getDefault);
        try {
            return loaded.await(NoSuchAlgorithmException.class);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no default TLS context: " + e.getMessage(), e);
        }
    }

    /**
     * Of a server.
     *
     * @throws IllegalArgumentException if there is no context that could have a certificate
     */
    public static TlsSetup server(TlsOptions options) {
        return server(options, ConnectionLimits.NONE);
    }

    /**
     * Of a server.
     *
     * @param limits what each connection keeps to, counted in encrypted bytes
     * @throws IllegalArgumentException if there is no context that could have a certificate
     */
    public static TlsSetup server(TlsOptions options, ConnectionLimits limits) {
        SSLContext context = options.context();
        if (context == null) {
            throw new IllegalArgumentException("a server needs a context with its certificate: TlsOptions.of(context)");
        }
        return new TlsSetup(options, context, false, null, limits);
    }

    // ---- connections

    @Override
    public Transport open(
            EventLoop loop,
            SocketChannel channel,
            BaseProtocol protocol,
            @Nullable TransportOwner owner,
            @Nullable Future<@Nullable Void> started)
            throws IOException {
        TlsEngine engine = newEngine(channel.getRemoteAddress());
        var layer = new TlsLayer(loop, this, engine, protocol, false, owner, started);
        SocketTransport socket;
        try {
            socket = new SocketTransport(loop, channel, layer.protocolBelow(), null, limits);
        } catch (IOException | RuntimeException e) {
            if (owner != null) {
                owner.detached(layer);
            }
            throw e;
        }
        layer.attach(socket);
        socket.start(null);
        return layer;
    }

    /**
     * A transport that can be upgraded.
     *
     * @throws IllegalArgumentException if it is no transport of a stream made by this library
     * @throws IllegalStateException if it is closing or half-closed
     */
    public static Carrier carrier(Transport transport) {
        if (!(transport instanceof Carrier carrier)) {
            throw new IllegalArgumentException("no transport that TLS can run over: " + transport);
        }
        if (transport.isClosing() || carrier.halfClosed()) {
            throw new IllegalStateException("cannot start TLS on a closing or half-closed transport: " + transport);
        }
        return carrier;
    }

    /**
     * Goes over to TLS on a connection that has been in use.
     *
     * @param early bytes that have come already
     * @param started completed when the handshake is over, or failed; the protocol then hears {@code connectionLost}
     * @return the new transport; the old one is closed when the handshake fails
     */
    public TlsTransport upgrade(
            EventLoop loop,
            Carrier transport,
            BaseProtocol protocol,
            ByteBuffer early,
            Future<@Nullable Void> started) {
        TlsEngine engine = newEngine(transport.getExtraInfo(ExtraInfo.PEER_NAME));
        TransportOwner owner = transport.owner();
        var layer = new TlsLayer(loop, this, engine, protocol, true, owner, started);
        layer.over(transport, early);
        if (owner != null) {
            owner.detached(transport);
        }
        return layer;
    }

    private TlsEngine newEngine(@Nullable SocketAddress peer) {
        SSLEngine engine;
        String name = serverName == null ? null : canonical(serverName);
        if (client && name != null) {
            // The port is for finding the session of an earlier connection again.
            engine = context.createSSLEngine(name, peer instanceof InetSocketAddress inet ? inet.getPort() : -1);
        } else {
            engine = context.createSSLEngine();
        }
        engine.setUseClientMode(client);
        engine.setSSLParameters(parameters(engine, name));
        return new TlsEngine(engine);
    }

    private SSLParameters parameters(SSLEngine engine, @Nullable String name) {
        SSLParameters parameters = options.parameters();
        if (parameters == null) {
            parameters = new SSLParameters();
        }
        if (parameters.getProtocols() == null) {
            parameters.setProtocols(Arrays.stream(engine.getEnabledProtocols())
                    .filter(protocol -> protocol.equals("TLSv1.2") || protocol.equals("TLSv1.3"))
                    .toArray(String[]::new));
        }
        if (client) {
            parameters.setEndpointIdentificationAlgorithm(options.hostnameChecked() ? "HTTPS" : "");
            if (name != null && parameters.getServerNames() == null && !isLiteral(name)) {
                parameters.setServerNames(serverNames(name));
            }
        }
        if (!options.applicationProtocols().isEmpty()) {
            parameters.setApplicationProtocols(options.applicationProtocols().toArray(String[]::new));
        }
        return parameters;
    }

    /** As certificates have it. */
    private static String canonical(String name) {
        String plain = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        if (isLiteral(plain)) {
            return plain;
        }
        String withoutDot = plain.endsWith(".") ? plain.substring(0, plain.length() - 1) : plain;
        try {
            return IDN.toASCII(withoutDot);
        } catch (IllegalArgumentException e) {
            return withoutDot; // no certificate is made out to such a name
        }
    }

    private static boolean isLiteral(String name) {
        try {
            InetAddress.ofLiteral(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<javax.net.ssl.SNIServerName> serverNames(String name) {
        try {
            return List.of(new SNIHostName(name));
        } catch (IllegalArgumentException e) {
            return List.of(); // a name that is in use, say one with an underscore, but that SNI does not allow
        }
    }

    // ---- for their layers

    Duration handshakeTimeout() {
        return options.handshakeTimeout();
    }

    Duration shutdownTimeout() {
        return options.shutdownTimeout();
    }

    boolean truncationAllowed() {
        return options.truncationAllowed();
    }

    /**
     * Refuses a certificate that says whose it is in its common name only. The JDK makes do with that where there are no other names; nobody
     * else does any more (RFC 9525, section 2).
     */
    void checkNames(TlsEngine engine) throws SSLException {
        if (!client || !options.hostnameChecked() || serverName == null || isLiteral(canonical(serverName))) {
            return;
        }
        Certificate shown = engine.session().getPeerCertificates()[0];
        if (!(shown instanceof X509Certificate certificate) || !namesHosts(certificate)) {
            throw engine.refused("the certificate names no host as subject alternative name, and its common name"
                    + " does not count; TlsOptions.noHostnameCheck does without");
        }
    }

    private static boolean namesHosts(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(name -> DNS_NAME.equals(name.getFirst()));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    /** What is known after the handshake, by the names of {@link ExtraInfo}. */
    Map<String, Object> describe(TlsEngine engine) {
        SSLSession session = engine.session();
        var known = new HashMap<String, Object>();
        known.put(ExtraInfo.SSL_CONTEXT.key(), context);
        known.put(ExtraInfo.SSL_SESSION.key(), session);
        known.put(ExtraInfo.CIPHER_SUITE.key(), session.getCipherSuite());
        if (!engine.applicationProtocol().isEmpty()) {
            known.put(ExtraInfo.APPLICATION_PROTOCOL.key(), engine.applicationProtocol());
        }
        try {
            known.put(ExtraInfo.PEER_CERTIFICATES.key(), session.getPeerCertificates());
        } catch (SSLPeerUnverifiedException e) {
            // it has shown none
        }
        return known;
    }

    /** The other side, for messages. */
    String peer(@Nullable SocketAddress address) {
        return serverName == null ? String.valueOf(address) : serverName + " at " + address;
    }

    /** The engine's failure, with who the peer is and what is at the bottom of it. */
    SSLException named(SSLException failure, String peer, boolean handshake) {
        String why = String.valueOf(failure.getMessage());
        Throwable root = failure;
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        String detail = root.getMessage();
        if (detail != null && !why.contains(detail)) {
            why += ": " + detail;
        }
        return handshake
                ? new SSLHandshakeException("TLS handshake with " + peer + " failed: " + why, failure)
                : new SSLException("TLS connection with " + peer + " failed: " + why, failure);
    }

    /** What whoever waits for a handshake gets if the connection is lost before. */
    Exception handshakeLost(@Nullable Exception reason, String peer, boolean handshake) {
        if (reason == null) {
            return new ConnectionAbortedException(
                    "the TLS connection with " + peer + " was closed during the handshake");
        }
        if (handshake && reason instanceof IOException) {
            return new ConnectionResetException(
                    "the connection with " + peer + " was lost during the TLS handshake: " + reason.getMessage(),
                    reason);
        }
        return reason;
    }
}

package dev.weft.io;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is encrypted. Immutable: each setter returns a changed copy. One object may serve any number of connections, as client
 * and as server. Mirrors the keywords {@code ssl}, {@code server_hostname}, {@code ssl_handshake_timeout} and {@code ssl_shutdown_timeout}.
 *
 * <p>TLS 1.2 and 1.3 only. A client checks the server's certificate against the context's trust store and against the host name, unless
 * {@link #noHostnameCheck} says otherwise; there is no way to trust everybody. A server asks for a client's certificate if the
 * {@link #parameters} say so.
 */
public final class TlsOptions {
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");
    private static final int LONGEST_APPLICATION_PROTOCOL = 255;

    private final @Nullable SSLContext context;
    private @Nullable String serverHostname;
    private boolean hostnameChecked = true;
    private Duration handshakeTimeout = Duration.ofSeconds(60);
    private Duration shutdownTimeout = Duration.ofSeconds(30);
    private @Nullable SSLParameters parameters;
    private List<String> applicationProtocols = List.of();
    private boolean truncationAllowed;

    private TlsOptions(@Nullable SSLContext context) {
        this.context = context;
    }

    private TlsOptions(TlsOptions other) {
        context = other.context;
        serverHostname = other.serverHostname;
        hostnameChecked = other.hostnameChecked;
        handshakeTimeout = other.handshakeTimeout;
        shutdownTimeout = other.shutdownTimeout;
        parameters = other.parameters;
        applicationProtocols = other.applicationProtocols;
        truncationAllowed = other.truncationAllowed;
    }

    /**
     * With the keys and the trust of a context.
     *
     * @param context for a server one that has a certificate
     * @return the options, everything else by default
     * @throws IllegalArgumentException if the context has neither TLS 1.2 nor TLS 1.3
     */
    public static TlsOptions of(SSLContext context) {
        if (Arrays.stream(context.getSupportedSSLParameters().getProtocols()).noneMatch(PROTOCOLS::contains)) {
            throw new IllegalArgumentException("a context with TLS 1.2 or 1.3 is needed, got one of "
                    + Arrays.toString(context.getSupportedSSLParameters().getProtocols()));
        }
        return new TlsOptions(context);
    }

    /**
     * With the JDK's default context and what it trusts, for clients: {@code ssl=True}. The context is loaded when first needed, off the
     * loop.
     *
     * @return the options, everything else by default
     */
    public static TlsOptions client() {
        return new TlsOptions((SSLContext) null);
    }

    /**
     * With a name for the server other than the host a client connects to: its certificate has to be made out to this name, which it is told
     * at the beginning (SNI). Needed where there is no such host. Without effect on a server.
     *
     * @param name a host name, or a literal address; an international name in either form
     * @return changed copy
     * @throws IllegalArgumentException if it is empty
     */
    public TlsOptions serverHostname(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a host name is needed; noHostnameCheck() does without the check");
        }
        var copy = new TlsOptions(this);
        copy.serverHostname = name;
        return copy;
    }

    /**
     * Without comparing the server's certificate with its name: any certificate will do that the context trusts. {@code server_hostname=''}.
     * Without effect on a server.
     *
     * @return changed copy
     */
    public TlsOptions noHostnameCheck() {
        var copy = new TlsOptions(this);
        copy.hostnameChecked = false;
        return copy;
    }

    /**
     * With another limit for the handshake. When it is over the connection is aborted.
     *
     * @param limit the limit, 60 s by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public TlsOptions handshakeTimeout(Duration limit) {
        var copy = new TlsOptions(this);
        copy.handshakeTimeout = checkedTimeout("handshake", limit);
        return copy;
    }

    /**
     * With another limit for closing: from {@code close} until everything is sent and the peer has confirmed the end. When it is over the
     * connection is aborted.
     *
     * @param limit the limit, 30 s by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public TlsOptions shutdownTimeout(Duration limit) {
        var copy = new TlsOptions(this);
        copy.shutdownTimeout = checkedTimeout("shutdown", limit);
        return copy;
    }

    private static Duration checkedTimeout(String what, Duration limit) {
        if (!limit.isPositive()) {
            throw new IllegalArgumentException("a " + what + " timeout is positive, got " + limit);
        }
        return limit;
    }

    /**
     * With settings of the JDK: cipher suites, protocols, whether a server wants or needs the client's certificate, SNI matchers and so on.
     * What is not set in them stays as it is by default. They are copied.
     *
     * @param settings the settings
     * @return changed copy
     * @throws IllegalArgumentException if they name protocols other than {@code TLSv1.2} and {@code TLSv1.3}
     */
    public TlsOptions parameters(SSLParameters settings) {
        String[] protocols = settings.getProtocols();
        if (protocols != null && (protocols.length == 0 || !PROTOCOLS.containsAll(Arrays.asList(protocols)))) {
            throw new IllegalArgumentException("TLSv1.2 and TLSv1.3 only, got " + Arrays.toString(protocols));
        }
        var copy = new TlsOptions(this);
        copy.parameters = copyOf(settings);
        return copy;
    }

    /**
     * With protocols to choose from by ALPN: a client offers them, a server takes the first of its own that the client offers, and refuses a
     * client that offers others only. {@link ExtraInfo#APPLICATION_PROTOCOL} tells which it became.
     *
     * @param names such as {@code h2}, the preferred one first
     * @return changed copy
     * @throws IllegalArgumentException if there is none, or one is empty or longer than 255 bytes
     */
    public TlsOptions applicationProtocols(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("at least one application protocol is needed");
        }
        for (String name : names) {
            int length = name.getBytes(StandardCharsets.UTF_8).length;
            if (length == 0 || length > LONGEST_APPLICATION_PROTOCOL) {
                throw new IllegalArgumentException("an application protocol has 1 to " + LONGEST_APPLICATION_PROTOCOL
                        + " bytes, got " + length + ": '" + name + "'");
            }
        }
        var copy = new TlsOptions(this);
        copy.applicationProtocols = List.of(names);
        return copy;
    }

    /**
     * Takes it for the end of the stream when the peer's bytes end without its saying so (a TCP FIN without {@code close_notify}), as asyncio
     * does. By default that is an {@link javax.net.ssl.SSLException}: anybody on the way can cut a stream, and only {@code close_notify} tells
     * that it was the peer.
     *
     * @return changed copy
     */
    public TlsOptions allowTruncation() {
        var copy = new TlsOptions(this);
        copy.truncationAllowed = true;
        return copy;
    }

    /** {@return the keys and the trust, null for the JDK's default context} */
    public @Nullable SSLContext context() {
        return context;
    }

    /** {@return the name of the server, null for the host that is connected to} */
    public @Nullable String serverHostname() {
        return serverHostname;
    }

    /** {@return whether a client compares the server's certificate with its name} */
    public boolean hostnameChecked() {
        return hostnameChecked;
    }

    /** {@return how long the handshake may take} */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /** {@return how long closing may take} */
    public Duration shutdownTimeout() {
        return shutdownTimeout;
    }

    /** {@return a copy of the JDK's settings, null if none were given} */
    public @Nullable SSLParameters parameters() {
        return parameters == null ? null : copyOf(parameters);
    }

    /** {@return the protocols to choose from, the preferred one first; none if none is to be chosen} */
    public List<String> applicationProtocols() {
        return applicationProtocols;
    }

    /** {@return whether a stream that ends without close_notify is taken for complete} */
    public boolean truncationAllowed() {
        return truncationAllowed;
    }

    /** The class is mutable, and has no copy of its own. */
    private static SSLParameters copyOf(SSLParameters settings) {
        var copy = new SSLParameters(settings.getCipherSuites(), settings.getProtocols());
        if (settings.getNeedClientAuth()) {
            copy.setNeedClientAuth(true);
        } else {
            copy.setWantClientAuth(settings.getWantClientAuth());
        }
        copy.setAlgorithmConstraints(settings.getAlgorithmConstraints());
        copy.setEndpointIdentificationAlgorithm(settings.getEndpointIdentificationAlgorithm());
        if (settings.getServerNames() != null) {
            copy.setServerNames(settings.getServerNames());
        }
        if (settings.getSNIMatchers() != null) {
            copy.setSNIMatchers(settings.getSNIMatchers());
        }
        copy.setUseCipherSuitesOrder(settings.getUseCipherSuitesOrder());
        copy.setEnableRetransmissions(settings.getEnableRetransmissions());
        copy.setMaximumPacketSize(settings.getMaximumPacketSize());
        copy.setApplicationProtocols(settings.getApplicationProtocols());
        copy.setSignatureSchemes(settings.getSignatureSchemes());
        copy.setNamedGroups(settings.getNamedGroups());
        return copy;
    }

    @Override
    public String toString() {
        return "TlsOptions[" + (context == null ? "default context" : context.getProtocol())
                + (serverHostname == null ? "" : ", for " + serverHostname)
                + (hostnameChecked ? "" : ", host name not checked") + ", " + applicationProtocols
                + ", handshake within " + handshakeTimeout + ", shutdown within " + shutdownTimeout
                + (truncationAllowed ? ", truncation allowed" : "") + "]";
    }
}

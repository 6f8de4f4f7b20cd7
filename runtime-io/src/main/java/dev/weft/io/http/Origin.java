package dev.weft.io.http;

import java.net.URI;
import java.util.Locale;

/**
 * Whom a URL names: what may share connections, and see credentials.
 *
 * @param tls whether the scheme is {@code https}
 * @param host in lower case; an IPv6 address in brackets
 * @param port the port
 */
record Origin(boolean tls, String host, int port) {
    /**
     * The origin of a URL.
     *
     * @throws IllegalArgumentException if it is not one that can be asked
     */
    static Origin of(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals("https");
        if (!tls && !scheme.equals("http")) {
            throw new IllegalArgumentException("a URL begins with http:// or https://, got \"" + shown(url) + "\"");
        }
        if (url.getHost() == null) {
            throw new IllegalArgumentException("no host in \"" + shown(url) + "\" (write other scripts in punycode)");
        }
        if (url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "credentials do not belong into a URL: set the field Authorization, for host " + url.getHost());
        }
        if (url.getPort() == 0 || url.getPort() > 65_535) {
            throw new IllegalArgumentException("a port is 1 to 65535, got " + url.getPort());
        }
        int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
        return new Origin(tls, url.getHost().toLowerCase(Locale.ROOT), port);
    }

    private static String shown(URI url) {
        return Headers.escaped(url.toString());
    }

    /** Host and port as a {@code Host} field has them. */
    String authority() {
        return port == (tls ? 443 : 80) ? host : host + ":" + port;
    }

    /** The host as a resolver takes it. */
    String address() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + authority();
    }
}

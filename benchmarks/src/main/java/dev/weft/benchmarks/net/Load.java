package dev.weft.benchmarks.net;

/** What servers are loaded with. */
enum Load {
    /** Messages there and back. */
    ECHO,
    /** {@code GET /}. */
    HTTP,
    /** Messages there and back over TLS. */
    TLS,
    /** TLS handshakes. */
    HANDSHAKE,
    /** Connections that say nothing, in the place of those before. */
    IDLE
}

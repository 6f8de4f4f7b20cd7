package dev.weft.benchmarks.net;

/** What a server does. */
enum Service {
    /** Sends back what comes. */
    ECHO,
    /** Sends back what comes, after some work for each 16 bytes of it: so that the server, not the load, is what is busy. */
    WORK,
    /** Sends back what comes, over TLS. */
    TLS,
    /** Answers {@code GET /} with 13 bytes of text. */
    HTTP,
    /** Waits for bytes on each connection, in a sequential handler that keeps no buffer. */
    IDLE;

    /** The answer to each request of {@link #HTTP}. */
    static final String GREETING = "Hello, World!";

    /** How many bytes a server reads at once where it says so itself. */
    static final int PIECE = 64 * 1024;
}

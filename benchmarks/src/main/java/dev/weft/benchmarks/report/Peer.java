package dev.weft.benchmarks.report;

import java.util.Arrays;
import java.util.Locale;

/** Who does a workload. A benchmark's method is named after its peer. */
public enum Peer {
    /** Weft in confined mode: what the ratios are about. */
    WEFT("Weft", Kind.WEFT),
    /** Weft's transports and protocols, in confined mode. */
    WEFT_PROTOCOLS("Weft, protocols", Kind.WEFT),
    /** Weft's streams with Conscrypt for TLS, in confined mode. */
    WEFT_CONSCRYPT("Weft, Conscrypt", Kind.WEFT),
    /** Weft in portable mode. */
    WEFT_PORTABLE("Weft, portable", Kind.WEFT),
    /** CPython's asyncio, when a Python is installed. */
    ASYNCIO("asyncio", Kind.ASYNCIO),
    /** asyncio's transports and protocols. */
    ASYNCIO_PROTOCOLS("asyncio, protocols", Kind.ASYNCIO),
    /** asyncio on uvloop, when it is installed; over networks its transports and protocols. */
    UVLOOP("uvloop", Kind.PEER),
    /** Node, when it is installed. */
    NODE("Node", Kind.PEER),
    /** Go, when it is installed, on one processor. */
    GO("Go", Kind.PEER),
    /** Kotlin's coroutines on their one-threaded event loop. */
    KOTLIN("Kotlin", Kind.PEER),
    /** jox's channels on virtual threads. */
    JOX("jox", Kind.PEER),
    /** One of Netty's event loops. */
    NETTY("Netty", Kind.PEER),
    /** One of Netty's event loops, on its own epoll. */
    NETTY_EPOLL("Netty, epoll", Kind.PEER),
    /** Vert.x. */
    VERTX("Vert.x", Kind.PEER),
    /** Helidon SE, on virtual threads. */
    HELIDON("Helidon", Kind.PEER),
    /** Virtual threads with java.util.concurrent, or with blocking sockets. */
    VIRTUAL_THREADS("virtual threads", Kind.PEER),
    /** The JDK's executors, one thread. */
    EXECUTOR("JDK executor", Kind.PEER),
    /** Virtual threads on one thread with the least that works around them. */
    ONE_THREAD("bare virtual threads", Kind.LIMIT),
    /** The JVM's continuations. */
    CONTINUATION("raw continuation", Kind.LIMIT),
    /** The JDK's selector and one thread, with nothing else. */
    NIO("bare NIO selector", Kind.LIMIT),
    /** The JDK without Weft. */
    JAVA("plain Java", Kind.LIMIT);

    /** What a figure is compared for. */
    public enum Kind {
        /** Ours. */
        WEFT,
        /** What Weft's semantics come from. */
        ASYNCIO,
        /** What else one might use. */
        PEER,
        /** What the JVM allows at best; nobody's product. */
        LIMIT
    }

    private final String title;
    private final Kind kind;

    Peer(String title, Kind kind) {
        this.title = title;
        this.kind = kind;
    }

    /** {@return how tables call it} */
    public String title() {
        return title;
    }

    /** {@return what it is compared for} */
    public Kind kind() {
        return kind;
    }

    /** {@return the benchmark method that is its} */
    public String method() {
        String[] words = name().toLowerCase(Locale.ROOT).split("_");
        var method = new StringBuilder(words[0]);
        for (String word : Arrays.asList(words).subList(1, words.length)) {
            method.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return method.toString();
    }

    /**
     * The peer that a benchmark method belongs to.
     *
     * @param method the method's name
     * @return the peer
     * @throws IllegalArgumentException if it is nobody's
     */
    public static Peer ofMethod(String method) {
        for (Peer peer : values()) {
            if (peer.method().equals(method)) {
                return peer;
            }
        }
        throw new IllegalArgumentException("no peer is called '" + method + "'; name benchmark methods after one of "
                + Arrays.stream(values()).map(Peer::method).toList());
    }
}

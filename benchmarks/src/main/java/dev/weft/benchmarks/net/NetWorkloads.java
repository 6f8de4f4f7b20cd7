package dev.weft.benchmarks.net;

import dev.weft.benchmarks.plan.Measurable;
import dev.weft.benchmarks.report.Peer;
import java.nio.file.Path;
import java.util.List;

/** The workloads that take processes of their own. */
public final class NetWorkloads {
    private static final List<Integer> ONE_LOOP = List.of(1);

    private NetWorkloads() {}

    /**
     * All of them.
     *
     * @param root the repository
     * @param externals whether peers that are not on the JVM take part, as far as they are installed
     * @return the workloads, in the order of the list
     */
    public static List<Measurable> all(Path root, boolean externals) {
        return List.of(
                new LoadWorkload(
                        "echo",
                        "send bytes to a server and get them back",
                        Service.ECHO,
                        List.of(
                                Peer.WEFT,
                                Peer.WEFT_PROTOCOLS,
                                Peer.ASYNCIO,
                                Peer.ASYNCIO_PROTOCOLS,
                                Peer.UVLOOP,
                                Peer.NODE,
                                Peer.GO,
                                Peer.NETTY,
                                Peer.NETTY_EPOLL,
                                Peer.VERTX,
                                Peer.VIRTUAL_THREADS,
                                Peer.NIO),
                        List.of(
                                LoadCase.echo(100, 1024, 1),
                                LoadCase.echo(1, 16, 1),
                                LoadCase.echo(100, 16, 16),
                                LoadCase.echo(1, 1024, 1),
                                LoadCase.echo(10, 1024, 1),
                                LoadCase.echo(100, 16, 1),
                                LoadCase.echo(1000, 1024, 1),
                                LoadCase.echo(10, 1024, 16),
                                LoadCase.echo(100, 16 * 1024, 1),
                                LoadCase.echo(10, 128 * 1024, 1)),
                        3,
                        ONE_LOOP,
                        root,
                        externals),
                new LoadWorkload(
                        "tls",
                        "send bytes to a server and get them back, over TLS; a full handshake and one byte there and"
                                + " back",
                        Service.TLS,
                        List.of(
                                Peer.WEFT,
                                Peer.WEFT_CONSCRYPT,
                                Peer.ASYNCIO,
                                Peer.ASYNCIO_PROTOCOLS,
                                Peer.UVLOOP,
                                Peer.NODE,
                                Peer.GO,
                                Peer.NETTY,
                                Peer.VERTX,
                                Peer.VIRTUAL_THREADS),
                        List.of(
                                LoadCase.tls(10, 1024),
                                LoadCase.handshake(),
                                LoadCase.tls(100, 1024),
                                LoadCase.tls(10, 16 * 1024)),
                        2,
                        ONE_LOOP,
                        root,
                        externals),
                new LoadWorkload(
                        "http",
                        "GET / from an HTTP server that parses and routes",
                        Service.HTTP,
                        List.of(Peer.WEFT, Peer.NODE, Peer.GO, Peer.NETTY, Peer.NETTY_EPOLL, Peer.VERTX, Peer.HELIDON),
                        List.of(LoadCase.http(64, 1), LoadCase.http(64, 16)),
                        2,
                        ONE_LOOP,
                        root,
                        externals),
                new LoadWorkload(
                        "loops",
                        "an echo with a digest of 256 KiB for each message, on one and on two event loops",
                        Service.WORK,
                        List.of(Peer.WEFT, Peer.NETTY),
                        List.of(new LoadCase(Load.ECHO, "", 32, Work.MESSAGE, 1)),
                        1,
                        List.of(1, 2),
                        root,
                        externals),
                new MemoryWorkload(root, externals),
                new StartUpWorkload(root, externals));
    }
}

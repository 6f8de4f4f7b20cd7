package dev.weft.benchmarks.net;

import dev.weft.benchmarks.peer.NioEcho;
import dev.weft.benchmarks.report.Peer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The process of a server on the JVM. Says {@code port NUMBER} when it serves, answers {@code heap} with the bytes of heap in use and
 * {@code allocated} with the bytes ever allocated, and ends when its input does.
 */
public final class ServerMain {
    private ServerMain() {}

    /**
     * Runs it.
     *
     * @param args the service, the peer, the folder of the certificate, the number of loops
     * @throws Exception if the server cannot be started
     */
    public static void main(String[] args) throws Exception {
        Service service = Service.valueOf(args[0]);
        int port = server(Peer.valueOf(args[1])).start(service, Path.of(args[2]), Integer.parseInt(args[3]));
        System.out.println("port " + port);
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            switch (line) {
                case "heap" -> System.out.println(usedHeap());
                case "allocated" -> System.out.println(allocated());
                default -> throw new IllegalArgumentException("no command: " + line);
            }
        }
        System.exit(0);
    }

    private static Server server(Peer peer) {
        return switch (peer) {
            case WEFT -> new WeftServer(WeftServer.Style.STREAMS);
            case WEFT_PROTOCOLS -> new WeftServer(WeftServer.Style.PROTOCOLS);
            case WEFT_CONSCRYPT -> new WeftServer(WeftServer.Style.CONSCRYPT);
            case NETTY -> new NettyServer(false);
            case NETTY_EPOLL -> new NettyServer(true);
            case VERTX -> new VertxServer();
            case HELIDON -> new HelidonServer();
            case VIRTUAL_THREADS -> new ThreadServer();
            case NIO ->
                (service, identity, loops) -> {
                    var echo = new NioEcho();
                    Thread.ofPlatform().daemon().start(echo::run);
                    return echo.port();
                };
            default -> throw new IllegalArgumentException("no server of " + peer);
        };
    }

    /** By all threads since the beginning. */
    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
    }

    /** After collections that find nothing more. */
    static long usedHeap() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            if (now >= used) {
                break;
            }
            used = now;
        }
        return used;
    }
}

package dev.weft.benchmarks.net;

import dev.weft.benchmarks.peer.TestIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import javax.net.ssl.SSLContext;

/**
 * The process that loads servers: does what each line of its input says, and answers {@code counting} when what comes begins to count,
 * and then what was reached.
 */
public final class LoadMain {
    private final SSLContext context;

    /** What the last load has left open. */
    private AutoCloseable last = () -> {};

    private LoadMain(SSLContext context) {
        this.context = context;
    }

    /**
     * Runs it.
     *
     * @param args the folder of the servers' certificate
     * @throws Exception if a command is wrong
     */
    public static void main(String[] args) throws Exception {
        var load = new LoadMain(TestIdentity.context(Path.of(args[0]), null));
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            try {
                load.last.close();
                System.out.println(load.run(line.split(" ", -1)));
            } catch (IOException | java.io.UncheckedIOException e) {
                System.out.println("failed: " + e.getMessage());
            }
        }
        System.exit(0);
    }

    /** {@code what port connections size depth millis}. */
    private Object run(String[] words) throws Exception {
        int port = Integer.parseInt(words[1]);
        int connections = Integer.parseInt(words[2]);
        int size = Integer.parseInt(words[3]);
        int depth = Integer.parseInt(words[4]);
        long millis = Long.parseLong(words[5]);
        return switch (Load.valueOf(words[0])) {
            case ECHO -> keep(StreamLoad.echo(port, size)).run(connections, depth, millis, LoadMain::counting);
            case HTTP -> keep(StreamLoad.http(port)).run(connections, depth, millis, LoadMain::counting);
            case TLS -> new TlsLoad(context, port).echo(connections, size, millis, LoadMain::counting);
            case HANDSHAKE -> new TlsLoad(context, port).handshakes(millis, LoadMain::counting);
            case IDLE -> {
                counting();
                var idle = new ArrayList<SocketChannel>();
                last = () -> {
                    for (SocketChannel channel : idle) {
                        channel.close();
                    }
                };
                for (int i = 0; i < connections; i++) {
                    idle.add(SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
                }
                yield new Reached(0, connections);
            }
        };
    }

    private static void counting() {
        System.out.println("counting");
    }

    private StreamLoad keep(StreamLoad load) {
        last = load;
        return load;
    }
}

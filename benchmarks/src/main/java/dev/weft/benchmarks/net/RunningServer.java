package dev.weft.benchmarks.net;

import dev.weft.benchmarks.report.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A server in a process of its own. */
final class RunningServer implements AutoCloseable {
    private static final Set<Peer> EXTERNAL =
            Set.of(Peer.ASYNCIO, Peer.ASYNCIO_PROTOCOLS, Peer.UVLOOP, Peer.NODE, Peer.GO);

    private final Peer peer;
    private final Child process;
    private final int port;

    private RunningServer(Peer peer, Child process, int port) {
        this.peer = peer;
        this.process = process;
        this.port = port;
    }

    static RunningServer start(Peer peer, Service service, int loops, Externals externals, Path identity, Cores cores)
            throws IOException, InterruptedException {
        List<String> pinned = cores.forServer(loops);
        Child process;
        if (EXTERNAL.contains(peer)) {
            var command = new ArrayList<>(pinned);
            command.addAll(externals.command(peer, service, identity));
            process = Child.start(command);
        } else {
            process = Child.jvm(
                    pinned,
                    ServerMain.class,
                    List.of(service.name(), peer.name(), identity.toString(), Integer.toString(loops)));
        }
        try {
            return new RunningServer(
                    peer, process, Integer.parseInt(process.answer().substring("port ".length())));
        } catch (IOException e) {
            process.close();
            throw new IOException("the server of " + peer.title() + " for " + service + " did not start", e);
        }
    }

    Peer peer() {
        return peer;
    }

    int port() {
        return port;
    }

    Child process() {
        return process;
    }

    /** Whether a server of this peer can be started here. */
    static boolean canRun(Peer peer, Externals externals) {
        return EXTERNAL.contains(peer)
                ? externals.has(peer)
                : peer != Peer.NETTY_EPOLL || io.netty.channel.epoll.Epoll.isAvailable();
    }

    /** The bytes it has allocated so far; NaN if it cannot say. */
    double allocated() throws IOException {
        return EXTERNAL.contains(peer) ? Double.NaN : Double.parseDouble(process.ask("allocated"));
    }

    /** The bytes of heap in use; NaN if it cannot say. */
    double heap() throws IOException {
        return EXTERNAL.contains(peer) ? Double.NaN : Double.parseDouble(process.ask("heap"));
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}

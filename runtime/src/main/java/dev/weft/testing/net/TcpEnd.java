package dev.weft.testing.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One end of a connection, as the system of its host sees it. */
final class TcpEnd {
    private enum Broken {
        RESET("Connection reset"),
        TIMED_OUT("Connection timed out"),
        CRASHED("Network is down: the host has crashed");

        private final String message;

        Broken(String message) {
            this.message = message;
        }
    }

    private final Fabric fabric;
    private final Node node;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private @Nullable TcpEnd peer;
    private @Nullable Flow out;
    private @Nullable Flow in;
    private @Nullable Broken broken;
    private boolean brokenTold;
    private boolean established;
    private boolean inputShut;
    private boolean closed;

    TcpEnd(Node node, InetSocketAddress local, InetSocketAddress remote) {
        this.node = node;
        this.local = local;
        this.remote = remote;
        fabric = node.fabric();
        node.ends().add(this);
    }

    /** Puts two ends together. What the second one sends arrives after the first one has been told of the connection. */
    static void pair(TcpEnd client, TcpEnd server) {
        client.peer = server;
        server.peer = client;
        var there = new Flow(client.fabric, client, server);
        var back = new Flow(client.fabric, server, client);
        client.out = there;
        client.in = back;
        server.out = back;
        server.in = there;
        server.established = true;
    }

    Node node() {
        return node;
    }

    @Nullable
    Node peerNode() {
        return peer == null ? null : peer.node;
    }

    InetSocketAddress local() {
        return local;
    }

    InetSocketAddress remote() {
        return remote;
    }

    Flow out() {
        return Objects.requireNonNull(out);
    }

    private Flow in() {
        return Objects.requireNonNull(in);
    }

    /** Whether the connection came about, from this end's point of view. */
    boolean isEstablished() {
        return established;
    }

    void establish() {
        established = true;
    }

    /** Throws what ended it while it was being made. */
    void check() throws IOException {
        throwIfBroken(false);
    }

    boolean isBroken() {
        return broken != null;
    }

    // ---- for its owner

    boolean isReadable() {
        return broken != null || inputShut || in().arrivedBytes() > 0 || in().endArrived();
    }

    boolean isWritable() {
        return broken != null || out().endSent() || out().space() > 0;
    }

    int read(ByteBuffer target) throws IOException {
        throwIfBroken(false);
        if (inputShut) {
            return -1;
        }
        int most = Math.min(target.remaining(), in().arrivedBytes());
        if (most > 0) {
            return in().read(target, fabric.part(most));
        }
        return target.hasRemaining() && in().endArrived() ? -1 : 0;
    }

    int write(ByteBuffer source) throws IOException {
        throwIfBroken(true);
        if (out().endSent()) {
            throw new ClosedChannelException();
        }
        int most = Math.min(source.remaining(), out().space());
        if (most == 0) {
            return 0;
        }
        var bytes = new byte[fabric.part(most)];
        source.get(bytes);
        out().send(bytes);
        return bytes.length;
    }

    /** As the system has it: the first one who asks gets the reason, later writers only that there is nobody. */
    private void throwIfBroken(boolean writing) throws IOException {
        Broken reason = broken;
        if (reason == null) {
            return;
        }
        boolean again = brokenTold;
        brokenTold = true;
        throw writing && again ? new IOException("Broken pipe") : new SocketException(reason.message);
    }

    void shutdownInput() {
        inputShut = true;
        in().discardArrived();
    }

    void shutdownOutput() {
        out().sendEnd();
    }

    /** The owner has gone. What it has written still gets there, unless it left something unread or wants it so. */
    void close(boolean abruptly) {
        if (closed) {
            return;
        }
        closed = true;
        if (broken != null || out == null) {
            node.ends().remove(this);
        } else if (abruptly || in().arrivedBytes() > 0) {
            node.ends().remove(this);
            in().discardArrived();
            out().drop();
            sendReset();
        } else {
            out().sendEnd();
        }
    }

    // ---- for the network

    /** Whether it has use for something that has arrived. The peer is told if not. */
    boolean takes(boolean bytes) {
        if (broken == Broken.CRASHED || (closed && bytes)) {
            sendReset();
            return false;
        }
        established = true; // whoever sends has answered
        return broken == null && !(inputShut && bytes);
    }

    /** Nothing is under way from here any more: if it is closed, its host forgets it. */
    void sentAll() {
        if (closed) {
            node.ends().remove(this);
        }
    }

    void sendReset() {
        TcpEnd other = peer;
        if (other == null) {
            return;
        }
        Route route = fabric.route(node, other.node);
        if (route.isOpen()) {
            fabric.at(Math.max(out().lastArrival(), route.arrival(0)), () -> {
                if (route.isOpen()) {
                    other.fail(Broken.RESET);
                }
            });
        }
    }

    void resetBoth() {
        fail(Broken.RESET);
        if (peer != null) {
            peer.fail(Broken.RESET);
        }
    }

    void timedOut() {
        fail(Broken.TIMED_OUT);
    }

    /** The host has crashed: nobody else hears of it. */
    void forget() {
        fail(Broken.CRASHED);
    }

    private void fail(Broken reason) {
        if (broken == null) {
            broken = reason;
            sentAll();
            if (out != null) {
                in().discardArrived();
                out().drop();
            }
        }
    }

    @Override
    public String toString() {
        return local + " -> " + remote + (broken != null ? ", " + broken.message : "");
    }
}

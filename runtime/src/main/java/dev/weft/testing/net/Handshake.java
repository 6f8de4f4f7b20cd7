package dev.weft.testing.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection in the making: asks until there is an answer, after 1, 3, 7, 15, 31 and 63 seconds again, and gives up after 127, as Linux
 * does.
 */
final class Handshake {
    private static final long FIRST_WAIT = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_REPETITIONS = 6;

    private final Fabric fabric;
    private final TcpEnd client;
    private final InetSocketAddress target;
    private final @Nullable Node host;
    private @Nullable TcpEnd server;
    private Timeline.@Nullable Alarm next;
    private @Nullable IOException failure;
    private boolean over;
    private int repetitions;

    Handshake(TcpEnd client, InetSocketAddress target) {
        this.client = client;
        this.target = target;
        fabric = client.node().fabric();
        host = fabric.owner(target.getAddress(), client.node());
        ask();
    }

    /** Whether it has failed or the connection is there. */
    boolean isOver() {
        return failure != null || client.isEstablished() || client.isBroken();
    }

    /** Throws what it has failed with. */
    void check() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    /** Its owner does not want it any more. */
    void abandon() {
        end();
        if (server != null) {
            client.sendReset();
        }
    }

    private void ask() {
        if (host == null) {
            next = fabric.at(fabric.now(), () -> fail(new NoRouteToHostException("No route to host")));
            return;
        }
        Route there = fabric.route(client.node(), host);
        if (there.isCut()) {
            next = fabric.at(fabric.now(), () -> fail(new NoRouteToHostException("No route to host")));
            return;
        }
        next = fabric.at(fabric.now() + (FIRST_WAIT << repetitions), this::askAgain);
        send(there, () -> asked(host));
    }

    private void askAgain() {
        if (over || isOver()) {
            return;
        }
        if (repetitions == MOST_REPETITIONS) {
            fail(new ConnectException("Connection timed out"));
        } else {
            repetitions++;
            ask();
        }
    }

    /** At the server. */
    private void asked(Node there) {
        if (over || isOver()) {
            return;
        }
        if (server == null) {
            if (!(there.streams().owner(target) instanceof SimServerChannel listener)) {
                send(fabric.route(there, client.node()), () -> fail(new ConnectException("Connection refused")));
                return;
            }
            if (listener.isFull()) {
                return;
            }
            server = new TcpEnd(there, target, client.local());
            TcpEnd.pair(client, server);
            listener.arrived(server);
        }
        server.out().notBefore(send(fabric.route(there, client.node()), this::answered));
    }

    /** At the client. */
    private void answered() {
        if (!over) {
            end();
            client.establish();
        }
    }

    /** When it gets there, if it does. */
    private long send(Route route, Runnable arrived) {
        if (!route.isOpen()) {
            return 0;
        }
        if (route.loses()) {
            fabric.note("loses a request to connect or the answer, " + route);
            return 0;
        }
        long when = route.arrival(0);
        fabric.at(when, () -> {
            if (route.isOpen()) {
                arrived.run();
            }
        });
        return when;
    }

    private void fail(IOException reason) {
        if (!over) {
            end();
            failure = reason;
        }
    }

    private void end() {
        over = true;
        if (next != null) {
            next.cancel();
        }
    }
}

package dev.weft.testing;

import dev.weft.Action;
import dev.weft.Asyncio;
import dev.weft.Body;
import dev.weft.ContextVar;
import dev.weft.Suspends;
import dev.weft.Task;
import dev.weft.Token;
import dev.weft.VoidBody;
import dev.weft.testing.net.Node;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A host of a {@link SimNet}. Sockets are those of the host on which the code runs that opens them, and so are {@code localhost} and the
 * address that stands for all of a host's own.
 */
public final class SimHost {
    private final SimNet network;
    private final Node node;

    SimHost(SimNet network, Node node) {
        this.network = network;
        this.node = node;
    }

    /** {@return its name, by which the others find it} */
    public String name() {
        return node.name();
    }

    /** {@return its address} */
    public InetAddress address() {
        return node.address();
    }

    /**
     * An address of a port of this host, for calls that take no names.
     *
     * @param port the port
     * @return the address
     * @throws IllegalArgumentException if it is not between 0 and 65535
     */
    public InetSocketAddress at(int port) {
        return new InetSocketAddress(node.address(), port);
    }

    /**
     * Runs a body on this host, in the task that calls. The tasks it starts, and the callbacks it asks for, run there too.
     *
     * @param body the body
     * @return its value
     * @param <T> the type of the value
     * @param <X> what it may throw
     * @throws X as the body does
     */
    @Suspends
    public <T extends @Nullable Object, X extends Exception> T run(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        ContextVar<SimHost> here = network.hereVariable();
        Token<SimHost> before = here.set(this);
        try {
            return body.call();
        } finally {
            here.reset(before);
        }
    }

    /**
     * As {@link #run(Body)}, without a value.
     *
     * @param body the body
     * @param <X> what it may throw
     * @throws X as the body does
     */
    @Suspends
    public <X extends Exception> void run(VoidBody<X> body) throws X {
        Objects.requireNonNull(body, "body");
        this.<@Nullable Void, X>run(() -> {
            body.run();
            return null;
        });
    }

    /**
     * Starts a task that runs on this host.
     *
     * @param body what it runs
     * @return the task
     * @throws IllegalStateException if no loop runs here
     */
    public Task<@Nullable Void> createTask(Action body) {
        Objects.requireNonNull(body, "body");
        try (Token<SimHost> _ = network.hereVariable().set(this)) {
            return Asyncio.createTask(body);
        }
    }

    /**
     * Pulls the plug, and puts it in again: the host's tasks are cancelled, and it forgets its sockets without a word to anybody. Peers have
     * half-open connections: one that sends is told, when that arrives, that the connection is reset; one that only reads waits for ever.
     * What the host's code still does with its sockets fails with an {@link java.io.IOException}. The host can be used again at once, as
     * after a quick restart; for one that stays away, {@link SimLink#blackHole swallow} what is sent to it.
     */
    public void crash() {
        node.crash();
        network.tasks(this).forEach(task -> task.cancel("its host, " + name() + ", has crashed"));
    }

    SimNet network() {
        return network;
    }

    Node node() {
        return node;
    }

    @Override
    public String toString() {
        return name();
    }
}

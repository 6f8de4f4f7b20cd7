package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a connection: makes one, and a new one, with a new protocol, whenever it is lost or could not be made, waiting as a {@link Backoff}
 * says. A connection that stood ends the row of failures, so that the wait after its loss is the first one again.
 *
 * <p>Begins by itself, in the iteration after {@link #client}, and goes on until {@link #stop} or the end of the loop's run. What is not an
 * {@link IOException}, such as a failure of the factory, ends it: {@link #done} and those who wait for a connection get it. The protocol
 * should not put another in its place with {@code setProtocol}: the loss of the connection would not be noticed.
 *
 * <p>Confined to its loop. Mirrors Twisted's {@code ClientService}.
 *
 * @param <P> the type of the protocol
 */
public final class Reconnecting<P extends BaseProtocol> {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");

    private final EventLoop loop;
    private final ClientEndpoint endpoint;
    private final Supplier<P> factory;
    private final List<Future<P>> waiting = new ArrayList<>();
    private final Future<@Nullable Void> done;
    private final Task<@Nullable Void> task;
    private Backoff backoff = Backoff.DEFAULT;
    private @Nullable Watch<P> connected;

    private Reconnecting(EventLoop loop, ClientEndpoint endpoint, Supplier<P> factory) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.factory = factory;
        done = loop.createFuture();
        task = loop.createTask(this::keepConnected, dev.weft.TaskOptions.DEFAULT.eagerStart(false));
        task.addDoneCallback(this::ended);
    }

    /**
     * Keeps a connection from the next iteration of the running loop on.
     *
     * @param endpoint where to connect to
     * @param factory makes a protocol for each connection
     * @return the connection keeper
     * @param <P> the type of the protocol
     * @throws IllegalStateException if no loop runs here
     */
    public static <P extends BaseProtocol> Reconnecting<P> client(ClientEndpoint endpoint, Supplier<P> factory) {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(factory, "factory");
        return new Reconnecting<>(Asyncio.getRunningLoop(), endpoint, factory);
    }

    /**
     * Sets how long to wait after a failure or a loss, from the next one on; {@link Backoff#DEFAULT} at first.
     *
     * @param policy how long
     * @return this
     */
    public Reconnecting<P> backoff(Backoff policy) {
        loop.checkThread();
        backoff = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * The protocol of the connection there is, or of the next one. Cancelled when this is stopped before.
     *
     * @return a future of one's own: cancelling it concerns nobody else
     */
    public Future<P> whenConnected() {
        loop.checkThread();
        Future<P> next = loop.createFuture();
        Watch<P> current = connected;
        if (current != null && !current.lost()) {
            next.setResult(current.protocol);
        } else if (!done.done()) {
            waiting.removeIf(Future::done); // those that were cancelled
            waiting.add(next);
        } else {
            endWithThis(next);
        }
        return next;
    }

    /**
     * Ends it: gives up an attempt that is under way, or closes the connection once everything written is sent. Does not suspend; may be
     * repeated. {@link #done} tells when the connection is closed.
     */
    public void stop() {
        loop.checkThread();
        task.cancel();
    }

    /** {@return a future that is done once this has been stopped and the connection is closed, or failed with what ended this} */
    public Future<@Nullable Void> done() {
        return done;
    }

    @Suspends
    private @Nullable Void keepConnected() {
        int failures = 0;
        while (true) {
            Watch<P> watch = connect();
            if (watch != null) {
                failures = 0;
                stayConnected(watch);
            }
            failures++;
            Asyncio.sleep(backoff.delay(failures));
        }
    }

    @Suspends
    private @Nullable Watch<P> connect() {
        try {
            return endpoint.connect(() -> Watch.over(factory.get(), loop)).protocol();
        } catch (IOException e) {
            LOG.debug("{}: no connection", this, e);
            return null;
        }
    }

    @Suspends
    private void stayConnected(Watch<P> watch) {
        if (watch.lost()) {
            return;
        }
        connected = watch;
        for (Future<P> next : List.copyOf(waiting)) {
            if (!next.done()) {
                next.setResult(watch.protocol);
            }
        }
        waiting.clear();
        try {
            Asyncio.shield(watch.gone).await(); // being cancelled ends the wait, not what is waited for
        } catch (CancelledError e) {
            watch.close();
            watch.gone.await();
            throw e;
        } finally {
            connected = null;
        }
    }

    private void ended(Future<?> run) {
        Throwable failure = run.cancelled() ? null : run.exception();
        if (failure == null) {
            done.setResult(null);
        } else {
            done.setException(failure);
        }
        for (Future<P> next : waiting) {
            if (!next.done()) {
                endWithThis(next);
            }
        }
        waiting.clear();
    }

    private void endWithThis(Future<P> next) {
        Throwable failure = done.exception();
        if (failure != null) {
            next.setException(failure);
        } else {
            next.cancel("stopped");
        }
    }

    @Override
    public String toString() {
        String state = done.done() ? "ended" : connected != null ? "connected" : "not connected";
        return "Reconnecting[" + endpoint + ", " + state + "]";
    }
}

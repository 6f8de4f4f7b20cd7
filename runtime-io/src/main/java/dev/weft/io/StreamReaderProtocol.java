package dev.weft.io;

import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.Task;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The protocol between a transport and streams: feeds a {@link StreamReader}, holds writers back, and starts a handler for each connection
 * of a server. Mirrors {@code asyncio.StreamReaderProtocol}.
 */
public final class StreamReaderProtocol implements Protocol {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");

    private final EventLoop loop;

    /**
     * Weak, since the loop refers to this protocol as long as the connection is read: a reader, and with it its writer, that nobody else
     * refers to must be found unreachable.
     */
    private final WeakReference<StreamReader> reader;

    private final FlowControl flow;
    private final boolean accepted;

    /** The reader, as long as it is for a handler. */
    @SuppressWarnings("UnusedVariable") // only held
    private @Nullable StreamReader served;

    private final @Nullable StreamProtocols server;
    private @Nullable StreamHandler handler;
    private @Nullable Transport transport;

    /** What was connected to, for TLS to check the server's certificate against; null if that is not known. */
    private @Nullable String host;

    /**
     * Feeds a reader.
     *
     * @param reader the reader
     */
    public StreamReaderProtocol(StreamReader reader) {
        this(reader, null);
    }

    /**
     * Feeds a reader, and has the connection served once it stands.
     *
     * @param reader the reader
     * @param handler run as a task of its own; null for nothing
     */
    public StreamReaderProtocol(StreamReader reader, @Nullable StreamHandler handler) {
        this(reader, handler, null);
    }

    /** @param server told of the handler's task; null for nobody */
    StreamReaderProtocol(StreamReader reader, @Nullable StreamHandler handler, @Nullable StreamProtocols server) {
        this.server = server;
        this.reader = new WeakReference<>(Objects.requireNonNull(reader, "reader"));
        this.handler = handler;
        accepted = handler != null;
        served = handler == null ? null : reader;
        loop = reader.loop();
        flow = new FlowControl(loop);
    }

    /**
     * A writer to the connection. The protocol does not refer to it. For whoever makes transports of his own; {@code Net} and handlers have
     * theirs already. Mirrors the constructor of {@code asyncio.StreamWriter}.
     *
     * @return the writer
     * @throws NullPointerException before {@link #connectionMade}
     */
    public StreamWriter newWriter() {
        return new StreamWriter(loop, Objects.requireNonNull(transport, "not connected"), flow, reader.get());
    }

    /** The protocol of a connection to a host. */
    StreamReaderProtocol connectedTo(String host) {
        this.host = host;
        return this;
    }

    /** Takes back what the reader was fed and nobody has read. */
    byte[] unfeed() {
        StreamReader target = reader.get();
        return target == null ? new byte[0] : target.unfeed();
    }

    /** Whether this is the server's side. */
    boolean accepted() {
        return accepted;
    }

    @Nullable
    String host() {
        return host;
    }

    /** The connection goes on over another transport. */
    void replaceTransport(Transport replacement) {
        transport = replacement;
        flow.connected(replacement);
        StreamReader target = reader.get();
        if (target != null) {
            target.setTransport(replacement);
        }
    }

    /** Whether what this is told of goes to that reader. */
    boolean feeds(StreamReader candidate) {
        return reader.refersTo(candidate);
    }

    @Override
    public void connectionMade(BaseTransport made) {
        flow.connected(made);
        StreamReader target = reader.get();
        if (made instanceof ReadTransport source && target != null) {
            target.setTransport(source);
        }
        if (!(made instanceof Transport connection)) {
            return; // one direction only
        }
        transport = connection;
        StreamHandler serve = handler;
        if (serve != null && target != null) {
            handler = null;
            StreamWriter writer = newWriter();
            Task<@Nullable Void> task = loop.createTask(() -> serve.handle(target, writer));
            task.addDoneCallback(done -> handled(done, connection));
            if (server != null) {
                server.started(connection, task);
            }
        }
    }

    private void handled(dev.weft.Future<?> task, Transport connection) {
        served = null;
        if (task.cancelled()) {
            connection.close();
            return;
        }
        Throwable failure = task.exception();
        if (failure != null) {
            if (isBrokenConnection(failure) && server != null && !server.tellsOfBrokenConnection()) {
                LOG.debug("stream handler failed on {}", connection, failure);
            } else {
                loop.callExceptionHandler(ExceptionContext.of("stream handler failed")
                        .with("exception", failure)
                        .with("transport", connection));
            }
            connection.close();
        }
    }

    /** Whether it is what a peer can cause at will. */
    private static boolean isBrokenConnection(Throwable failure) {
        return failure instanceof ConnectionResetException
                || failure instanceof BrokenPipeException
                || failure instanceof ConnectionAbortedException
                || failure instanceof IncompleteReadException
                || failure instanceof LimitOverrunException;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        StreamReader target = reader.get();
        if (target != null) {
            target.feedData(data);
        }
    }

    @Override
    public boolean eofReceived() {
        StreamReader target = reader.get();
        if (target != null) {
            target.feedEof();
        }
        return !(transport instanceof TlsTransport); // which closes in both directions
    }

    @Override
    public void connectionLost(@Nullable Exception exception) {
        StreamReader target = reader.get();
        if (target != null) {
            if (exception == null) {
                target.feedEof();
            } else {
                target.setException(exception);
            }
        }
        flow.connectionLost(exception);
    }

    @Override
    public void pauseWriting() {
        flow.pauseWriting();
    }

    @Override
    public void resumeWriting() {
        flow.resumeWriting();
    }
}

package dev.weft.io.internal.transport;

import dev.weft.ChannelClaim;
import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.OpenResource;
import dev.weft.TimerHandle;
import dev.weft.io.BaseProtocol;
import dev.weft.io.TransportChannel;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the connections of one listening channel, which it owns. */
public final class Acceptor implements LoopIo.Resource {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
    /** More than these stay in the system's queue for the next iteration: accepting a thousand keeps everyone else waiting. */
    private static final int MOST_AT_ONCE = 100;

    private final EventLoop loop;
    private final LoopIo loopIo;
    private final ServerSocketChannel channel;
    private final ChannelClaim claim;
    private final int atOnce;
    private final Supplier<? extends BaseProtocol> protocols;
    private final TransportFactory transports;
    private final boolean keepAlive;
    private final TransportOwner owner;
    private Source source;
    private boolean started;
    private boolean held;
    private boolean accepting;
    private boolean closed;
    private @Nullable TimerHandle retry;
    private @Nullable SocketFile file;

    /** Where connections come from. */
    interface Source {
        @Nullable
        SocketChannel accept() throws IOException;
    }

    /**
     * For a channel that listens already.
     *
     * @param backlog one more than so many connections are taken at a time, though never more than 101, so that other entries get
     *     their turn
     * @param transports puts the protocols on the accepted channels
     */
    @SuppressWarnings("this-escape") // the claim only keeps it
    public Acceptor(
            EventLoop loop,
            ServerSocketChannel channel,
            int backlog,
            boolean keepAlive,
            Supplier<? extends BaseProtocol> protocols,
            TransportFactory transports,
            TransportOwner owner) {
        this.loop = loop;
        this.channel = channel;
        source = channel::accept;
        atOnce = Math.min(backlog, MOST_AT_ONCE);
        this.keepAlive = keepAlive;
        this.protocols = protocols;
        this.transports = transports;
        this.owner = owner;
        claim = loop.claimChannel(channel, this);
        loopIo = LoopIo.of(loop);
        loopIo.opened(this);
    }

    public void start() {
        started = true;
        update();
    }

    /** Whether connections are to stay in the system's queue for now. */
    public void hold(boolean hold) {
        held = hold;
        update();
    }

    private void update() {
        boolean accept = started && !held && retry == null && !closed;
        if (accept == accepting) {
            return;
        }
        accepting = accept;
        if (accept) {
            claim.addReader(this::acceptReady);
        } else if (!closed) {
            claim.removeReader();
        }
    }

    /** For tests: another source than the channel, which says only when to ask. */
    void setSource(Source source) {
        this.source = source;
    }

    /** Has a Unix socket's file removed when the channel is closed. */
    public void removeAtClose(SocketFile file) {
        this.file = file;
    }

    public TransportChannel view() {
        return new ChannelView(channel);
    }

    private void acceptReady() {
        for (int i = 0; i <= atOnce && accepting; i++) {
            SocketChannel accepted;
            try {
                accepted = source.accept();
            } catch (IOException e) {
                acceptFailed(e);
                return;
            }
            if (accepted == null) {
                return;
            }
            serve(accepted);
        }
    }

    private void acceptFailed(IOException failure) {
        if (!IoFailures.outOfResources(failure)) {
            loop.callExceptionHandler(ExceptionContext.of("accepting a connection failed")
                    .with("exception", failure)
                    .with("channel", view()));
            return;
        }
        // The connection stays in the queue, and the channel ready: without a pause this would be a busy loop.
        loop.callExceptionHandler(ExceptionContext.of(
                        "out of system resources: no connections are accepted for " + RETRY_DELAY.toMillis() + " ms")
                .with("exception", failure)
                .with("channel", view()));
        retry = loop.callLater(RETRY_DELAY, () -> {
            retry = null;
            update();
        });
        update();
    }

    private void serve(SocketChannel accepted) {
        serve(loop, accepted, keepAlive, protocols, transports, owner);
    }

    /**
     * Puts a protocol on an accepted channel, unless its owner has enough of its peer.
     *
     * @return whether there is a connection now; if not, the channel is closed
     */
    public static boolean serve(
            EventLoop loop,
            SocketChannel accepted,
            boolean keepAlive,
            Supplier<? extends BaseProtocol> protocols,
            TransportFactory transports,
            TransportOwner owner) {
        try {
            TransportOwner counted = owner.admit(accepted.getRemoteAddress());
            if (counted == null) {
                refuse(accepted);
                return false;
            }
            prepare(accepted, keepAlive);
            transports.open(loop, accepted, protocols.get(), counted, null);
            return true;
        } catch (Throwable e) {
            closeQuietly(accepted);
            if (IoFailures.fatal(e)) {
                throw (Error) e;
            }
            if (loop.getDebug()) {
                loop.callExceptionHandler(ExceptionContext.of("serving an accepted connection failed")
                        .with("exception", e)
                        .with("channel", new ChannelView(accepted)));
            }
            return false;
        }
    }

    /** With a reset, which costs neither side a port that lingers. */
    private static void refuse(SocketChannel accepted) throws IOException {
        LOG.debug("refused {}: its peer has as many connections as it may have", accepted);
        if (accepted.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
            accepted.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        accepted.close();
    }

    /** Makes a connected channel fit for a transport. */
    public static void prepare(SocketChannel channel, boolean keepAlive) throws IOException {
        channel.configureBlocking(false);
        setIfSupported(channel, StandardSocketOptions.TCP_NODELAY, true);
        if (keepAlive) {
            setIfSupported(channel, StandardSocketOptions.SO_KEEPALIVE, true);
        }
    }

    private static void setIfSupported(SocketChannel channel, SocketOption<Boolean> option, boolean value)
            throws IOException {
        if (channel.supportedOptions().contains(option)) {
            channel.setOption(option, value);
        }
    }

    public static void closeQuietly(java.nio.channels.Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing {} failed", channel, e);
        }
    }

    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        update();
        TimerHandle pending = retry;
        if (pending != null) {
            pending.cancel();
            retry = null;
        }
        loopIo.closed(this);
        if (file != null) {
            file.removeIfSame();
        }
        try {
            claim.closeChannel(); // at once: nobody may connect any more, and the address is free
        } catch (IOException e) {
            LOG.debug("closing {} failed", channel, e);
        }
    }

    @Override
    public OpenResource.Kind kind() {
        return OpenResource.Kind.SERVER;
    }

    @Override
    public void loopClosed() {
        close();
    }

    @Override
    public String toString() {
        return "listening " + view();
    }
}

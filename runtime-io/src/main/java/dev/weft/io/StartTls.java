package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.io.internal.tls.TlsSetup;
import dev.weft.io.internal.transport.Carrier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Goes over to TLS on connections in use. */
final class StartTls {
    private static final byte[] NOTHING = {};

    private StartTls() {}

    @Suspends
    static Transport upgrade(Transport transport, BaseProtocol protocol, TlsOptions options, boolean serverSide)
            throws IOException {
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(options, "options");
        TlsSetup.carrier(transport);
        Objects.requireNonNull(protocol, "protocol");
        EventLoop loop = Asyncio.getRunningLoop();
        TlsSetup setup = serverSide ? TlsSetup.server(options) : TlsSetup.client(loop, options, null);
        Future<@Nullable Void> started = loop.createFuture();
        TlsTransport upgraded =
                setup.upgrade(loop, TlsSetup.carrier(transport), protocol, ByteBuffer.wrap(NOTHING), started);
        await(started, upgraded);
        return upgraded;
    }

    @Suspends
    static void upgrade(StreamWriter writer, TlsOptions options) throws IOException {
        if (!(writer.transport().getProtocol() instanceof StreamReaderProtocol protocol)) {
            throw new IllegalStateException("the connection's protocol is no longer that of a stream: " + writer);
        }
        EventLoop loop = Asyncio.getRunningLoop();
        TlsSetup setup =
                protocol.accepted() ? TlsSetup.server(options) : TlsSetup.client(loop, options, protocol.host());
        writer.drain();
        // From here to the handshake nothing may suspend: what comes meanwhile would be taken for unencrypted.
        Future<@Nullable Void> started = loop.createFuture();
        Carrier carrier = TlsSetup.carrier(writer.transport());
        ByteBuffer early = ByteBuffer.wrap(protocol.unfeed());
        TlsTransport upgraded = setup.upgrade(loop, carrier, protocol, early, started);
        protocol.replaceTransport(upgraded);
        writer.replaceTransport(upgraded);
        await(started, upgraded);
    }

    @Suspends
    private static void await(Future<@Nullable Void> started, Transport upgraded) throws IOException {
        boolean complete = false;
        try {
            started.await(IOException.class);
            complete = true;
        } finally {
            if (!complete) {
                upgraded.abort();
            }
        }
    }
}

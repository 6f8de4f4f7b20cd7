package dev.weft.benchmarks.net;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.benchmarks.peer.TestIdentity;
import dev.weft.io.BaseTransport;
import dev.weft.io.LoopGroup;
import dev.weft.io.Net;
import dev.weft.io.Protocol;
import dev.weft.io.ServerOptions;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamWriter;
import dev.weft.io.TlsOptions;
import dev.weft.io.Transport;
import dev.weft.io.http.Http;
import dev.weft.io.http.Response;
import dev.weft.io.http.Router;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.Provider;
import java.util.concurrent.CompletableFuture;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/** Weft in confined mode. */
final class WeftServer implements Server {
    private static final String HOST = "127.0.0.1";

    /** Which of its ways. */
    enum Style {
        STREAMS,
        PROTOCOLS,
        /** Streams, with another provider for TLS. */
        CONSCRYPT
    }

    private final Style style;

    WeftServer(Style style) {
        this.style = style;
    }

    /** Starts something that listens, on the loop. */
    private interface Listening {
        @Suspends
        int listen() throws Exception;
    }

    @Override
    public int start(Service service, Path identity, int loops) throws Exception {
        if (loops > 1) {
            return LoopGroup.start(loops, ServerOptions.DEFAULT).startServer(WeftServer::working, HOST, 0);
        }
        @Nullable Provider provider = style == Style.CONSCRYPT ? Conscrypt.newProvider() : null;
        return listening(
                switch (service) {
                    case ECHO ->
                        style == Style.PROTOCOLS
                                ? () -> Net.createServer(EchoProtocol::new, HOST, 0)
                                        .port()
                                : () -> Net.startServer(WeftServer::echo, HOST, 0)
                                        .port();
                    case WORK -> () -> Net.startServer(working(), HOST, 0).port();
                    case IDLE ->
                        () -> Net.startServer(WeftServer::idle, HOST, 0).port();
                    case TLS -> {
                        TlsOptions tls = TlsOptions.of(TestIdentity.context(identity, provider));
                        yield () -> Net.startServer(WeftServer::echo, HOST, 0, ServerOptions.DEFAULT.tls(tls))
                                .port();
                    }
                    case HTTP -> {
                        var router = new Router().get("/", request -> Response.text(Service.GREETING));
                        yield () -> Http.serve(router, HOST, 0).port();
                    }
                });
    }

    private static int listening(Listening listening) {
        var port = new CompletableFuture<Integer>();
        Thread.ofPlatform().daemon().name("weft").start(() -> {
            try (EventLoop loop =
                    EventLoop.builder().mode(EventLoop.Mode.CONFINED).build()) {
                loop.runUntilComplete(() -> {
                    port.complete(listening.listen());
                    Asyncio.getRunningLoop().createFuture().await();
                });
            } catch (Throwable e) {
                port.completeExceptionally(e);
            }
        });
        return port.join();
    }

    @Suspends
    private static void echo(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            var buffer = ByteBuffer.allocateDirect(Service.PIECE);
            while (reader.readInto(buffer.clear()) > 0) {
                writer.write(buffer.flip());
                writer.drain();
            }
        }
    }

    private static dev.weft.io.StreamHandler working() {
        var work = new Work();
        return (reader, writer) -> {
            try (writer) {
                var buffer = ByteBuffer.allocate(1024);
                for (int length = reader.readInto(buffer); length > 0; length = reader.readInto(buffer.clear())) {
                    work.doneFor(length);
                    writer.write(buffer.flip());
                    writer.drain();
                }
            }
        };
    }

    @Suspends
    private static void idle(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            for (byte[] data = reader.read(4096); data.length > 0; data = reader.read(4096)) {
                writer.write(data);
                writer.drain();
            }
        }
    }

    private static final class EchoProtocol implements Protocol {
        private @Nullable Transport transport;

        @Override
        public void connectionMade(BaseTransport made) {
            transport = (Transport) made;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            if (transport != null) {
                transport.write(data);
            }
        }
    }
}

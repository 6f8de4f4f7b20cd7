package dev.weft.benchmarks.tls;

import dev.weft.Suspends;
import dev.weft.io.Net;
import dev.weft.io.Server;
import dev.weft.io.ServerOptions;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamWriter;
import dev.weft.io.TlsOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/** Weft's streams over its own TLS. */
final class WeftSide extends LoopSide {
    private final SSLContext context;

    WeftSide(SSLContext context) {
        this.context = context;
    }

    @Override
    @Suspends
    AutoCloseable listen(CompletableFuture<Integer> port) throws IOException {
        var options = ServerOptions.DEFAULT.tls(TlsOptions.of(context));
        Server server = Net.startServer(WeftSide::serve, "127.0.0.1", 0, options);
        port.complete(server.port());
        return () -> {
            server.close();
            server.abortClients();
            server.waitClosed();
        };
    }

    @Suspends
    private static void serve(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            var piece = new byte[PIECE];
            var buffer = ByteBuffer.wrap(piece);
            switch (reader.readExactly(1)[0]) {
                case ECHO -> {
                    for (int length = reader.readInto(buffer); length > 0; length = reader.readInto(buffer.clear())) {
                        writer.write(piece, 0, length);
                        writer.drain();
                    }
                }
                case SEND -> {
                    long left = ByteBuffer.wrap(reader.readExactly(8)).getLong();
                    for (; left > 0; left -= Math.min(left, piece.length)) {
                        writer.write(piece, 0, (int) Math.min(left, piece.length));
                        writer.drain();
                    }
                }
                default -> {
                    long left = ByteBuffer.wrap(reader.readExactly(8)).getLong();
                    while (left > 0) {
                        left -= reader.readInto(buffer.clear());
                    }
                    writer.write(new byte[1]);
                }
            }
        } catch (IOException clientGone) {
            // measured by then
        }
    }

    @Override
    public String name() {
        return "weft";
    }
}

package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.Task;
import java.io.IOException;
import java.util.Arrays;

/** A scenario for faults: bytes through a TLS connection and back. */
public final class TlsEcho {
    private TlsEcho() {}

    /** Throws an IOException if that fails. Leaves nothing open. */
    public static void run(byte[] data) throws IOException {
        try (var serving = Net.startServer(
                        TlsFixture::echo, TlsFixture.HOST, 0, ServerOptions.DEFAULT.tls(TestCa.server()))
                .serving()) {
            try (var streams = TlsFixture.connect(serving.server().port())) {
                Task<byte[]> reading = Asyncio.createTask(() -> streams.reader().readExactly(data.length));
                try {
                    streams.writer().write(data);
                    streams.writer().drain();
                    if (!Arrays.equals(data, reading.await(IOException.class))) {
                        throw new AssertionError("not what was sent");
                    }
                } finally {
                    reading.cancel();
                    streams.writer().transport().abort();
                }
            } finally {
                serving.server().abortClients();
            }
        }
    }
}

package dev.weft.io;

import static dev.weft.io.TlsFixture.connect;
import static dev.weft.io.TlsFixture.run;
import static dev.weft.io.TlsFixture.servedWithTls;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Suspends;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a TLS connection holds while nothing happens. */
final class TlsMemoryTest {
    /** What all connections share is there after these. */
    private static final int FIRST = 20;

    private static final int MORE = 50;

    /** With the engine's memory, the transports', the streams' and that of the task that serves. About 25 KiB were seen. */
    private static final long MOST_BYTES = 64 * 1024;

    @Test
    void idleConnection_holdsLittle() throws Exception {
        run(() -> servedWithTls(TlsFixture::echo, port -> {
            var open = new ArrayList<Streams>();
            open(FIRST, port, open);
            long before = used();
            open(MORE, port, open);
            long each = (used() - before) / (2 * MORE);
            assertTrue(each <= MOST_BYTES, each + " bytes for each end");
            for (Streams streams : open) {
                streams.close();
            }
        }));
    }

    @Suspends
    private static void open(int count, int port, List<Streams> open) throws IOException {
        for (int i = 0; i < count; i++) {
            var streams = connect(port);
            open.add(streams);
            streams.writer().write(new byte[50_000]);
            streams.reader().readExactly(50_000);
        }
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

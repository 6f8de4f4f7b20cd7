package dev.weft.io;

import static dev.weft.io.TlsFixture.HOST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/** Handshakes that fail in each way there is, while an honest client goes on using its connection. */
final class FailedHandshakes {
    private final int port;
    private final List<Long> roundTripNanos = new ArrayList<>();

    private FailedHandshakes(int port) {
        this.port = port;
    }

    /**
     * So many at a time, so many times, that far apart. Fails unless nothing is left over in the end.
     *
     * @return how long the honest client waited for each of its answers, in nanoseconds
     */
    static List<Long> run(int rounds, int atATime, Duration apart) throws Exception {
        List<Long> waits = new ArrayList<>();
        TlsFixture.run(() -> {
            long descriptors = Descriptors.count();
            TlsFixture.servedWithTls(TlsFixture::echo, port -> {
                var failing = new FailedHandshakes(port);
                failing.rounds(rounds, atATime, apart);
                waits.addAll(failing.roundTripNanos);
            });
            assertEquals(1, Asyncio.allTasks().size(), Asyncio.allTasks()::toString);
            Asyncio.yieldNow(); // with a look at the channels, which are closed then
            Descriptors.assertNoMoreThan(descriptors);
        });
        return waits;
    }

    @Suspends
    private void rounds(int rounds, int atATime, Duration apart) throws Exception {
        try (var honest = TlsFixture.connect(port)) {
            var loop = Asyncio.getRunningLoop();
            double next = loop.time();
            for (int round = 0; round < rounds; round++) {
                var failing = new ArrayList<Task<?>>();
                for (int i = 0; i < atATime; i++) {
                    int kind = round * atATime + i;
                    failing.add(Asyncio.createTask(() -> fail(kind)));
                }
                roundTrip(honest);
                for (Task<?> task : failing) {
                    task.await();
                }
                next += apart.toNanos() / 1e9;
                if (next > loop.time()) {
                    Asyncio.sleep(Duration.ofNanos((long) ((next - loop.time()) * 1e9)));
                }
            }
        }
        try (var late = TlsFixture.connect(port)) {
            roundTrip(late);
        }
    }

    @Suspends
    private void roundTrip(Streams honest) throws IOException {
        long began = System.nanoTime();
        honest.writer().write("ping\n".getBytes(UTF_8));
        assertArrayEquals("ping\n".getBytes(UTF_8), honest.reader().readLine());
        roundTripNanos.add(System.nanoTime() - began);
    }

    /** One in fifty computes as much as there is to compute. */
    @Suspends
    private void fail(int kind) throws IOException {
        if (kind % 50 == 0) {
            assertThrows(
                    SSLException.class,
                    () -> TlsFixture.connect(port, TestCa.client().serverHostname("other.example")));
            return;
        }
        try (var plain = Net.openConnection(HOST, port)) {
            switch (kind % 5) {
                case 0 -> plain.writer().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
                case 1 -> plain.writer().write(RawTls.record(RawTls.HANDSHAKE, RawTls.message(1, new byte[40])));
                case 2 -> plain.writer().write(new byte[] {RawTls.HANDSHAKE, 3, 1, 2, 0, 1, 0, 1, -4});
                case 3 -> TlsFixture.reset(plain.writer());
                default -> plain.writer().writeEof();
            }
            if (kind % 5 < 2) {
                plain.reader().readAll();
            }
        } catch (ConnectionResetException e) {
            // one way to be told
        }
    }
}

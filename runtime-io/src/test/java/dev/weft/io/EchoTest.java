package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** A server that sends back what it gets, and many clients. */
final class EchoTest {
    private static final int CONNECTIONS = 1_000;

    @Suspends
    private static void echo(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            for (byte[] data = reader.read(4096); data.length > 0; data = reader.read(4096)) {
                writer.write(data);
                writer.drain();
            }
        }
    }

    // Conformance 373: test_streams.py::StreamTests::test_start_server
    @Test
    void startServer_handler_runsAsATaskAndEchoes() throws IOException {
        Asyncio.run(() -> {
            try (var serving = Net.startServer(EchoTest::echo, "127.0.0.1", 0).serving();
                    var streams =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                streams.writer().write("hello\n".getBytes(StandardCharsets.UTF_8));
                assertEquals("hello\n", new String(streams.reader().readLine(), StandardCharsets.UTF_8));
                streams.writer().writeEof();
                assertEquals(0, streams.reader().read(1).length);
            }
        });
    }

    @Test
    void startServer_aThousandConnectionsAtOnce_servesEachWithItsOwnBytes() throws IOException {
        Asyncio.run(() -> {
            try (var serving = Net.startServer(EchoTest::echo, "127.0.0.1", 0).serving()) {
                int port = serving.server().port();
                var allConnected = new dev.weft.Barrier(CONNECTIONS);
                var clients = new ArrayList<Task<Integer>>();
                for (int i = 0; i < CONNECTIONS; i++) {
                    int number = i;
                    clients.add(Asyncio.createTask(() -> {
                        try (var streams = Net.openConnection("127.0.0.1", port)) {
                            allConnected.await();
                            byte[] line = ("client " + number + "\n").getBytes(StandardCharsets.UTF_8);
                            int echoed = 0;
                            for (int round = 0; round < 3; round++) {
                                streams.writer().write(line);
                                streams.writer().drain();
                                assertEquals(
                                        "client " + number + "\n",
                                        new String(streams.reader().readLine(), StandardCharsets.UTF_8));
                                echoed++;
                            }
                            return echoed;
                        }
                    }));
                }
                int echoed = 0;
                for (Task<Integer> client : clients) {
                    echoed += client.await();
                }
                assertEquals(3 * CONNECTIONS, echoed);
            }
        });
    }
}

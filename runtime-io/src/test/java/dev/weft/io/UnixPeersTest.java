package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unix sockets with other programs on the other end. */
final class UnixPeersTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String PYTHON_SERVER = """
            import asyncio, sys
            async def serve(reader, writer):
                while data := await reader.read(65536):
                    writer.write(data.upper())
                    await writer.drain()
                writer.close()
            async def main():
                server = await asyncio.start_unix_server(serve, sys.argv[1])
                print('ready')
                await server.serve_forever()
            asyncio.run(main())
            """;

    private static final String PYTHON_CLIENT = """
            import asyncio, sys
            async def main():
                reader, writer = await asyncio.open_unix_connection(sys.argv[1])
                assert writer.get_extra_info('peername') == sys.argv[1], writer.get_extra_info('peername')
                for data in b'first', b'x' * 1000000:
                    writer.write(data)
                    answer = await reader.readexactly(len(data))
                    assert answer == data.upper(), len(answer)
                writer.write_eof()
                assert await reader.read() == b''
                writer.close()
                await writer.wait_closed()
                print('fine')
            asyncio.run(main())
            """;

    @TempDir
    private Path folder;

    private Path path() {
        return folder.resolve("socket");
    }

    @Suspends
    private static void shout(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            for (byte[] data = reader.read(65536); data.length > 0; data = reader.read(65536)) {
                writer.write(new String(data, UTF_8)
                        .toUpperCase(java.util.Locale.ROOT)
                        .getBytes(UTF_8));
                writer.drain();
            }
        }
    }

    /** Asks once the other program listens. */
    @Suspends
    private Streams connected() throws IOException {
        while (true) {
            try {
                return Net.openUnixConnection(path());
            } catch (NoSuchFileException | ConnectException notYet) {
                Asyncio.sleep(Duration.ofMillis(10));
            }
        }
    }

    @Test
    void server_pythonsAsyncio_isUnderstood() throws Exception {
        Peer.assumeInstalled("python3");
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var peer = Peer.python(PYTHON_SERVER, path().toString())) {
                assertEquals("ready", peer.readLine());
                try (var streams = Net.openUnixConnection(path())) {
                    String big = "x".repeat(1_000_000);
                    streams.writer().write(big.getBytes(UTF_8));
                    assertEquals(
                            big.toUpperCase(java.util.Locale.ROOT),
                            new String(streams.reader().readExactly(big.length()), UTF_8));
                    streams.writer().writeEof();
                    assertEquals(0, streams.reader().readAll().length);
                }
            }
        }));
    }

    @Test
    void client_pythonsAsyncio_isServed() throws Exception {
        Peer.assumeInstalled("python3");
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var serving = Net.startUnixServer(UnixPeersTest::shout, path()).serving();
                    var peer = Peer.python(PYTHON_CLIENT, path().toString())) {
                assertTrue(serving.server().isServing());
                assertEquals("fine", peer.readLine());
                assertEquals(0, peer.exitCode());
            }
        }));
    }

    @Test
    void client_nc_isServed() throws Exception {
        Peer.assumeInstalled("nc");
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var serving = Net.startUnixServer(UnixPeersTest::shout, path()).serving();
                    var peer = Peer.start("nc", "-U", path().toString())) {
                assertTrue(serving.server().isServing());
                peer.write("over and back\n");
                assertEquals("OVER AND BACK", peer.readLine());
                serving.server().closeClients();
            }
        }));
    }

    @Test
    void server_nc_isUnderstood() throws Exception {
        Peer.assumeInstalled("nc");
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var peer = Peer.start("nc", "-l", "-U", path().toString());
                    var streams = connected()) {
                streams.writer().write("question\n".getBytes(UTF_8));
                assertEquals("question", peer.readLine());
                peer.write("answer\n");
                assertEquals("answer\n", new String(streams.reader().readLine(), UTF_8));
            }
        }));
    }

    @Test
    void client_socat_isServed() throws Exception {
        Peer.assumeInstalled("socat");
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var serving = Net.startUnixServer(UnixPeersTest::shout, path()).serving();
                    var peer = Peer.start("socat", "-", "UNIX-CONNECT:" + path())) {
                assertTrue(serving.server().isServing());
                peer.write("over and back\n");
                assertEquals("OVER AND BACK", peer.readLine());
                serving.server().closeClients();
            }
        }));
    }

    @Test
    void server_socat_isUnderstood() throws Exception {
        Peer.assumeInstalled("socat");
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var peer = Peer.start("socat", "UNIX-LISTEN:" + path() + ",fork", "EXEC:cat");
                    var streams = connected()) {
                assertTrue(peer.isRunning());
                streams.writer().write("over and back\n".getBytes(UTF_8));
                assertEquals("over and back\n", new String(streams.reader().readLine(), UTF_8));
                streams.writer().writeEof();
                assertEquals(0, streams.reader().readAll().length);
            }
        }));
    }

    @Test
    void server_ss_showsTheListeningSocket() throws Exception {
        Peer.assumeInstalled("ss");
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var serving = Net.startUnixServer(UnixPeersTest::shout, path()).serving();
                    var peer = Peer.start("ss", "-xlH", "src", path().toString())) {
                assertTrue(serving.server().isServing());
                String line = peer.readLine();
                assertTrue(line.contains("LISTEN") && line.contains(path().toString()), line);
            }
        }));
    }
}

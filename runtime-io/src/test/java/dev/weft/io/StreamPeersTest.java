package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams, transports and protocols with other programs on the other end, as clients and as servers. */
final class StreamPeersTest {
    private static final String HOST = "127.0.0.1";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern LAST_NUMBER = Pattern.compile("(\\d+)\\s*$");

    /** More than the buffers of both sides hold. */
    private static final int MUCH = 8_000_000;

    private static final String PYTHON_STREAMS_CLIENT = """
            import asyncio, sys
            async def main():
                reader, writer = await asyncio.open_connection('127.0.0.1', int(sys.argv[1]))
                for line in b'eins\\n', 'zw\\u00f6lf\\n'.encode(), b'\\n':
                    writer.write(line)
                    await writer.drain()
                    answer = await reader.readline()
                    assert answer == line, answer
                much = bytes(range(250)) * 32000
                async def send():
                    writer.write(much)
                    await writer.drain()
                    writer.write_eof()
                sending = asyncio.create_task(send())
                assert await reader.readexactly(len(much)) == much
                await sending
                assert await reader.read() == b''
                writer.close()
                await writer.wait_closed()
                print('fine')
            asyncio.run(main())
            """;

    private static final String PYTHON_STREAMS_SERVER = """
            import asyncio
            async def serve(reader, writer):
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
                writer.write(b'the end')
                writer.close()
                await writer.wait_closed()
            async def main():
                server = await asyncio.start_server(serve, '127.0.0.1', 0)
                print(server.sockets[0].getsockname()[1])
                async with server:
                    await asyncio.sleep(60)
            asyncio.run(main())
            """;

    private static final String PYTHON_PROTOCOL_CLIENT = """
            import asyncio, sys
            class Client(asyncio.Protocol):
                def __init__(self):
                    self.received = b''
                    self.trail = []
                    self.lost = asyncio.get_running_loop().create_future()
                def connection_made(self, transport):
                    self.trail.append('made')
                    transport.writelines([b'x' * 300000, b'y' * 300000])
                    transport.write_eof()
                def data_received(self, data):
                    self.received += data
                def eof_received(self):
                    self.trail.append('eof')
                def connection_lost(self, exc):
                    self.trail.append(f'lost {exc}')
                    self.lost.set_result(None)
            async def main():
                loop = asyncio.get_running_loop()
                _, client = await loop.create_connection(Client, '127.0.0.1', int(sys.argv[1]))
                await client.lost
                assert client.received == b'x' * 300000 + b'y' * 300000, len(client.received)
                print(' '.join(client.trail))
            asyncio.run(main())
            """;

    private static final String PYTHON_PROTOCOL_SERVER = """
            import asyncio
            class Echo(asyncio.Protocol):
                def connection_made(self, transport):
                    self.transport = transport
                def data_received(self, data):
                    self.transport.write(data)
                def eof_received(self):
                    self.transport.write(b'.')
                def connection_lost(self, exc):
                    print(f'lost {exc}')
            async def main():
                loop = asyncio.get_running_loop()
                server = await loop.create_server(Echo, '127.0.0.1', 0)
                print(server.sockets[0].getsockname()[1])
                await asyncio.sleep(60)
            asyncio.run(main())
            """;

    @TempDir
    Path folder;

    @Suspends
    private static void echo(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            for (byte[] data = reader.read(65536); data.length > 0; data = reader.read(65536)) {
                writer.write(data);
                writer.drain();
            }
        }
    }

    private static byte[] much() {
        var bytes = new byte[MUCH];
        new Random(5).nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** The port that a server names in a line it prints. */
    @Suspends
    private static int portOf(Peer server) throws IOException {
        String line = server.readLine();
        var matcher = LAST_NUMBER.matcher(line);
        assertTrue(matcher.find(), line);
        return Integer.parseInt(matcher.group(1));
    }

    /** A test with another program, bounded in time. */
    @FunctionalInterface
    private interface Talk {
        @Suspends
        void run() throws Exception;
    }

    private static void talk(Talk talk) throws Exception {
        Asyncio.run(() -> {
            Asyncio.waitFor(
                    () -> {
                        talk.run();
                        return true;
                    },
                    LIMIT);
        });
    }

    @Test
    void startServer_nc_isEchoed() throws Exception {
        Peer.assumeInstalled("nc");
        talk(() -> {
            try (var serving = Net.startServer(StreamPeersTest::echo, HOST, 0).serving();
                    var nc = Peer.start(
                            "nc", "-N", HOST, String.valueOf(serving.server().port()))) {
                nc.write("first\n");
                assertEquals("first", nc.readLine());
                nc.write("second\n");
                nc.closeInput();
                assertEquals("second\n", nc.read(100));
                assertEquals(0, nc.exitCode());
            }
        });
    }

    @Test
    void openConnection_nc_talksBothWays() throws Exception {
        Peer.assumeInstalled("nc");
        talk(() -> {
            try (var nc = Peer.start("nc", "-l", "-v", "-n", "-N", HOST, "0")) {
                try (var streams = Net.openConnection(HOST, portOf(nc))) {
                    assertTrue(nc.readLine().startsWith("Connection received"));
                    nc.write("from nc\n");
                    assertEquals("from nc\n", new String(streams.reader().readLine(), UTF_8));
                    streams.writer().write(bytes("from here\n"));
                    assertEquals("from here", nc.readLine());
                    nc.closeInput();
                    assertEquals(0, streams.reader().read(1).length);
                }
                assertEquals(0, nc.exitCode());
            }
        });
    }

    @Test
    void openConnection_ncKilled_seesTheEnd() throws Exception {
        Peer.assumeInstalled("nc");
        talk(() -> {
            try (var nc = Peer.start("nc", "-l", "-v", "-n", HOST, "0");
                    var streams = Net.openConnection(HOST, portOf(nc))) {
                nc.readLine();
                nc.kill();
                assertEquals(0, streams.reader().readAll().length);
            }
        });
    }

    @Test
    void openConnection_socat_echoesMuch() throws Exception {
        Peer.assumeInstalled("socat");
        talk(() -> {
            try (var socat = Peer.start("socat", "-d", "-d", "TCP-LISTEN:0,bind=" + HOST, "EXEC:cat");
                    var streams = Net.openConnection(HOST, portOf(socat))) {
                byte[] sent = much();
                var sending = Asyncio.createTask(() -> {
                    streams.writer().write(sent);
                    streams.writer().drain();
                    streams.writer().writeEof();
                });
                assertArrayEquals(sent, streams.reader().readAll());
                sending.await();
            }
        });
    }

    @Test
    void startServer_socat_isEchoed() throws Exception {
        Peer.assumeInstalled("socat");
        talk(() -> {
            try (var serving = Net.startServer(StreamPeersTest::echo, HOST, 0).serving();
                    var socat = Peer.start(
                            "socat", "-", "TCP:" + HOST + ":" + serving.server().port())) {
                socat.write("round trip\n");
                assertEquals("round trip", socat.readLine());
                socat.closeInput();
                assertEquals(0, socat.exitCode());
            }
        });
    }

    /** As little of HTTP as curl is content with. */
    @Suspends
    private void answerHttp(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            String request = new String(reader.readUntil(bytes("\r\n\r\n")), UTF_8);
            if (request.startsWith("GET /file ")) {
                try (FileChannel file = FileChannel.open(folder.resolve("file"))) {
                    writer.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: " + file.size() + "\r\n\r\n"));
                    assertEquals(file.size(), Net.sendFile(writer.transport(), file));
                }
                return;
            }
            writer.writeLines(
                    java.util.List.of(bytes("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"), bytes("hello\n")));
        }
    }

    @Test
    void startServer_curl_getsAnAnswer() throws Exception {
        Peer.assumeInstalled("curl");
        talk(() -> {
            try (var serving = Net.startServer(this::answerHttp, HOST, 0).serving();
                    var curl = Peer.start(
                            "curl",
                            "--silent",
                            "--show-error",
                            "--noproxy",
                            "*",
                            "http://" + HOST + ":" + serving.server().port() + "/")) {
                assertEquals("hello\n", curl.read(100));
                assertEquals(0, curl.exitCode());
            }
        });
    }

    @Test
    void sendFile_curl_getsTheWholeFile() throws Exception {
        Peer.assumeInstalled("curl");
        byte[] content = much();
        Files.write(folder.resolve("file"), content);
        Path received = folder.resolve("received");
        talk(() -> {
            try (var serving = Net.startServer(this::answerHttp, HOST, 0).serving();
                    var curl = Peer.start(
                            "curl",
                            "--silent",
                            "--show-error",
                            "--noproxy",
                            "*",
                            "--output",
                            received.toString(),
                            "http://" + HOST + ":" + serving.server().port() + "/file")) {
                assertEquals("", curl.read(1000));
                assertEquals(0, curl.exitCode());
            }
        });
        assertTrue(Arrays.equals(content, Files.readAllBytes(received)));
    }

    @Test
    void startServer_pythonStreams_areEchoed() throws Exception {
        Peer.assumeInstalled("python3");
        talk(() -> {
            try (var serving = Net.startServer(StreamPeersTest::echo, HOST, 0).serving();
                    var python = Peer.python(
                            PYTHON_STREAMS_CLIENT,
                            String.valueOf(serving.server().port()))) {
                assertEquals("fine", python.readLine());
                assertEquals(0, python.exitCode());
            }
        });
    }

    @Test
    void openConnection_pythonStreams_echo() throws Exception {
        Peer.assumeInstalled("python3");
        talk(() -> {
            try (var python = Peer.python(PYTHON_STREAMS_SERVER);
                    var streams = Net.openConnection(HOST, portOf(python))) {
                streams.writer().write(bytes("line\n"));
                assertEquals("line\n", new String(streams.reader().readLine(), UTF_8));
                byte[] sent = much();
                var sending = Asyncio.createTask(() -> {
                    streams.writer().write(sent);
                    streams.writer().drain();
                    streams.writer().writeEof();
                });
                assertArrayEquals(sent, streams.reader().readExactly(sent.length));
                sending.await();
                assertEquals("the end", new String(streams.reader().readAll(), UTF_8));
            }
        });
    }

    /** Sends back what it gets, and closes once that is out. */
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

    @Test
    void createServer_pythonProtocol_isEchoed() throws Exception {
        Peer.assumeInstalled("python3");
        talk(() -> {
            try (var serving = Net.createServer(EchoProtocol::new, HOST, 0).serving();
                    var python = Peer.python(
                            PYTHON_PROTOCOL_CLIENT,
                            String.valueOf(serving.server().port()))) {
                assertEquals("made eof lost None", python.readLine());
                assertEquals(0, python.exitCode());
            }
        });
    }

    @Test
    void createConnection_pythonProtocol_echoes() throws Exception {
        Peer.assumeInstalled("python3");
        talk(() -> {
            try (var python = Peer.python(PYTHON_PROTOCOL_SERVER)) {
                var endpoint = Net.createConnection(RecordingProtocol::new, HOST, portOf(python));
                endpoint.transport().write(new byte[500_000]);
                endpoint.transport().writeEof();
                assertNull(endpoint.protocol().lost.await());
                assertEquals(
                        java.util.List.of("made", "data", "eof", "lost"),
                        endpoint.protocol().trail.stream()
                                .filter(call -> !call.equals("pause") && !call.equals("resume"))
                                .toList());
                assertEquals(500_001, endpoint.protocol().received.length());
                assertEquals("lost None", python.readLine());
            }
        });
    }
}

package dev.weft.io;

import static dev.weft.io.TlsFixture.HOST;
import static dev.weft.io.TlsFixture.run;
import static dev.weft.io.TlsFixture.served;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import dev.weft.io.TestCa.Wanted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with OpenSSL's own programs and with CPython's asyncio on the other end, as server and as client. */
final class TlsPeersTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern PORT = Pattern.compile("ACCEPT .*:(\\d+)");

    @TempDir
    private Path folder;

    private String authority;
    private String serverIdentity;
    private String clientIdentity;

    @BeforeEach
    void writeFiles() throws IOException {
        authority = TestCa.TRUSTED.pem(folder, "authority.pem").toString();
        serverIdentity =
                TestCa.TRUSTED.issue(TestCa.local()).pem(folder, "server.pem").toString();
        clientIdentity = TestCa.TRUSTED
                .issue(Wanted.named("somebody").forServers(false))
                .pem(folder, "client.pem")
                .toString();
    }

    /** What a peer prints up to and including the first line that contains the text. */
    @Suspends
    private static String awaitLine(Peer peer, String text) throws Exception {
        return Asyncio.timeout(LIMIT, () -> {
            var lines = new ArrayList<String>();
            for (String line = peer.readLine(); !line.equals("null"); line = peer.readLine()) {
                lines.add(line);
                if (line.contains(text)) {
                    return String.join("\n", lines);
                }
            }
            throw new AssertionError("no line with '" + text + "' in " + lines);
        });
    }

    @Suspends
    private static void assertEnds(Peer peer, int code) throws Exception {
        assertEquals(code, (int) Asyncio.timeout(LIMIT, peer::exitCode));
    }

    // ---- openssl s_client

    @Suspends
    private Peer sClient(int port, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-connect",
                HOST + ":" + port,
                "-servername",
                "localhost",
                "-CAfile",
                authority,
                "-verify_return_error",
                "-verify_hostname",
                "localhost"));
        command.addAll(List.of(more));
        return Peer.start(command.toArray(String[]::new));
    }

    @Test
    void server_opensslClient_talksInBothVersionsAndEndsInOrder() throws Exception {
        Peer.assumeInstalled("openssl");
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            run(() -> served(
                    (reader, writer) -> {
                        try (writer) {
                            writer.write(("hello " + new String(reader.readLine(), UTF_8)).getBytes(UTF_8));
                            reader.readAll(); // ends only if the peer has sent close_notify
                        }
                    },
                    ServerOptions.DEFAULT.tls(TestCa.server()),
                    port -> {
                        try (Peer peer = sClient(port, version, "-quiet", "-no_ign_eof")) {
                            peer.write("openssl\n");
                            awaitLine(peer, "hello openssl");
                            peer.write("Q\n");
                            peer.closeInput();
                            assertEnds(peer, 0);
                        }
                    }));
        }
    }

    @Test
    void server_opensslClientOfTls11_isRefused() throws Exception {
        Peer.assumeInstalled("openssl");
        run(() -> served(TlsFixture::echo, ServerOptions.DEFAULT.tls(TestCa.server()), port -> {
            try (Peer peer = sClient(port, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")) {
                awaitLine(peer, "protocol version");
                assertEnds(peer, 1);
            }
        }));
    }

    @Test
    void server_opensslClientChangesItsKeys_goesOn() throws Exception {
        Peer.assumeInstalled("openssl");
        run(() -> served(TlsFixture::echo, ServerOptions.DEFAULT.tls(TestCa.server()), port -> {
            try (Peer peer = sClient(port, "-tls1_3")) {
                peer.write("before\n");
                awaitLine(peer, "before");
                for (int i = 0; i < 3; i++) {
                    peer.write("K\n");
                    awaitLine(peer, "KEYUPDATE");
                    peer.write("after " + i + "\n");
                    awaitLine(peer, "after " + i);
                }
            }
        }));
    }

    @Test
    void server_opensslClientWantsASecondHandshake_isRefused() throws Exception {
        Peer.assumeInstalled("openssl");
        run(() -> served(
                (reader, writer) -> {
                    try {
                        TlsFixture.echo(reader, writer);
                    } catch (SSLException refused) {
                        assertTrue(refused.getMessage().contains("second handshake"), refused.getMessage());
                    }
                },
                ServerOptions.DEFAULT.tls(TestCa.server()),
                port -> {
                    try (Peer peer = sClient(port, "-tls1_2")) {
                        peer.write("before\n");
                        awaitLine(peer, "before");
                        peer.write("R\n");
                        awaitLine(peer, "unexpected message");
                        assertEnds(peer, 1);
                    }
                }));
    }

    @Test
    void server_opensslClient_negotiatesProtocolNameAndCertificate() throws Exception {
        Peer.assumeInstalled("openssl");
        var parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);
        var options = TestCa.server().parameters(parameters).applicationProtocols("h2", "http/1.1");
        run(() -> served(
                (reader, writer) -> {
                    try (writer) {
                        writer.write((writer.getExtraInfo(ExtraInfo.APPLICATION_PROTOCOL) + " with "
                                        + writer.getExtraInfo(ExtraInfo.SSL_SESSION)
                                                .getPeerPrincipal() + "\n")
                                .getBytes(UTF_8));
                        reader.readAll();
                    }
                },
                ServerOptions.DEFAULT.tls(options),
                port -> {
                    try (Peer peer =
                            sClient(port, "-alpn", "http/1.1,h2", "-cert", clientIdentity, "-key", clientIdentity)) {
                        assertTrue(awaitLine(peer, "ALPN protocol").contains("ALPN protocol: h2"));
                        awaitLine(peer, "h2 with CN=somebody");
                    }
                    try (Peer peer = sClient(port)) {
                        awaitLine(peer, "certificate required");
                    }
                }));
    }

    @Test
    void server_opensslClientComesBack_resumesItsSession() throws Exception {
        Peer.assumeInstalled("openssl");
        String session = folder.resolve("session.pem").toString();
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            run(() -> served(TlsFixture::echo, ServerOptions.DEFAULT.tls(TestCa.server()), port -> {
                try (Peer first = sClient(port, version, "-sess_out", session)) {
                    first.write("first\n");
                    awaitLine(first, "first"); // by then the ticket has come
                    first.write("Q\n");
                    assertEnds(first, 0);
                }
                try (Peer second = sClient(port, version, "-sess_in", session)) {
                    awaitLine(second, "Reused, TLSv1");
                    second.write("second\n");
                    awaitLine(second, "second");
                }
            }));
        }
    }

    @Test
    void server_opensslClientUpgradesFromPlain_talksEncrypted() throws Exception {
        Peer.assumeInstalled("openssl");
        run(() -> served(
                (reader, writer) -> {
                    try (writer) {
                        writer.write("220 mail.example ESMTP\r\n".getBytes(UTF_8));
                        for (String line = line(reader); !line.startsWith("STARTTLS"); line = line(reader)) {
                            writer.write("250-mail.example\r\n250 STARTTLS\r\n".getBytes(UTF_8));
                        }
                        writer.write("220 go ahead\r\n".getBytes(UTF_8));
                        writer.startTls(TestCa.server());
                        TlsFixture.echo(reader, writer);
                    }
                },
                ServerOptions.DEFAULT,
                port -> {
                    try (Peer peer = sClient(port, "-starttls", "smtp", "-quiet")) {
                        peer.write("secret\n");
                        awaitLine(peer, "secret");
                    }
                }));
    }

    @Suspends
    private static String line(StreamReader reader) throws IOException {
        return new String(reader.readLine(), UTF_8);
    }

    // ---- openssl s_server

    @FunctionalInterface
    private interface WithPeer {
        @Suspends
        void run(Peer peer, int port) throws Exception;
    }

    /** Answers each line with its reverse. */
    private void withServer(WithPeer program, String... more) throws Exception {
        Peer.assumeInstalled("openssl");
        run(() -> {
            List<String> command = new ArrayList<>(List.of(
                    "openssl",
                    "s_server",
                    "-accept",
                    HOST + ":0",
                    "-cert",
                    serverIdentity,
                    "-key",
                    serverIdentity,
                    "-rev"));
            command.addAll(List.of(more));
            try (Peer peer = Peer.start(command.toArray(String[]::new))) {
                var match = PORT.matcher(awaitLine(peer, "ACCEPT"));
                assertTrue(match.find());
                program.run(peer, Integer.parseInt(match.group(1)));
            }
        });
    }

    @Test
    void client_opensslServer_talksInBothVersions() throws Exception {
        for (String version : List.of("1_2", "1_3")) {
            withServer(
                    (peer, port) -> {
                        try (var streams = TlsFixture.connect(port)) {
                            assertEquals(
                                    "TLSv" + version.replace('_', '.'),
                                    streams.writer()
                                            .getExtraInfo(ExtraInfo.SSL_SESSION)
                                            .getProtocol());
                            streams.writer().write("stressed\n".getBytes(UTF_8));
                            assertEquals("desserts\n", line(streams.reader()));
                        }
                    },
                    "-tls" + version);
        }
    }

    @Test
    void client_opensslServerOfTls11_isRefused() throws Exception {
        withServer(
                (peer, port) -> {
                    var failure = assertThrows(SSLException.class, () -> TlsFixture.connect(port));
                    assertTrue(failure.getMessage().contains("protocol_version"), failure.getMessage());
                },
                "-tls1_1",
                "-cipher",
                "DEFAULT@SECLEVEL=0");
    }

    @Test
    void client_opensslServer_negotiatesProtocolAndCertificate() throws Exception {
        var identity = TestCa.TRUSTED.issue(Wanted.named("somebody").forServers(false));
        withServer(
                (peer, port) -> {
                    var options =
                            TlsOptions.of(TestCa.TRUSTED.context(identity)).applicationProtocols("spdy", "h2");
                    try (var streams = TlsFixture.connect(port, options)) {
                        assertEquals("h2", streams.writer().getExtraInfo(ExtraInfo.APPLICATION_PROTOCOL));
                        streams.writer().write("live\n".getBytes(UTF_8));
                        assertEquals("evil\n", line(streams.reader()));
                    }
                },
                "-alpn",
                "h2,http/1.1",
                "-Verify",
                "1",
                "-verify_return_error",
                "-CAfile",
                authority);
    }

    @Test
    void client_opensslServerKilled_readsAnError() throws Exception {
        withServer((peer, port) -> {
            var streams = TlsFixture.connect(port);
            streams.writer().write("live\n".getBytes(UTF_8));
            assertEquals("evil\n", line(streams.reader()));
            peer.close();
            var failure = assertThrows(IOException.class, () -> streams.reader().readAll());
            assertTrue(
                    failure instanceof ConnectionResetException
                            || failure.getMessage().contains("truncated"),
                    failure.toString());
        });
    }

    // ---- CPython

    private static final String PYTHON_CLIENT = """
        import asyncio, ssl, sys
        async def main():
            port, authority = int(sys.argv[1]), sys.argv[2]
            context = ssl.create_default_context(cafile=authority)
            reader, writer = await asyncio.open_connection('localhost', port, ssl=context)
            data = bytes(range(256)) * 4000
            async def send():
                for i in range(0, len(data), 50000):
                    writer.write(data[i:i + 50000])
                    await writer.drain()
            sending = asyncio.create_task(send())
            assert await reader.readexactly(len(data)) == data
            await sending
            writer.close()
            await writer.wait_closed()
            print('closed')
            context.check_hostname = True
            try:
                await asyncio.open_connection('127.0.0.1', port, ssl=context, server_hostname='other.example')
            except ssl.SSLCertVerificationError as e:
                print('refused')
            reader, writer = await asyncio.open_connection('localhost', int(sys.argv[3]))
            writer.write(b'starttls\\n')
            assert await reader.readline() == b'go\\n'
            await writer.start_tls(context, server_hostname='localhost')
            writer.write(b'secret\\n')
            assert await reader.readline() == b'secret\\n'
            writer.close()
            await writer.wait_closed()
            print('fine')
        asyncio.run(main())
        """;

    @Test
    void server_pythonClient_talksIsRefusedAndUpgrades() throws Exception {
        Peer.assumeInstalled("python3");
        run(() -> served(
                TlsFixture::echo,
                ServerOptions.DEFAULT.tls(TestCa.server()),
                port -> served(
                        (reader, writer) -> {
                            try (writer) {
                                reader.readLine();
                                writer.write("go\n".getBytes(UTF_8));
                                writer.startTls(TestCa.server());
                                TlsFixture.echo(reader, writer);
                            }
                        },
                        ServerOptions.DEFAULT,
                        upgrading -> {
                            try (Peer peer = Peer.python(
                                    PYTHON_CLIENT, Integer.toString(port), authority, Integer.toString(upgrading))) {
                                awaitLine(peer, "closed");
                                awaitLine(peer, "refused");
                                awaitLine(peer, "fine");
                                assertEnds(peer, 0);
                            }
                        })));
    }

    private static final String PYTHON_SERVER = """
        import asyncio, ssl, sys
        async def main():
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(sys.argv[1])
            async def echo(reader, writer):
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
                writer.close()
                await writer.wait_closed()
                print('ended')
            async def upgrade(reader, writer):
                assert await reader.readline() == b'starttls\\n'
                writer.write(b'go\\n')
                await writer.start_tls(context)
                await echo(reader, writer)
            encrypted = await asyncio.start_server(echo, '127.0.0.1', 0, ssl=context)
            plain = await asyncio.start_server(upgrade, '127.0.0.1', 0)
            print(encrypted.sockets[0].getsockname()[1])
            print(plain.sockets[0].getsockname()[1])
            await asyncio.sleep(60)
        asyncio.run(main())
        """;

    @Test
    void client_pythonServer_talksAndUpgrades() throws Exception {
        Peer.assumeInstalled("python3");
        var much = new byte[1_000_000];
        new Random(7).nextBytes(much);
        run(() -> {
            try (Peer peer = Peer.python(PYTHON_SERVER, serverIdentity)) {
                int encrypted = Integer.parseInt(peer.readLine());
                int plain = Integer.parseInt(peer.readLine());
                try (var streams = TlsFixture.connect(encrypted)) {
                    streams.writer().write(much);
                    assertArrayEquals(much, streams.reader().readExactly(much.length));
                }
                awaitLine(peer, "ended");
                try (var streams = Net.openConnection("localhost", plain)) {
                    streams.writer().write("starttls\n".getBytes(UTF_8));
                    assertEquals("go\n", line(streams.reader()));
                    streams.writer().startTls(TestCa.client());
                    streams.writer().write("secret\n".getBytes(UTF_8));
                    assertEquals("secret\n", line(streams.reader()));
                }
                awaitLine(peer, "ended");
            }
        });
    }
}

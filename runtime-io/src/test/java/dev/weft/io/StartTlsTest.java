package dev.weft.io;

import static dev.weft.io.TlsFixture.HOST;
import static dev.weft.io.TlsFixture.run;
import static dev.weft.io.TlsFixture.served;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** Connections that go over to TLS. */
final class StartTlsTest {
    private static final byte[] GO = "go\n".getBytes(UTF_8);

    /** Speaks plainly until it reads "starttls", then encrypted, and echoes. */
    @Suspends
    private static void upgrading(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            for (byte[] line = reader.readLine(); line.length > 0; line = reader.readLine()) {
                if (new String(line, UTF_8).equals("starttls\n")) {
                    writer.write(GO);
                    writer.startTls(TestCa.server());
                } else {
                    writer.write(line);
                }
            }
        }
    }

    @Suspends
    private static void say(Streams streams, String line) {
        streams.writer().write(line.getBytes(UTF_8));
    }

    @Suspends
    private static String line(Streams streams) throws IOException {
        return new String(streams.reader().readLine(), UTF_8);
    }

    // Conformance 381: test_streams.py::StreamTests::test_start_tls
    @Test
    void startTls_onStreams_upgradesReaderAndWriterInPlace() throws Exception {
        run(() -> served(StartTlsTest::upgrading, ServerOptions.DEFAULT, port -> {
            try (var streams = Net.openConnection("localhost", port)) {
                say(streams, "plain\n");
                assertEquals("plain\n", line(streams));
                say(streams, "starttls\n");
                assertEquals("go\n", line(streams));
                Transport before = streams.writer().transport();
                streams.writer().startTls(TestCa.client());
                assertNotSame(before, streams.writer().transport());
                assertInstanceOf(TlsTransport.class, streams.writer().transport());
                assertTrue(streams.writer().getExtraInfo(ExtraInfo.CIPHER_SUITE).startsWith("TLS_"));
                say(streams, "secret\n");
                assertEquals("secret\n", line(streams));
            }
        }));
    }

    // Conformance 382: test_streams.py::StreamTests::test_start_tls_buffered_data
    @Test
    void startTls_handshakeAlreadyBuffered_isNotLost() throws Exception {
        run(() -> served(
                (reader, writer) -> {
                    reader.readLine();
                    writer.write(GO);
                    // The client's first message is in the reader's buffer before TLS is there to take it.
                    while (!reader.isReady()) {
                        Asyncio.yieldNow();
                    }
                    writer.startTls(TestCa.server());
                    TlsFixture.echo(reader, writer);
                },
                ServerOptions.DEFAULT,
                port -> {
                    try (var streams = Net.openConnection("localhost", port)) {
                        say(streams, "starttls\n");
                        assertEquals("go\n", line(streams));
                        streams.writer().startTls(TestCa.client());
                        say(streams, "secret\n");
                        assertEquals("secret\n", line(streams));
                    }
                }));
    }

    /** Who stands between the two can send something before the handshake, but not have it taken for what the peer said after it. */
    @Test
    void startTls_injectedBeforeTheHandshake_neverCrosses() throws Exception {
        run(() -> {
            var received = new ArrayList<String>();
            served(
                    (reader, writer) -> {
                        try (writer) {
                            reader.readLine();
                            writer.write(GO);
                            while (!reader.isReady()) {
                                Asyncio.yieldNow();
                            }
                            var failure = assertThrows(SSLException.class, () -> writer.startTls(TestCa.server()));
                            received.add(failure.getMessage());
                            try {
                                received.add(new String(reader.readAll(), UTF_8));
                            } catch (SSLException broken) {
                                received.add("broken");
                            }
                        }
                    },
                    ServerOptions.DEFAULT,
                    port -> {
                        var streams = Net.openConnection("localhost", port);
                        say(streams, "starttls\nDELETE everything\n");
                        assertEquals("go\n", line(streams));
                        assertThrows(IOException.class, () -> streams.writer().startTls(TestCa.client()));
                    });
            assertTrue(received.getFirst().contains("what came is not TLS"), received.getFirst());
            assertEquals("broken", received.get(1));
        });
    }

    @Test
    void startTls_injectedIntoTheClient_neverCrosses() throws Exception {
        run(() -> served(
                (reader, writer) -> {
                    try (writer) {
                        reader.readLine();
                        writer.write("go\n250 injected\n".getBytes(UTF_8));
                        writer.startTls(TestCa.server());
                    } catch (IOException refused) {
                        // by the client
                    }
                },
                ServerOptions.DEFAULT,
                port -> {
                    var streams = Net.openConnection("localhost", port);
                    say(streams, "starttls\n");
                    assertEquals("go\n", line(streams));
                    var failure = assertThrows(
                            SSLException.class, () -> streams.writer().startTls(TestCa.client()));
                    assertTrue(failure.getMessage().contains("32 35 30 20 69"), failure.getMessage());
                    assertSame(
                            failure,
                            assertThrows(
                                    SSLException.class, () -> streams.reader().readLine()));
                    assertTrue(streams.writer().isClosing());
                }));
    }

    @Test
    void startTls_peerRefuses_closesTheConnection() throws Exception {
        run(() -> served(StartTlsTest::upgrading, ServerOptions.DEFAULT, port -> {
            var streams = Net.openConnection("localhost", port);
            say(streams, "starttls\n");
            assertEquals("go\n", line(streams));
            var options = TestCa.client().serverHostname("other.example");
            var failure =
                    assertThrows(SSLException.class, () -> streams.writer().startTls(options));
            assertTrue(failure.getMessage().contains("other.example"), failure.getMessage());
            assertSame(failure, assertThrows(SSLException.class, streams.writer()::waitClosed));
        }));
    }

    /** A server's connection that was upgraded is still one of its clients. */
    @Test
    void startTls_onAServer_closeClientsClosesTheNewTransport() throws Exception {
        run(() -> {
            Server server = Net.startServer(StartTlsTest::upgrading, HOST, 0);
            try (var streams = Net.openConnection("localhost", server.port())) {
                say(streams, "starttls\n");
                assertEquals("go\n", line(streams));
                streams.writer().startTls(TestCa.client());
                say(streams, "secret\n");
                assertEquals("secret\n", line(streams));
                server.close();
                server.closeClients();
                assertEquals("", line(streams), "an end in order");
                server.waitClosed();
            }
        });
    }

    // ---- transports

    /** Both ends of a plain connection, with protocols that note what they hear. */
    private record Pair(Server server, Endpoint<RecordingProtocol> client, RecordingProtocol accepted) {
        @Suspends
        static Pair connected() throws IOException {
            var accepted = new ArrayList<RecordingProtocol>();
            Server server = Net.createServer(
                    () -> {
                        accepted.add(new RecordingProtocol());
                        return accepted.getLast();
                    },
                    HOST,
                    0);
            var client = Net.createConnection(RecordingProtocol::new, HOST, server.port());
            while (accepted.isEmpty()) {
                Asyncio.yieldNow();
            }
            accepted.getFirst().made.await();
            return new Pair(server, client, accepted.getFirst());
        }

        @Suspends
        void close() {
            server.close();
            server.abortClients();
            server.waitClosed();
            client.transport().abort();
            client.protocol().lost.await();
        }
    }

    // Conformance 404: test_ssl.py::TestSSL::test_start_tls_client_reg_proto_1
    // Conformance 405: test_ssl.py::TestSSL::test_start_tls_server_1
    @Test
    void startTls_onTransports_doesNotRepeatConnectionMade() throws Exception {
        run(() -> {
            var pair = Pair.connected();
            var server = Asyncio.createTask(
                    () -> Net.startTls(pair.accepted().made.await(), pair.accepted(), TestCa.server(), true));
            var options = TestCa.client().serverHostname("localhost");
            Transport client =
                    Net.startTls(pair.client().transport(), pair.client().protocol(), options, false);
            client.write("from the client".getBytes(UTF_8));
            server.await().write("from the server".getBytes(UTF_8));
            while (pair.accepted().received.length() < 15
                    || pair.client().protocol().received.length() < 15) {
                Asyncio.yieldNow();
            }
            assertEquals("from the client", pair.accepted().received.toString());
            assertEquals("from the server", pair.client().protocol().received.toString());
            client.close();
            assertEquals(null, pair.client().protocol().lost.await());
            assertEquals(null, pair.accepted().lost.await());
            assertEquals(List.of("made", "data", "eof", "lost"), pair.accepted().trail);
            assertEquals(List.of("made", "data", "lost"), pair.client().protocol().trail);
            pair.close();
        });
    }

    // Conformance 406: test_ssl.py::TestSSL::test_start_tls_slow_client_cancel
    @Test
    void startTls_cancelledWithASlowPeer_closesTheTransport() throws Exception {
        run(() -> {
            var pair = Pair.connected();
            var upgrade = Asyncio.createTask(
                    () -> Net.startTls(pair.accepted().made.await(), pair.accepted(), TestCa.server(), true));
            assertThrows(
                    java.util.concurrent.TimeoutException.class, () -> Asyncio.waitFor(upgrade, Duration.ofMillis(20)));
            assertThrows(CancelledError.class, upgrade::await);
            assertEquals(null, pair.accepted().lost.await());
            pair.client().protocol().lost.await();
            pair.close();
        });
    }

    // Conformance 414: test_sslproto.py::BaseStartTLS::test_start_tls_wrong_args
    @Test
    void startTls_unsuitableArguments_areRejectedAndTheConnectionIsAsBefore() throws Exception {
        run(() -> {
            var pair = Pair.connected();
            Transport transport = pair.client().transport();
            var protocol = pair.client().protocol();
            var named = TestCa.client().serverHostname("localhost");
            var noName = assertThrows(
                    IllegalArgumentException.class, () -> Net.startTls(transport, protocol, TestCa.client(), false));
            assertTrue(noName.getMessage().contains("serverHostname"), noName.getMessage());
            var noContext = assertThrows(
                    IllegalArgumentException.class, () -> Net.startTls(transport, protocol, TlsOptions.client(), true));
            assertTrue(noContext.getMessage().contains("TlsOptions.of"), noContext.getMessage());
            assertThrows(NullPointerException.class, () -> Net.startTls(null, protocol, named, false));
            assertThrows(NullPointerException.class, () -> Net.startTls(transport, null, named, false));
            assertThrows(NullPointerException.class, () -> Net.startTls(transport, protocol, null, false));
            var foreign = (Transport) java.lang.reflect.Proxy.newProxyInstance(
                    Transport.class.getClassLoader(),
                    new Class<?>[] {Transport.class},
                    (proxy, method, arguments) -> method.getName().equals("toString") ? "somebody else's" : null);
            var unsuitable =
                    assertThrows(IllegalArgumentException.class, () -> Net.startTls(foreign, protocol, named, false));
            assertTrue(unsuitable.getMessage().contains("somebody else's"), unsuitable.getMessage());
            transport.write("still plain".getBytes(UTF_8));
            while (pair.accepted().received.length() < 11) {
                Asyncio.yieldNow();
            }
            transport.writeEof();
            assertThrows(IllegalStateException.class, () -> Net.startTls(transport, protocol, named, false));
            transport.close();
            assertThrows(IllegalStateException.class, () -> Net.startTls(transport, protocol, named, false));
            pair.close();
        });
    }

    // Conformance 330:
    // test_base_events.py::BaseEventLoopWithSelectorTests::test_create_connection_no_ssl_server_hostname_errors
    @Test
    void serverHostname_withoutTls_cannotBeSaid() {
        for (Class<?> options : List.of(ConnectOptions.class, ServerOptions.class)) {
            for (var method : options.getMethods()) {
                String name = method.getName().toLowerCase(java.util.Locale.ROOT);
                assertTrue(
                        !name.contains("hostname") && !name.contains("handshake") && !name.contains("shutdown"),
                        options + " has " + method);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> TlsOptions.client().serverHostname(""));
        assertThrows(IllegalArgumentException.class, () -> TlsOptions.client().serverHostname(" "));
    }

    @Test
    void createConnection_overAChannelWithoutAName_isRejectedBeforeAnythingIsSent() throws Exception {
        run(() -> served(TlsFixture::echo, ServerOptions.DEFAULT.tls(TestCa.server()), port -> {
            try (var channel = SocketChannel.open(new InetSocketAddress(InetAddress.ofLiteral(HOST), port))) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Net.createConnection(
                                RecordingProtocol::new, channel, ConnectOptions.DEFAULT.tls(TestCa.client())));
                assertTrue(channel.isOpen() && channel.isBlocking(), "still the caller's");
                var named = TestCa.client().serverHostname("localhost");
                var endpoint = Net.createConnection(RecordingProtocol::new, channel, ConnectOptions.DEFAULT.tls(named));
                endpoint.transport().write("hello".getBytes(UTF_8));
                while (endpoint.protocol().received.length() < 5) {
                    Asyncio.yieldNow();
                }
                endpoint.transport().close();
                assertEquals(null, endpoint.protocol().lost.await());
            }
        }));
    }
}

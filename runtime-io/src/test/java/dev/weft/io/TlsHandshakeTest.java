package dev.weft.io;

import static dev.weft.io.TlsFixture.HOST;
import static dev.weft.io.TlsFixture.between;
import static dev.weft.io.TlsFixture.connect;
import static dev.weft.io.TlsFixture.run;
import static dev.weft.io.TlsFixture.served;
import static dev.weft.io.TlsFixture.servedWithTls;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.io.TestCa.Identity;
import dev.weft.io.TestCa.Wanted;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who gets through a TLS handshake, who does not, and what is left of that. */
final class TlsHandshakeTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    private static ServerOptions server(Identity identity) {
        return ServerOptions.DEFAULT.tls(TlsOptions.of(TestCa.TRUSTED.context(identity)));
    }

    /** A client of a server with that certificate fails, and is told why and of whom; the server hears no byte. */
    private static void assertRefused(Identity identity, String why) throws Exception {
        assertRefused(identity, TestCa.client(), why);
    }

    private static void assertRefused(Identity identity, TlsOptions client, String why) throws Exception {
        run(() -> {
            var handled = new ArrayList<StreamReader>();
            served((reader, writer) -> handled.add(reader), server(identity), port -> {
                var failure = assertThrows(SSLException.class, () -> connect(port, client));
                assertTrue(failure.getMessage().contains(why), failure.getMessage());
                assertTrue(failure.getMessage().contains("127.0.0.1:" + port), failure.getMessage());
            });
            for (StreamReader reader : handled) {
                // TLS 1.3: this side is through before the client has looked at the certificate, but no byte came.
                assertFalse(reader.isReady() && reader.exception() == null && !reader.atEof(), reader.toString());
            }
        });
    }

    // ---- certificates

    @Test
    void certificate_expired_isRefused() throws Exception {
        var expired = TestCa.local().valid(Duration.ofDays(2), Duration.ofDays(-1));
        assertRefused(TestCa.TRUSTED.issue(expired), "expired");
    }

    @Test
    void certificate_notYetValid_isRefused() throws Exception {
        var early = TestCa.local().valid(Duration.ofDays(-1), Duration.ofDays(2));
        assertRefused(TestCa.TRUSTED.issue(early), "NotBefore");
    }

    @Test
    void certificate_signedByItself_isRefused() throws Exception {
        assertRefused(TestCa.TRUSTED.issue(TestCa.local().signedByItself()), "unable to find valid certification path");
    }

    // Conformance 401: test_ssl.py::TestSSL::test_create_connection_ssl_failed_certificate
    @Test
    void certificate_ofAnUnknownAuthority_isRefused() throws Exception {
        assertRefused(TestCa.UNKNOWN.issue(TestCa.local()), "unable to find valid certification path");
    }

    @Test
    void certificate_forClientsOnly_isRefused() throws Exception {
        assertRefused(TestCa.TRUSTED.issue(TestCa.local().forServers(false)), "Extended key usage");
    }

    // Conformance 415: test_events.py::EventLoopTestsMixin::test_create_server_ssl_match_failed
    @Test
    void certificate_forAnotherHost_isRefused() throws Exception {
        assertRefused(
                TestCa.TRUSTED.issue(Wanted.named("other.example")),
                "No subject alternative DNS name matching localhost");
    }

    @Test
    void certificate_withAWildcardTooBroad_isRefused() throws Exception {
        var options = TestCa.client().serverHostname("a.b.example");
        assertRefused(
                TestCa.TRUSTED.issue(Wanted.named("*.example")),
                options,
                "No subject alternative DNS name matching a.b.example");
        assertRefused(
                TestCa.TRUSTED.issue(Wanted.named("*")),
                TestCa.client().serverHostname("a.example"),
                "No subject alternative DNS name matching a.example");
    }

    @Test
    void certificate_withTheNameOfAnother_isRefusedThoughTheCommonNameIsRight() throws Exception {
        var wrong = TestCa.TRUSTED.issue(Wanted.named("other.example").commonName("localhost"));
        assertRefused(wrong, "No subject alternative DNS name matching localhost");
    }

    @Test
    void certificate_withACommonNameOnly_isRefused() throws Exception {
        assertRefused(TestCa.TRUSTED.issue(Wanted.named().commonName("localhost")), "its common name does not count");
        assertRefused(
                TestCa.TRUSTED.issue(Wanted.named().commonName("localhost").addresses(HOST)),
                "its common name does not count");
    }

    @Test
    void certificate_forTheNameOnly_isRefusedForTheAddress() throws Exception {
        assertRefused(
                TestCa.TRUSTED.issue(Wanted.named("localhost")),
                TestCa.client().serverHostname(HOST),
                "No subject alternative names matching IP address 127.0.0.1");
    }

    @Test
    void certificate_forTheAddress_isAccepted() throws Exception {
        run(() -> served(
                TlsFixture::echo, server(TestCa.TRUSTED.issue(Wanted.named().addresses(HOST))), port -> {
                    var options = ConnectOptions.DEFAULT.tls(TestCa.client());
                    try (var streams = Net.openConnection(HOST, port, options)) {
                        assertEchoes(streams);
                    }
                }));
    }

    @Test
    void certificate_withAWildcard_isAcceptedForOneLevel() throws Exception {
        run(() -> served(TlsFixture::echo, server(TestCa.TRUSTED.issue(Wanted.named("*.weft.example"))), port -> {
            try (var streams = connect(port, TestCa.client().serverHostname("a.weft.example"))) {
                assertEchoes(streams);
            }
        }));
    }

    @Test
    void certificate_ofAnotherHost_isAcceptedWithoutTheCheck() throws Exception {
        run(() -> served(TlsFixture::echo, server(TestCa.TRUSTED.issue(Wanted.named("other.example"))), port -> {
            try (var streams = connect(port, TestCa.client().noHostnameCheck())) {
                assertEchoes(streams);
            }
        }));
    }

    @Test
    void certificate_ofAnUnknownAuthority_isRefusedWithoutTheNameCheckToo() throws Exception {
        assertRefused(
                TestCa.UNKNOWN.issue(TestCa.local()),
                TestCa.client().noHostnameCheck(),
                "unable to find valid certification path");
    }

    @Test
    void serverHostname_internationalName_isComparedInItsAsciiForm() throws Exception {
        run(() ->
                served(TlsFixture::echo, server(TestCa.TRUSTED.issue(Wanted.named("xn--bcher-kva.example"))), port -> {
                    try (var streams = connect(port, TestCa.client().serverHostname("b\u00fccher.example."))) {
                        assertEchoes(streams);
                    }
                }));
    }

    @Suspends
    static void assertEchoes(Streams streams) throws IOException {
        streams.writer().write("ping\n".getBytes(UTF_8));
        assertArrayEquals("ping\n".getBytes(UTF_8), streams.reader().readLine());
    }

    // ---- client certificates

    private static TlsOptions needingCertificate() {
        var parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);
        return TestCa.server().parameters(parameters);
    }

    @Test
    void clientCertificate_needed_isAccepted() throws Exception {
        var identity = TestCa.TRUSTED.issue(Wanted.named("somebody").forServers(false));
        run(() -> served(
                (reader, writer) -> {
                    try (writer) {
                        var peer = (X509Certificate) writer.getExtraInfo(ExtraInfo.PEER_CERTIFICATES)[0];
                        writer.write(peer.getSubjectX500Principal().getName().getBytes(UTF_8));
                    }
                },
                ServerOptions.DEFAULT.tls(needingCertificate()),
                port -> {
                    try (var streams = connect(port, TlsOptions.of(TestCa.TRUSTED.context(identity)))) {
                        assertEquals("CN=somebody", new String(streams.reader().readAll(), UTF_8));
                    }
                }));
    }

    /** Asks until the refusal comes: in TLS 1.3 a client is through before the server has looked at its certificate. */
    private static void assertClientRefused(SSLContext client, String why) throws Exception {
        run(() -> {
            var handled = new ArrayList<StreamReader>();
            served((reader, writer) -> handled.add(reader), ServerOptions.DEFAULT.tls(needingCertificate()), port -> {
                var failure = assertThrows(SSLException.class, () -> {
                    var streams = connect(port, TlsOptions.of(client));
                    try {
                        streams.reader().readAll();
                    } finally {
                        streams.writer().transport().abort();
                    }
                });
                assertTrue(failure.getMessage().contains(why), failure.getMessage());
                assertTrue(failure.getMessage().contains("127.0.0.1:" + port), failure.getMessage());
            });
            assertEquals(List.of(), handled);
        });
    }

    @Test
    void clientCertificate_neededAndMissing_isRefused() throws Exception {
        assertClientRefused(TestCa.TRUSTED.context(), "Received fatal alert: certificate_required");
    }

    @Test
    void clientCertificate_ofAnUnknownAuthority_isRefused() throws Exception {
        // A key manager knows whom the server trusts, and offers only certificates that claim to be from there.
        var impostor = new TestCa("Weft Test CA").issue(Wanted.named("somebody").forServers(false));
        assertClientRefused(TestCa.TRUSTED.context(impostor), "Received fatal alert");
    }

    @Test
    void clientCertificate_wantedAndMissing_isNoMatter() throws Exception {
        var parameters = new SSLParameters();
        parameters.setWantClientAuth(true);
        run(() -> served(
                TlsFixture::echo, ServerOptions.DEFAULT.tls(TestCa.server().parameters(parameters)), port -> {
                    try (var streams = connect(port)) {
                        assertEchoes(streams);
                    }
                }));
    }

    // ---- what is negotiated

    @Test
    void applicationProtocol_common_isTheServersFirst() throws Exception {
        run(() -> served(
                (reader, writer) -> {
                    try (writer) {
                        writer.write(writer.getExtraInfo(ExtraInfo.APPLICATION_PROTOCOL)
                                .getBytes(UTF_8));
                    }
                },
                ServerOptions.DEFAULT.tls(TestCa.server().applicationProtocols("h2", "http/1.1")),
                port -> {
                    try (var streams = connect(port, TestCa.client().applicationProtocols("http/1.1", "h2"))) {
                        assertEquals("h2", streams.writer().getExtraInfo(ExtraInfo.APPLICATION_PROTOCOL));
                        assertEquals("h2", new String(streams.reader().readAll(), UTF_8));
                    }
                }));
    }

    @Test
    void applicationProtocol_noneInCommon_failsTheHandshake() throws Exception {
        run(() -> served(
                TlsFixture::echo, ServerOptions.DEFAULT.tls(TestCa.server().applicationProtocols("h2")), port -> {
                    var failure = assertThrows(
                            SSLException.class,
                            () -> connect(port, TestCa.client().applicationProtocols("spdy")));
                    assertTrue(failure.getMessage().contains("no_application_protocol"), failure.getMessage());
                }));
    }

    @Test
    void applicationProtocol_serverChoosesNone_isAbsent() throws Exception {
        run(() -> servedWithTls(TlsFixture::echo, port -> {
            try (var streams = connect(port, TestCa.client().applicationProtocols("h2"))) {
                assertNull(streams.writer().getExtraInfo(ExtraInfo.APPLICATION_PROTOCOL));
                assertEchoes(streams);
            }
        }));
    }

    @Test
    void serverName_isSentToTheServer() throws Exception {
        run(() -> served(
                (reader, writer) -> {
                    try (writer) {
                        var session = (ExtendedSSLSession) writer.getExtraInfo(ExtraInfo.SSL_SESSION);
                        writer.write(
                                session.getRequestedServerNames().toString().getBytes(UTF_8));
                    }
                },
                ServerOptions.DEFAULT.tls(TestCa.server()),
                port -> {
                    try (var streams = connect(port)) {
                        assertTrue(new String(streams.reader().readAll(), UTF_8).contains("value=localhost"));
                    }
                }));
    }

    @Test
    void protocols_byDefault_areTls13And12() throws Exception {
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            var parameters = new SSLParameters();
            parameters.setProtocols(new String[] {version});
            run(() -> servedWithTls(TlsFixture::echo, port -> {
                try (var streams = connect(port, TestCa.client().parameters(parameters))) {
                    assertEquals(
                            version,
                            streams.writer().getExtraInfo(ExtraInfo.SSL_SESSION).getProtocol());
                    assertEchoes(streams);
                }
            }));
        }
    }

    @Test
    void session_ofAnEarlierConnection_isResumed() throws Exception {
        run(() -> servedWithTls(TlsFixture::echo, port -> {
            var client = TlsOptions.of(TestCa.TRUSTED.context());
            long first;
            try (var streams = connect(port, client)) {
                assertEchoes(streams); // the ticket comes before the answer
                first = streams.writer().getExtraInfo(ExtraInfo.SSL_SESSION).getCreationTime();
            }
            for (int i = 0; i < 10; i++) {
                try (var streams = connect(port, client)) {
                    assertEchoes(streams);
                    assertEquals(
                            first,
                            streams.writer().getExtraInfo(ExtraInfo.SSL_SESSION).getCreationTime());
                }
            }
        }));
    }

    // ---- time limits

    // Conformance 402: test_ssl.py::TestSSL::test_create_connection_ssl_slow_handshake
    @Test
    void handshake_slow_succeedsWithinItsLimit() throws Exception {
        run(() -> servedWithTls(
                TlsFixture::echo,
                port -> between(
                        port,
                        (from, to) -> {
                            byte[] hello = TlsFixture.record(from);
                            Asyncio.sleep(Duration.ofMillis(30));
                            to.write(hello);
                            TlsFixture.Passing.ALL.pass(from, to);
                        },
                        TlsFixture.Passing.ALL,
                        slow -> {
                            try (var streams =
                                    connect(slow, TestCa.client().handshakeTimeout(Duration.ofSeconds(20)))) {
                                assertEchoes(streams);
                            }
                        })));
    }

    // Conformance 403: test_ssl.py::TestSSL::test_ssl_handshake_timeout
    @Test
    void handshake_peerSilent_isAbortedOnBothSides() throws Exception {
        run(() -> {
            Future<Void> gone = Asyncio.createFuture();
            served(
                    (reader, writer) -> {
                        try (writer) {
                            reader.readAll();
                        } catch (IOException reset) {
                            // either way it is over
                        }
                        gone.setResult(null);
                    },
                    ServerOptions.DEFAULT,
                    port -> {
                        var failure = assertThrows(
                                ConnectionAbortedException.class,
                                () -> connect(port, TestCa.client().handshakeTimeout(SHORT)));
                        assertTrue(failure.getMessage().contains("took longer than 0.1 s"), failure.getMessage());
                        assertTrue(failure.getMessage().contains("127.0.0.1:" + port), failure.getMessage());
                        gone.await();
                    });
            var options = ServerOptions.DEFAULT.tls(TestCa.server().handshakeTimeout(SHORT));
            served(TlsFixture::echo, options, port -> {
                try (var silent = Net.openConnection(HOST, port)) {
                    assertEquals(0, silent.reader().readAll().length);
                } catch (ConnectionResetException aborted) {
                    // this way round it may be seen too
                }
            });
        });
    }

    @Test
    void handshake_peerStallsAfterEachFlight_isAbortedOnBothSides() throws Exception {
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            var parameters = new SSLParameters();
            parameters.setProtocols(new String[] {version});
            var client = TestCa.client().parameters(parameters).handshakeTimeout(SHORT);
            for (int records = 0; records < 3; records++) {
                int count = records;
                // So much comes from the server, and then nothing: neither bytes nor an end.
                run(() -> served(
                        TlsFixture::echo,
                        ServerOptions.DEFAULT.tls(TestCa.server().handshakeTimeout(SHORT)),
                        port -> between(
                                port,
                                TlsFixture.Passing.ALL,
                                (from, to) -> {
                                    for (int i = 0; i < count; i++) {
                                        to.write(TlsFixture.record(from));
                                    }
                                    from.readAll();
                                },
                                stalled -> {
                                    var failure = assertThrows(
                                            ConnectionAbortedException.class, () -> connect(stalled, client));
                                    assertTrue(failure.getMessage().contains("took longer"), failure.getMessage());
                                })));
            }
        }
    }

    // Conformance 410: test_ssl.py::TestSSL::test_handshake_timeout_handler_leak
    @Test
    void handshake_endedInAnyWay_leavesNoTimer() throws Exception {
        try (var loop = new TlsFixture.WatchedLoop()) {
            loop.runUntilComplete(() -> servedWithTls(TlsFixture::echo, port -> {
                var streams = connect(port);
                assertEquals(0, loop.timersLeft(), "after success");
                streams.close();
                assertThrows(
                        SSLException.class, () -> connect(port, TestCa.client().serverHostname("other.example")));
                assertEquals(0, loop.timersLeft(), "after failure");
                var cancelled = Asyncio.createTask(() -> connect(port));
                while (loop.timersLeft() == 0) {
                    Asyncio.yieldNow();
                }
                cancelled.cancel();
                assertThrows(CancelledError.class, cancelled::await);
            }));
            assertEquals(0, loop.timersLeft(), "after cancellation");
        }
    }

    // Conformance 412: test_sslproto.py::SslProtoHandshakeTests::test_handshake_timeout_zero
    @Test
    void timeouts_notPositive_areRejected() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThrows(
                    IllegalArgumentException.class, () -> TlsOptions.client().handshakeTimeout(wrong));
            assertThrows(
                    IllegalArgumentException.class, () -> TlsOptions.client().shutdownTimeout(wrong));
        }
        assertEquals(Duration.ofSeconds(60), TlsOptions.client().handshakeTimeout());
        assertEquals(Duration.ofSeconds(30), TlsOptions.client().shutdownTimeout());
    }

    // ---- peers that misbehave

    private static void assertHandshakeFails(TlsFixture.Passing toClient, Class<? extends IOException> with, String why)
            throws Exception {
        run(() -> servedWithTls(
                TlsFixture::echo,
                port -> between(port, TlsFixture.Passing.ALL, toClient, tampered -> {
                    var failure = assertThrows(with, () -> connect(tampered));
                    assertTrue(failure.getMessage().contains(why), failure.toString());
                    assertTrue(failure.getMessage().contains("127.0.0.1:" + tampered), failure.getMessage());
                })));
    }

    @Test
    void handshake_peerEnds_failsWithConnectionReset() throws Exception {
        for (int records = 0; records < 3; records++) {
            assertHandshakeFails(
                    TlsFixture.Passing.records(records, () -> {}),
                    ConnectionResetException.class,
                    "closed the connection during the TLS handshake");
        }
    }

    @Test
    void handshake_peerResets_failsWithConnectionReset() throws Exception {
        for (int records = 0; records < 3; records++) {
            int count = records;
            assertHandshakeFails(
                    (from, to) -> {
                        for (int i = 0; i < count; i++) {
                            to.write(TlsFixture.record(from));
                        }
                        TlsFixture.record(from);
                        TlsFixture.reset(to);
                    },
                    ConnectionResetException.class,
                    "during the TLS handshake");
        }
    }

    @Test
    void handshake_peerSpeaksNoTls_failsAndTellsTheFirstBytes() throws Exception {
        assertHandshakeFails(
                (from, to) -> to.write("220 mail.example ESMTP\r\n".getBytes(UTF_8)),
                SSLException.class,
                "what came is not TLS, it begins with 32 32 30 20 6d");
    }

    @Test
    void handshake_recordDamaged_failsWithSslException() throws Exception {
        assertHandshakeFails(
                (from, to) -> {
                    byte[] hello = TlsFixture.record(from);
                    hello[6] ^= 0x55;
                    to.write(hello);
                    TlsFixture.Passing.ALL.pass(from, to);
                },
                SSLException.class,
                "TLS handshake with localhost");
    }

    @Test
    void server_plainHttp_closesThatConnectionOnly() throws Exception {
        run(() -> servedWithTls(TlsFixture::echo, port -> {
            try (var plain = Net.openConnection(HOST, port)) {
                plain.writer().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
                byte[] answer = plain.reader().readAll();
                assertEquals(21, answer[0], Arrays.toString(answer)); // an alert, if anything
            } catch (ConnectionResetException closedAtOnce) {
                // with bytes unread the system says so
            }
            try (var streams = connect(port)) {
                assertEchoes(streams);
            }
        }));
    }

    /** A client hello as large as the peer claims is never collected. */
    @Test
    void server_hugeClientHello_isCutOffEarly() throws Exception {
        run(() -> servedWithTls(TlsFixture::echo, port -> {
            var plain = Net.openConnection(HOST, port);
            try {
                var fragment = ByteBuffer.allocate(5 + 8192);
                fragment.put(new byte[] {22, 3, 3, 32, 0});
                fragment.put(new byte[] {1, 0, (byte) 0x7F, (byte) 0xFF}); // a ClientHello of 32,767 bytes
                int sent = 0;
                while (sent < 100 && !plain.reader().isReady()) {
                    plain.writer().write(fragment.array());
                    fragment.clear().put(new byte[] {22, 3, 3, 32, 0}).put(new byte[4]);
                    plain.writer().drain();
                    sent++;
                    Asyncio.yieldNow();
                }
                assertTrue(sent < 100, "still open after " + sent + " fragments");
            } catch (IOException cutOff) {
                // the other way to notice
            } finally {
                plain.writer().transport().abort();
            }
        }));
    }

    @Test
    void handshake_eachByteByItself_works() throws Exception {
        run(() -> servedWithTls(
                TlsFixture::echo,
                port -> between(port, TlsFixture.Passing.BY_BYTES, TlsFixture.Passing.BY_BYTES, slow -> {
                    try (var streams = connect(slow)) {
                        assertEchoes(streams);
                    }
                })));
    }

    @Test
    void handshake_lastMessageAndDataInOneRead_works() throws Exception {
        run(() -> servedWithTls(TlsFixture::echo, port -> {
            try (var plain = Net.openConnection(HOST, port)) {
                RawTls peer = RawTls.handshake(plain, "ping".getBytes(UTF_8));
                RawTls.Content content = peer.receive();
                while (content.type() == RawTls.HANDSHAKE) { // a ticket
                    content = peer.receive();
                }
                assertEquals("ping", new String(content.bytes(), UTF_8));
                peer.send(RawTls.ALERT, (byte) 1, (byte) 0); // close_notify
            }
        }));
    }

    @Test
    void handshake_computations_runOutsideOfTheLoop() throws Exception {
        var threads = Collections.synchronizedSet(new HashSet<Thread>());
        var identity = TestCa.TRUSTED.issue(TestCa.local());
        var noting = new X509ExtendedKeyManager() {
            @Override
            public String[] getClientAliases(String keyType, Principal[] issuers) {
                return new String[0];
            }

            @Override
            public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
                return null;
            }

            @Override
            public String[] getServerAliases(String keyType, Principal[] issuers) {
                return new String[] {"own"};
            }

            @Override
            public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
                return "own";
            }

            @Override
            public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
                return keyType.equals("EC") ? "own" : null;
            }

            @Override
            public X509Certificate[] getCertificateChain(String alias) {
                return identity.chain().toArray(X509Certificate[]::new);
            }

            @Override
            public PrivateKey getPrivateKey(String alias) {
                threads.add(Thread.currentThread()); // which signs with it next
                return identity.key();
            }
        };
        var context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {noting}, null, null);
        run(() -> served(TlsFixture::echo, ServerOptions.DEFAULT.tls(TlsOptions.of(context)), port -> {
            Thread task = Thread.currentThread();
            var loop = new Thread[1];
            Asyncio.getRunningLoop().callSoon(() -> loop[0] = Thread.currentThread());
            Asyncio.taskGroup(group -> {
                for (int i = 0; i < 50; i++) {
                    group.createTask(() -> {
                        try (var streams = connect(port)) {
                            assertEchoes(streams);
                        }
                    });
                }
            });
            assertFalse(threads.isEmpty());
            assertFalse(threads.contains(task) || threads.contains(loop[0]), threads.toString());
        }));
    }

    // ---- cancellation

    // Conformance 413: test_sslproto.py::SslProtoHandshakeTests::test_close_during_handshake
    @Test
    void close_duringTheHandshake_aborts() throws Exception {
        run(() -> {
            var options = ServerOptions.DEFAULT.tls(TestCa.server());
            var protocols = new ArrayList<RecordingProtocol>();
            var server = Net.createServer(
                    () -> {
                        protocols.add(new RecordingProtocol());
                        return protocols.getLast();
                    },
                    HOST,
                    0,
                    options);
            try (var silent = Net.openConnection(HOST, server.port())) {
                while (protocols.isEmpty()) {
                    Asyncio.yieldNow();
                }
                server.close();
                server.closeClients();
                server.waitClosed();
                try {
                    assertEquals(0, silent.reader().readAll().length);
                } catch (ConnectionResetException aborted) {
                    // as good
                }
                assertEquals(List.of(), protocols.getFirst().trail);
            }
        });
    }

    /** The client is cancelled after so many iterations, until it gets through: every step of the handshake is hit. */
    @Test
    void openConnection_cancelledAtAnyStep_leavesNothing() throws Exception {
        run(() -> servedWithTls(TlsFixture::echo, port -> {
            int steps = 0;
            while (true) {
                var client = Asyncio.createTask(() -> connect(port));
                for (int i = 0; i < steps && !client.done(); i++) {
                    Asyncio.yieldNow();
                }
                client.cancel();
                @Nullable Streams through = null;
                try {
                    through = client.await();
                } catch (CancelledError expected) {
                    // so far
                }
                if (through != null) {
                    through.close();
                    break;
                }
                // While computations run elsewhere an iteration takes no time at all.
                steps = steps < 40 ? steps + 1 : steps * 2;
            }
            assertTrue(steps > 3, "steps: " + steps);
        }));
    }

    /** The same with the loop's end, and with a time limit of nearly nothing; nothing is left open. */
    @Test
    void loopEnds_atAnyStepOfAHandshake_leavesNothing() throws Exception {
        long before = Descriptors.count();
        try (var _ = new LogCapture()) { // says each time that the server was not closed
            for (int steps = 0; steps < 300; steps = steps < 20 ? steps + 1 : steps * 2) {
                int count = steps;
                Asyncio.run(() -> {
                    Server server =
                            Net.startServer(TlsFixture::echo, HOST, 0, ServerOptions.DEFAULT.tls(TestCa.server()));
                    var connecting = Asyncio.createTask(() -> connect(server.port()));
                    for (int i = 0; i < count && !connecting.done(); i++) {
                        Asyncio.yieldNow();
                    }
                });
            }
        }
        Descriptors.assertNoMoreThan(before);
    }

    @Test
    void timeout_atAnyStepOfAHandshake_leavesNothing() throws Exception {
        run(() -> servedWithTls(TlsFixture::echo, port -> {
            for (int micros = 0; micros < 4_000; micros += 100) {
                try (var streams = Asyncio.timeout(Duration.ofNanos(micros * 1000L), () -> connect(port))) {
                    assertEchoes(streams);
                } catch (TimeoutException expected) {
                    // so far
                }
            }
        }));
    }
}

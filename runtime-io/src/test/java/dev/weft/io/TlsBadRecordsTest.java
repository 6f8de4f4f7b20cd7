package dev.weft.io;

import static dev.weft.io.RawTls.ALERT;
import static dev.weft.io.RawTls.APPLICATION_DATA;
import static dev.weft.io.RawTls.CHANGE_CIPHER_SPEC;
import static dev.weft.io.RawTls.HANDSHAKE;
import static dev.weft.io.TlsFixture.HOST;
import static dev.weft.io.TlsFixture.connect;
import static dev.weft.io.TlsFixture.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** Records that no honest peer sends. Each ends its connection with one error and, where there is somebody to tell, an alert; others go on. */
final class TlsBadRecordsTest {
    private static final int FLOOD = 10_000;
    private static final int UNEXPECTED_MESSAGE = 10;
    private static final int BAD_RECORD_MAC = 20;

    /** Which alert it is to be is for the engine to say. */
    private static final int ANY = -1;

    private static final int USER_CANCELED = 90;

    // ---- in the handshake

    @FunctionalInterface
    private interface Bytes {
        byte[] of(RawTls peer);
    }

    /** What a server makes of that instead of a client's first message. */
    private static void assertHandshakeRefused(byte[] bytes, int alert) throws Exception {
        serving((protocols, port) -> {
            try (var plain = Net.openConnection(HOST, port)) {
                plain.writer().write(bytes);
                byte[] answer = TlsFixture.record(plain.reader());
                assertArrayEquals(new byte[] {ALERT, 3, 3, 0, 2}, Arrays.copyOf(answer, 5));
                assertFatal(alert, answer[5], answer[6]);
                assertEnded(plain);
            }
            while (protocols.isEmpty()) {
                Asyncio.yieldNow();
            }
            assertEquals(List.of(), protocols.getFirst().trail, "there never was a connection");
        });
    }

    private static void assertFatal(int alert, byte... content) {
        assertEquals(2, content.length);
        assertEquals(2, content[0], "level");
        if (alert != ANY) {
            assertEquals(alert, content[1]);
        }
    }

    private static byte[] repeated(byte[] bytes, int times) {
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    @Test
    void handshake_randomBytes_areRefused() throws Exception {
        var random = new Random(7);
        for (int i = 0; i < 8; i++) {
            var bytes = new byte[1000];
            random.nextBytes(bytes);
            bytes[0] = (byte) (24 + i); // no type of TLS
            assertHandshakeRefused(bytes, ANY);
        }
    }

    @Test
    void handshake_ofAnotherVersion_isRefused() throws Exception {
        assertHandshakeRefused(new byte[] {HANDSHAKE, 9, 9, 0, 4, 1, 0, 0, 0}, ANY);
    }

    @Test
    void handshake_recordOfTheLargestLength_isRefusedAtItsHeader() throws Exception {
        assertHandshakeRefused(new byte[] {HANDSHAKE, 3, 3, -1, -1}, UNEXPECTED_MESSAGE);
    }

    @Test
    void handshake_emptyRecords_areRefused() throws Exception {
        assertHandshakeRefused(repeated(RawTls.record(HANDSHAKE), FLOOD), UNEXPECTED_MESSAGE);
    }

    @Test
    void handshake_warnings_areRefusedAtTheLimit() throws Exception {
        byte[] warning = RawTls.record(ALERT, (byte) 1, (byte) USER_CANCELED);
        assertHandshakeRefused(repeated(warning, FLOOD), UNEXPECTED_MESSAGE);
    }

    @Test
    void handshake_changesOfCiphers_areRefused() throws Exception {
        byte[] change = RawTls.record(CHANGE_CIPHER_SPEC, (byte) 1);
        assertHandshakeRefused(repeated(change, FLOOD), ANY);
    }

    // ---- afterwards

    /** What a server makes of that after the handshake and a first byte. */
    private static void assertRefused(Bytes bytes, String why, int alert) throws Exception {
        serving((protocols, port) -> {
            try (var plain = Net.openConnection(HOST, port)) {
                RawTls peer = RawTls.handshake(plain);
                peer.send(APPLICATION_DATA, (byte) 'a');
                plain.writer().write(bytes.of(peer));
                RawTls.Content content = peer.receive();
                while (content.type() == HANDSHAKE) { // a ticket, and new keys if they were wanted
                    content = peer.receive();
                }
                assertEquals(ALERT, content.type());
                assertFatal(alert, content.bytes());
                assertEnded(plain);
            }
            RecordingProtocol protocol = protocols.getFirst();
            Exception failure = assertInstanceOf(SSLException.class, protocol.lost.await());
            assertTrue(failure.getMessage().contains(why), failure.getMessage());
            assertEquals("a", protocol.received.toString());
            assertEquals(List.of("made", "data", "lost with SSLException"), protocol.trail);
        });
    }

    @Test
    void randomBytes_areRefused() throws Exception {
        var bytes = new byte[1000];
        new Random(1).nextBytes(bytes);
        bytes[0] = (byte) 0x80;
        assertRefused(peer -> bytes, "failed", ANY);
    }

    @Test
    void recordOfAnotherVersion_isRefused() throws Exception {
        assertRefused(peer -> new byte[] {APPLICATION_DATA, 9, 9, 0, 1, 0}, "failed", ANY);
    }

    @Test
    void recordOfTheLargestLength_isRefusedAtItsHeader() throws Exception {
        assertRefused(peer -> new byte[] {APPLICATION_DATA, 3, 3, -1, -1}, "too big", UNEXPECTED_MESSAGE);
    }

    @Test
    void recordWithTooMuchInIt_isRefused() throws Exception {
        assertRefused(peer -> peer.sealed(APPLICATION_DATA, new byte[40_000]), "too big", UNEXPECTED_MESSAGE);
    }

    @Test
    void recordChanged_isRefused() throws Exception {
        assertRefused(
                peer -> {
                    byte[] record = peer.sealed(APPLICATION_DATA, "hello".getBytes(UTF_8));
                    record[7] ^= 1;
                    return record;
                },
                "Tag mismatch",
                BAD_RECORD_MAC);
    }

    @Test
    void recordTooShortToBeOne_isRefused() throws Exception {
        assertRefused(peer -> RawTls.record(APPLICATION_DATA), "failed", BAD_RECORD_MAC);
    }

    @Test
    void recordWithoutAType_isRefused() throws Exception {
        assertRefused(peer -> peer.sealedAsIs(new byte[10]), "no content type", ANY);
    }

    @Test
    void recordOfAnUnknownType_isRefused() throws Exception {
        assertRefused(peer -> peer.sealed(99, (byte) 1), "Unknown content type", UNEXPECTED_MESSAGE);
    }

    @Test
    void messagesOutOfPlace_areRefused() throws Exception {
        for (int type : new int[] {1, 2, 4, 11, 13, 20, 99}) {
            assertRefused(peer -> peer.sealed(HANDSHAKE, RawTls.message(type, new byte[40])), "failed", ANY);
        }
        assertRefused(
                peer -> peer.sealed(HANDSHAKE, (byte) 24, (byte) -1, (byte) -1, (byte) -1),
                "exceeds the maximum",
                UNEXPECTED_MESSAGE);
    }

    @Test
    void changeOfKeys_ofAnUnknownKind_isRefused() throws Exception {
        assertRefused(peer -> peer.sealed(HANDSHAKE, RawTls.message(24, (byte) 7)), "KeyUpdate", ANY);
        assertRefused(peer -> peer.sealed(HANDSHAKE, RawTls.message(24)), "KeyUpdate", ANY);
    }

    private static byte[] flood(Bytes bytes, RawTls peer) {
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < FLOOD; i++) {
            all.writeBytes(bytes.of(peer));
        }
        return all.toByteArray();
    }

    /** Ten thousand are sent, and 32 are worked on, whatever they cost. */
    private static void assertFloodRefused(Bytes each) throws Exception {
        assertRefused(peer -> flood(each, peer), "more than 32 records in a row", UNEXPECTED_MESSAGE);
    }

    @Test
    void emptyRecords_tenThousand_areRefusedAtTheFirst() throws Exception {
        // RFC 8446 allows them, the JDK's engine does not.
        assertRefused(peer -> flood(raw -> raw.sealed(APPLICATION_DATA), peer), "failed", ANY);
    }

    @Test
    void warnings_tenThousand_areRefusedAtTheLimit() throws Exception {
        assertFloodRefused(peer -> peer.sealed(ALERT, (byte) 1, (byte) USER_CANCELED));
    }

    @Test
    void changesOfKeys_tenThousand_areRefusedAtTheLimit() throws Exception {
        assertFloodRefused(peer -> peer.keyUpdate(false));
        assertFloodRefused(peer -> peer.keyUpdate(true));
    }

    @Test
    void alerts_tenThousand_theFirstIsTheEnd() throws Exception {
        serving((protocols, port) -> {
            try (var plain = Net.openConnection(HOST, port)) {
                RawTls peer = RawTls.handshake(plain);
                peer.send(APPLICATION_DATA, (byte) 'a');
                plain.writer().write(flood(raw -> raw.sealed(ALERT, (byte) 2, (byte) 80), peer));
                assertEnded(plain);
            }
            RecordingProtocol protocol = protocols.getFirst();
            Exception failure = protocol.lost.await();
            assertTrue(failure.getMessage().contains("Received fatal alert: internal_error"), failure.toString());
            assertEquals(List.of("made", "data", "lost with SSLException"), protocol.trail);
        });
    }

    @Test
    void warningsAndChangesOfKeys_upToTheLimit_areNoMatter() throws Exception {
        serving((protocols, port) -> {
            try (var plain = Net.openConnection(HOST, port)) {
                RawTls peer = RawTls.handshake(plain);
                for (int round = 0; round < 5; round++) {
                    for (int i = 0; i < 16; i++) {
                        peer.send(ALERT, (byte) 1, (byte) USER_CANCELED);
                        plain.writer().write(peer.keyUpdate(i % 2 == 0));
                    }
                    peer.send(APPLICATION_DATA, (byte) ('a' + round));
                }
                peer.send(ALERT, (byte) 1, (byte) 0);
                RawTls.Content content = peer.receive();
                while (content.type() == HANDSHAKE) {
                    content = peer.receive();
                }
                assertArrayEquals(new byte[] {1, 0}, content.bytes(), "close_notify");
            }
            assertEquals(null, protocols.getFirst().lost.await());
            assertEquals("abcde", protocols.getFirst().received.toString());
        });
    }

    // ---- a second handshake, which only TLS 1.2 knows

    private static SSLSocket overTls12(int port) throws IOException {
        var socket = (SSLSocket) TestCa.client().context().getSocketFactory().createSocket(HOST, port);
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        return socket;
    }

    @Test
    void secondHandshake_wantedByAClient_isRefused() throws Exception {
        serving((protocols, port) -> {
            SSLException seen = Asyncio.toThread(() -> {
                try (SSLSocket socket = overTls12(port)) {
                    socket.getOutputStream().write('a');
                    socket.startHandshake();
                    return assertThrows(SSLException.class, () -> {
                        socket.getOutputStream().write('b');
                        socket.getInputStream().read();
                    });
                } catch (SSLException atOnce) {
                    return atOnce;
                }
            });
            assertTrue(seen.getMessage().contains("unexpected_message"), seen.toString());
            RecordingProtocol protocol = protocols.getFirst();
            Exception failure = assertInstanceOf(SSLException.class, protocol.lost.await());
            assertTrue(failure.getMessage().contains("second handshake"), failure.getMessage());
            assertEquals("a", protocol.received.toString());
            assertEquals(List.of("made", "data", "lost with SSLException"), protocol.trail);
        });
    }

    @Test
    void secondHandshake_wantedByAServer_isInvisible() throws Exception {
        run(() -> {
            var factory = TestCa.server().context().getServerSocketFactory();
            try (var listening =
                    Asyncio.toThread(() -> factory.createServerSocket(0, 1, InetAddress.ofLiteral(HOST)))) {
                var handshakes = new CountDownLatch(2);
                var server = Asyncio.createTask(() -> Asyncio.toThread(() -> {
                    try (var socket = (SSLSocket) listening.accept()) {
                        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
                        socket.addHandshakeCompletedListener(_ -> handshakes.countDown());
                        for (int read = socket.getInputStream().read(); read >= 0; ) {
                            socket.getOutputStream().write(read);
                            if (read == 'a') {
                                socket.startHandshake(); // begins it
                            }
                            read = socket.getInputStream().read();
                        }
                        return handshakes.await(10, TimeUnit.SECONDS);
                    }
                }));
                try (var client = connect(listening.getLocalPort())) {
                    for (String word : List.of("a", "b", "c", "d", "e", "f")) {
                        client.writer().write(word.getBytes(UTF_8));
                        assertEquals(word, new String(client.reader().readExactly(1), UTF_8));
                    }
                }
                assertTrue(server.await(IOException.class), "one handshake only");
            }
        });
    }

    // ---- the server

    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(List<RecordingProtocol> protocols, int port) throws Exception;
    }

    /** A server that sends nothing; while it deals with the bad peer, and afterwards, others are served. */
    private static void serving(Program program) throws Exception {
        run(() -> {
            var protocols = new ArrayList<RecordingProtocol>();
            Server server = Net.createServer(
                    () -> {
                        protocols.add(new RecordingProtocol());
                        return protocols.getLast();
                    },
                    HOST,
                    0,
                    ServerOptions.DEFAULT.tls(TestCa.server()));
            try {
                Asyncio.timeout(Duration.ofSeconds(10), () -> program.run(protocols, server.port()));
                try (var honest = connect(server.port())) {
                    honest.writer().write("hello".getBytes(UTF_8));
                    while (!protocols.getLast().received.toString().equals("hello")) {
                        Asyncio.yieldNow();
                    }
                }
            } finally {
                server.close();
                server.abortClients();
                server.waitClosed();
            }
        });
    }

    /** Nothing more comes; with bytes unread the system tells of a reset. */
    @Suspends
    private static void assertEnded(Streams plain) throws IOException {
        try {
            byte[] rest = plain.reader().readAll();
            assertTrue(rest.length < 200, rest.length + " bytes more"); // a ticket
        } catch (ConnectionResetException e) {
            // as good
        }
    }
}

package dev.weft.io.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Event;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What tasks see of a WebSocket. */
final class WebSocketTest {
    private static final int FIN_TEXT = 0x81;
    private static final int FIN_CLOSE = 0x88;
    private static final int FIN_PING = 0x89;
    private static final int FIN_PONG = 0x8a;

    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(WebSocket socket, RawPeer peer) throws Exception;
    }

    /** A client of ours, and what is at the other end of its connection. */
    private static void withPeer(WebSocketOptions options, Program program) throws Exception {
        WatchedLoop.run(() -> {
            var connected = Asyncio.<RawPeer>createFuture();
            var done = new Event();
            try (var serving = RawPeer.serve("", peer -> {
                        connected.setResult(peer);
                        done.await();
                    })
                    .serving()) {
                try (var socket = WebSocket.connect(uri(serving.server().port()), options)) {
                    program.run(socket, connected.await());
                } finally {
                    done.set();
                }
            }
        });
    }

    private static void withPeer(Program program) throws Exception {
        withPeer(WebSocketOptions.DEFAULT.closeTimeout(Duration.ofMillis(50)), program);
    }

    private static String uri(int port) {
        return "ws://127.0.0.1:" + port + "/";
    }

    private static byte[] utf(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // ---- messages

    @Test
    void connect_toAServerOfOurs_exchangesMessages() throws Exception {
        WatchedLoop.run(() -> {
            try (var serving = TestServer.start(WebSocketOptions.DEFAULT, TestServer::echo)
                            .serving();
                    var socket = WebSocket.connect(uri(serving.server().port()))) {
                socket.send("grüße 😀");
                assertEquals(new Message.Text("grüße 😀"), socket.receive());
                socket.send(new byte[] {1, 2, 3});
                assertEquals(new Message.Binary(new byte[] {1, 2, 3}), socket.receive());
                ByteBuffer part =
                        ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);
                socket.send(part);
                assertFalse(part.hasRemaining());
                assertEquals(new Message.Binary(new byte[] {2, 3}), socket.receive());
                assertTrue(socket.isOpen());
                assertEquals(OptionalInt.empty(), socket.closeCode());
                assertTrue(socket.ping().toNanos() > 0);
                socket.close(4001, "enough");
                assertEquals(OptionalInt.of(4001), socket.closeCode());
                assertFalse(socket.isOpen());
            }
        });
    }

    @Test
    void iterator_peerClosesNormally_ends() throws Exception {
        for (int code : new int[] {1000, 1001, 1005}) {
            withPeer((socket, peer) -> {
                peer.send(FIN_TEXT, utf("one"));
                peer.send(FIN_TEXT, utf("two"));
                peer.send(FIN_CLOSE, code == 1005 ? new byte[0] : RawPeer.closePayload(code, "bye"));
                var received = new ArrayList<Message>();
                for (Message message : socket) {
                    received.add(message);
                }
                assertEquals(List.of(new Message.Text("one"), new Message.Text("two")), received);
                assertEquals(OptionalInt.of(code), socket.closeCode());
                assertEquals(code == 1005 ? "" : "bye", socket.closeReason());
            });
        }
    }

    @Test
    void iterator_peerClosesOtherwise_throwsAfterTheMessages() throws Exception {
        withPeer((socket, peer) -> {
            peer.send(FIN_TEXT, utf("one"));
            peer.send(FIN_CLOSE, RawPeer.closePayload(1011, "broken"));
            var messages = socket.iterator();
            assertEquals(new Message.Text("one"), messages.next());
            var thrown = assertThrows(UncheckedIOException.class, messages::hasNext);
            var closed = assertInstanceOf(WebSocketClosedException.class, thrown.getCause());
            assertEquals(1011, closed.code());
            assertEquals("broken", closed.reason());
            assertFalse(closed.isNormal());
        });
    }

    @Test
    void receive_connectionEndsWithoutACloseFrame_throws1006AndTheCause() throws Exception {
        withPeer((socket, peer) -> {
            peer.send(FIN_TEXT, utf("last"));
            peer.writer().close();
            assertEquals(new Message.Text("last"), socket.receive());
            var closed = assertThrows(WebSocketClosedException.class, socket::receive);
            assertEquals(CloseCode.ABNORMAL, closed.code());
            assertInstanceOf(EOFException.class, closed.getCause());
            assertEquals(
                    "the WebSocket is closed with code 1006 (without a close frame of the peer): the connection ended",
                    closed.getMessage());
            assertEquals(OptionalInt.of(1006), socket.closeCode());
            assertThrows(WebSocketClosedException.class, () -> socket.send("too late"));
            assertThrows(WebSocketClosedException.class, socket::ping);
        });
    }

    @Test
    void receive_protocolViolation_throws1006WithWhatThePeerWasToldAsCause() throws Exception {
        withPeer((socket, peer) -> {
            peer.send(0x83, utf("what?"));
            var closed = assertThrows(WebSocketClosedException.class, socket::receive);
            assertEquals(CloseCode.ABNORMAL, closed.code());
            var violation = assertInstanceOf(WebSocketProtocolException.class, closed.getCause());
            assertEquals(CloseCode.PROTOCOL_ERROR, violation.code());
            RawPeer.Frame told = peer.next();
            assertNotNull(told);
            assertEquals(CloseCode.PROTOCOL_ERROR, told.closeCode());
            peer.writer().close();
        });
    }

    @Test
    void receive_twoTasks_theSecondIsRefused() throws Exception {
        withPeer((socket, peer) -> {
            Task<Message> first = Asyncio.createTask(() -> socket.receive());
            Asyncio.yieldNow();
            assertThrows(IllegalStateException.class, socket::receive);
            peer.send(FIN_TEXT, utf("for the first"));
            assertEquals(new Message.Text("for the first"), first.await());
        });
    }

    @Test
    void receive_cancelled_losesNothing() throws Exception {
        withPeer((socket, peer) -> {
            Task<Message> first = Asyncio.createTask(() -> socket.receive());
            Asyncio.yieldNow();
            peer.send(FIN_TEXT, utf("kept"));
            first.cancel();
            assertThrows(CancelledError.class, first::await);
            assertEquals(new Message.Text("kept"), socket.receive());
        });
    }

    @Test
    void receive_slowApplication_holdsThePeerBack() throws Exception {
        withPeer((socket, peer) -> {
            var message = new byte[32 * 1024];
            var sent = new int[1];
            Task<Void> sending = Asyncio.createTask(() -> {
                while (sent[0] < 2000) { // 64 MB: more than all buffers on the way hold
                    peer.send(0x82, message);
                    peer.drain();
                    sent[0]++;
                }
                return null;
            });
            int still = 0;
            for (int before = -1; still < 2000; still = sent[0] == before ? still + 1 : 0) {
                before = sent[0];
                Asyncio.yieldNow(); // the loop polls each time
            }
            assertTrue(sent[0] < 2000, "all was sent while nobody received");
            for (int i = 0; i < 2000; i++) {
                assertEquals(message.length, socket.receive().size());
            }
            sending.await();
            peer.writer().close();
        });
    }

    // ---- sending

    @Test
    void send_peerDoesNotRead_suspendsAndMessagesDoNotMix() throws Exception {
        withPeer(WebSocketOptions.DEFAULT.sendBuffer(1024), (socket, peer) -> {
            int senders = 8;
            int each = 50;
            var tasks = new ArrayList<Task<Void>>();
            for (int i = 0; i < senders; i++) {
                var message = new byte[64 * 1024];
                java.util.Arrays.fill(message, (byte) i);
                tasks.add(Asyncio.createTask(() -> {
                    for (int k = 0; k < each; k++) {
                        socket.send(message);
                    }
                    return null;
                }));
            }
            // 25 MB do not fit into the system's buffers. What waits is one message and what the mark allows.
            for (int i = 0; i < 1000; i++) {
                Asyncio.yieldNow();
                assertTrue(socket.bufferedBytes() <= 1024 + 64 * 1024 + 14, "waiting: " + socket.bufferedBytes());
            }
            assertFalse(tasks.getLast().done());
            Task<Duration> ping = Asyncio.createTask(() -> socket.ping());
            int pings = 0;
            var counts = new int[senders];
            for (int i = 0; i < senders * each; ) {
                RawPeer.Frame frame = peer.next();
                assertNotNull(frame);
                if (frame.opcode() == 9) {
                    peer.send(FIN_PONG, frame.payload());
                    pings++;
                    assertTrue(i < senders * each - 1, "a ping does not wait for all senders");
                    continue;
                }
                for (byte b : frame.payload()) {
                    assertEquals(frame.payload()[0], b);
                }
                counts[frame.payload()[0]]++;
                i++;
            }
            ping.await();
            assertEquals(1, pings);
            for (int i = 0; i < senders; i++) {
                assertEquals(each, counts[i]);
                tasks.get(i).await();
            }
            peer.writer().close();
        });
    }

    @Test
    void send_cancelledWhileWaiting_isSentAsAWholeOrNotAtAll() throws Exception {
        withPeer(WebSocketOptions.DEFAULT.sendBuffer(1024), (socket, peer) -> {
            var big = new byte[8 * 1024 * 1024];
            Task<Void> first = Asyncio.createTask(() -> {
                socket.send(big);
                return null;
            });
            Asyncio.yieldNow();
            Task<Void> second = Asyncio.createTask(() -> {
                socket.send("never sent");
                return null;
            });
            Asyncio.yieldNow();
            second.cancel();
            first.cancel();
            assertThrows(CancelledError.class, second::await);
            assertThrows(CancelledError.class, first::await);
            Task<Void> third = Asyncio.createTask(() -> {
                socket.send("third");
                return null;
            });
            RawPeer.Frame frame = peer.next();
            assertNotNull(frame);
            assertArrayEquals(big, frame.payload(), "what had begun is sent to its end");
            frame = peer.next();
            assertNotNull(frame);
            assertEquals("third", frame.text());
            third.await();
            peer.writer().close();
        });
    }

    @Test
    void send_halfASurrogatePair_isRefusedAndNothingSent() throws Exception {
        withPeer((socket, peer) -> {
            for (String bad : List.of("a\ud83d", "\ude00", "\ud83dx", "\ud83d\ud83d\ude00")) {
                var refused = assertThrows(IllegalArgumentException.class, () -> socket.send(bad));
                assertTrue(refused.getMessage().contains("surrogate"), refused.getMessage());
            }
            socket.send("good");
            RawPeer.Frame frame = peer.next();
            assertNotNull(frame);
            assertEquals("good", frame.text());
        });
    }

    // ---- pings

    @Test
    void ping_answersCome_eachTaskGetsItsOwn() throws Exception {
        withPeer((socket, peer) -> {
            Task<Duration> first = Asyncio.createTask(() -> socket.ping(utf("a")));
            Task<Duration> second = Asyncio.createTask(() -> socket.ping(utf("b")));
            Task<Duration> third = Asyncio.createTask(() -> socket.ping(utf("c")));
            for (String expected : List.of("a", "b", "c")) {
                RawPeer.Frame frame = peer.next();
                assertNotNull(frame);
                assertEquals(expected, frame.text());
            }
            peer.send(FIN_PONG, utf("unsolicited"));
            peer.send(FIN_PONG, utf("b")); // stands for a's, too
            second.await();
            assertTrue(first.done());
            assertFalse(third.done());
            peer.writer().close();
            assertThrows(WebSocketClosedException.class, () -> third.await(WebSocketClosedException.class));
            assertThrows(IllegalArgumentException.class, () -> socket.ping(new byte[126]));
        });
    }

    @Test
    void pings_nobodyReceives_areAnswered() throws Exception {
        withPeer((socket, peer) -> {
            peer.send(FIN_PING, utf("there?"));
            assertEquals(new RawPeer.Frame(FIN_PONG, utf("there?")), peer.next());
        });
    }

    @Test
    void pings_peerTakesNoPongs_isNotReadFromAnyMore() throws Exception {
        withPeer(WebSocketOptions.DEFAULT.sendBuffer(1024).closeTimeout(Duration.ofMillis(50)), (socket, peer) -> {
            var payload = new byte[125];
            var sent = new int[1];
            Task<Void> flood = Asyncio.createTask(() -> {
                while (true) {
                    peer.send(FIN_PING, payload);
                    peer.drain();
                    sent[0]++;
                }
            });
            int still = 0;
            for (int before = -1; still < 2000; still = sent[0] == before ? still + 1 : 0) { // until it is stuck
                before = sent[0];
                Asyncio.yieldNow();
                assertTrue(socket.bufferedBytes() < 256 * 1024, "pongs waiting: " + socket.bufferedBytes());
            }
            flood.cancel();
            assertThrows(CancelledError.class, flood::await);
        });
    }

    @Test
    void keepAlive_silentPeer_isPingedAndThenCutOff() throws Exception {
        var options = WebSocketOptions.DEFAULT.keepAlive(Duration.ofMillis(10), Duration.ofMillis(10));
        withPeer(options, (socket, peer) -> {
            var closed = assertThrows(WebSocketClosedException.class, socket::receive);
            assertEquals(CloseCode.ABNORMAL, closed.code());
            assertTrue(closed.getMessage().contains("keep-alive"), closed.getMessage());
            RawPeer.Frame ping = peer.next();
            assertNotNull(ping);
            assertEquals(9, ping.opcode());
            RawPeer.Frame close = peer.next();
            assertNotNull(close);
            assertEquals(CloseCode.INTERNAL_ERROR, close.closeCode());
            assertNull(peer.next());
        });
    }

    @Test
    void keepAlive_peerAnswers_goesOn() throws Exception {
        var options = WebSocketOptions.DEFAULT.keepAlive(Duration.ofMillis(10), Duration.ofSeconds(20));
        withPeer(options, (socket, peer) -> {
            for (int i = 0; i < 5; i++) {
                RawPeer.Frame ping = peer.next();
                assertNotNull(ping);
                assertEquals(FIN_PING, ping.bits());
                peer.send(FIN_PONG, ping.payload());
            }
            peer.send(FIN_TEXT, utf("alive"));
            assertEquals(new Message.Text("alive"), socket.receive());
            peer.writer().close();
        });
    }

    @Test
    void keepAlive_applicationDoesNotReceive_doesNotCount() throws Exception {
        var options = WebSocketOptions.DEFAULT.keepAlive(Duration.ofMillis(5), Duration.ofMillis(200));
        withPeer(options, (socket, peer) -> {
            // More than is kept for the application, so that pongs are not even read.
            peer.send(0x82, new byte[100 * 1024]);
            var pings = 0;
            while (pings == 0) {
                RawPeer.Frame frame = peer.next();
                assertNotNull(frame);
                pings += frame.opcode() == 9 ? 1 : 0;
                peer.send(FIN_PONG, frame.payload());
            }
            Asyncio.sleep(Duration.ofMillis(500)); // the time that would have been too long
            assertTrue(socket.isOpen());
            assertEquals(100 * 1024, socket.receive().size());
            peer.writer().close();
        });
    }

    // ---- closing

    @Test
    void close_peerAnswers_waitsForItsEndOfTheConnection() throws Exception {
        withPeer(WebSocketOptions.DEFAULT, (socket, peer) -> {
            peer.send(FIN_TEXT, utf("before"));
            var before = socket.receive();
            assertEquals(new Message.Text("before"), before);
            Task<Void> closing = Asyncio.createTask(() -> {
                socket.close(4000, "reason");
                return null;
            });
            RawPeer.Frame close = peer.next();
            assertNotNull(close);
            assertEquals(new RawPeer.Frame(FIN_CLOSE, RawPeer.closePayload(4000, "reason")), close);
            peer.send(FIN_TEXT, utf("dropped"));
            peer.send(FIN_CLOSE, RawPeer.closePayload(4000, ""));
            assertFalse(closing.done());
            peer.writer().close();
            closing.await();
            assertEquals(OptionalInt.of(4000), socket.closeCode());
            assertFalse(socket.iterator().hasNext(), "closed by this side, as it wanted");
            socket.close(); // nothing more to do
        });
    }

    @Test
    void close_peerDoesNotAnswer_isCutOffAfterTheTimeLimit() throws Exception {
        withPeer((socket, peer) -> {
            Task<Message> receiving = Asyncio.createTask(() -> socket.receive());
            Asyncio.yieldNow();
            socket.close();
            assertEquals(OptionalInt.of(1006), socket.closeCode());
            assertThrows(WebSocketClosedException.class, () -> receiving.await(IOException.class));
            var closed = assertThrows(WebSocketClosedException.class, socket::receive);
            assertTrue(closed.getMessage().contains("did not close within 50 ms"), closed.getMessage());
            peer.next();
            assertNull(peer.next());
        });
    }

    @Test
    void close_peerDoesNotEvenRead_isCutOffAndSendersAreTold() throws Exception {
        withPeer((socket, peer) -> {
            Task<Void> sending = Asyncio.createTask(() -> {
                while (true) {
                    socket.send(new byte[256 * 1024]);
                }
            });
            while (socket.bufferedBytes() == 0) {
                Asyncio.yieldNow();
            }
            socket.close();
            assertThrows(WebSocketClosedException.class, () -> sending.await(IOException.class));
        });
    }

    @Test
    void close_cancelled_closesAllTheSame() throws Exception {
        withPeer((socket, peer) -> {
            Task<Void> closing = Asyncio.createTask(() -> {
                socket.close();
                return null;
            });
            RawPeer.Frame close = peer.next();
            assertNotNull(close);
            assertEquals(1000, close.closeCode());
            closing.cancel();
            assertThrows(CancelledError.class, closing::await);
            assertThrows(WebSocketClosedException.class, () -> socket.send("x"));
            assertNull(peer.next(), "cut off after the time limit");
        });
    }

    @Test
    void close_bothAtOnce_endsWithThePeersCode() throws Exception {
        withPeer((socket, peer) -> {
            peer.send(FIN_CLOSE, RawPeer.closePayload(4002, "mine"));
            peer.writer().writeEof();
            socket.close(4001, "ours");
            assertEquals(OptionalInt.of(4002), socket.closeCode());
            RawPeer.Frame close = peer.next();
            assertNotNull(close);
            assertEquals(4001, close.closeCode());
            assertNull(peer.next());
        });
    }

    @Test
    void close_badCodeOrReason_isRefused() throws Exception {
        withPeer((socket, peer) -> {
            for (int code : new int[] {-1, 0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65536 + 1000}) {
                assertThrows(IllegalArgumentException.class, () -> socket.close(code, ""), "code " + code);
            }
            assertThrows(IllegalArgumentException.class, () -> socket.close(1000, "é".repeat(62)));
            assertTrue(socket.isOpen());
        });
    }

    @Test
    void peersClose_unansweredMessages_areAnsweredFirst() throws Exception {
        withPeer((socket, peer) -> {
            peer.send(FIN_TEXT, utf("question"));
            peer.send(FIN_CLOSE, RawPeer.closePayload(1000, ""));
            assertEquals(new Message.Text("question"), socket.receive());
            while (socket.closeCode().isEmpty()) {
                Asyncio.yieldNow();
            }
            socket.send("answer");
            assertFalse(socket.iterator().hasNext());
            RawPeer.Frame answer = peer.next();
            assertNotNull(answer);
            assertEquals("answer", answer.text());
            RawPeer.Frame close = peer.next();
            assertNotNull(close);
            assertEquals(1000, close.closeCode());
            peer.writer().close();
        });
    }

    @Test
    void peersClose_applicationOnlySends_isAnsweredAtOnce() throws Exception {
        withPeer((socket, peer) -> {
            socket.send("feed");
            peer.send(FIN_CLOSE, RawPeer.closePayload(1000, ""));
            RawPeer.Frame first = peer.next();
            assertNotNull(first);
            assertEquals("feed", first.text());
            RawPeer.Frame close = peer.next();
            assertNotNull(close);
            assertEquals(1000, close.closeCode());
            var closed = assertThrows(WebSocketClosedException.class, () -> socket.send("more"));
            assertEquals(1000, closed.code());
            peer.writer().close();
        });
    }

    @Test
    void abort_open_endsTheConnectionWithoutAHandshake() throws Exception {
        withPeer((socket, peer) -> {
            socket.abort();
            assertNull(peer.next());
            var closed = assertThrows(WebSocketClosedException.class, socket::receive);
            assertTrue(closed.getMessage().contains("aborted here"), closed.getMessage());
        });
    }

    @Test
    void loopEnds_socketLeftOpen_tellsThePeerAndLeavesNothing() throws Exception {
        try (var listening = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var peerSees = new java.util.concurrent.FutureTask<byte[]>(() -> {
                try (var connection = listening.accept()) {
                    var head = new StringBuilder();
                    while (!head.toString().endsWith("\r\n\r\n")) {
                        head.append((char) connection.getInputStream().read());
                    }
                    connection.getOutputStream().write(RawPeer.response(head.toString(), ""));
                    return connection.getInputStream().readAllBytes();
                }
            });
            Thread.ofPlatform().daemon().start(peerSees);
            Asyncio.run(() -> {
                WebSocket.connect(uri(listening.getLocalPort()));
            });
            byte[] bytes = peerSees.get();
            assertEquals(8, bytes.length, "a masked close frame with a code");
            assertEquals(0x88, bytes[0] & 255);
            assertEquals(1001, ((bytes[6] ^ bytes[2]) & 255) << 8 | ((bytes[7] ^ bytes[3]) & 255));
        }
    }
}

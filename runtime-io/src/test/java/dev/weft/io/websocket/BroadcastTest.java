package dev.weft.io.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Event;
import dev.weft.Suspends;
import dev.weft.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One message to many peers, some of them slow. */
final class BroadcastTest {
    private static final byte[] BIG = new byte[64 * 1024];

    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(Broadcast room, List<RawPeer> peers) throws Exception;
    }

    /** A room on a server, and peers that are in it. */
    private static void room(Broadcast room, int count, Program program) throws Exception {
        WatchedLoop.run(() -> {
            var options = WebSocketOptions.DEFAULT.closeTimeout(Duration.ofMillis(50));
            WebSocketHandler handler = socket -> {
                try (var _ = room.join(socket)) {
                    for (Message message : socket) {
                        room.send(message);
                    }
                }
            };
            try (var serving = TestServer.start(options, handler).serving()) {
                var peers = new ArrayList<RawPeer>();
                try {
                    for (int i = 0; i < count; i++) {
                        peers.add(RawPeer.connect(serving.server().port(), ""));
                    }
                    while (room.size() < count) {
                        Asyncio.yieldNow();
                    }
                    program.run(room, peers);
                } finally {
                    peers.forEach(RawPeer::abort);
                }
            }
        });
        assertEquals(0, room.size(), "peers that are gone");
    }

    /** Sends until the peer that does not read is stuck, with more than the backlog waiting for it; the other reads. */
    @Suspends
    private static int fill(Broadcast room, WebSocket stuck, int backlog, RawPeer reading) throws Exception {
        int sent = 0;
        while (stuck.bufferedBytes() <= backlog) {
            room.send(BIG);
            sent++;
            RawPeer.Frame frame = reading.next();
            assertNotNull(frame);
            assertEquals(BIG.length, frame.payload().length);
        }
        return sent;
    }

    @Test
    void send_severalPeers_allGetItInTheSameOrder() throws Exception {
        room(new Broadcast(SlowPeers.DISCONNECT), 5, (room, peers) -> {
            peers.get(0).send(0x81, new byte[] {'a'});
            peers.get(1).send(0x81, new byte[] {'b'});
            var orders = new ArrayList<String>();
            for (RawPeer peer : peers) {
                RawPeer.Frame first = peer.next();
                RawPeer.Frame second = peer.next();
                assertNotNull(first);
                assertNotNull(second);
                orders.add(first.text() + second.text());
            }
            assertTrue(List.of("ab", "ba").contains(orders.getFirst()), orders.toString());
            assertEquals(List.of(orders.getFirst()), orders.stream().distinct().toList());
        });
    }

    @Test
    void send_slowPeerAndDrop_leavesMessagesOutForItAlone() throws Exception {
        room(new Broadcast(SlowPeers.DROP_MESSAGE, 100_000), 2, (room, peers) -> {
            WebSocket stuck = room.sockets().get(0);
            int sent = fill(room, stuck, 100_000, peers.get(1));
            for (int i = 0; i < 10; i++) {
                assertEquals(1, room.send("later"));
                RawPeer.Frame frame = peers.get(1).next();
                assertNotNull(frame);
                assertEquals("later", frame.text());
            }
            assertEquals(10, room.dropped());
            for (int i = 0; i < sent; i++) { // what was not dropped comes whole
                RawPeer.Frame frame = peers.get(0).next();
                assertNotNull(frame);
                assertEquals(BIG.length, frame.payload().length);
            }
            assertEquals(2, room.send("both again"));
            RawPeer.Frame frame = peers.get(0).next();
            assertNotNull(frame);
            assertEquals("both again", frame.text());
        });
    }

    @Test
    void send_slowPeerAndDisconnect_closesItAlone() throws Exception {
        room(new Broadcast(SlowPeers.DISCONNECT, 100_000), 2, (room, peers) -> {
            WebSocket stuck = room.sockets().get(0);
            fill(room, stuck, 100_000, peers.get(1));
            assertEquals(1, room.send("later"));
            assertEquals(1, room.disconnected());
            assertEquals(1, room.size());
            assertFalse(stuck.isOpen());
            stuck.close(); // it takes nothing, so it is cut off in time
            assertEquals(1006, stuck.closeCode().orElse(0));
            RawPeer.Frame frame = peers.get(1).next();
            assertNotNull(frame);
            assertEquals("later", frame.text());
        });
    }

    @Test
    void send_slowPeerAndWait_waitsAfterAllOthersHaveIt() throws Exception {
        room(new Broadcast(SlowPeers.WAIT, 100_000), 2, (room, peers) -> {
            var sent = new int[1];
            Task<Void> sending = Asyncio.createTask(() -> {
                while (sent[0] < 1000) { // 64 MB
                    room.send(BIG);
                    sent[0]++;
                }
                return null;
            });
            int read = 0;
            WebSocket stuck = room.sockets().get(0);
            while (stuck.bufferedBytes() <= 100_000) {
                assertNotNull(peers.get(1).next());
                read++;
            }
            int waitingAt = sent[0];
            assertTrue(waitingAt < 1000);
            while (read <= waitingAt) { // the one it waits for has not got it: the other has
                assertNotNull(peers.get(1).next());
                read++;
            }
            assertEquals(waitingAt, sent[0]);
            sending.cancel();
            assertThrows(CancelledError.class, sending::await);
        });
    }

    @Test
    void send_peerThatIsGone_leavesTheRoom() throws Exception {
        room(new Broadcast(SlowPeers.DISCONNECT), 3, (room, peers) -> {
            WebSocket first = room.sockets().getFirst();
            first.abort();
            first.close();
            assertEquals(2, room.send("rest"));
            assertEquals(2, room.size());
        });
    }

    @Test
    void closeAll_severalPeers_closesThemTogether() throws Exception {
        room(new Broadcast(SlowPeers.DISCONNECT), 3, (room, peers) -> {
            var closed = new Event();
            Task<Void> closing = Asyncio.createTask(() -> {
                room.closeAll(CloseCode.GOING_AWAY, "bye");
                closed.set();
                return null;
            });
            for (RawPeer peer : peers) {
                RawPeer.Frame close = peer.next();
                assertNotNull(close);
                assertEquals(CloseCode.GOING_AWAY, close.closeCode());
                peer.send(0x88, close.payload());
            }
            closed.await();
            closing.await();
            assertEquals(0, room.size());
        });
    }

    @Test
    void join_twice_isOnePeer() throws Exception {
        room(new Broadcast(SlowPeers.DROP_MESSAGE), 1, (room, peers) -> {
            WebSocket socket = room.sockets().getFirst();
            assertFalse(room.add(socket));
            assertEquals(1, room.send("once"));
            assertTrue(room.remove(socket));
            assertFalse(room.remove(socket));
            assertEquals(0, room.send("nobody"));
            assertThrows(IllegalArgumentException.class, () -> new Broadcast(SlowPeers.WAIT, -1));
        });
    }
}

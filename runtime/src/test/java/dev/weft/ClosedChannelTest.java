package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What becomes of tasks that wait for a channel which somebody closes. */
final class ClosedChannelTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Something that waits for a channel for ever. */
    private interface Wait {
        @Suspends
        void on(EventLoop loop) throws IOException;
    }

    /** A connected pair, the second of which sends nothing and takes nothing. */
    private static SocketChannel[] pair() throws IOException {
        try (ServerSocketChannel listener = Loopback.listener(true)) {
            var client = SocketChannel.open(listener.getLocalAddress());
            client.configureBlocking(false);
            SocketChannel server = null;
            while (server == null) {
                server = listener.accept();
            }
            server.configureBlocking(false);
            return new SocketChannel[] {client, server};
        }
    }

    private static void assertEndsWhenClosed(SelectableChannel channel, Wait wait) throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            Task<Void> task = loop.createTask(() -> wait.on(loop));
            Asyncio.yieldNow();
            assertFalse(task.done());
            channel.close();
            Asyncio.timeout(LIMIT, ignored -> {
                assertThrows(ClosedChannelException.class, () -> task.await(IOException.class));
            });
            assertTrue(loop.core().onlyTimersLeft()); // nothing is left registered
        });
    }

    @Test
    void sockRecv_channelClosed_throws() throws Exception {
        SocketChannel[] pair = pair();
        assertEndsWhenClosed(pair[0], loop -> loop.sockRecv(pair[0], 10));
        SocketChannel[] other = pair();
        assertEndsWhenClosed(other[0], loop -> loop.sockRecvInto(other[0], ByteBuffer.allocate(10)));
        pair[1].close();
        other[1].close();
    }

    @Test
    void sockSendAll_channelClosed_throws() throws Exception {
        SocketChannel[] pair = pair();
        assertEndsWhenClosed(pair[0], loop -> loop.sockSendAll(pair[0], new byte[64 << 20]));
        pair[1].close();
    }

    @Test
    void sockAccept_channelClosed_throws() throws Exception {
        ServerSocketChannel listener = Loopback.listener(true);
        assertEndsWhenClosed(listener, loop -> loop.sockAccept(listener));
    }

    @Test
    void sockConnect_channelClosed_throws() throws Exception {
        try (var listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            List<SocketChannel> queued = new ArrayList<>();
            SocketChannel pending = null;
            while (pending == null && queued.size() < 10) {
                var channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(listener.getLocalAddress());
                queued.add(channel);
                pending = channel.finishConnect() ? null : channel;
            }
            Assumptions.assumeTrue(pending != null, "connections do not wait for room in the queue here");
            SocketChannel waiting = Objects.requireNonNull(pending);
            assertEndsWhenClosed(waiting, loop -> loop.sockConnect(waiting, listener.getLocalAddress()));
            for (SocketChannel channel : queued) {
                channel.close();
            }
        }
    }

    @Test
    void sockRecvFrom_channelClosed_throws() throws Exception {
        for (boolean into : new boolean[] {false, true}) {
            var channel = DatagramChannel.open().bind(null);
            channel.configureBlocking(false);
            assertEndsWhenClosed(channel, loop -> {
                if (into) {
                    loop.sockRecvFromInto(channel, ByteBuffer.allocate(10));
                } else {
                    loop.sockRecvFrom(channel, 10);
                }
            });
        }
    }

    @Test
    void awaitReadable_channelClosed_returns() throws Exception {
        var pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        assertEndsWhenClosed(pipe.source(), loop -> {
            loop.awaitReadable(pipe.source());
            pipe.source().read(ByteBuffer.allocate(1));
        });
        pipe.sink().close();
    }

    @Test
    void awaitReadable_claimedChannelClosedByOthers_returns() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            SocketChannel[] pair = pair();
            try (var claim = loop.claimChannel(pair[0], this)) {
                claim.addReader(() -> {});
                Task<Boolean> waiting = loop.createTask(() -> claim.awaitReadable());
                Asyncio.yieldNow();
                pair[0].close();
                Asyncio.timeout(LIMIT, ignored -> assertTrue(waiting.await()));
            }
            pair[1].close();
        });
    }

    @Test
    void channelClosed_loopIsNeverIdle_isNoticedAllTheSame() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            SocketChannel[] pair = pair();
            Task<byte[]> reading = loop.createTask(() -> loop.sockRecv(pair[0], 10));
            Asyncio.yieldNow();
            pair[0].close();
            while (!reading.done()) {
                Asyncio.yieldNow();
            }
            assertThrows(ClosedChannelException.class, () -> reading.await(IOException.class));
            pair[1].close();
        });
    }

    @Test
    void channelsClosed_amongManyOthers_onlyTheirTasksEnd() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            List<SocketChannel[]> pairs = new ArrayList<>();
            List<Task<byte[]>> tasks = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                SocketChannel[] pair = pair();
                pairs.add(pair);
                tasks.add(loop.createTask(() -> loop.sockRecv(pair[0], 10)));
            }
            Asyncio.yieldNow();
            for (int round = 0; round < 4; round++) { // one after another, faster than they are looked for
                for (int i = round; i < 200; i += 8) {
                    pairs.get(i)[0].close();
                }
                Asyncio.yieldNow();
            }
            for (int i = 0; i < 200; i++) {
                Task<byte[]> task = tasks.get(i);
                if (i % 8 < 4) {
                    assertThrows(ClosedChannelException.class, () -> task.await(IOException.class));
                }
            }
            for (int i = 0; i < 200; i++) {
                if (i % 8 >= 4) {
                    assertFalse(tasks.get(i).done());
                    loop.sockSendAll(pairs.get(i)[1], new byte[] {1});
                    assertEquals(1, tasks.get(i).await().length);
                }
                pairs.get(i)[0].close();
                pairs.get(i)[1].close();
            }
        });
    }

    @Test
    void channelClosed_waitCancelledAsWell_theTaskIsCancelled() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            SocketChannel[] pair = pair();
            Task<byte[]> reading = loop.createTask(() -> loop.sockRecv(pair[0], 10));
            Asyncio.yieldNow();
            pair[0].close();
            reading.cancel();
            assertThrows(CancelledError.class, reading::await);
            pair[1].close();
        });
    }

    @Test
    void addReader_channelClosed_isNotCalled() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            SocketChannel[] pair = pair();
            int[] calls = {0};
            loop.addReader(pair[0], () -> calls[0]++);
            Task<byte[]> other = loop.createTask(() -> loop.sockRecv(pair[1], 10));
            Asyncio.yieldNow();
            pair[0].close();
            pair[1].close();
            assertThrows(ClosedChannelException.class, () -> other.await(IOException.class));
            assertEquals(0, calls[0]);
        });
    }
}

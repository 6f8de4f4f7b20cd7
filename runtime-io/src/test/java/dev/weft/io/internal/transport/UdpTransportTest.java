package dev.weft.io.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.io.BufferLimits;
import dev.weft.io.DatagramProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sending while the system has no room, which on the loopback interface it always has. */
final class UdpTransportTest {
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final InetSocketAddress SOMEBODY = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9);

    private final List<String> trail = new ArrayList<>();
    private final List<Integer> sent = new ArrayList<>();
    private int room;
    private @Nullable Future<@Nullable Exception> lost;

    private final class Sender implements DatagramProtocol {
        @Override
        public void datagramReceived(byte[] data, SocketAddress from) {}

        @Override
        public void errorReceived(IOException exception) {
            trail.add("error");
        }

        @Override
        public void pauseWriting() {
            trail.add("pause");
        }

        @Override
        public void resumeWriting() {
            trail.add("resume");
        }

        @Override
        public void connectionLost(@Nullable Exception exception) {
            trail.add("lost");
            lost.setResult(exception);
        }
    }

    @Suspends
    private UdpTransport blocked() throws IOException {
        EventLoop loop = Asyncio.getRunningLoop();
        lost = loop.createFuture();
        var channel = DatagramChannel.open().bind(LOOPBACK);
        channel.configureBlocking(false);
        var transport = new UdpTransport(loop, channel, null, new Sender());
        transport.setWire((data, target) -> {
            int length = data.remaining();
            if (length == 66) {
                throw new SocketException("refused");
            }
            if (room <= 0) {
                return 0;
            }
            room--;
            sent.add(length);
            return length;
        });
        Future<@Nullable Void> started = loop.createFuture();
        transport.start(started);
        started.await();
        return transport;
    }

    private static void send(UdpTransport transport, int length) {
        transport.sendTo(ByteBuffer.allocate(length), SOMEBODY);
    }

    /** Until the selector has been asked and what it found has run. */
    @Suspends
    private static void poll() {
        Asyncio.yieldNow();
        Asyncio.yieldNow();
    }

    // Conformance 422: test_selector_events.py::SelectorDatagramTransportTests::test_sendto_sendto_ready_blocked
    @Test
    void writable_stillNoRoom_theDatagramStaysQueued() throws Exception {
        Asyncio.run(() -> {
            UdpTransport transport = blocked();
            send(transport, 3);
            send(transport, 4);
            poll();
            assertEquals(3 + 8 + 4 + 8, transport.getWriteBufferSize());
            room = 1;
            poll();
            assertEquals(List.of(3), sent);
            assertEquals(4 + 8, transport.getWriteBufferSize());
            room = 9;
            poll();
            assertEquals(List.of(3, 4), sent);
            assertEquals(0, transport.getWriteBufferSize());
            send(transport, 5); // at once again
            assertEquals(List.of(3, 4, 5), sent);
            transport.close();
            assertNull(lost.await());
        });
    }

    @Test
    void sendTo_buffered_takesACopy() throws Exception {
        Asyncio.run(() -> {
            UdpTransport transport = blocked();
            byte[] data = {1, 2, 3};
            transport.sendTo(data, SOMEBODY);
            var bytes = new ArrayList<Byte>();
            transport.setWire((copy, target) -> {
                bytes.add(copy.get(0));
                return copy.remaining();
            });
            data[0] = 9;
            poll();
            assertEquals(List.of((byte) 1), bytes);
            transport.abort();
            lost.await();
        });
    }

    @Test
    void sendTo_emptyDatagramsWithoutRoom_countTowardsTheWaterMarks() throws Exception {
        Asyncio.run(() -> {
            UdpTransport transport = blocked();
            assertEquals(new BufferLimits(16 * 1024, 64 * 1024), transport.getWriteBufferLimits());
            transport.setWriteBufferLimits(80, 16);
            send(transport, 1); // blocks; an empty one first would count as sent
            for (int i = 0; i < 8; i++) {
                send(transport, 0);
            }
            assertEquals(9 + 8 * 8, transport.getWriteBufferSize());
            assertEquals(List.of(), trail);
            send(transport, 0);
            assertEquals(List.of("pause"), trail);
            room = 7;
            poll();
            assertEquals(List.of("pause", "resume"), trail);
            transport.abort();
            lost.await();
            assertEquals(0, transport.getWriteBufferSize());
        });
    }

    @Test
    void writable_datagramRefused_isToldAndThePausedSenderGoesOn() throws Exception {
        Asyncio.run(() -> {
            UdpTransport transport = blocked();
            transport.setWriteBufferLimits(0);
            send(transport, 3);
            send(transport, 66);
            send(transport, 4);
            assertEquals(List.of("pause"), trail);
            room = 9;
            poll();
            assertEquals(List.of(3, 4), sent);
            assertEquals(List.of("pause", "error", "resume"), trail);
            transport.close();
            lost.await();
        });
    }

    @Test
    void close_buffered_sendsFirst() throws Exception {
        Asyncio.run(() -> {
            UdpTransport transport = blocked();
            send(transport, 3);
            send(transport, 4);
            transport.close();
            poll();
            assertEquals(List.of(), trail);
            room = 9;
            assertNull(lost.await());
            assertEquals(List.of(3, 4), sent);
            assertEquals(List.of("lost"), trail);
        });
    }

    @Test
    void abort_buffered_drops() throws Exception {
        Asyncio.run(() -> {
            UdpTransport transport = blocked();
            send(transport, 3);
            transport.abort();
            room = 9;
            assertNull(lost.await());
            assertEquals(List.of(), sent);
            assertTrue(transport.isClosing());
        });
    }
}

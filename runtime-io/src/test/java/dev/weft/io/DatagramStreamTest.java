package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Datagram;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.Task;
import dev.weft.io.internal.transport.UdpTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Datagrams, sequential code. */
final class DatagramStreamTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private static String text(Datagram datagram) {
        return new String(datagram.data(), UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Suspends
    private static void until(java.util.function.BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Asyncio.yieldNow();
        }
    }

    @Test
    void receive_requestAndAnswer_goBothWays() throws Exception {
        Asyncio.run(() -> {
            try (var server = Net.openDatagram(ANY_PORT, null);
                    var client = Net.openDatagram(null, server.localAddress())) {
                client.send(bytes("question"));
                Datagram question = server.receive();
                assertEquals("question", text(question));
                assertEquals(client.localAddress(), question.address());
                server.send(bytes("answer"), question.address());
                assertEquals("answer", text(client.receive()));
                client.send(new byte[0]);
                assertEquals(0, server.receive().data().length);
                client.send(ByteBuffer.wrap(bytes("from a buffer")));
                assertEquals("from a buffer", text(server.receive()));
            }
        });
    }

    @Test
    void receive_beyondTheBufferOfDatagrams_dropsTheLatestAndCountsThem() throws Exception {
        Asyncio.run(() -> {
            var options = DatagramOptions.DEFAULT.receiveBuffer(3, 1000);
            try (var server = Net.openDatagram(ANY_PORT, null, options);
                    var client = Net.openDatagram(null, server.localAddress())) {
                for (int i = 0; i < 5; i++) {
                    client.send(bytes("datagram " + i));
                }
                until(() -> server.dropped() == 2);
                assertEquals(3, server.buffered());
                for (int i = 0; i < 3; i++) {
                    assertEquals("datagram " + i, text(server.receive()));
                }
                client.send(bytes("room again"));
                assertEquals("room again", text(server.receive()));
                assertEquals(2, server.dropped());
                assertEquals(0, server.buffered());
            }
        });
    }

    @Test
    void receive_beyondTheBufferOfBytes_dropsButNeverTheOnlyOne() throws Exception {
        Asyncio.run(() -> {
            var options = DatagramOptions.DEFAULT.receiveBuffer(10, 8);
            try (var server = Net.openDatagram(ANY_PORT, null, options);
                    var client = Net.openDatagram(null, server.localAddress())) {
                client.send(bytes("longer than eight"));
                client.send(bytes("x"));
                until(() -> server.dropped() == 1);
                assertEquals("longer than eight", text(server.receive()));
                client.send(bytes("1234"));
                client.send(bytes("12345"));
                client.send(bytes("1234"));
                until(() -> server.dropped() == 2);
                until(() -> server.buffered() == 2);
                assertEquals("1234", text(server.receive()));
                assertEquals("1234", text(server.receive()));
            }
        });
    }

    @Test
    void receive_severalTasks_areServedInOrder() throws Exception {
        Asyncio.run(() -> {
            try (var server = Net.openDatagram(ANY_PORT, null);
                    var client = Net.openDatagram(null, server.localAddress())) {
                var tasks = new ArrayList<Task<String>>();
                for (int i = 0; i < 3; i++) {
                    tasks.add(Asyncio.createTask(() -> text(server.receive())));
                }
                Asyncio.yieldNow();
                for (String word : List.of("a", "b", "c")) {
                    client.send(bytes(word));
                }
                assertEquals(List.of("a", "b", "c"), Asyncio.gather(tasks).await());
            }
        });
    }

    @Test
    void receive_cancelledOrTimedOut_losesNothing() throws Exception {
        Asyncio.run(() -> {
            try (var server = Net.openDatagram(ANY_PORT, null);
                    var client = Net.openDatagram(null, server.localAddress())) {
                assertThrows(
                        TimeoutException.class, () -> Asyncio.waitFor(() -> server.receive(), Duration.ofMillis(1)));
                Task<Datagram> task = Asyncio.createTask(() -> server.receive());
                Asyncio.yieldNow();
                client.send(bytes("kept"));
                task.cancel();
                assertThrows(CancelledError.class, task::await);
                assertEquals("kept", text(server.receive()));
            }
        });
    }

    @Test
    void close_whileOthersReceive_wakesThemWithAClearError() throws Exception {
        Asyncio.run(() -> {
            var stream = Net.openDatagram(ANY_PORT, null);
            var tasks = List.of(Asyncio.createTask(() -> stream.receive()), Asyncio.createTask(() -> stream.receive()));
            Asyncio.yieldNow();
            stream.close();
            stream.close();
            for (Task<Datagram> task : tasks) {
                var failure = assertThrows(SocketException.class, () -> task.await(IOException.class));
                assertEquals("the datagram stream is closed", failure.getMessage());
            }
            assertThrows(SocketException.class, stream::receive);
            assertThrows(SocketException.class, () -> stream.send(bytes("x"), ANY_PORT));
            assertTrue(stream.isClosing());
            assertNull(stream.localAddress());
            assertTrue(stream.toString().contains("closed"), stream.toString());
        });
    }

    @Test
    void iterator_closedStream_ends() throws Exception {
        Asyncio.run(() -> {
            try (var server = Net.openDatagram(ANY_PORT, null);
                    var client = Net.openDatagram(null, server.localAddress())) {
                Task<List<String>> all = Asyncio.createTask(() -> {
                    List<String> words = new ArrayList<>();
                    for (Datagram datagram : server) {
                        words.add(text(datagram));
                        server.send(datagram.data(), datagram.address());
                    }
                    return words;
                });
                client.send(bytes("a"));
                assertEquals("a", text(client.receive()));
                client.send(bytes("b"));
                assertEquals("b", text(client.receive()));
                server.transport().close();
                assertEquals(List.of("a", "b"), all.await());
                assertThrows(
                        java.util.NoSuchElementException.class,
                        () -> server.iterator().next());
            }
        });
    }

    @Test
    void receive_nobodyListensAtThePeersAddress_saysSoOnceAndGoesOn() throws Exception {
        Asyncio.run(() -> {
            InetSocketAddress address;
            try (var gone = Net.openDatagram(ANY_PORT, null)) {
                address = (InetSocketAddress) gone.localAddress();
            }
            try (var client = Net.openDatagram(null, address)) {
                for (int i = 0; i < 100; i++) {
                    client.send(bytes("anybody there?")); // does not throw what an earlier one met with
                }
                assertThrows(PortUnreachableException.class, client::receive);
                try (var server = Net.openDatagram(address, null)) {
                    client.send(bytes("and now?"));
                    Datagram question = server.receive();
                    server.send(bytes("yes"), question.address());
                    String answer = null;
                    while (answer == null) {
                        try {
                            answer = text(client.iterator().next());
                        } catch (UncheckedIOException e) {
                            assertEquals(
                                    PortUnreachableException.class, e.getCause().getClass());
                        }
                    }
                    assertEquals("yes", answer);
                }
            }
        });
    }

    @Test
    void send_tooLong_throwsWithTheLengthAndTheLimit() throws Exception {
        Asyncio.run(() -> {
            try (var server = Net.openDatagram(ANY_PORT, null);
                    var client = Net.openDatagram(null, server.localAddress())) {
                var failure = assertThrows(IOException.class, () -> client.send(new byte[70_000]));
                assertTrue(
                        failure.getMessage().contains("70000")
                                && failure.getMessage().contains("65507"),
                        failure.getMessage());
                client.send(new byte[65_507]);
                assertEquals(65_507, server.receive().data().length);
                assertThrows(IllegalArgumentException.class, () -> server.send(bytes("to whom?")));
            }
        });
    }

    @Test
    void send_aboveTheHighWaterMark_waitsAndCancelledSendsNothing() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            var channel = DatagramChannel.open().bind(ANY_PORT);
            channel.configureBlocking(false);
            var inbox = new DatagramInbox(loop, 10, 1000);
            var transport = new UdpTransport(loop, channel, null, inbox);
            var stream = new DatagramStream(loop, transport, inbox);
            transport.start(loop.createFuture());
            inbox.pauseWriting(); // as the transport does above the mark
            var sent = new ArrayList<String>();
            var first = Asyncio.createTask(() -> {
                stream.send(bytes("first"), stream.localAddress());
                sent.add("first");
            });
            var second = Asyncio.createTask(() -> {
                stream.send(bytes("second"), stream.localAddress());
                sent.add("second");
            });
            Asyncio.yieldNow();
            assertEquals(List.of(), sent);
            first.cancel();
            assertThrows(CancelledError.class, first::await);
            inbox.resumeWriting();
            second.await();
            assertEquals("second", text(stream.receive()));

            inbox.pauseWriting();
            var third = Asyncio.createTask(() -> stream.send(bytes("third"), stream.localAddress()));
            Asyncio.yieldNow();
            stream.close();
            assertThrows(SocketException.class, () -> third.await(IOException.class));
        });
    }

    @Test
    void openDatagram_channel_isUsedAndClosed() throws Exception {
        Asyncio.run(() -> {
            var channel = DatagramChannel.open().bind(ANY_PORT);
            try (var stream = Net.openDatagram(channel, DatagramOptions.DEFAULT)) {
                stream.send(bytes("to myself"), stream.localAddress());
                assertEquals("to myself", text(stream.receive()));
            }
            assertFalse(channel.isOpen());
        });
    }

    @Test
    void openDatagram_badOptions_areRejected() {
        assertThrows(IllegalArgumentException.class, () -> DatagramOptions.DEFAULT.receiveBuffer(0, 1));
        assertThrows(IllegalArgumentException.class, () -> DatagramOptions.DEFAULT.receiveBuffer(1, 0));
        assertThrows(IllegalArgumentException.class, () -> DatagramOptions.DEFAULT.multicastTimeToLive(256));
        assertThrows(IllegalArgumentException.class, () -> DatagramOptions.DEFAULT.multicastTimeToLive(-1));
        assertThrows(
                IllegalArgumentException.class, () -> DatagramOptions.DEFAULT.join(InetAddress.ofLiteral("127.0.0.1")));
    }

    @Test
    void stream_noLongerReferredTo_isClosedWithAWarning() throws Exception {
        Asyncio.run(() -> {
            try (var log = new LogCapture()) {
                var channel = DatagramChannel.open().bind(ANY_PORT);
                var abandoned = new WeakReference<>(Net.openDatagram(channel, DatagramOptions.DEFAULT));
                for (int i = 0; i < 1000 && channel.isOpen(); i++) {
                    System.gc();
                    Asyncio.sleep(Duration.ofMillis(1));
                }
                assertNull(abandoned.get());
                assertFalse(channel.isOpen());
                assertTrue(
                        log.contains("unclosed datagram stream"),
                        () -> log.events().toString());
            }
        });
    }

    // ---- many

    @Test
    void close_thousandStreams_leavesNoDescriptorOpen() throws Exception {
        Asyncio.run(() -> {
            long before = 0;
            for (int i = 0; i < 1000; i++) {
                try (var server = Net.openDatagram(ANY_PORT, null);
                        var client = Net.openDatagram(null, server.localAddress())) {
                    client.send(new byte[i % 3]);
                    assertEquals(i % 3, server.receive().data().length);
                }
                before = i == 0 ? Descriptors.count() : before; // the selector's own are among them now
            }
            Descriptors.assertNoMoreThan(before);
        });
    }

    @Test
    void receive_aBurstOfAHundredThousand_staysBoundedAndReportsItsLossHonestly() throws Exception {
        Asyncio.run(() -> {
            int count = 100_000;
            try (var server = Net.openDatagram(ANY_PORT, null, DatagramOptions.DEFAULT.receiveBuffer(100, 6400));
                    var client = Net.openDatagram(null, server.localAddress())) {
                var received = new int[1];
                var receiver = Asyncio.createTask(() -> {
                    for (Datagram datagram : server) {
                        assertEquals(64, datagram.data().length);
                        received[0]++;
                    }
                });
                var data = new byte[64];
                for (int i = 0; i < count; i++) {
                    client.send(data);
                    if (i % 50 == 0) {
                        Asyncio.yieldNow();
                    }
                    assertTrue(server.buffered() <= 100);
                }
                // Nothing gets lost between the sender and the socket's buffer, or between that and the stream, as long
                // as there is room.
                until(() -> received[0] + server.dropped() == count);
                server.transport().close();
                receiver.await();
            }
        });
    }
}

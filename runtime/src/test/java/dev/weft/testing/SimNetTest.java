package dev.weft.testing;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.timeout;
import static dev.weft.testing.SimSockets.connect;
import static dev.weft.testing.SimSockets.listen;
import static dev.weft.testing.SimSockets.receive;
import static dev.weft.testing.SimSockets.receiveAll;
import static dev.weft.testing.SimSockets.send;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.AddressFamily;
import dev.weft.CancelledError;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;

/** Connections in a {@link SimNet}, by the loop's own calls; {@code SimNetDatagramTest} has datagrams. */
final class SimNetTest {
    private TestLoop loop;
    private SimNet net;
    private SimHost server;
    private SimHost client;

    @BeforeEach
    void makeHosts(TestLoop loop, SimNet net) {
        this.loop = loop;
        this.net = net;
        server = net.host("server");
        client = net.host("client");
    }

    /** Both ends of a connection. */
    private record Pair(SocketChannel near, SocketChannel far) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            near.close();
            far.close();
        }
    }

    @Suspends
    private Pair connected() throws IOException {
        try (ServerSocketChannel listening = listen(server, 80)) {
            SocketChannel near = connect(client, server.at(80));
            return new Pair(near, loop.sockAccept(listening));
        }
    }

    // ---- connections

    @WeftTest
    void connection_bothWays_takesTheLatency() throws Exception {
        net.link(client, server).latency(millis(10));
        try (Pair pair = connected()) {
            assertEquals(millis(20).toNanos(), loop.time()); // there and back
            send(pair.near(), "ping");
            assertEquals("ping", receive(pair.far()));
            assertEquals(millis(30).toNanos(), loop.time());
            send(pair.far(), "pong");
            assertEquals("pong", receive(pair.near()));
            assertEquals(millis(40).toNanos(), loop.time());
        }
    }

    @WeftTest
    void connection_addresses_nameTheHosts() throws Exception {
        try (Pair pair = connected()) {
            assertEquals(server.at(80), pair.near().getRemoteAddress());
            assertEquals(pair.near().getLocalAddress(), pair.far().getRemoteAddress());
            assertEquals(client.address(), ((InetSocketAddress) pair.far().getRemoteAddress()).getAddress());
            assertTrue(
                    pair.near().toString().contains("server/10.0.0.2:80"),
                    pair.near().toString());
            pair.near().setOption(StandardSocketOptions.TCP_NODELAY, true);
            assertTrue(pair.near().getOption(StandardSocketOptions.TCP_NODELAY));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> pair.near().setOption(StandardSocketOptions.SO_REUSEPORT, true));
        }
    }

    @WeftTest
    void connection_endOfOneDirection_leavesTheOther() throws Exception {
        try (Pair pair = connected()) {
            send(pair.near(), "last");
            pair.near().shutdownOutput();
            assertEquals("last", receive(pair.far()));
            assertEquals("", receive(pair.far()));
            send(pair.far(), "still");
            assertEquals("still", receive(pair.near()));
        }
    }

    @WeftTest
    void connection_closedWithSomethingUnread_isReset() throws Exception {
        try (Pair pair = connected()) {
            send(pair.near(), "never read");
            loop.awaitAllBlocked();
            pair.far().close();
            SocketException e = assertThrows(SocketException.class, () -> receive(pair.near()));
            assertEquals("Connection reset", e.getMessage());
            assertEquals(
                    "Broken pipe",
                    assertThrows(IOException.class, () -> send(pair.near(), "x"))
                            .getMessage());
        }
    }

    @WeftTest
    void write_peerDoesNotRead_waitsForRoom() throws Exception {
        net.bufferSize(1_000);
        try (Pair pair = connected()) {
            var sent = new byte[2_500];
            new java.util.Random(1).nextBytes(sent);
            Task<?> sending = createTask(() -> loop.sockSendAll(pair.near(), sent));
            loop.awaitAllBlocked();
            assertFalse(sending.done());
            assertArrayEquals(sent, receiveAll(pair.far(), 2_500));
            sending.await();
        }
    }

    @WeftTest
    void bandwidth_limitsTheRate() throws Exception {
        net.link(client, server).bandwidth(1_000);
        try (Pair pair = connected()) {
            Task<?> sending = createTask(() -> loop.sockSendAll(pair.near(), new byte[5_000]));
            receiveAll(pair.far(), 5_000);
            sending.await();
            assertEquals(seconds(5).toNanos(), loop.time());
        }
    }

    @WeftTest
    void localhost_isTheHostItself() throws Exception {
        try (ServerSocketChannel listening = listen(client, 80)) {
            assertThrows(
                    ConnectException.class,
                    () -> connect(server, new InetSocketAddress(InetAddress.getLoopbackAddress(), 80)));
            try (SocketChannel near = connect(client, new InetSocketAddress(InetAddress.getLoopbackAddress(), 80));
                    SocketChannel far = loop.sockAccept(listening)) {
                send(near, "x");
                assertEquals("x", receive(far));
            }
        }
    }

    @WeftTest
    void channel_closedWhileATaskWaits_failsTheTask() throws Exception {
        try (Pair pair = connected()) {
            Task<?> reading = createTask(() -> receive(pair.near()));
            loop.awaitAllBlocked();
            pair.near().close();
            assertThrows(java.nio.channels.ClosedChannelException.class, () -> reading.await(IOException.class));
        }
    }

    @WeftTest
    void bind_takenOrForeignAddress_isRefused() throws Exception {
        try (ServerSocketChannel first = listen(server, 80)) {
            assertThrows(BindException.class, () -> listen(server, 80));
            try (ServerSocketChannel other = loop.selectorProvider().openServerSocketChannel()) {
                assertThrows(BindException.class, () -> other.bind(server.at(81)));
            }
            assertEquals(new InetSocketAddress(80), first.getLocalAddress());
        }
        listen(server, 80).close();
    }

    @WeftTest
    void backlog_full_connectsWhenThereIsRoom() throws Exception {
        try (ServerSocketChannel listening = listen(server, 80, 1)) {
            List<Task<?>> connecting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                connecting.add(createTask(() -> connect(client, server.at(80)).close()));
            }
            loop.awaitAllBlocked();
            assertEquals(2, connecting.stream().filter(Task::done).count());
            loop.sockAccept(listening).close();
            connecting.forEach(task -> task.await());
            assertEquals(seconds(1).toNanos(), loop.time());
            loop.sockAccept(listening).close();
            loop.sockAccept(listening).close();
        }
    }

    // ---- what goes wrong

    @WeftTest
    void connect_nobodyListens_isRefused() {
        net.link(client, server).latency(millis(10));
        ConnectException e = assertThrows(ConnectException.class, () -> connect(client, server.at(80)));
        assertTrue(e.getMessage().startsWith("Connection refused"), e.getMessage());
        assertEquals(millis(20).toNanos(), loop.time());
    }

    @WeftTest
    void cut_connect_isToldAtOnce() throws Exception {
        try (ServerSocketChannel listening = listen(server, 80)) {
            net.link(client, server).cut();
            assertThrows(NoRouteToHostException.class, () -> connect(client, server.at(80)));
            assertEquals(0, loop.time());
            net.link(client, server).heal();
            connect(client, server.at(80)).close();
            loop.sockAccept(listening).close();
        }
    }

    @WeftTest
    void cut_establishedConnection_goesOnWhenHealed() throws Exception {
        net.link(client, server).latency(millis(10));
        try (Pair pair = connected()) {
            send(pair.near(), "under way ");
            net.link(client, server).cut();
            send(pair.near(), "sent meanwhile");
            Task<byte[]> reading = createTask(() -> receiveAll(pair.far(), 24));
            sleep(seconds(600));
            assertFalse(reading.done());
            net.link(client, server).heal();
            assertEquals("under way sent meanwhile", new String(reading.await(), StandardCharsets.UTF_8));
            assertEquals(millis(600_020 + 10).toNanos(), loop.time());
        }
    }

    @WeftTest
    void cut_forALongTime_timesTheSenderOut() throws Exception {
        try (Pair pair = connected()) {
            net.oneWay(client, server).cut();
            send(pair.near(), "lost");
            SocketException e = assertThrows(SocketException.class, () -> receive(pair.near()));
            assertEquals("Connection timed out", e.getMessage());
            assertEquals(millis(924_600).toNanos(), loop.time());
        }
    }

    @WeftTest
    void blackHole_connect_timesOutAsInLinux() throws Exception {
        net.link(client, server).blackHole();
        ConnectException e = assertThrows(ConnectException.class, () -> connect(client, server.at(80)));
        assertTrue(e.getMessage().startsWith("Connection timed out"), e.getMessage());
        assertEquals(seconds(127).toNanos(), loop.time());
    }

    @WeftTest
    void blackHole_connectWithRetries_takesHoursInNoTime() throws Exception {
        try (ServerSocketChannel listening = listen(server, 80)) {
            SimLink link = net.link(client, server).blackHole();
            loop.callLater(Duration.ofHours(5), link::heal);
            long began = System.nanoTime();
            int attempts = 0;
            while (true) {
                attempts++;
                try {
                    timeout(seconds(10), () -> connect(client, server.at(80)).close());
                    break;
                } catch (TimeoutException e) {
                    sleep(Duration.ofMinutes(1));
                }
            }
            assertEquals(5 * 3600 / 70 + 2, attempts);
            assertTrue(Duration.ofNanos(System.nanoTime() - began).toSeconds() < 5);
            loop.sockAccept(listening).close();
        }
    }

    @WeftTest
    void reset_bothEnds_areTold() throws Exception {
        try (Pair pair = connected()) {
            send(pair.near(), "lost");
            net.link(client, server).reset();
            assertThrows(SocketException.class, () -> receive(pair.far()));
            assertThrows(SocketException.class, () -> receive(pair.near()));
            assertThrows(IOException.class, () -> send(pair.near(), "x"));
        }
    }

    @WeftTest
    void crash_peerThatSends_isToldThatItIsReset() throws Exception {
        net.link(client, server).latency(millis(10));
        try (Pair pair = connected()) {
            server.crash();
            assertThrows(SocketException.class, () -> receive(pair.far()));
            send(pair.near(), "anybody there?");
            assertThrows(SocketException.class, () -> receive(pair.near()));
            assertEquals(millis(40).toNanos(), loop.time());
        }
    }

    @WeftTest
    void crash_whatTheHostHasSentAndClosed_isLost() throws Exception {
        net.link(client, server).latency(millis(10));
        try (Pair pair = connected()) {
            net.link(client, server).cut();
            send(pair.far(), "lost");
            pair.far().close();
            server.crash();
            net.link(client, server).heal();
            send(pair.near(), "anybody there?");
            assertThrows(SocketException.class, () -> receive(pair.near()));
        }
    }

    @WeftTest
    void crash_tasksOfTheHost_areCancelledAndItsPortsFree() throws Exception {
        ServerSocketChannel before = listen(server, 80);
        Task<?> serving = server.createTask(() -> loop.sockAccept(before));
        Task<?> other = client.createTask(() -> sleep(seconds(1)));
        loop.awaitAllBlocked();
        server.crash();
        assertThrows(CancelledError.class, serving::await);
        try (ServerSocketChannel after = listen(server, 80)) {
            before.close();
            connect(client, server.at(80)).close();
            loop.sockAccept(after).close();
        }
        other.await();
    }

    @WeftTest(seed = 1)
    void loss_streams_areCompleteButLate() throws Exception {
        net.link(client, server).latency(millis(10)).loss(0.3);
        try (Pair pair = connected()) {
            var sent = new byte[100_000];
            new java.util.Random(1).nextBytes(sent);
            Task<?> sending = createTask(() -> loop.sockSendAll(pair.near(), sent));
            assertArrayEquals(sent, receiveAll(pair.far(), sent.length));
            sending.await();
            assertTrue(loop.time() >= millis(200).toNanos(), "no retransmission");
        }
    }

    @WeftTest
    void partition_cutsOneSideFromTheOther() throws Exception {
        SimHost third = net.host("third");
        try (ServerSocketChannel listening = listen(server, 80)) {
            net.partition(server, third);
            connect(third, server.at(80)).close();
            assertThrows(NoRouteToHostException.class, () -> connect(client, server.at(80)));
            net.everyLink().heal();
            connect(client, server.at(80)).close();
            loop.sockAccept(listening).close();
            loop.sockAccept(listening).close();
        }
    }

    @WeftTest
    void everyLink_hostsToCome_areIncluded() throws Exception {
        net.everyLink().latency(millis(7));
        SimHost late = net.host("late");
        try (ServerSocketChannel listening = listen(server, 80)) {
            connect(late, server.at(80)).close();
            assertEquals(millis(14).toNanos(), loop.time());
            loop.sockAccept(listening).close();
        }
    }

    // ---- names

    @WeftTest
    void names_ofHosts_areKnownWithoutALookUp() throws Exception {
        assertEquals(List.of(server.at(80)), loop.getAddrInfo("server", 80));
        assertEquals("server", loop.getNameInfo(server.at(80)).host());
        assertEquals("10.0.0.2", loop.getNameInfo(server.at(80), true).host());
        assertEquals(
                List.of(new InetSocketAddress(InetAddress.ofLiteral("::1"), 1)),
                loop.getAddrInfo("localhost", 1, AddressFamily.INET6));
        UnknownHostException e = assertThrows(UnknownHostException.class, () -> loop.getAddrInfo("elsewhere", 80));
        assertTrue(e.getMessage().contains("[test, server, client]"), e.getMessage());
        try (ServerSocketChannel listening = listen(server, 80)) {
            connect(client, InetSocketAddress.createUnresolved("server", 80)).close();
            loop.sockAccept(listening).close();
        }
    }

    @WeftTest
    void host_ofTasksAndCallbacks_isInherited() throws Exception {
        assertEquals("test", net.here().name());
        var seen = new ArrayList<SimHost>();
        server.run(() -> {
            loop.callSoon(() -> seen.add(net.here()));
            createTask(() -> seen.add(net.here())).await();
        });
        assertEquals(List.of(server, server), seen);
        assertEquals("test", net.here().name());
        assertSame(server, net.host("server"));
    }

    // ---- misuse

    @WeftTest
    void badSettings_areRefused() {
        SimLink link = net.link(client, server);
        assertThrows(IllegalArgumentException.class, () -> link.loss(1.5));
        assertThrows(IllegalArgumentException.class, () -> link.duplication(-0.1));
        assertThrows(IllegalArgumentException.class, () -> link.reordering(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> link.latency(seconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> link.latency(seconds(2), seconds(1)));
        assertThrows(IllegalArgumentException.class, () -> link.bandwidth(0));
        assertThrows(IllegalArgumentException.class, () -> net.bufferSize(0));
        assertThrows(IllegalArgumentException.class, () -> net.link(client, client));
        assertThrows(IllegalArgumentException.class, () -> net.host("localhost"));
        assertThrows(IllegalArgumentException.class, () -> net.host("127.0.0.1"));
        assertThrows(IllegalArgumentException.class, () -> net.host("Server"));
    }

    @WeftTest
    void realChannel_isRefusedWithAnExplanation() throws Exception {
        try (SocketChannel real = SocketChannel.open()) {
            real.configureBlocking(false);
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> loop.addReader(real, () -> {}));
            assertTrue(e.getMessage().contains("selectorProvider"), e.getMessage());
        }
    }
}

package dev.weft.testing;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.testing.SimSockets.connect;
import static dev.weft.testing.SimSockets.listen;
import static dev.weft.testing.SimSockets.receive;
import static dev.weft.testing.SimSockets.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.AddressFamily;
import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.NameInfo;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** What a {@link SimNet} has not, where its ends are, and what happens there. {@code SimChannelsTest} has what it shares with the JDK. */
final class SimNetLimitsTest {
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

    private SelectorProvider provider() {
        return loop.selectorProvider();
    }

    private static InetSocketAddress local(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    // ---- what there is not

    @WeftTest
    void provider_otherKindsOfSockets_areRefused() {
        assertThrows(UnsupportedOperationException.class, provider()::openPipe);
        var family = StandardProtocolFamily.UNIX;
        assertThrows(UnsupportedOperationException.class, () -> provider().openSocketChannel(family));
        assertThrows(UnsupportedOperationException.class, () -> provider().openServerSocketChannel(family));
        assertThrows(UnsupportedOperationException.class, () -> provider().openDatagramChannel(family));
    }

    @WeftTest
    void channels_socketsOfJavaNetAndMulticast_areRefused() throws IOException {
        try (SocketChannel stream = provider().openSocketChannel(StandardProtocolFamily.INET6);
                ServerSocketChannel listening = provider().openServerSocketChannel(StandardProtocolFamily.INET6);
                DatagramChannel datagrams = provider().openDatagramChannel(StandardProtocolFamily.INET6)) {
            assertThrows(UnsupportedOperationException.class, stream::socket);
            assertThrows(UnsupportedOperationException.class, listening::socket);
            assertThrows(UnsupportedOperationException.class, datagrams::socket);
            InetAddress group = InetAddress.ofLiteral("224.0.0.1");
            assertThrows(UnsupportedOperationException.class, () -> datagrams.join(group, null));
            assertThrows(UnsupportedOperationException.class, () -> datagrams.join(group, null, group));
        }
    }

    @WeftTest
    void channels_blocking_areRefusedWhereTheyWouldBlock() throws Exception {
        try (ServerSocketChannel listening = listen(server, 80);
                SocketChannel near = connect(client, server.at(80));
                SocketChannel far = loop.sockAccept(listening);
                SocketChannel fresh = provider().openSocketChannel();
                DatagramChannel datagrams = provider().openDatagramChannel()) {
            far.configureBlocking(true);
            assertThrows(IllegalBlockingModeException.class, () -> far.read(ByteBuffer.allocate(1)));
            listening.configureBlocking(true);
            assertThrows(IllegalBlockingModeException.class, listening::accept);
            assertThrows(IllegalBlockingModeException.class, () -> fresh.connect(server.at(80)));
            assertThrows(
                    IllegalBlockingModeException.class, () -> datagrams.send(ByteBuffer.allocate(1), server.at(53)));
            assertTrue(near.isConnected());
        }
    }

    // ---- connecting

    @WeftTest
    void connecting_meanwhile_isNeitherConnectedNorToBeTouched() throws Exception {
        net.link(client, server).latency(millis(10));
        try (ServerSocketChannel _ = listen(server, 80);
                SocketChannel channel = provider().openSocketChannel()) {
            channel.configureBlocking(false);
            assertFalse(channel.connect(server.at(80)));
            assertTrue(channel.isConnectionPending());
            assertFalse(channel.isConnected());
            assertFalse(channel.finishConnect());
            assertNull(channel.getRemoteAddress());
            assertThrows(ConnectionPendingException.class, () -> channel.connect(server.at(80)));
            assertThrows(ConnectionPendingException.class, () -> channel.bind(null));
            assertTrue(channel.toString().startsWith("SimSocket[connecting, "), channel.toString());
            sleep(millis(30));
            assertTrue(channel.finishConnect());
            assertFalse(channel.isConnectionPending());
            assertTrue(channel.isConnected());
        }
    }

    @WeftTest
    void connecting_givenUpOnTheWay_serverSeesAReset() throws Exception {
        net.link(client, server).latency(millis(10));
        try (ServerSocketChannel listening = listen(server, 80)) {
            SocketChannel channel = client.run(() -> provider().openSocketChannel());
            channel.configureBlocking(false);
            channel.connect(server.at(80));
            sleep(millis(15)); // asked, and not answered yet
            channel.close();
            assertTrue(channel.toString().startsWith("SimSocket[closed, "), channel.toString());
            try (SocketChannel far = loop.sockAccept(listening)) {
                assertThrows(SocketException.class, () -> receive(far));
            }
        }
    }

    @WeftTest
    void connecting_clientCrashes_connectionFailsThere() throws Exception {
        net.link(client, server).latency(millis(10));
        try (ServerSocketChannel _ = listen(server, 80);
                SocketChannel channel = client.run(() -> provider().openSocketChannel())) {
            channel.configureBlocking(false);
            channel.connect(server.at(80));
            sleep(millis(5));
            client.crash();
            IOException e = assertThrows(IOException.class, channel::finishConnect);
            assertTrue(e.getMessage().contains("crashed"), e.toString());
            assertFalse(channel.isOpen());
        }
    }

    @WeftTest
    void connecting_serverCrashesWithTheConnectionInItsQueue_clientHearsWhenItSends() throws Exception {
        try (ServerSocketChannel _ = listen(server, 80);
                SocketChannel near = connect(client, server.at(80))) {
            server.crash();
            send(near, "anybody?");
            assertThrows(SocketException.class, () -> receive(near));
            IOException e = assertThrows(IOException.class, () -> send(near, "again"));
            assertEquals("Broken pipe", e.getMessage());
        }
    }

    @WeftTest
    void connecting_toTheAddressForAll_reachesThisHost() throws Exception {
        server.run(() -> {
            try (ServerSocketChannel _ = listen(server, 80);
                    SocketChannel near = connect(server, local("0.0.0.0", 80));
                    SocketChannel near6 = connect(server, local("::1", 80))) {
                assertEquals(local("127.0.0.1", 80).getPort(), ((InetSocketAddress) near.getRemoteAddress()).getPort());
                assertTrue(((InetSocketAddress) near6.getLocalAddress())
                        .getAddress()
                        .isLoopbackAddress());
            }
        });
    }

    @WeftTest
    void connecting_fromAnAddressThatWasBound_comesFromThere() throws Exception {
        try (ServerSocketChannel listening = listen(server, 80);
                SocketChannel near = client.run(() -> provider().openSocketChannel())) {
            near.bind(client.at(4_000));
            near.configureBlocking(false);
            loop.sockConnect(near, server.at(80));
            try (SocketChannel far = loop.sockAccept(listening)) {
                assertEquals(client.at(4_000), far.getRemoteAddress());
            }
        }
    }

    // ---- ports

    @WeftTest
    void ports_ofSeveralAddresses_areIndependent() throws Exception {
        server.run(() -> {
            try (ServerSocketChannel inside = provider().openServerSocketChannel();
                    ServerSocketChannel outside = provider().openServerSocketChannel();
                    ServerSocketChannel everywhere = provider().openServerSocketChannel()) {
                for (ServerSocketChannel channel : List.of(inside, outside, everywhere)) {
                    channel.configureBlocking(false);
                }
                inside.bind(local("127.0.0.1", 80));
                outside.bind(server.at(80));
                assertThrows(BindException.class, () -> everywhere.bind(new InetSocketAddress(80)));
                assertThrows(AlreadyBoundException.class, () -> outside.bind(server.at(81)));
                try (SocketChannel fromFar = connect(client, server.at(80));
                        SocketChannel fromNear = connect(server, local("0.0.0.0", 80))) {
                    assertEquals(fromFar.getLocalAddress(), accepted(outside));
                    assertEquals(fromNear.getLocalAddress(), accepted(inside));
                }
                SimSockets.close(outside);
                assertThrows(ConnectException.class, () -> connect(client, server.at(80)));
            }
        });
    }

    @Suspends
    private InetSocketAddress accepted(ServerSocketChannel listening) throws IOException {
        try (SocketChannel far = loop.sockAccept(listening)) {
            return (InetSocketAddress) far.getRemoteAddress();
        }
    }

    @WeftTest
    void ports_allTaken_isSaidAndTheNextFreeOneIsFound() throws Exception {
        int firstOfThem = 49_152;
        List<DatagramChannel> all = new ArrayList<>();
        try {
            for (int port = firstOfThem; port <= 0xFFFF; port++) {
                all.add(provider().openDatagramChannel().bind(null));
            }
            try (DatagramChannel late = provider().openDatagramChannel()) {
                BindException e = assertThrows(BindException.class, () -> late.bind(null));
                assertTrue(e.getMessage().contains("all ports of test are taken"), e.getMessage());
                var free = (InetSocketAddress) all.get(7).getLocalAddress();
                all.get(7).close();
                late.bind(null);
                assertEquals(free, late.getLocalAddress());
            }
        } finally {
            for (DatagramChannel channel : all) {
                channel.close();
            }
        }
    }

    @WeftTest
    void ports_ofACrashedHost_stayWithTheirNextOwner() throws Exception {
        ServerSocketChannel before = listen(server, 80);
        server.crash();
        try (ServerSocketChannel after = listen(server, 80)) {
            before.close();
            try (SocketChannel near = connect(client, server.at(80))) {
                assertEquals(near.getLocalAddress(), accepted(after));
            }
            assertThrows(BindException.class, () -> listen(server, 80));
        }
    }

    // ---- texts

    @WeftTest
    void toString_eachState_isNamed() throws IOException {
        try (SocketChannel stream = client.run(() -> provider().openSocketChannel());
                ServerSocketChannel listening = server.run(() -> provider().openServerSocketChannel());
                DatagramChannel datagrams = client.run(() -> provider().openDatagramChannel())) {
            assertEquals("SimSocket[client, unconnected]", stream.toString());
            assertEquals("SimServer[server, unbound]", listening.toString());
            assertEquals("SimDatagrams[client, unbound]", datagrams.toString());
            listening.bind(server.at(80));
            assertEquals("SimServer[server, at server/10.0.0.2:80]", listening.toString());
            datagrams.bind(client.at(53));
            assertEquals("SimDatagrams[client, at client/10.0.0.3:53]", datagrams.toString());
            datagrams.connect(server.at(53));
            assertEquals("SimDatagrams[client, at client/10.0.0.3:53 for server/10.0.0.2:53]", datagrams.toString());
            SimSockets.close(stream);
            SimSockets.close(listening);
            SimSockets.close(datagrams);
            assertEquals("SimSocket[closed, client, unconnected]", stream.toString());
            assertEquals("SimServer[server, closed]", listening.toString());
            assertEquals("SimDatagrams[client, closed]", datagrams.toString());
        }
        assertEquals("SimNet[test, server, client]", net.toString());
    }

    // ---- the network itself

    @WeftTest
    void of_loopWithoutVirtualTime_isRefused() {
        try (EventLoop real = EventLoop.builder().build()) {
            assertThrows(IllegalArgumentException.class, () -> SimNet.of(real));
        }
    }

    @WeftTest
    void links_ofAnotherNetworkOrOneHost_areRefused() {
        try (var other = new TestLoop()) {
            SimHost foreign = SimNet.of(other).host("foreign");
            assertThrows(IllegalArgumentException.class, () -> net.link(client, foreign));
            assertThrows(IllegalArgumentException.class, () -> net.oneWay(foreign, client));
        }
        assertThrows(IllegalArgumentException.class, () -> net.link(client, client));
        assertThrows(IllegalArgumentException.class, () -> net.bufferSize(0));
    }

    @WeftTest
    void partialTransfers_on_bytesComeInPieces() throws Exception {
        net.partialTransfers(true);
        try (ServerSocketChannel listening = listen(server, 80);
                SocketChannel near = connect(client, server.at(80));
                SocketChannel far = loop.sockAccept(listening)) {
            far.configureBlocking(false);
            int parts = 0;
            for (int i = 0; i < 20; i++) {
                send(near, "0123456789");
                for (int length = 0; length < 10; parts++) {
                    length += receive(far).length();
                }
            }
            assertTrue(parts > 20, "parts: " + parts);
        }
    }

    @WeftTest
    void names_ofThisNetwork_areKnownBothWays() throws IOException {
        assertEquals(List.of(server.at(80)), loop.getAddrInfo("server", 80, AddressFamily.UNSPEC));
        assertEquals(List.of(local("127.0.0.1", 80)), loop.getAddrInfo("localhost", 80, AddressFamily.INET));
        assertEquals(List.of(local("::1", 80)), loop.getAddrInfo("localhost", 80, AddressFamily.INET6));
        assertEquals(List.of(local("10.9.9.9", 80)), loop.getAddrInfo("10.9.9.9", 80, AddressFamily.UNSPEC));
        assertFalse(loop.getAddrInfo("", 80, AddressFamily.INET).isEmpty());
        assertFalse(loop.getAddrInfo(null, 80, AddressFamily.INET).isEmpty());
        assertThrows(UnknownHostException.class, () -> loop.getAddrInfo("server", 80, AddressFamily.INET6));
        assertThrows(UnknownHostException.class, () -> loop.getAddrInfo("nobody", 80, AddressFamily.UNSPEC));

        assertEquals(new NameInfo("server", "80"), loop.getNameInfo(server.at(80), false));
        assertEquals(new NameInfo("10.0.0.2", "80"), loop.getNameInfo(server.at(80), true));
        assertEquals(new NameInfo("localhost", "80"), loop.getNameInfo(local("127.0.0.1", 80), false));
        assertEquals(new NameInfo("10.9.9.9", "80"), loop.getNameInfo(local("10.9.9.9", 80), false));
        assertThrows(
                UnknownHostException.class,
                () -> loop.getNameInfo(InetSocketAddress.createUnresolved("server", 80), false));
    }

    @WeftTest
    void reset_connectionsOfOneLink_othersStay() throws Exception {
        SimHost third = net.host("third");
        try (ServerSocketChannel listening = listen(server, 80);
                SocketChannel near = connect(client, server.at(80));
                SocketChannel far = loop.sockAccept(listening);
                SocketChannel near3 = connect(third, server.at(80));
                SocketChannel far3 = loop.sockAccept(listening)) {
            net.everyLink().latency(millis(1));
            net.link(client, server).reset();
            assertThrows(SocketException.class, () -> receive(near));
            assertThrows(SocketException.class, () -> receive(far));
            var got = createTask(() -> receive(near3));
            far3.configureBlocking(false);
            send(far3, "still there");
            assertEquals("still there", got.await());
        }
    }

    @WeftTest
    void closing_withNobodyReading_isAbruptWhereAsked() throws Exception {
        try (ServerSocketChannel listening = listen(server, 80);
                SocketChannel near = connect(client, server.at(80));
                SocketChannel far = loop.sockAccept(listening)) {
            near.setOption(StandardSocketOptions.SO_LINGER, 0);
            SimSockets.close(near);
            assertInstanceOf(SocketException.class, assertThrows(IOException.class, () -> receive(far)));
            assertTrue(far.toString().endsWith(", Connection reset]"), far.toString());
        }
    }

    @WeftTest
    void listener_closedWithAClientInItsQueue_clientClosingAtTheSameTimeIsFine() throws Exception {
        SocketChannel near;
        try (ServerSocketChannel _ = listen(server, 80)) {
            near = connect(client, server.at(80));
        }
        SimSockets.close(near); // the reset is due in the iteration in which its own end would arrive
        sleep(seconds(1));
        assertFalse(Asyncio.getRunningLoop().isClosed());
    }

    @WeftTest
    void shutdownInput_whatComesLater_isNotSeen() throws Exception {
        try (ServerSocketChannel listening = listen(server, 80);
                SocketChannel near = connect(client, server.at(80));
                SocketChannel far = loop.sockAccept(listening)) {
            near.shutdownInput();
            far.configureBlocking(false);
            send(far, "unread");
            sleep(millis(1));
            assertEquals("", receive(near));
            SimSockets.close(near);
            sleep(millis(1));
            assertEquals("", receive(far), "an orderly end: nothing was left unread");
        }
    }
}

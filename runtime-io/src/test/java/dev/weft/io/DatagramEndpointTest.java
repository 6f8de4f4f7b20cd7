package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.AddressFamily;
import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Datagrams, protocols and transports. */
final class DatagramEndpointTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private static InetSocketAddress addressOf(DatagramEndpoint<?> endpoint) {
        return (InetSocketAddress) endpoint.transport().getExtraInfo(ExtraInfo.SOCKET_NAME);
    }

    @Suspends
    private static DatagramEndpoint<RecordingDatagrams> bound() throws IOException {
        return Net.createDatagramEndpoint(RecordingDatagrams::new, ANY_PORT, null);
    }

    @Suspends
    private static DatagramEndpoint<RecordingDatagrams> connectedTo(SocketAddress remote) throws IOException {
        return Net.createDatagramEndpoint(RecordingDatagrams::new, null, remote);
    }

    /** An address at which nobody listens. */
    private static InetSocketAddress deadAddress() throws IOException {
        try (var channel = DatagramChannel.open().bind(ANY_PORT)) {
            return (InetSocketAddress) channel.getLocalAddress();
        }
    }

    // Conformance 416: test_events.py::EventLoopTestsMixin::test_create_datagram_endpoint
    @Test
    void createDatagramEndpoint_twoEndpoints_talkAndHearTheirLifeInOrder() throws Exception {
        Asyncio.run(() -> {
            var server = bound();
            assertEquals(List.of("made"), server.protocol().trail);
            var client = connectedTo(addressOf(server));
            assertEquals(addressOf(server), client.transport().getExtraInfo(ExtraInfo.PEER_NAME));
            assertNull(server.transport().getExtraInfo(ExtraInfo.PEER_NAME));

            client.transport().sendTo("xxx".getBytes(UTF_8));
            server.protocol().awaitReceived(1);
            assertEquals(List.of("xxx"), server.protocol().received);
            assertEquals(addressOf(client), server.protocol().senders.getFirst());

            server.transport()
                    .sendTo("yyy".getBytes(UTF_8), server.protocol().senders.getFirst());
            client.protocol().awaitReceived(1);
            assertEquals(List.of("yyy"), client.protocol().received);

            client.transport().close();
            assertTrue(client.transport().isClosing());
            assertEquals(List.of("made", "datagram"), client.protocol().trail); // not told from within close
            assertNull(client.protocol().lost.await());
            server.transport().abort();
            assertNull(server.protocol().lost.await());
            assertEquals(List.of("made", "datagram", "lost"), client.protocol().trail);
            assertEquals(List.of("made", "datagram", "lost"), server.protocol().trail);
        });
    }

    @Test
    void sendTo_manyDatagrams_keepOrderAndBoundaries() throws Exception {
        Asyncio.run(() -> {
            var server = bound();
            var client = connectedTo(addressOf(server));
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                sent.add("datagram " + i + "x".repeat(i % 7));
                client.transport().sendTo(ByteBuffer.wrap(sent.getLast().getBytes(UTF_8)));
                if (i % 100 == 99) {
                    server.protocol().awaitReceived(i + 1); // the system's buffer is not for more
                }
            }
            assertEquals(sent, server.protocol().received);
            client.transport().close();
            server.transport().close();
        });
    }

    // Conformance 417: test_events.py::EventLoopTestsMixin::test_datagram_send_to_non_listening_address
    @Test
    void sendTo_nobodyListens_theEndpointStillReceives() throws Exception {
        Asyncio.run(() -> {
            var endpoint = bound();
            endpoint.transport().sendTo("to nobody".getBytes(UTF_8), deadAddress());
            var other = connectedTo(addressOf(endpoint));
            other.transport().sendTo("alive".getBytes(UTF_8));
            endpoint.protocol().awaitReceived(1);
            assertEquals(List.of("alive"), endpoint.protocol().received);
            other.transport().close();
            endpoint.transport().close();
        });
    }

    @Test
    void sendTo_connectedAndNobodyListens_isToldOncePerDatagramAndGoesOn() throws Exception {
        Asyncio.run(() -> {
            InetSocketAddress dead = deadAddress();
            var client = connectedTo(dead);
            client.transport().sendTo("first".getBytes(UTF_8));
            client.protocol().awaitErrors(1);
            var failure = assertInstanceOf(
                    PortUnreachableException.class, client.protocol().errors.getFirst());
            assertTrue(failure.getMessage().contains(dead.toString()), failure.getMessage());
            assertFalse(client.transport().isClosing());

            // The failure of one that was sent earlier must not cost the next one.
            client.transport().sendTo("second".getBytes(UTF_8));
            var server = Net.createDatagramEndpoint(RecordingDatagrams::new, dead, null);
            client.transport().sendTo("third".getBytes(UTF_8));
            server.protocol().awaitReceived(1);
            assertEquals(List.of("third"), server.protocol().received);
            server.transport().sendTo("answer".getBytes(UTF_8), addressOf(client));
            client.protocol().awaitReceived(1);
            assertEquals(2, client.protocol().errors.size());
            client.transport().close();
            server.transport().close();
        });
    }

    // Conformance 418:
    // test_base_events.py::BaseEventLoopWithSelectorTests::test_create_datagram_endpoint_noaddr_nofamily
    @Test
    void createDatagramEndpoint_noAddressAndNoFamily_isRejected() {
        Asyncio.run(() -> {
            var failure = assertThrows(
                    IllegalArgumentException.class,
                    () -> Net.createDatagramEndpoint(RecordingDatagrams::new, (SocketAddress) null, null));
            assertTrue(failure.getMessage().contains("family"), failure.getMessage());
        });
    }

    @Test
    void createDatagramEndpoint_familyOnly_isBoundWhenItSends() throws Exception {
        Asyncio.run(() -> {
            var server = bound();
            var options = DatagramOptions.DEFAULT.family(AddressFamily.INET);
            var client = Net.createDatagramEndpoint(RecordingDatagrams::new, null, null, options);
            assertNull(client.transport().getExtraInfo(ExtraInfo.SOCKET_NAME));
            client.transport().sendTo("x".getBytes(UTF_8), addressOf(server));
            server.protocol().awaitReceived(1);
            server.transport()
                    .sendTo("y".getBytes(UTF_8), server.protocol().senders.getFirst());
            client.protocol().awaitReceived(1);
            client.transport().close();
            server.transport().close();
        });
    }

    // Conformance 419: test_base_events.py::BaseEventLoopWithSelectorTests::test_create_datagram_endpoint_sock_sockopts
    @Test
    void createDatagramEndpoint_channelWithOptionsForOpeningOne_isRejectedByName() throws Exception {
        Asyncio.run(() -> {
            try (var channel = DatagramChannel.open()) {
                var options = List.of(
                        DatagramOptions.DEFAULT.family(AddressFamily.INET6),
                        DatagramOptions.DEFAULT.reusePort(true),
                        DatagramOptions.DEFAULT.broadcast(true));
                var names = List.of("family", "reusePort", "broadcast");
                for (int i = 0; i < options.size(); i++) {
                    DatagramOptions useless = options.get(i);
                    var failure = assertThrows(
                            IllegalArgumentException.class,
                            () -> Net.createDatagramEndpoint(RecordingDatagrams::new, channel, useless));
                    assertTrue(failure.getMessage().endsWith(": " + names.get(i)), failure.getMessage());
                }
                assertTrue(channel.isOpen());
            }
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Net.createDatagramEndpoint(RecordingDatagrams::new, (DatagramChannel) null));
        });
    }

    @Test
    void createDatagramEndpoint_channel_isUsedAndClosed() throws Exception {
        Asyncio.run(() -> {
            var server = bound();
            var channel = DatagramChannel.open().bind(ANY_PORT).connect(addressOf(server));
            var client = Net.createDatagramEndpoint(RecordingDatagrams::new, channel);
            client.transport().sendTo("x".getBytes(UTF_8));
            server.protocol().awaitReceived(1);
            assertEquals(addressOf(server), client.transport().getExtraInfo(ExtraInfo.PEER_NAME));
            assertEquals(
                    addressOf(server),
                    client.transport().getExtraInfo(ExtraInfo.SOCKET).remoteAddress());
            client.transport().close();
            client.protocol().lost.await();
            assertFalse(channel.isOpen());
            server.transport().close();
        });
    }

    // Conformance 420: test_selector_events.py::SelectorDatagramTransportTests::test_sendto_no_data
    @Test
    void sendTo_noData_sendsAnEmptyDatagram() throws Exception {
        Asyncio.run(() -> {
            var server = bound();
            var client = bound();
            client.transport().sendTo(new byte[0], addressOf(server));
            client.transport().sendTo("x".getBytes(UTF_8), addressOf(server));
            server.protocol().awaitReceived(2);
            assertEquals(List.of("", "x"), server.protocol().received);
            client.transport().close();
            server.transport().close();
        });
    }

    @Test
    void sendTo_noDataOnAConnectedEndpoint_sendsAnEmptyDatagramAndStillHearsThePeerOnly() throws Exception {
        Asyncio.run(() -> {
            var server = bound();
            var client = connectedTo(addressOf(server));
            InetSocketAddress before = addressOf(client);
            client.transport().sendTo(new byte[0]);
            client.transport().sendTo("x".getBytes(UTF_8));
            server.protocol().awaitReceived(2);
            assertEquals(List.of("", "x"), server.protocol().received);
            assertEquals(List.of(before, before), server.protocol().senders);

            var stranger = bound();
            stranger.transport().sendTo("not for you".getBytes(UTF_8), before);
            server.transport().sendTo("y".getBytes(UTF_8), before);
            client.protocol().awaitReceived(1);
            assertEquals(List.of("y"), client.protocol().received);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> client.transport().sendTo("x".getBytes(UTF_8), addressOf(stranger)));
            stranger.transport().close();
            client.transport().close();
            server.transport().close();
        });
    }

    // Conformance 421: test_selector_events.py::SelectorDatagramTransportTests::test_sendto_connected_addr
    @Test
    void sendTo_connected_refusesOtherAddresses() throws Exception {
        Asyncio.run(() -> {
            var server = bound();
            var client = connectedTo(addressOf(server));
            var failure = assertThrows(
                    IllegalArgumentException.class, () -> client.transport().sendTo(new byte[1], addressOf(client)));
            assertTrue(failure.getMessage().contains(addressOf(server).toString()), failure.getMessage());
            client.transport().sendTo("x".getBytes(UTF_8), addressOf(server)); // its peer's own is fine
            server.protocol().awaitReceived(1);
            client.transport().close();
            server.transport().close();
        });
    }

    @Test
    void sendTo_addressThatCannotBe_isRejected() throws Exception {
        Asyncio.run(() -> {
            DatagramTransport transport = bound().transport();
            var v6 = new InetSocketAddress(InetAddress.ofLiteral("::1"), 9);
            for (SocketAddress wrong : new SocketAddress[] {
                null, v6, InetSocketAddress.createUnresolved("localhost", 9), UnixDomainSocketAddress.of("/tmp/x")
            }) {
                assertThrows(IllegalArgumentException.class, () -> transport.sendTo(new byte[1], wrong));
            }
            assertThrows(IllegalArgumentException.class, () -> transport.setProtocol(new BaseProtocol() {}));
            transport.close();
        });
    }

    @Test
    void createDatagramEndpoint_addressesThatCannotBe_areRejected() {
        Asyncio.run(() -> {
            var v6 = new InetSocketAddress(InetAddress.ofLiteral("::1"), 9);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Net.createDatagramEndpoint(RecordingDatagrams::new, ANY_PORT, v6));
            var options = DatagramOptions.DEFAULT.family(AddressFamily.INET6);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Net.createDatagramEndpoint(RecordingDatagrams::new, ANY_PORT, null, options));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Net.createDatagramEndpoint(
                            RecordingDatagrams::new, UnixDomainSocketAddress.of("/tmp/x"), null));
            assertThrows(
                    BindException.class,
                    () -> Net.createDatagramEndpoint(
                            RecordingDatagrams::new,
                            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 0),
                            null)); // nobody's
        });
    }

    @Test
    void createDatagramEndpoint_hostNames_areLookedUp() throws Exception {
        Asyncio.run(() -> {
            var options = DatagramOptions.DEFAULT.family(AddressFamily.INET);
            var server = Net.createDatagramEndpoint(
                    RecordingDatagrams::new, InetSocketAddress.createUnresolved("localhost", 0), null, options);
            var client = Net.createDatagramEndpoint(
                    RecordingDatagrams::new,
                    null,
                    InetSocketAddress.createUnresolved(
                            "localhost", addressOf(server).getPort()),
                    options);
            client.transport().sendTo("x".getBytes(UTF_8));
            server.protocol().awaitReceived(1);
            client.transport().close();
            server.transport().close();
        });
    }

    @Test
    void createDatagramEndpoint_ipv6_talksBothWays() throws Exception {
        var loopback = new InetSocketAddress(InetAddress.ofLiteral("::1"), 0);
        try (var probe = DatagramChannel.open(StandardProtocolFamily.INET6)) {
            probe.bind(loopback);
        } catch (IOException | UnsupportedOperationException e) {
            Assumptions.abort("no IPv6 here: " + e);
        }
        Asyncio.run(() -> {
            var server = Net.createDatagramEndpoint(RecordingDatagrams::new, loopback, null);
            var client = connectedTo(addressOf(server));
            client.transport().sendTo("x".repeat(65_527).getBytes(UTF_8)); // 20 more than over IPv4
            server.protocol().awaitReceived(1);
            assertEquals(65_527, server.protocol().received.getFirst().length());
            server.transport()
                    .sendTo("y".getBytes(UTF_8), server.protocol().senders.getFirst());
            client.protocol().awaitReceived(1);
            client.transport().sendTo(new byte[65_528]);
            client.protocol().awaitErrors(1);
            String message = client.protocol().errors.getFirst().getMessage();
            assertTrue(message.contains("65528") && message.contains("65527"), message);
            client.transport().close();
            server.transport().close();
        });
    }

    @Test
    void sendTo_tooLong_isToldWithTheLengthAndTheLimit() throws Exception {
        Asyncio.run(() -> {
            var server = bound();
            var client = connectedTo(addressOf(server));
            client.transport().sendTo(new byte[65_508]);
            assertEquals(List.of(), client.protocol().errors); // not from within the call
            client.protocol().awaitErrors(1);
            String message = client.protocol().errors.getFirst().getMessage();
            assertTrue(message.contains("65508") && message.contains("65507"), message);
            client.transport().sendTo("x".repeat(65_507).getBytes(UTF_8));
            server.protocol().awaitReceived(1);
            assertEquals(65_507, server.protocol().received.getFirst().length());
            client.transport().close();
            server.transport().close();
        });
    }

    @Test
    void datagramReceived_throws_isReportedAndTheEndpointGoesOn() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            var reports = new ArrayList<ExceptionContext>();
            loop.setExceptionHandler((l, context) -> reports.add(context));
            var server = Net.createDatagramEndpoint(
                    () -> new RecordingDatagrams() {
                        @Override
                        public void datagramReceived(byte[] data, SocketAddress from) {
                            super.datagramReceived(data, from);
                            if (received.size() == 1) {
                                throw new IllegalStateException("cannot be read");
                            }
                        }
                    },
                    ANY_PORT,
                    null);
            var client = connectedTo(addressOf(server));
            client.transport().sendTo("bad".getBytes(UTF_8));
            client.transport().sendTo("good".getBytes(UTF_8));
            server.protocol().awaitReceived(2);
            assertEquals(1, reports.size());
            assertEquals(
                    "protocol callback failed: datagramReceived",
                    reports.getFirst().message());
            client.transport().close();
            server.transport().close();
        });
    }

    @Test
    void close_insideDatagramReceived_deliversNoMore() throws Exception {
        Asyncio.run(() -> {
            var server = Net.createDatagramEndpoint(
                    () -> new RecordingDatagrams() {
                        DatagramTransport transport;

                        @Override
                        public void connectionMade(BaseTransport made) {
                            transport = (DatagramTransport) made;
                        }

                        @Override
                        public void datagramReceived(byte[] data, SocketAddress from) {
                            super.datagramReceived(data, from);
                            transport.close();
                        }
                    },
                    ANY_PORT,
                    null);
            var client = connectedTo(addressOf(server));
            for (int i = 0; i < 10; i++) {
                client.transport().sendTo(new byte[] {'a'});
            }
            assertNull(server.protocol().lost.await());
            assertEquals(1, server.protocol().received.size());
            for (int i = 0; i < 10; i++) {
                server.transport().sendTo(new byte[1], addressOf(client)); // dropped
            }
            client.transport().close();
        });
    }

    @Test
    void channel_closedByOthers_endsTheEndpoint() throws Exception {
        Asyncio.run(() -> {
            var channel = DatagramChannel.open().bind(ANY_PORT);
            var endpoint = Net.createDatagramEndpoint(RecordingDatagrams::new, channel);
            channel.close();
            endpoint.transport().sendTo(new byte[1], ANY_PORT);
            assertInstanceOf(
                    ClosedChannelException.class, endpoint.protocol().lost.await());
        });
    }

    @Test
    void receiving_flood_doesNotKeepOthersFromTheirTurn() throws Exception {
        Asyncio.run(() -> {
            var server = bound();
            try (var sender = DatagramChannel.open()) {
                var empty = ByteBuffer.allocate(0);
                for (int i = 0; i < 200; i++) { // 200 empty datagrams fit into any socket's buffer
                    sender.send(empty, addressOf(server));
                }
            }
            int most = 0;
            int before = 0;
            int after = 0;
            while (after < 200) {
                Asyncio.yieldNow(); // one iteration
                after = server.protocol().received.size();
                most = Math.max(most, after - before);
                before = after;
            }
            assertEquals(64, most);
            server.transport().close();
        });
    }

    @Test
    void broadcast_remote_isNotConnectedToButTheOnlyTarget() throws Exception {
        Asyncio.run(() -> {
            var server = bound();
            var client = Net.createDatagramEndpoint(
                    RecordingDatagrams::new, ANY_PORT, addressOf(server), DatagramOptions.DEFAULT.broadcast(true));
            TransportChannel socket = client.transport().getExtraInfo(ExtraInfo.SOCKET);
            assertTrue(socket.getOption(StandardSocketOptions.SO_BROADCAST));
            assertNull(socket.remoteAddress());
            client.transport().sendTo("x".getBytes(UTF_8));
            server.protocol().awaitReceived(1);
            var stranger = bound();
            stranger.transport().sendTo("me too".getBytes(UTF_8), addressOf(client));
            client.protocol().awaitReceived(1); // an answer may come from anybody
            assertThrows(
                    IllegalArgumentException.class, () -> client.transport().sendTo(new byte[1], addressOf(stranger)));
            stranger.transport().close();
            client.transport().close();
            server.transport().close();
        });
    }

    @Test
    void createDatagramEndpoint_cancelled_closesTheChannel() throws Exception {
        Asyncio.run(() -> {
            var channel = DatagramChannel.open().bind(ANY_PORT);
            var task = Asyncio.createTask(() -> Net.createDatagramEndpoint(RecordingDatagrams::new, channel));
            Asyncio.yieldNow(); // it waits for connectionMade now
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            assertFalse(channel.isOpen());
        });
    }

    @Test
    void loopClosed_openEndpoint_isClosed() throws Exception {
        var channel = DatagramChannel.open().bind(ANY_PORT);
        try (var log = new LogCapture()) {
            Asyncio.run(() -> {
                Net.createDatagramEndpoint(RecordingDatagrams::new, channel);
            });
            assertTrue(
                    log.contains("unclosed DatagramTransport"),
                    () -> log.events().toString());
        }
        assertFalse(channel.isOpen());
    }
}

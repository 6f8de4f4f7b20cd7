package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.AddressFamily;
import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.ExceptionGroup;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Making connections. */
final class ConnectionTest {
    private static final String HOST = "127.0.0.1";

    /** A loop whose only host name has the addresses a test gives it. */
    private static final class NamingLoop extends EventLoop {
        private final List<String> literals;

        NamingLoop(String... literals) {
            super(EventLoop.builder().name("naming"));
            this.literals = List.of(literals);
        }

        @Override
        @Suspends
        public List<InetSocketAddress> getAddrInfo(String host, int port, AddressFamily family) throws IOException {
            if (!host.equals("many.example")) {
                return super.getAddrInfo(host, port, family);
            }
            return literals.stream()
                    .map(literal -> new InetSocketAddress(InetAddress.ofLiteral(literal), port))
                    .filter(address -> family.accepts(address.getAddress()))
                    .toList();
        }
    }

    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(int port) throws Exception;
    }

    /** With a server at 127.0.0.1 only, and a name for all the addresses given. */
    private static void served(Program program, String... literals) throws Exception {
        try (var loop = new NamingLoop(literals)) {
            loop.runUntilComplete(() -> {
                Server server = Net.startServer((reader, writer) -> writer.close(), HOST, 0);
                try {
                    program.run(server.port());
                } finally {
                    server.close();
                    server.abortClients();
                    server.waitClosed();
                }
            });
        }
    }

    // Conformance 324: test_events.py::EventLoopTestsMixin::test_create_connection_local_addr_skip_different_family
    @Test
    void localAddress_ofAnotherFamily_isSkipped() throws Exception {
        served(
                port -> {
                    var options = ConnectOptions.DEFAULT.localAddress(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.3"), 0));
                    try (var streams = Net.openConnection("many.example", port, options)) {
                        var local = (InetSocketAddress) streams.writer().getExtraInfo(ExtraInfo.SOCKET_NAME);
                        assertEquals("127.0.0.3", local.getAddress().getHostAddress());
                    }
                },
                "::1",
                HOST);
    }

    // Conformance 325: test_events.py::EventLoopTestsMixin::test_create_connection_local_addr_nomatch_family
    @Test
    void localAddress_noneMatching_throws() throws Exception {
        served(
                port -> {
                    var options =
                            ConnectOptions.DEFAULT.localAddress(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
                    var failure =
                            assertThrows(IOException.class, () -> Net.openConnection("many.example", port, options));
                    assertTrue(failure.getMessage().contains("no matching local address"), failure.getMessage());
                },
                HOST);
    }

    // Conformance 326: test_base_events.py::BaseEventLoopWithSelectorTests::test_create_connection_multiple_errors
    @Test
    void createConnection_allAddressesFail_throwsOneWithAllMessages() throws Exception {
        served(
                port -> {
                    var failure = assertThrows(IOException.class, () -> Net.openConnection("many.example", port));
                    assertTrue(failure.getMessage().contains("127.0.0.2:" + port), failure.getMessage());
                    assertTrue(failure.getMessage().contains("127.0.0.3:" + port), failure.getMessage());
                    assertEquals(2, failure.getSuppressed().length);
                    var all = assertThrows(
                            ExceptionGroup.class,
                            () -> Net.openConnection("many.example", port, ConnectOptions.DEFAULT.allErrors(true)));
                    assertEquals(2, all.exceptions().size());
                },
                "127.0.0.2",
                "127.0.0.3");
        served(
                port -> {
                    var failure = assertThrows(ConnectException.class, () -> Net.openConnection("many.example", port));
                    assertTrue(failure.getMessage().contains("127.0.0.2:" + port), failure.getMessage());
                },
                "127.0.0.2");
    }

    @Test
    void createConnection_resolverKnowsNoAddress_throwsWithTheName() throws Exception {
        served(port -> {
            for (int interleave : new int[] {0, 1}) {
                var failure = assertThrows(
                        java.net.UnknownHostException.class,
                        () -> Net.createConnection(
                                RecordingProtocol::new,
                                "many.example",
                                port,
                                ConnectOptions.DEFAULT.interleave(interleave)));
                assertTrue(failure.getMessage().contains("many.example"), failure.getMessage());
            }
        });
    }

    @Test
    void createConnection_firstAddressFails_triesTheNext() throws Exception {
        served(
                port -> {
                    try (var streams = Net.openConnection("many.example", port)) {
                        var peer = (InetSocketAddress) streams.writer().getExtraInfo(ExtraInfo.PEER_NAME);
                        assertEquals(HOST, peer.getAddress().getHostAddress());
                    }
                },
                "127.0.0.2",
                HOST);
    }

    @Test
    void createConnection_family_triesItsAddressesOnly() throws Exception {
        served(
                port -> {
                    var options = ConnectOptions.DEFAULT.family(AddressFamily.INET6);
                    assertThrows(UnknownHostException.class, () -> Net.openConnection(HOST, port, options));
                },
                HOST);
    }

    // Conformance 328: test_base_events.py::BaseEventLoopWithSelectorTests::test_create_connection_host_port_sock
    @Test
    void createConnection_neitherHostNorChannel_throws() throws Exception {
        Asyncio.run(() -> {
            // Both together cannot be written down: there is no such method.
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Net.createConnection(RecordingProtocol::new, (String) null, 1));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Net.createConnection(RecordingProtocol::new, (SocketChannel) null, ConnectOptions.DEFAULT));
            try (var unconnected = SocketChannel.open()) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Net.createConnection(RecordingProtocol::new, unconnected, ConnectOptions.DEFAULT));
            }
        });
    }

    // Conformance 329:
    // test_base_events.py::BaseEventLoopWithSelectorTests::test_create_connection_connect_non_os_err_close_err
    @Test
    void createConnection_factoryThrows_closesTheChannel() throws Exception {
        Asyncio.run(() -> {
            try (var listener = ServerSocketChannel.open()
                            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    var channel = SocketChannel.open(listener.getLocalAddress())) {
                var failure = new IllegalStateException("no protocol");
                assertSame(
                        failure,
                        assertThrows(
                                IllegalStateException.class,
                                () -> Net.<RecordingProtocol>createConnection(
                                        () -> {
                                            throw failure;
                                        },
                                        channel,
                                        ConnectOptions.DEFAULT)));
                assertFalse(channel.isOpen());
            }
        });
    }

    // Conformance 336: test_events.py::EventLoopTestsMixin::test_connect_accepted_socket
    @Test
    void connectAcceptedSocket_channel_makesATransport() throws Exception {
        Asyncio.run(() -> {
            try (var listener = ServerSocketChannel.open()
                            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    var client = SocketChannel.open(listener.getLocalAddress());
                    var accepted = listener.accept()) {
                var endpoint = Net.connectAcceptedSocket(RecordingProtocol::new, accepted);
                assertEquals(List.of("made"), endpoint.protocol().trail);
                assertEquals(client.getLocalAddress(), endpoint.transport().getExtraInfo(ExtraInfo.PEER_NAME));
                client.shutdownOutput();
                endpoint.protocol().lost.await();
                assertEquals(List.of("made", "eof", "lost"), endpoint.protocol().trail);
            }
        });
    }

    /** A listener whose queue is full, as seen from outside: nothing answers. */
    @Test
    void openConnection_nobodyAnswers_isFreedByATimeLimitAndLeavesNothing() throws Exception {
        Asyncio.run(() -> {
            long before = Descriptors.count();
            try (var full =
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1)) {
                int port = ((InetSocketAddress) full.getLocalAddress()).getPort();
                var inTheQueue = new ArrayList<Streams>();
                int timedOut = 0;
                for (int i = 0; i < 20 && timedOut < 2; i++) {
                    try {
                        inTheQueue.add(Asyncio.timeout(Duration.ofMillis(200), () -> Net.openConnection(HOST, port)));
                    } catch (TimeoutException expected) {
                        timedOut++;
                    }
                }
                assertTrue(timedOut > 0, "all have found room");
                inTheQueue.forEach(streams -> streams.writer().transport().abort());
            }
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            Descriptors.assertNoMoreThan(before);
        });
    }

    /** At whatever step it is cancelled, the server sees the connection end, if there was one. */
    @Test
    void openConnection_cancelledAnywhere_leavesNothingOpen() throws Exception {
        Asyncio.run(() -> {
            Server server = Net.startServer(
                    (reader, writer) -> {
                        try (writer) {
                            reader.readAll();
                        }
                    },
                    HOST,
                    0);
            int ended = 0;
            for (int steps = 0; steps < 12; steps++) {
                Task<Streams> task = Asyncio.createTask(() -> Net.openConnection(HOST, server.port()));
                for (int i = 0; i < steps; i++) {
                    Asyncio.yieldNow();
                }
                task.cancel();
                try {
                    task.await().close();
                } catch (CancelledError e) {
                    ended++;
                }
            }
            assertTrue(ended > 1, "cancelled in time: " + ended);
            while (server.toString().contains("connections")
                    && !server.toString().contains(", 0 connections")) {
                Asyncio.yieldNow();
            }
            server.close();
            server.waitClosed();
        });
    }

    // Conformance 348: test_staggered.py::StaggeredTests::test_first_error_second_successful
    @Test
    void happyEyeballs_firstFails_nextBeginsAtOnce() throws Exception {
        served(
                port -> {
                    // So long that only the failure can have started the second attempt.
                    var options = ConnectOptions.DEFAULT.happyEyeballsDelay(Duration.ofDays(1));
                    try (var streams = Net.openConnection("many.example", port, options)) {
                        var peer = (InetSocketAddress) streams.writer().getExtraInfo(ExtraInfo.PEER_NAME);
                        assertEquals(HOST, peer.getAddress().getHostAddress());
                    }
                },
                "127.0.0.2",
                HOST);
    }

    @Test
    void happyEyeballs_firstHangs_nextBeginsAfterTheDelay() throws Exception {
        try (var full = ServerSocketChannel.open()) {
            // A listener whose queue is full answers nobody.
            full.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0), 1);
            int port = ((InetSocketAddress) full.getLocalAddress()).getPort();
            var fillers = new ArrayList<SocketChannel>();
            try (var loop = new NamingLoop("127.0.0.2", HOST)) {
                loop.runUntilComplete(() -> {
                    for (int i = 0; i < 4; i++) {
                        SocketChannel filler = SocketChannel.open();
                        fillers.add(filler);
                        filler.configureBlocking(false);
                        filler.connect(full.getLocalAddress());
                    }
                    Server server = Net.startServer((reader, writer) -> writer.close(), HOST, port);
                    var options = ConnectOptions.DEFAULT.happyEyeballsDelay(Duration.ofMillis(50));
                    try (var streams = Net.openConnection("many.example", port, options)) {
                        var peer = (InetSocketAddress) streams.writer().getExtraInfo(ExtraInfo.PEER_NAME);
                        assertEquals(HOST, peer.getAddress().getHostAddress());
                    }
                    assertEquals(1, Asyncio.allTasks().size()); // no attempt is left
                    server.close();
                    server.waitClosed();
                });
            } finally {
                for (SocketChannel filler : fillers) {
                    filler.close();
                }
            }
        }
    }

    @Test
    void happyEyeballs_allFail_throwsAllMessages() throws Exception {
        served(
                port -> {
                    var options = ConnectOptions.DEFAULT.happyEyeballsDelay(Duration.ofMillis(1));
                    var failure =
                            assertThrows(IOException.class, () -> Net.openConnection("many.example", port, options));
                    assertEquals(2, failure.getSuppressed().length);
                },
                "127.0.0.2",
                "127.0.0.3");
    }

    @Test
    void openConnection_transport_hasNoDelay() throws Exception {
        served(
                port -> {
                    try (var streams = Net.openConnection(HOST, port)) {
                        assertTrue(streams.writer()
                                .getExtraInfo(ExtraInfo.SOCKET)
                                .getOption(StandardSocketOptions.TCP_NODELAY));
                    }
                },
                HOST);
    }

    @Test
    void openConnection_noLoop_throws() {
        assertThrows(IllegalStateException.class, () -> Net.openConnection(HOST, 1));
    }

    @Test
    void createConnection_returns_afterTheProtocolHeard() throws Exception {
        served(
                port -> {
                    Future<String> trail = Asyncio.createFuture();
                    var endpoint = Net.createConnection(RecordingProtocol::new, HOST, port);
                    trail.setResult(String.join(",", endpoint.protocol().trail));
                    assertTrue(trail.await().startsWith("made"));
                    endpoint.protocol().lost.await();
                },
                HOST);
    }
}

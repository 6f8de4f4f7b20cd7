package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.Future;
import dev.weft.Task;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Servers: listening, accepting, ending. */
final class ServerTest {
    private static final String HOST = "127.0.0.1";

    // Conformance 331: test_events.py::EventLoopTestsMixin::test_create_server
    @Test
    void createServer_connection_isAcceptedAndTheListenerClosed() throws Exception {
        Asyncio.run(() -> {
            var protocols = new ArrayList<RecordingProtocol>();
            Server server = Net.createServer(
                    () -> {
                        var protocol = new RecordingProtocol();
                        protocols.add(protocol);
                        return protocol;
                    },
                    HOST,
                    0);
            assertEquals(1, server.sockets().size());
            assertTrue(server.isServing());
            var address = (InetSocketAddress) server.sockets().getFirst().localAddress();
            assertEquals(HOST, address.getAddress().getHostAddress());
            assertEquals(server.port(), address.getPort());
            var client = Net.openConnection(HOST, server.port());
            client.writer().write("xxx".getBytes(UTF_8));
            while (protocols.isEmpty() || protocols.getFirst().received.isEmpty()) {
                Asyncio.yieldNow();
            }
            RecordingProtocol protocol = protocols.getFirst();
            Transport transport = protocol.made.result();
            assertEquals(
                    client.writer().getExtraInfo(ExtraInfo.SOCKET_NAME), transport.getExtraInfo(ExtraInfo.PEER_NAME));
            transport.close();
            assertNull(protocol.lost.await());
            client.writer().close();
            server.close();
            server.close();
            assertEquals(List.of(), server.sockets());
            assertThrows(IllegalStateException.class, server::port);
            assertThrows(ConnectException.class, () -> Net.openConnection(HOST, address.getPort()));
            server.waitClosed();
        });
    }

    // Conformance 332: test_events.py::EventLoopTestsMixin::test_create_server_multiple_hosts_ipv4
    @Test
    void createServer_severalHosts_listensAtEach() throws Exception {
        Asyncio.run(() -> {
            Server server = Net.createServer(
                    RecordingProtocol::new, List.of("127.0.0.1", "127.0.0.2", "127.0.0.1"), 0, ServerOptions.DEFAULT);
            var hosts = new ArrayList<String>();
            for (TransportChannel socket : server.sockets()) {
                var address = (InetSocketAddress) socket.localAddress();
                hosts.add(address.getAddress().getHostAddress());
                Net.openConnection(hosts.getLast(), address.getPort()).writer().close();
            }
            assertEquals(List.of("127.0.0.1", "127.0.0.2"), hosts);
            try (var serving = server.serving()) {
                assertEquals(server, serving.server());
            }
        });
    }

    // Conformance 333: test_events.py::EventLoopTestsMixin::test_create_server_addr_in_use
    @Test
    void createServer_addressInUse_throwsWithTheAddress() throws Exception {
        Asyncio.run(() -> {
            try (var first = Net.createServer(RecordingProtocol::new, HOST, 0).serving()) {
                int port = first.server().port();
                var failure =
                        assertThrows(BindException.class, () -> Net.createServer(RecordingProtocol::new, HOST, port));
                assertTrue(failure.getMessage().contains(HOST + ":" + port), failure.getMessage());
            }
        });
    }

    // Conformance 334: test_events.py::EventLoopTestsMixin::test_create_server_reuse_port
    @Test
    void createServer_reusePort_letsTwoBind() throws Exception {
        Asyncio.run(() -> {
            var options = ServerOptions.DEFAULT.reusePort(true);
            try (var first = Net.createServer(RecordingProtocol::new, HOST, 0, options)
                            .serving();
                    var second = Net.createServer(
                                    RecordingProtocol::new, HOST, first.server().port(), options)
                            .serving()) {
                assertEquals(first.server().port(), second.server().port());
                assertTrue(first.server().sockets().getFirst().getOption(StandardSocketOptions.SO_REUSEPORT));
            }
            try (var alone = Net.createServer(RecordingProtocol::new, HOST, 0).serving()) {
                assertFalse(alone.server().sockets().getFirst().getOption(StandardSocketOptions.SO_REUSEPORT));
            }
        });
    }

    // Conformance 335: test_base_events.py::BaseEventLoopWithSelectorTests::test_create_server_empty_host
    @Test
    void createServer_noHost_bindsAllInterfaces() throws Exception {
        Asyncio.run(() -> {
            for (String host : new String[] {"", null}) {
                try (var serving =
                        Net.createServer(RecordingProtocol::new, host, 0).serving()) {
                    Server server = serving.server();
                    var address =
                            (InetSocketAddress) server.sockets().getFirst().localAddress();
                    assertTrue(address.getAddress().isAnyLocalAddress());
                    Net.openConnection("127.0.0.1", server.port()).writer().close();
                    Net.openConnection("127.0.0.2", server.port()).writer().close();
                    server.closeClients();
                }
            }
        });
    }

    @Test
    void createServer_addressOfAnotherMachine_throws() throws Exception {
        Asyncio.run(() -> {
            // 192.0.2.0/24 is for documentation: nobody's
            var failure =
                    assertThrows(IOException.class, () -> Net.createServer(RecordingProtocol::new, "192.0.2.1", 0));
            assertTrue(failure.getMessage().contains("192.0.2.1"), failure.getMessage());
            try (var serving = Net.createServer(
                            RecordingProtocol::new, List.of("192.0.2.1", HOST), 0, ServerOptions.DEFAULT)
                    .serving()) {
                assertEquals(1, serving.server().sockets().size()); // the one that is, is
            }
        });
    }

    @Test
    void createServer_oneOfSeveralAddressesInUse_closesAll() throws Exception {
        Asyncio.run(() -> {
            int port;
            try (var first =
                    Net.createServer(RecordingProtocol::new, "127.0.0.2", 0).serving()) {
                port = first.server().port();
                assertThrows(
                        BindException.class,
                        () -> Net.createServer(
                                RecordingProtocol::new,
                                List.of("127.0.0.3", "127.0.0.2"),
                                port,
                                ServerOptions.DEFAULT));
            }
            Net.createServer(RecordingProtocol::new, List.of("127.0.0.3", "127.0.0.2"), port, ServerOptions.DEFAULT)
                    .close();
        });
    }

    @Test
    void createServer_boundChannel_servesIt() throws Exception {
        Asyncio.run(() -> {
            var channel = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (var serving = Net.createServer(RecordingProtocol::new, channel, ServerOptions.DEFAULT)
                    .serving()) {
                Net.openConnection(HOST, serving.server().port()).writer().close();
                serving.server().closeClients();
            }
            assertFalse(channel.isOpen());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Net.createServer(RecordingProtocol::new, (ServerSocketChannel) null, ServerOptions.DEFAULT));
            try (var unbound = ServerSocketChannel.open()) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Net.createServer(RecordingProtocol::new, unbound, ServerOptions.DEFAULT));
            }
        });
    }

    @Test
    void createServer_notStarted_acceptsFromStartServingOn() throws Exception {
        Asyncio.run(() -> {
            Future<String> served = Asyncio.createFuture();
            Server server = Net.startServer(
                    (reader, writer) -> {
                        served.setResult("served");
                        writer.close();
                    },
                    HOST,
                    0,
                    ServerOptions.DEFAULT.startServing(false));
            assertFalse(server.isServing());
            Streams client = Net.openConnection(HOST, server.port());
            for (int i = 0; i < 10; i++) {
                Asyncio.yieldNow();
            }
            assertFalse(served.done());
            server.startServing();
            server.startServing();
            assertTrue(server.isServing());
            assertEquals("served", served.await());
            client.close();
            server.close();
            assertFalse(server.isServing());
            server.waitClosed();
            var failure = assertThrows(IllegalStateException.class, server::startServing);
            assertTrue(failure.getMessage().contains("server closed"), failure.getMessage());
        });
    }

    @Test
    void createServer_factoryThrows_closesThatConnectionOnly() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            var reports = new ArrayList<ExceptionContext>();
            loop.setExceptionHandler((l, context) -> reports.add(context));
            var failure = new IllegalStateException("no protocol");
            int[] calls = {0};
            try (var serving = Net.createServer(
                            () -> {
                                if (calls[0]++ < 2) {
                                    throw failure;
                                }
                                return new RecordingProtocol();
                            },
                            HOST,
                            0)
                    .serving()) {
                int port = serving.server().port();
                try (var first = Net.openConnection(HOST, port)) {
                    assertEquals(0, first.reader().read(1).length);
                }
                assertEquals(List.of(), reports);
                loop.setDebug(true);
                try (var second = Net.openConnection(HOST, port)) {
                    assertEquals(0, second.reader().read(1).length);
                }
                loop.setDebug(false);
                assertEquals(failure, reports.getFirst().exception());
                Streams third = Net.openConnection(HOST, port);
                while (calls[0] < 3) {
                    Asyncio.yieldNow();
                }
                third.close();
            }
        });
    }

    // Conformance 338:
    // test_selector_events.py::BaseSelectorEventLoopTests::test_accept_connection_skip_connectionabortederror
    @Test
    void accept_abortedConnections_areSkipped() throws Exception {
        Asyncio.run(() -> {
            try (var serving = Net.startServer(
                            (reader, writer) -> {
                                try (writer) {
                                    writer.write(reader.read(10));
                                }
                            },
                            HOST,
                            0)
                    .serving()) {
                Asyncio.getRunningLoop().setExceptionHandler((l, context) -> {}); // resets, reported by handlers
                var address = serving.server().sockets().getFirst().localAddress();
                for (int i = 0; i < 200; i++) {
                    SocketChannel aborted = SocketChannel.open(address);
                    aborted.setOption(StandardSocketOptions.SO_LINGER, 0);
                    aborted.close();
                }
                try (var client = Net.openConnection(HOST, serving.server().port())) {
                    client.writer().write("hi".getBytes(UTF_8));
                    assertEquals("hi", new String(client.reader().readAll(), UTF_8));
                }
            }
        });
    }

    // Conformance 339: test_server.py::BaseStartServer::test_start_server_1
    @Test
    void serveForever_cancelled_closesAndCannotBeUsedAgain() throws Exception {
        Asyncio.run(() -> {
            Server server = Net.startServer(
                    (reader, writer) -> {
                        assertEquals("hello", new String(reader.readLine(), UTF_8).strip());
                        writer.close();
                    },
                    HOST,
                    0,
                    ServerOptions.DEFAULT.startServing(false));
            Task<Void> main = Asyncio.createTask(() -> server.serveForever());
            Asyncio.yieldNow();
            assertTrue(server.isServing());
            var twice = assertThrows(IllegalStateException.class, server::serveForever);
            assertTrue(twice.getMessage().contains("already serving forever"), twice.getMessage());
            try (var client = Net.openConnection(HOST, server.port())) {
                client.writer().write("hello\n".getBytes(UTF_8));
                assertEquals(0, client.reader().readAll().length);
            }
            main.cancel();
            assertThrows(CancelledError.class, main::await);
            assertFalse(server.isServing());
            assertEquals(List.of(), server.sockets());
            var closed = assertThrows(IllegalStateException.class, server::serveForever);
            assertTrue(closed.getMessage().contains("server closed"), closed.getMessage());
        });
    }

    @Test
    void serveForever_cancelledWithIdleClients_doesNotWaitForThem() throws Exception {
        Asyncio.run(() -> {
            Server server = Net.startServer((reader, writer) -> reader.readAll(), HOST, 0);
            Task<Void> main = Asyncio.createTask(() -> server.serveForever());
            var idle = new ArrayList<Streams>();
            for (int i = 0; i < 100; i++) {
                idle.add(Net.openConnection(HOST, server.port()));
            }
            main.cancel();
            assertThrows(CancelledError.class, main::await);
            for (Streams client : idle) {
                // Those that were accepted are closed in order; those still in the queue are reset by the system.
                try {
                    assertEquals(0, client.reader().read(1).length);
                } catch (ConnectionResetException e) {
                    assertTrue(client.writer().isClosing());
                }
                client.close();
            }
        });
    }

    @Test
    void close_serveForeverRunning_endsIt() throws Exception {
        Asyncio.run(() -> {
            Server server = Net.startServer((reader, writer) -> writer.close(), HOST, 0);
            Task<Void> main = Asyncio.createTask(() -> server.serveForever());
            Asyncio.yieldNow();
            server.close();
            assertThrows(CancelledError.class, main::await);
        });
    }

    // Conformance 340: test_server.py::TestServer2::test_wait_closed_basic
    @Test
    void waitClosed_openServerOrConnections_waitsForBoth() throws Exception {
        Asyncio.run(() -> {
            Server server = Net.startServer(
                    (reader, writer) -> {
                        reader.readAll();
                        writer.close();
                        writer.waitClosed();
                    },
                    HOST,
                    0);
            Task<Void> idle = Asyncio.createTask(() -> server.waitClosed());
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            assertFalse(idle.done()); // open, though without connections

            Streams client = Net.openConnection(HOST, server.port());
            while (!server.toString().contains("1 connections")) {
                Asyncio.yieldNow();
            }
            server.close();
            Task<Void> waiting = Asyncio.createTask(() -> server.waitClosed());
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            assertFalse(waiting.done()); // closed, but a connection is left
            assertFalse(idle.done());

            client.writer().close();
            waiting.await();
            idle.await();
            server.waitClosed(); // at once
        });
    }

    // Conformance 341: test_server.py::TestServer2::test_wait_closed_race
    @Test
    void waitClosed_closeAndLastDisconnectTogether_returns() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            for (boolean serverFirst : List.of(true, false)) {
                Future<StreamWriter> handled = loop.createFuture();
                Server server = Net.startServer((reader, writer) -> handled.setResult(writer), HOST, 0);
                Streams client = Net.openConnection(HOST, server.port());
                Transport transport = handled.await().transport();
                if (serverFirst) {
                    loop.callSoon(server::close);
                    loop.callSoon(transport::abort);
                } else {
                    transport.abort(); // is lost in the next iteration, before what is called then
                    loop.callSoon(server::close);
                }
                server.waitClosed();
                client.close();
            }
        });
    }

    // Conformance 342: test_server.py::TestServer2::test_close_clients
    @Test
    void closeClients_openConnections_areClosed() throws Exception {
        Asyncio.run(() -> {
            Server server = Net.startServer((reader, writer) -> reader.readAll(), HOST, 0);
            Streams client = Net.openConnection(HOST, server.port());
            while (!server.toString().contains("1 connections")) {
                Asyncio.yieldNow();
            }
            server.close();
            server.closeClients();
            server.waitClosed();
            assertEquals(0, client.reader().read(1).length);
            client.close();
        });
    }

    // Conformance 343: test_server.py::TestServer2::test_abort_clients
    @Test
    void abortClients_fullBuffers_areDropped() throws Exception {
        Asyncio.run(() -> {
            Future<StreamWriter> full = Asyncio.createFuture();
            Server server = Net.startServer(
                    (reader, writer) -> {
                        while (writer.transport().getWriteBufferSize() == 0) {
                            writer.write(new byte[1_000_000]);
                        }
                        full.setResult(writer);
                        reader.readAll();
                    },
                    HOST,
                    0);
            Streams client = Net.openConnection(HOST, server.port());
            client.writer().transport().pauseReading();
            StreamWriter writer = full.await();
            assertNotEquals(0, writer.transport().getWriteBufferSize());
            server.close();
            server.closeClients(); // would wait for the buffer
            Task<Void> waiting = Asyncio.createTask(() -> server.waitClosed());
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            assertFalse(waiting.done());
            server.abortClients();
            waiting.await();
            client.writer().transport().abort();
        });
    }

    @Test
    void createServer_cancelledAnywhere_leavesNothingOpen() throws Exception {
        Asyncio.run(() -> {
            int port;
            try (var free = Net.createServer(RecordingProtocol::new, HOST, 0).serving()) {
                port = free.server().port();
            }
            for (int steps = 0; steps < 5; steps++) {
                Task<Server> task = Asyncio.createTask(() -> Net.createServer(RecordingProtocol::new, HOST, port));
                for (int i = 0; i < steps; i++) {
                    Asyncio.yieldNow();
                }
                task.cancel();
                try {
                    task.await().close();
                } catch (CancelledError e) {
                    assertTrue(task.cancelled());
                }
                Net.createServer(RecordingProtocol::new, HOST, port).close(); // the address is free
            }
        });
    }
}

package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unix sockets: connections, servers, and the files they are found by. */
final class UnixSocketTest {
    @TempDir
    private Path folder;

    private Path path() {
        return folder.resolve("socket");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Suspends
    private static void echo(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            for (byte[] data = reader.read(4096); data.length > 0; data = reader.read(4096)) {
                writer.write(data);
                writer.drain();
            }
        }
    }

    @Suspends
    private static void assertServed(Path path) throws IOException {
        try (var streams = Net.openUnixConnection(path)) {
            streams.writer().write("hello\n".getBytes(UTF_8));
            assertEquals("hello\n", new String(streams.reader().readLine(), UTF_8));
            streams.writer().writeEof();
            assertEquals(0, streams.reader().read(1).length);
        }
    }

    // ---- connections

    // Conformance 423: test_events.py::EventLoopTestsMixin::test_create_unix_connection
    @Test
    void createUnixConnection_server_talkBothWays() throws Exception {
        Asyncio.run(() -> {
            var accepted = new ArrayList<RecordingProtocol>();
            Server server = Net.createUnixServer(
                    () -> {
                        var protocol = new RecordingProtocol();
                        accepted.add(protocol);
                        return protocol;
                    },
                    path());
            try (var serving = server.serving()) {
                assertTrue(server.isServing());
                assertEquals(
                        UnixDomainSocketAddress.of(path()),
                        serving.server().sockets().getFirst().localAddress());
                var client = Net.createUnixConnection(RecordingProtocol::new, path());
                assertEquals(
                        UnixDomainSocketAddress.of(path()), client.transport().getExtraInfo(ExtraInfo.PEER_NAME));
                client.transport().write("question".getBytes(UTF_8));
                while (accepted.isEmpty() || accepted.getFirst().received.length() < 8) {
                    Asyncio.yieldNow();
                }
                Transport other = accepted.getFirst().made.result();
                assertEquals(UnixDomainSocketAddress.of(path()), other.getExtraInfo(ExtraInfo.SOCKET_NAME));
                assertEquals(UnixDomainSocketAddress.of(""), other.getExtraInfo(ExtraInfo.PEER_NAME));
                other.write("answer".getBytes(UTF_8));
                while (client.protocol().received.length() < 6) {
                    Asyncio.yieldNow();
                }
                client.transport().close();
                assertNull(client.protocol().lost.await());
                assertNull(accepted.getFirst().lost.await());
                assertEquals(List.of("made", "data", "eof", "lost"), accepted.getFirst().trail);
                assertThrows(IllegalStateException.class, server::port);
            }
        });
    }

    @Test
    void openUnixConnection_streams_echo() throws Exception {
        Asyncio.run(() -> {
            try (var serving = Net.startUnixServer(UnixSocketTest::echo, path()).serving()) {
                assertTrue(serving.server().isServing());
                assertServed(path());
            }
        });
    }

    @Test
    void openUnixConnection_tls_needsTheServersName() throws Exception {
        Asyncio.run(() -> {
            var options = ServerOptions.DEFAULT.tls(TestCa.server());
            try (var serving =
                    Net.startUnixServer(UnixSocketTest::echo, path(), options).serving()) {
                var nameless = ConnectOptions.DEFAULT.tls(TestCa.client());
                var failure =
                        assertThrows(IllegalArgumentException.class, () -> Net.openUnixConnection(path(), nameless));
                assertTrue(failure.getMessage().contains("serverHostname"), failure.getMessage());

                var named = ConnectOptions.DEFAULT.tls(TestCa.client().serverHostname("localhost"));
                try (var streams = Net.openUnixConnection(path(), named)) {
                    streams.writer().write("hello\n".getBytes(UTF_8));
                    assertEquals("hello\n", new String(streams.reader().readLine(), UTF_8));
                    assertNotNull(streams.writer().getExtraInfo(ExtraInfo.CIPHER_SUITE));
                }
                serving.server().closeClients();
            }
            assertEquals(List.of(), files());
        });
    }

    // Conformance 425: test_unix_events.py::SelectorEventLoopUnixSocketTests::test_create_unix_connection_path_sock
    @Test
    void createUnixConnection_neitherPathNorChannel_isRejected() {
        // Both at once cannot be written down.
        Asyncio.run(() -> {
            for (var call : List.<org.junit.jupiter.api.function.Executable>of(
                    () -> Net.createUnixConnection(RecordingProtocol::new, (Path) null),
                    () -> Net.createUnixConnection(RecordingProtocol::new, (SocketChannel) null),
                    () -> Net.createUnixServer(RecordingProtocol::new, (Path) null),
                    () -> Net.createUnixServer(
                            RecordingProtocol::new, (ServerSocketChannel) null, ServerOptions.DEFAULT))) {
                var failure = assertThrows(IllegalArgumentException.class, call);
                assertEquals("a path or a channel is needed", failure.getMessage());
            }
        });
    }

    @Test
    void createUnixConnection_channels_areUsedIfUnixAndRejectedIfNot() throws Exception {
        Asyncio.run(() -> {
            var listener =
                    ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path()));
            try (var serving = Net.createUnixServer(RecordingProtocol::new, listener, ServerOptions.DEFAULT)
                    .serving()) {
                assertTrue(serving.server().isServing());
                var channel = SocketChannel.open(UnixDomainSocketAddress.of(path()));
                var client = Net.createUnixConnection(RecordingProtocol::new, channel);
                client.transport().abort();
                client.protocol().lost.await();
                serving.server().abortClients();
            }
            assertEquals(List.of(), files());
            try (var tcp = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    var client = SocketChannel.open(tcp.getLocalAddress());
                    var unconnected = SocketChannel.open(StandardProtocolFamily.UNIX);
                    var unbound = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                assertThrows(
                        IllegalArgumentException.class, () -> Net.createUnixConnection(RecordingProtocol::new, client));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Net.createUnixConnection(RecordingProtocol::new, unconnected));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Net.createUnixServer(RecordingProtocol::new, tcp, ServerOptions.DEFAULT));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Net.createUnixServer(RecordingProtocol::new, unbound, ServerOptions.DEFAULT));
            }
        });
    }

    @Test
    void createUnixConnection_nobodyThere_failsWithThePath() throws Exception {
        Asyncio.run(() -> {
            var missing = assertThrows(NoSuchFileException.class, () -> Net.openUnixConnection(path()));
            assertTrue(missing.getMessage().contains(path().toString()), missing.getMessage());
            ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(path()))
                    .close();
            var stale = assertThrows(ConnectException.class, () -> Net.openUnixConnection(path()));
            assertTrue(stale.getMessage().contains(path().toString()), stale.getMessage());
        });
    }

    @Test
    void createUnixConnection_serversQueueFull_waitsForRoomAndCanBeCancelled() throws Exception {
        Asyncio.run(() -> {
            try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                listener.bind(UnixDomainSocketAddress.of(path()), 1);
                var open = new ArrayList<Streams>();
                assertThrows(
                        TimeoutException.class,
                        () -> Asyncio.timeout(Duration.ofMillis(300), ignored -> {
                            while (open.size() < 100) {
                                open.add(Net.openUnixConnection(path()));
                            }
                        }));
                assertTrue(open.size() < 10, "no queue that fills up here: " + open.size());
                Task<Streams> waiting = Asyncio.createTask(() -> Net.openUnixConnection(path()));
                Asyncio.yieldNow();
                assertFalse(waiting.done());
                listener.accept().close();
                open.add(waiting.await());
                for (Streams streams : open) {
                    streams.writer().transport().abort();
                }
            }
        });
    }

    @Test
    void createUnixConnection_cancelled_leavesNothingOpen() throws Exception {
        Asyncio.run(() -> {
            try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                listener.bind(UnixDomainSocketAddress.of(path()));
                var task = Asyncio.createTask(() -> Net.createUnixConnection(RecordingProtocol::new, path()));
                Asyncio.yieldNow();
                task.cancel();
                assertThrows(CancelledError.class, task::await);
                try (var accepted = listener.accept()) {
                    assertEquals(-1, accepted.read(ByteBuffer.allocate(1))); // the client has closed it
                }
            }
        });
    }

    @Test
    void sockCalls_unixAddresses_work() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            var address = UnixDomainSocketAddress.of(path());
            try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                    var client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                listener.configureBlocking(false);
                listener.bind(address);
                client.configureBlocking(false);
                var accepting = Asyncio.createTask(() -> loop.sockAccept(listener));
                Asyncio.yieldNow(); // it waits before anybody connects
                loop.sockConnect(client, address);
                try (var accepted = accepting.await()) {
                    loop.sockSendAll(client, "over".getBytes(UTF_8));
                    assertArrayEquals("over".getBytes(UTF_8), loop.sockRecv(accepted, 100));
                    var huge = new byte[1 << 20];
                    var sending = Asyncio.createTask(() -> loop.sockSendAll(accepted, huge));
                    int count = 0;
                    var buffer = ByteBuffer.allocate(1 << 16);
                    while (count < huge.length) {
                        count += loop.sockRecvInto(client, buffer.clear());
                    }
                    sending.await();
                    assertEquals(huge.length, count);
                }
                assertEquals(0, loop.sockRecv(client, 1).length);
            }
        });
    }

    @Test
    void close_thousandConnections_leavesNoDescriptorOpen() throws Exception {
        Asyncio.run(() -> {
            long before = 0;
            for (int i = 0; i < 1000; i++) {
                try (var serving =
                        Net.startUnixServer(UnixSocketTest::echo, path()).serving()) {
                    assertTrue(serving.server().isServing());
                    assertServed(path());
                }
                before = i == 0 ? Descriptors.count() : before;
            }
            Descriptors.assertNoMoreThan(before);
        });
    }

    // ---- files

    // Conformance 424:
    // test_unix_events.py::SelectorEventLoopUnixSocketTests::test_create_unix_server_existing_path_nonsock
    @Test
    void createUnixServer_anotherFileAtThePath_isRefusedAndKept() throws Exception {
        Asyncio.run(() -> {
            Path other = folder.resolve("other");
            Files.writeString(other, "mine");
            var failure = assertThrows(BindException.class, () -> Net.createUnixServer(RecordingProtocol::new, other));
            assertTrue(
                    failure.getMessage().contains("address in use")
                            && failure.getMessage().contains(other.toString()),
                    failure.getMessage());
            assertEquals("mine", Files.readString(other));

            Path directory = Files.createDirectory(folder.resolve("directory"));
            assertThrows(BindException.class, () -> Net.createUnixServer(RecordingProtocol::new, directory));
            // A link to a socket could lead anywhere.
            try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                listener.bind(UnixDomainSocketAddress.of(path()));
                Path link = Files.createSymbolicLink(folder.resolve("link"), path());
                assertThrows(BindException.class, () -> Net.createUnixServer(RecordingProtocol::new, link));
                assertTrue(Files.isSymbolicLink(link));
            }
            assertEquals(List.of("directory", "link", "other", "socket"), files());
        });
    }

    @Test
    void createUnixServer_staleSocket_isReplaced() throws Exception {
        Asyncio.run(() -> {
            ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(path()))
                    .close();
            try (var serving = Net.startUnixServer(UnixSocketTest::echo, path()).serving()) {
                assertTrue(serving.server().isServing());
                assertServed(path());
            }
        });
    }

    // Conformance 426: test_server.py::UnixServerCleanupTests::test_unix_server_addr_cleanup
    @Test
    void close_socketFile_isRemoved() throws Exception {
        Asyncio.run(() -> {
            Server server = Net.createUnixServer(RecordingProtocol::new, path());
            assertEquals(List.of("socket"), files());
            server.close();
            assertEquals(List.of(), files());
            server.close();
            server.waitClosed();
            Server removed = Net.createUnixServer(RecordingProtocol::new, path());
            Files.delete(path());
            removed.close();
        });
    }

    @Test
    void socketFile_removedWhileServing_connectionsGoOnAndNewOnesFail() throws Exception {
        Asyncio.run(() -> {
            try (var _ = Net.startUnixServer(UnixSocketTest::echo, path()).serving();
                    var streams = Net.openUnixConnection(path())) {
                Files.delete(path());
                streams.writer().write("still\n".getBytes(UTF_8));
                assertEquals("still\n", new String(streams.reader().readLine(), UTF_8));
                assertThrows(IOException.class, () -> Net.openUnixConnection(path()));
            }
            assertEquals(List.of(), files());
        });
    }

    // Conformance 427: test_server.py::UnixServerCleanupTests::test_unix_server_cleanup_replaced
    @Test
    void close_fileReplacedMeanwhile_isKept() throws Exception {
        Asyncio.run(() -> {
            Server first = Net.createUnixServer(RecordingProtocol::new, path());
            try (var serving = Net.startUnixServer(UnixSocketTest::echo, path()).serving()) {
                assertTrue(serving.server().isServing());
                first.close();
                assertServed(path());
            }
            assertEquals(List.of(), files());

            Server server = Net.createUnixServer(RecordingProtocol::new, path());
            Files.delete(path());
            Files.writeString(path(), "no socket");
            server.close();
            assertEquals("no socket", Files.readString(path()));
        });
    }

    // Conformance 428: test_server.py::UnixServerCleanupTests::test_unix_server_cleanup_prevented
    @Test
    void close_cleanupOff_keepsTheFile() throws Exception {
        Asyncio.run(() -> {
            var options = ServerOptions.DEFAULT.cleanupSocket(false);
            Net.createUnixServer(RecordingProtocol::new, path(), options).close();
            assertEquals(List.of("socket"), files());
            var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(folder.resolve("own")));
            Net.createUnixServer(RecordingProtocol::new, listener, options).close();
            assertEquals(List.of("own", "socket"), files());
        });
    }

    @Test
    void loopClosed_serverLeftOpen_removesTheFile() throws Exception {
        try (var log = new LogCapture()) {
            Asyncio.run(() -> {
                Net.createUnixServer(RecordingProtocol::new, path());
            });
            assertTrue(log.contains("unclosed listening"), () -> log.events().toString());
        }
        assertEquals(List.of(), files());
    }

    @Test
    void createUnixServer_pathTooLong_saysHowLongItMayBe() throws Exception {
        Asyncio.run(() -> {
            Path tooLong = folder.resolve("x".repeat(120));
            int length = tooLong.toString().length();
            for (var call : List.<org.junit.jupiter.api.function.Executable>of(
                    () -> Net.createUnixServer(RecordingProtocol::new, tooLong),
                    () -> Net.openUnixConnection(tooLong))) {
                var failure = assertThrows(IOException.class, call);
                assertTrue(
                        failure.getMessage().contains("at most 10")
                                && failure.getMessage().contains(" " + length + ":"),
                        failure.getMessage());
            }
            assertThrows(
                    NoSuchFileException.class,
                    () -> Net.createUnixServer(RecordingProtocol::new, folder.resolve("missing/socket")));
            assertEquals(List.of(), files());
        });
    }

    @Test
    void mode_default_letsOnlyThisUserIn() throws Exception {
        Asyncio.run(() -> {
            for (int mode : new int[] {0600, 0660, 0666, 0777}) {
                var options = mode == 0600 ? ServerOptions.DEFAULT : ServerOptions.DEFAULT.mode(mode);
                try (var serving = Net.startUnixServer(UnixSocketTest::echo, path(), options)
                        .serving()) {
                    assertTrue(serving.server().isServing());
                    assertEquals(
                            mode,
                            (int) (Integer) Files.getAttribute(path(), "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0777);
                    assertEquals(List.of("socket"), files());
                    assertServed(path());
                }
            }
            assertThrows(IllegalArgumentException.class, () -> ServerOptions.DEFAULT.mode(01000));
            assertThrows(IllegalArgumentException.class, () -> ServerOptions.DEFAULT.mode(-1));
        });
    }

    @Test
    void mode_umaskLetsOthersIn_isMadeWhereNobodyCanGetAtIt() throws Exception {
        Peer.assumeInstalled("sh");
        Asyncio.run(() -> {
            assertEquals("made as s with rw-------", madeWithUmask("000"));
            assertEquals("made as socket with rw-------", madeWithUmask("777"));
        });
    }

    /** What a program that lives under that umask says of its server. */
    @Suspends
    private String madeWithUmask(String umask) throws Exception {
        var classPath = new LinkedHashSet<String>();
        for (Class<?> needed : List.of(
                UnixServerMain.class,
                Net.class,
                Asyncio.class,
                org.slf4j.Logger.class,
                ch.qos.logback.classic.Logger.class,
                ch.qos.logback.core.Appender.class)) {
            classPath.add(Path.of(needed.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        try (var peer = Peer.start(
                "sh",
                "-c",
                "umask " + umask + "; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, classPath),
                UnixServerMain.class.getName(),
                path().toString())) {
            var lines = new ArrayList<String>();
            for (String line = peer.readLine(); !line.equals("null"); line = peer.readLine()) {
                lines.add(line);
            }
            assertEquals("removed", lines.getLast(), lines::toString);
            assertEquals(List.of(), files());
            return lines.get(lines.size() - 2);
        }
    }
}

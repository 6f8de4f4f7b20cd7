package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.Asyncio;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Endpoints}: servers and clients out of descriptions. */
final class EndpointsTest {
    @TempDir
    private Path folder;

    private static String quoted(Path path) {
        return path.toString().replace("\\", "\\\\").replace(":", "\\:").replace("=", "\\=");
    }

    private static void echo(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            writer.write(reader.readLine());
        }
    }

    private static void assertEchoes(ClientEndpoint endpoint) throws IOException {
        try (var client = endpoint.connect()) {
            client.writer().write("hello\n".getBytes(UTF_8));
            assertEquals("hello\n", new String(client.reader().readAll(), UTF_8));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        server | tpc:80                      | 'tpc' is no type of server; there are tcp, tcp6,
        server | tcp:                        | needs the argument 'port'
        server | tcp:port=                   | needs the argument 'port'
        server | tcp:80x                     | port is a number from 0 to 65535, got '80x'
        server | tcp:65536                   | port is a number from 0 to 65535, got '65536'
        server | tcp:-1                      | port is a number from 0 to 65535, got '-1'
        server | tcp:+80                     | port is a number from 0 to 65535, got '+80'
        server | tcp:99999999999             | port is a number from 0 to 65535, got '99999999999'
        server | tcp:80:interfcae=x          | 'tcp' has no argument 'interfcae', but port, interface, backlog
        server | tcp:80:backlog=0            | backlog is a number from 1
        server | tcp:80:backlog=many         | backlog is a number from 1
        server | tcp:80:localhost:5:6        | '6' is one argument too many
        server | ssl:443                     | needs the argument 'privateKey'
        server | ssl:443:privateKey=a:mode=1 | 'ssl' has no argument 'mode'
        server | tls:x:privateKey=a          | port is a number from 0 to 65535, got 'x'
        server | fd:                         | needs the argument 'number'
        server | fd:three                    | number is a number from 0
        server | systemd:index=0             | needs the argument 'domain'
        server | systemd:IPX:index=0         | domain is INET, INET6 or UNIX, got 'IPX'
        server | systemd:INET                | either an index or a name
        server | systemd:INET:index=0:name=a | either an index or a name
        server | unix:                       | needs the argument 'address'
        server | unix:/x:mode=688            | mode is a number from 0 to 777 in base 8, got '688'
        server | unix:/x:mode=1000           | mode is a number from 0 to 777 in base 8, got '1000'
        client | unix:/x:mode=600            | 'unix' has no argument 'mode', but path, timeout
        server | stdio:x                     | 'x' is one argument too many
        client | udp:80                      | 'udp' is no type of client; there are tcp, tcp6
        client | stdio:                      | 'stdio' is no type of client
        client | tcp:example.org             | needs the argument 'port'
        client | tcp:port=80                 | needs the argument 'host'
        client | tcp:example.org:0           | port is a number from 1 to 65535, got '0'
        client | tcp:example.org:http        | port is a number from 0 to 65535, got 'http'
        client | tcp:example.org:80:timeout=soon | timeout is a positive number of seconds, got 'soon'
        client | tcp:example.org:80:timeout=-1   | timeout is a positive number of seconds, got '-1'
        client | tcp:example.org:80:timeout=NaN  | timeout is a positive number of seconds, got 'NaN'
        client | tcp:example.org:80:tmieout=1    | 'tcp' has no argument 'tmieout'
        client | tls:example.org:443:certKey=a   | certKey needs the argument 'privateKey'
        """)
    void description_bad_namesThePart(String side, String text, String message) {
        var failure = assertThrows(
                IllegalArgumentException.class,
                () -> assertEquals("", side.equals("server") ? Endpoints.server(text) : Endpoints.client(text)));
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
        assertTrue(failure.getMessage().contains('"' + text + '"'), failure.getMessage());
    }

    @Test
    void tcp_serverAndClient_reachEachOther() throws Exception {
        Asyncio.run(() -> {
            ServerEndpoint endpoint = Endpoints.server("tcp:0:interface=127.0.0.1:backlog=10");
            assertEquals("tcp:0:interface=127.0.0.1:backlog=10", endpoint.toString());
            try (var serving = endpoint.listen(EndpointsTest::echo).serving()) {
                int port = serving.server().port();
                assertTrue(((InetSocketAddress)
                                serving.server().sockets().getFirst().localAddress())
                        .getAddress()
                        .isLoopbackAddress());
                assertEchoes(Endpoints.client("tcp:127.0.0.1:" + port));
                assertEchoes(Endpoints.client("tcp:host=localhost:port=" + port + ":timeout=15:bindAddress=127.0.0.1"));
                var protocol = Endpoints.client("tcp:127.0.0.1:" + port)
                        .connect(RecordingProtocol::new)
                        .protocol();
                protocol.made.await().write("hi\n".getBytes(UTF_8));
                protocol.lost.await();
                assertEquals("hi\n", protocol.received.toString());
            }
            try (var serving =
                    Endpoints.server("tcp:0").listen(RecordingProtocol::new).serving()) {
                assertTrue(((InetSocketAddress)
                                serving.server().sockets().getFirst().localAddress())
                        .getAddress()
                        .isAnyLocalAddress());
            }
        });
    }

    @Test
    void unix_serverAndClient_reachEachOther() throws Exception {
        Path path = folder.resolve("so:ck=et");
        Asyncio.run(() -> {
            try (var serving = Endpoints.server("unix:" + quoted(path) + ":mode=640")
                    .listen(EndpointsTest::echo)
                    .serving()) {
                assertTrue(serving.server().isServing());
                assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
                assertEchoes(Endpoints.client("unix:path=" + quoted(path) + ":timeout=5"));
            }
        });
    }

    @Test
    void tcp6_serverAndClient_useIpv6() throws Exception {
        Asyncio.run(() -> {
            try (var serving = Endpoints.server("tcp6:0:interface=\\:\\:1")
                    .listen(EndpointsTest::echo)
                    .serving()) {
                var address = (InetSocketAddress)
                        serving.server().sockets().getFirst().localAddress();
                assertEquals(InetAddress.ofLiteral("::1"), address.getAddress());
                assertEchoes(Endpoints.client("tcp6:\\:\\:1:" + address.getPort()));
            }
        });
    }

    @Test
    void client_noAnswer_givesUpInTime() throws Exception {
        // A queue of one that is full: further connection attempts are not answered.
        var connected = new ArrayList<Socket>();
        try (var silent =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1)) {
            int port = ((InetSocketAddress) silent.getLocalAddress()).getPort();
            for (int i = 0; i < 5; i++) {
                var socket = new Socket();
                connected.add(socket);
                try {
                    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
                } catch (SocketTimeoutException full) {
                    break;
                }
            }
            Asyncio.run(() -> {
                var failure = assertThrows(
                        SocketTimeoutException.class,
                        () -> Endpoints.client("tcp:127.0.0.1:" + port + ":timeout=0.05")
                                .connect());
                assertTrue(failure.getMessage().contains("127.0.0.1:" + port), failure.getMessage());
            });
        } finally {
            for (Socket socket : connected) {
                socket.close();
            }
        }
    }

    @Test
    void ssl_keysOfAllKinds_encrypt() throws Exception {
        Path roots = TestCa.TRUSTED.pem(folder, "roots.pem");
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            Path file = TestCa.TRUSTED
                    .issue(TestCa.local().algorithm(algorithm))
                    .pem(folder, "server-" + algorithm + ".pem");
            Asyncio.run(() -> {
                var server = Endpoints.server("ssl:0:interface=127.0.0.1:privateKey=" + quoted(file));
                try (var serving = server.listen(EndpointsTest::echo).serving()) {
                    int port = serving.server().port();
                    assertEchoes(Endpoints.client("tls:localhost:" + port + ":trustRoots=" + quoted(roots)));
                    assertEchoes(Endpoints.client("ssl:host=localhost:port=" + port + ":trustRoots=" + quoted(folder)));
                    assertThrows(
                            javax.net.ssl.SSLException.class,
                            () -> Endpoints.client("tls:localhost:" + port).connect());
                }
            });
        }
    }

    @Test
    void tls_clientWithACertificate_showsIt() throws Exception {
        Path file = TestCa.TRUSTED.issue(TestCa.local().forServers(false)).pem(folder, "client.pem");
        Path roots = TestCa.TRUSTED.pem(folder, "roots.pem");
        Asyncio.run(() -> {
            var parameters = new javax.net.ssl.SSLParameters();
            parameters.setNeedClientAuth(true);
            var options = ServerOptions.DEFAULT.tls(TestCa.server().parameters(parameters));
            try (var serving = Net.startServer(EndpointsTest::echo, "127.0.0.1", 0, options)
                    .serving()) {
                String address = "tls:localhost:" + serving.server().port() + ":trustRoots=" + quoted(roots);
                assertEchoes(Endpoints.client(address + ":privateKey=" + quoted(file)));
                assertEchoes(Endpoints.client(address + ":privateKey=" + quoted(file) + ":certKey=" + quoted(file)));
                assertThrows(IOException.class, () -> assertEchoes(Endpoints.client(address)));
            }
        });
    }

    @Test
    void ssl_badFiles_areNamed() throws Exception {
        var identity = TestCa.TRUSTED.issue(TestCa.local());
        Path good = identity.pem(folder, "good.pem");
        Path certificate = Files.writeString(folder.resolve("cert.pem"), TestCa.pem(identity.certificate()));
        Path other = TestCa.TRUSTED.issue(TestCa.local()).pem(folder, "other.pem");
        Path rsa = TestCa.TRUSTED.issue(TestCa.local().algorithm("RSA")).pem(folder, "rsa.pem");
        String text = Files.readString(good);
        Path old = Files.writeString(folder.resolve("old.pem"), text.replace("PRIVATE KEY", "EC PRIVATE KEY"));
        Path encrypted =
                Files.writeString(folder.resolve("enc.pem"), text.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        Asyncio.run(() -> {
            assertListenFails(
                    "privateKey=" + quoted(folder.resolve("no.pem")), "privateKey=", "no.pem", "is not there");
            assertListenFails(
                    "privateKey=" + quoted(good) + ":certKey=" + quoted(folder.resolve("no.pem")),
                    "certKey=",
                    "is not there");
            assertListenFails("privateKey=" + quoted(folder), "privateKey=", "cannot be read");
            assertListenFails("privateKey=" + quoted(empty), "no '-----BEGIN PRIVATE KEY-----'");
            assertListenFails("privateKey=" + quoted(certificate), "no '-----BEGIN PRIVATE KEY-----'", "CERTIFICATE");
            assertListenFails("privateKey=" + quoted(old), "SEC 1", "openssl pkcs8 -topk8 -nocrypt");
            assertListenFails("privateKey=" + quoted(encrypted), "is encrypted", "openssl pkcs8");
            assertListenFails(
                    "privateKey=" + quoted(good) + ":certKey=" + quoted(empty),
                    "certKey=",
                    "no '-----BEGIN CERTIFICATE-----'");
            assertListenFails(
                    "privateKey=" + quoted(good) + ":certKey=" + quoted(other), "is not the key of", "other.pem");
            assertListenFails("privateKey=" + quoted(good) + ":certKey=" + quoted(rsa), "is not the key of", "rsa.pem");
            assertListenFails(
                    "privateKey=" + quoted(good) + ":extraCertChain=" + quoted(empty),
                    "extraCertChain=",
                    "no '-----BEGIN CERTIFICATE-----'");
            var roots = assertThrows(
                    IOException.class,
                    () -> Endpoints.client("tls:localhost:1:trustRoots=" + quoted(folder.resolve("no.pem")))
                            .connect());
            assertTrue(roots.getMessage().contains("trustRoots="), roots.getMessage());
        });
    }

    private static void assertListenFails(String arguments, String... messages) {
        var failure = assertThrows(
                IOException.class, () -> Endpoints.server("ssl:0:" + arguments).listen(EndpointsTest::echo));
        for (String message : messages) {
            assertTrue(failure.getMessage().contains(message), failure.getMessage());
        }
        assertTrue(!failure.getMessage().contains("MII"), failure.getMessage()); // nothing of the key
    }

    @Test
    void inherited_notThere_saysWhatToDo() throws Exception {
        Asyncio.run(() -> {
            var other = assertThrows(
                    IOException.class, () -> Endpoints.server("fd:77").listen(EndpointsTest::echo));
            assertTrue(other.getMessage().contains("0<&77"), other.getMessage());
            var notPassed = assertThrows(
                    IOException.class,
                    () -> Endpoints.server("systemd:INET:index=0").listen(EndpointsTest::echo));
            assertTrue(notPassed.getMessage().contains("LISTEN_FDS is not set"), notPassed.getMessage());
        });
    }

    @ParameterizedTest
    @CsvSource({"fd:0", "fd:3", "systemd:INET:index=0", "systemd:INET:name=web"})
    void inherited_listeningSocket_isServed(String endpoint) throws Exception {
        assumeTrue(pythonIsHere(), "Python starts programs with sockets; there is none here");
        // What inetd and systemd do: listen, and become the server with the socket as descriptors 0 and 3.
        String starter = """
            import os, socket, sys
            s = socket.create_server(('127.0.0.1', 0))
            print(s.getsockname()[1], flush=True)
            os.dup2(s.fileno(), 0)
            if s.fileno() != 3: os.dup2(s.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES='web')
            os.execv(sys.argv[1], sys.argv[1:])
            """;
        var command = new ArrayList<String>();
        command.addAll(List.of("python3", "-c", starter));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", classPath(), Inherits.class.getName()));
        command.add(endpoint);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var output = process.inputReader()) {
            int port = Integer.parseInt(output.readLine());
            try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream().write("hello\n".getBytes(UTF_8));
                assertEquals("hello\n", new String(client.getInputStream().readAllBytes(), UTF_8));
            }
            String line = output.readLine();
            while (line != null && !line.startsWith("served")) {
                line = output.readLine(); // what is logged
            }
            assertEquals("served at " + port, line);
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void stdio_connectionOfItsOwn_isServedToItsEnd() throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", classPath(), Shouts.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var output = process.inputReader()) {
            try (var input = process.outputWriter()) {
                input.write("hello\nanybody");
                input.flush();
                String line = output.readLine();
                while (line != null && !line.equals("HELLO")) {
                    line = output.readLine(); // what is logged
                }
                assertEquals("HELLO", line);
                input.write(" there?\nhalf");
            }
            assertEquals("ANYBODY THERE?", output.readLine());
            assertEquals("lost with null", output.readLine());
            assertEquals("over", output.readLine());
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
    }

    /** What the other process runs: sends lines back in capitals. */
    static final class Shouts {
        private Shouts() {}

        public static void main(String[] arguments) throws IOException {
            Asyncio.run(() -> {
                Server server = Endpoints.server("stdio:").listen(() -> new LineProtocol(new byte[] {'\n'}, 100) {
                    @Override
                    protected void lineReceived(byte[] line) {
                        sendLine(new String(line, UTF_8)
                                .toUpperCase(java.util.Locale.ROOT)
                                .getBytes(UTF_8));
                    }

                    @Override
                    public void connectionLost(Exception exception) {
                        IO.println("lost with " + exception);
                    }
                });
                assertEquals(List.of(), server.sockets());
                assertThrows(IllegalStateException.class, server::port);
                server.close();
                server.waitClosed();
                IO.println("over");
            });
        }
    }

    private static boolean pythonIsHere() {
        try {
            return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
        } catch (IOException notInstalled) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String classPath() {
        var entries = new LinkedHashSet<String>();
        for (String property : List.of("java.class.path", "jdk.module.path")) {
            for (String entry : System.getProperty(property, "").split(File.pathSeparator, -1)) {
                if (!entry.isEmpty()) {
                    entries.add(entry);
                }
            }
        }
        Path patched = Path.of(System.getProperty("basedir", "."), "target", "test-classes");
        if (Files.isDirectory(patched)) {
            entries.add(patched.toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    /** What the other process runs: serves one connection. */
    static final class Inherits {
        private Inherits() {}

        public static void main(String[] arguments) throws IOException {
            Asyncio.run(() -> {
                dev.weft.Future<Integer> served = Asyncio.createFuture();
                Server server = Endpoints.server(arguments[0]).listen((reader, writer) -> {
                    echo(reader, writer);
                    writer.waitClosed();
                    served.setResult(0);
                });
                int port = server.port();
                served.await();
                IO.println("served at " + port); // before the end: the JDK then takes the standard streams away
                assertInstanceOf(
                        IOException.class,
                        assertThrows(
                                IOException.class,
                                () -> Endpoints.server("fd:9").listen(EndpointsTest::echo)));
                server.close();
            });
        }
    }
}

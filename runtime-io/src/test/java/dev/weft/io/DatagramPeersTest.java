package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Datagram;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Datagrams with other programs on the other end. */
final class DatagramPeersTest {
    private static final InetAddress HOST = InetAddress.ofLiteral("127.0.0.1");
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(HOST, 0);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String PYTHON_SERVER = """
            import asyncio
            class Echo(asyncio.DatagramProtocol):
                def connection_made(self, transport):
                    self.transport = transport
                def datagram_received(self, data, addr):
                    self.transport.sendto(data.upper(), addr)
            async def main():
                loop = asyncio.get_running_loop()
                transport, _ = await loop.create_datagram_endpoint(Echo, local_addr=('127.0.0.1', 0))
                print(transport.get_extra_info('sockname')[1])
                await asyncio.sleep(30)
            asyncio.run(main())
            """;

    private static final String PYTHON_CLIENT = """
            import asyncio, sys
            class Client(asyncio.DatagramProtocol):
                def __init__(self):
                    self.answers = asyncio.Queue()
                def datagram_received(self, data, addr):
                    self.answers.put_nowait(data)
            async def main():
                loop = asyncio.get_running_loop()
                transport, client = await loop.create_datagram_endpoint(
                    Client, remote_addr=('127.0.0.1', int(sys.argv[1])))
                for data in b'first', b'x' * 60000:  # no empty one: Python 3.11 does not send those
                    transport.sendto(data)
                    answer = await client.answers.get()
                    assert answer == data.upper(), answer
                transport.close()
                print('fine')
            asyncio.run(main())
            """;

    private static int freePort() throws IOException {
        try (var channel = DatagramChannel.open().bind(ANY_PORT)) {
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        }
    }

    private static int portOf(DatagramStream stream) {
        return ((InetSocketAddress) stream.localAddress()).getPort();
    }

    private static String text(Datagram datagram) {
        return new String(datagram.data(), UTF_8);
    }

    /** Sends until the other program is there and answers. */
    @Suspends
    private static String ask(DatagramStream client, String question) throws IOException {
        while (true) {
            client.send(question.getBytes(UTF_8));
            try {
                return text(client.receive());
            } catch (PortUnreachableException notYet) {
                Asyncio.sleep(Duration.ofMillis(10));
            }
        }
    }

    @Test
    void server_pythonsAsyncio_isUnderstood() throws Exception {
        Peer.assumeInstalled("python3");
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var peer = Peer.python(PYTHON_SERVER)) {
                int port = Integer.parseInt(peer.readLine());
                try (var client = Net.openDatagram(null, new InetSocketAddress(HOST, port))) {
                    client.send("first".getBytes(UTF_8));
                    assertEquals("FIRST", text(client.receive()));
                    String big = "x".repeat(60_000);
                    client.send(big.getBytes(UTF_8));
                    assertEquals(big.toUpperCase(java.util.Locale.ROOT), text(client.receive()));
                }
            }
        }));
    }

    @Test
    void client_pythonsAsyncio_isServed() throws Exception {
        Peer.assumeInstalled("python3");
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var server = Net.openDatagram(ANY_PORT, null)) {
                var serving = Asyncio.createTask(() -> {
                    for (Datagram datagram : server) {
                        server.send(
                                text(datagram)
                                        .toUpperCase(java.util.Locale.ROOT)
                                        .getBytes(UTF_8),
                                datagram.address());
                    }
                });
                try (var peer = Peer.python(PYTHON_CLIENT, String.valueOf(portOf(server)))) {
                    assertEquals("fine", peer.readLine());
                    assertEquals(0, peer.exitCode());
                }
                server.transport().close();
                serving.await();
            }
        }));
    }

    @Test
    void client_nc_isServed() throws Exception {
        Peer.assumeInstalled("nc");
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var server = Net.openDatagram(ANY_PORT, null);
                    var peer = Peer.start("nc", "-u", "127.0.0.1", String.valueOf(portOf(server)))) {
                peer.write("question\n");
                Datagram question = server.receive();
                assertEquals("question\n", text(question));
                server.send("answer\n".getBytes(UTF_8), question.address());
                assertEquals("answer", peer.readLine());
            }
        }));
    }

    @Test
    void server_nc_isUnderstood() throws Exception {
        Peer.assumeInstalled("nc");
        int port = freePort();
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var peer = Peer.start("nc", "-u", "-l", "127.0.0.1", String.valueOf(port));
                    var client = Net.openDatagram(null, new InetSocketAddress(HOST, port))) {
                var asking = Asyncio.createTask(() -> ask(client, "question\n"));
                assertEquals("question", peer.readLine());
                peer.write("answer\n");
                assertEquals("answer\n", asking.await());
            }
        }));
    }

    @Test
    void client_socat_isServed() throws Exception {
        Peer.assumeInstalled("socat");
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var server = Net.openDatagram(ANY_PORT, null);
                    var peer = Peer.start("socat", "-", "UDP4:127.0.0.1:" + portOf(server))) {
                peer.write("question\n");
                Datagram question = server.receive();
                assertEquals("question\n", text(question));
                server.send("answer\n".getBytes(UTF_8), question.address());
                assertEquals("answer", peer.readLine());
            }
        }));
    }

    @Test
    void server_socat_isUnderstood() throws Exception {
        Peer.assumeInstalled("socat");
        int port = freePort();
        Asyncio.run(() -> Asyncio.timeout(LIMIT, ignored -> {
            try (var peer = Peer.start("socat", "UDP4-RECVFROM:" + port + ",bind=127.0.0.1,fork", "EXEC:cat");
                    var client = Net.openDatagram(null, new InetSocketAddress(HOST, port))) {
                assertEquals("over and back\n", ask(client, "over and back\n"));
                assertTrue(peer.isRunning());
            }
        }));
    }
}

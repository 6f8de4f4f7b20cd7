package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.Test;

/** Whom datagram sockets let in unless they are told otherwise: nobody else at the same address, nobody but the peer. */
final class BindDefaultsTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void openDatagram_default_sharesNoAddress() throws Exception {
        Asyncio.run(() -> {
            try (var stream = Net.openDatagram(ANY_PORT, null)) {
                TransportChannel socket = stream.transport().getExtraInfo(ExtraInfo.SOCKET);
                assertEquals(false, socket.getOption(StandardSocketOptions.SO_REUSEADDR));
                assertEquals(false, socket.getOption(StandardSocketOptions.SO_REUSEPORT));
                assertEquals(false, socket.getOption(StandardSocketOptions.SO_BROADCAST));
            }
        });
    }

    @Test
    void openDatagram_addressInUse_isRefusedUnlessBothShareIt() throws Exception {
        Asyncio.run(() -> {
            try (var first = Net.openDatagram(ANY_PORT, null)) {
                var failure = assertThrows(BindException.class, () -> Net.openDatagram(first.localAddress(), null));
                assertTrue(failure.getMessage().contains(String.valueOf(first.localAddress())), failure.getMessage());
                assertThrows(
                        BindException.class,
                        () -> Net.openDatagram(first.localAddress(), null, DatagramOptions.DEFAULT.reusePort(true)));
            }
            var shared = DatagramOptions.DEFAULT.reusePort(true);
            try (var first = Net.openDatagram(ANY_PORT, null, shared);
                    var second = Net.openDatagram(first.localAddress(), null, shared)) {
                assertEquals(first.localAddress(), second.localAddress());
            }
        });
    }

    @Test
    void openDatagram_remoteOnly_isNotReachableByOthers() throws Exception {
        Asyncio.run(() -> {
            try (var server = Net.openDatagram(ANY_PORT, null);
                    var stranger = Net.openDatagram(ANY_PORT, null);
                    var client = Net.openDatagram(null, server.localAddress())) {
                var address = (InetSocketAddress) client.localAddress();
                assertNotNull(address);
                assertFalse(address.getAddress().isAnyLocalAddress());
                stranger.send(bytes("hello"), address);
                server.send(bytes("real"), address);
                assertEquals("real", new String(client.receive().data(), UTF_8));
                assertEquals(0, client.buffered());
            }
        });
    }
}

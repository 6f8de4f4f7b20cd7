package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.Test;

/** Multicast groups, on the loopback interface. */
final class MulticastTest {
    private static final InetAddress GROUP = InetAddress.ofLiteral("239.255.77.1");
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");

    private static NetworkInterface loopbackInterface() throws IOException {
        return NetworkInterface.getByInetAddress(LOOPBACK);
    }

    private static DatagramOptions onLoopback() throws IOException {
        return DatagramOptions.DEFAULT.multicastInterface(loopbackInterface());
    }

    private static InetSocketAddress groupAt(DatagramStream member) {
        return new InetSocketAddress(GROUP, ((InetSocketAddress) member.localAddress()).getPort());
    }

    @Suspends
    private static String received(DatagramStream stream) throws IOException {
        return new String(stream.receive().data(), UTF_8);
    }

    @Test
    void join_member_receivesUntilItLeaves() throws Exception {
        Asyncio.run(() -> {
            try (var member = Net.openDatagram(
                            new InetSocketAddress(ANY, 0), null, onLoopback().join(GROUP));
                    var sender = Net.openDatagram(new InetSocketAddress(LOOPBACK, 0), null, onLoopback())) {
                InetSocketAddress group = groupAt(member);
                sender.send("to all".getBytes(UTF_8), group);
                assertEquals("to all", received(member));

                assertTrue(member.transport().leaveGroup(GROUP));
                assertFalse(member.transport().leaveGroup(GROUP));
                sender.send("missed".getBytes(UTF_8), group);
                sender.send("to one".getBytes(UTF_8), new InetSocketAddress(LOOPBACK, group.getPort()));
                assertEquals("to one", received(member));

                member.transport().joinGroup(GROUP, loopbackInterface(), null);
                member.transport().joinGroup(GROUP); // is one already
                sender.send("back".getBytes(UTF_8), group);
                assertEquals("back", received(member));
                assertEquals(0, member.buffered());
            }
        });
    }

    @Test
    void join_ofOneSource_receivesFromThatOneOnly() throws Exception {
        Asyncio.run(() -> {
            InetAddress other = InetAddress.ofLiteral("127.0.0.2");
            try (var member = Net.openDatagram(
                            new InetSocketAddress(ANY, 0), null, onLoopback().join(GROUP, other));
                    var unwanted = Net.openDatagram(new InetSocketAddress(LOOPBACK, 0), null, onLoopback());
                    var wanted = Net.openDatagram(new InetSocketAddress(other, 0), null, onLoopback())) {
                unwanted.send("unwanted".getBytes(UTF_8), groupAt(member));
                wanted.send("wanted".getBytes(UTF_8), groupAt(member));
                assertEquals("wanted", received(member));
                assertThrows(
                        IllegalStateException.class, () -> member.transport().joinGroup(GROUP));
                assertTrue(member.transport().leaveGroup(GROUP, null, other));
                assertEquals(0, member.buffered());
            }
        });
    }

    @Test
    void multicastOptions_areTheSockets() throws Exception {
        Asyncio.run(() -> {
            var options = onLoopback().multicastTimeToLive(3).multicastLoopback(false);
            try (var sender = Net.openDatagram(new InetSocketAddress(LOOPBACK, 0), null, options);
                    var member = Net.openDatagram(
                            new InetSocketAddress(ANY, 0), null, onLoopback().join(GROUP))) {
                TransportChannel socket = sender.transport().getExtraInfo(ExtraInfo.SOCKET);
                assertEquals(3, socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
                assertEquals(false, socket.getOption(StandardSocketOptions.IP_MULTICAST_LOOP));
                assertEquals(loopbackInterface(), socket.getOption(StandardSocketOptions.IP_MULTICAST_IF));
                socket.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
                sender.send("now".getBytes(UTF_8), groupAt(member));
                assertEquals("now", received(member));
            }
        });
    }

    @Test
    void joinGroup_whatIsNoGroup_isRejected() throws Exception {
        Asyncio.run(() -> {
            try (var stream = Net.openDatagram(new InetSocketAddress(LOOPBACK, 0), null)) {
                assertThrows(
                        IllegalArgumentException.class, () -> stream.transport().joinGroup(LOOPBACK));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> stream.transport().joinGroup(InetAddress.ofLiteral("ff02::1")));
                stream.transport().joinGroup(GROUP); // on the interface it is bound to
                assertTrue(stream.transport().leaveGroup(GROUP, loopbackInterface(), null));
            }
        });
    }
}

package dev.weft.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Channels in memory answer as the JDK's do: each test runs with both. */
@ParameterizedClass
@EnumSource
@Timeout(30)
final class SimChannelsTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress UNRESOLVED = InetSocketAddress.createUnresolved("nowhere", 80);

    /** Of documentation, so nobody's. */
    private static final InetSocketAddress NOT_OURS = new InetSocketAddress("203.0.113.1", 0);

    private static final UnixDomainSocketAddress OTHER_KIND = UnixDomainSocketAddress.of("no/such/socket");

    /** Whose channels. */
    enum Network {
        OF_THE_SYSTEM {
            @Override
            EventLoop loop() {
                return EventLoop.builder().build();
            }
        },
        IN_MEMORY {
            @Override
            EventLoop loop() {
                var loop = new TestLoop();
                SimNet.of(loop);
                return loop;
            }
        };

        abstract EventLoop loop();
    }

    private final Network network;

    SimChannelsTest(Network network) {
        this.network = network;
    }

    /** What a task does with a loop's channels. */
    private interface Scenario {
        @Suspends
        void run(EventLoop loop) throws Exception;
    }

    private void run(Scenario scenario) throws Exception {
        try (EventLoop loop = network.loop()) {
            loop.<Exception>runUntilComplete(() -> scenario.run(loop));
        }
    }

    private static SocketChannel stream(EventLoop loop) throws IOException {
        return nonBlocking(loop.selectorProvider().openSocketChannel());
    }

    private static ServerSocketChannel server(EventLoop loop) throws IOException {
        return nonBlocking(loop.selectorProvider().openServerSocketChannel());
    }

    private static DatagramChannel datagrams(EventLoop loop) throws IOException {
        return nonBlocking(loop.selectorProvider().openDatagramChannel());
    }

    private static <C extends SelectableChannel> C nonBlocking(C channel) throws IOException {
        channel.configureBlocking(false);
        return channel;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer... buffers) {
        var text = new StringBuilder();
        for (ByteBuffer buffer : buffers) {
            text.append(StandardCharsets.UTF_8.decode(buffer.duplicate().flip()));
        }
        return text.toString();
    }

    @Suspends
    private static void awaitReadable(EventLoop loop, SelectableChannel channel) {
        var readable = loop.createFuture();
        loop.addReader(channel, () -> {
            loop.removeReader(channel);
            readable.setResult(null);
        });
        readable.await();
    }

    /** Both ends of a connection. */
    private record Pair(SocketChannel near, SocketChannel far) implements AutoCloseable {
        @Suspends
        static Pair open(EventLoop loop) throws IOException {
            try (ServerSocketChannel listening = server(loop).bind(ANY_PORT)) {
                SocketChannel near = stream(loop);
                loop.sockConnect(near, listening.getLocalAddress());
                return new Pair(near, nonBlocking(loop.sockAccept(listening)));
            }
        }

        @Override
        public void close() throws IOException {
            near.close();
            far.close();
        }
    }

    // ---- streams

    @Test
    void stream_notConnected_refusesTransfers() throws Exception {
        run(loop -> {
            try (SocketChannel channel = stream(loop)) {
                ByteBuffer[] several = {bytes("a"), bytes("b")};
                assertThrows(NotYetConnectedException.class, () -> channel.read(bytes("a")));
                assertThrows(NotYetConnectedException.class, () -> channel.read(several));
                assertThrows(NotYetConnectedException.class, () -> channel.write(bytes("a")));
                assertThrows(NotYetConnectedException.class, () -> channel.write(several));
                assertThrows(NotYetConnectedException.class, channel::shutdownInput);
                assertThrows(NotYetConnectedException.class, channel::shutdownOutput);
                assertThrows(NoConnectionPendingException.class, channel::finishConnect);
                assertFalse(channel.isConnected());
                assertFalse(channel.isConnectionPending());
                assertNull(channel.getLocalAddress());
                assertNull(channel.getRemoteAddress());
            }
        });
    }

    @Test
    void stream_bound_hasAnAddressAndIsNotBoundAgain() throws Exception {
        run(loop -> {
            try (SocketChannel channel = stream(loop);
                    SocketChannel anywhere = stream(loop);
                    ServerSocketChannel listening = server(loop).bind(ANY_PORT)) {
                channel.bind(ANY_PORT);
                SocketAddress local = channel.getLocalAddress();
                assertTrue(((InetSocketAddress) local).getPort() > 0, local.toString());
                assertThrows(AlreadyBoundException.class, () -> channel.bind(ANY_PORT));
                loop.sockConnect(channel, listening.getLocalAddress());
                assertEquals(local, channel.getLocalAddress());

                anywhere.bind(null);
                int port = ((InetSocketAddress) anywhere.getLocalAddress()).getPort();
                loop.sockConnect(anywhere, listening.getLocalAddress());
                assertEquals(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), anywhere.getLocalAddress());
            }
        });
    }

    @Test
    void stream_addressThatCannotBe_isRefused() throws Exception {
        run(loop -> {
            try (SocketChannel channel = stream(loop)) {
                assertThrows(UnresolvedAddressException.class, () -> channel.connect(UNRESOLVED));
                assertThrows(UnresolvedAddressException.class, () -> channel.bind(UNRESOLVED));
                assertThrows(UnsupportedAddressTypeException.class, () -> channel.connect(OTHER_KIND));
                assertThrows(UnsupportedAddressTypeException.class, () -> channel.bind(OTHER_KIND));
                assertThrows(BindException.class, () -> channel.bind(NOT_OURS));
                assertNull(channel.getLocalAddress());
            }
        });
    }

    @Test
    void stream_connected_isNotConnectedOrBoundAgain() throws Exception {
        run(loop -> {
            try (Pair pair = Pair.open(loop)) {
                for (SocketChannel end : List.of(pair.near(), pair.far())) {
                    assertTrue(end.isConnected());
                    assertFalse(end.isConnectionPending());
                    assertTrue(end.finishConnect());
                    assertThrows(AlreadyConnectedException.class, () -> end.connect(end.getRemoteAddress()));
                    assertThrows(AlreadyBoundException.class, () -> end.bind(ANY_PORT));
                }
                assertEquals(pair.near().getLocalAddress(), pair.far().getRemoteAddress());
                assertEquals(pair.near().getRemoteAddress(), pair.far().getLocalAddress());
            }
        });
    }

    @Test
    void stream_severalBuffers_gatherAndScatter() throws Exception {
        run(loop -> {
            try (Pair pair = Pair.open(loop)) {
                assertEquals(4, pair.near().write(new ByteBuffer[] {bytes("ab"), bytes(""), bytes("cd")}));
                awaitReadable(loop, pair.far());
                ByteBuffer[] targets = {ByteBuffer.allocate(3), ByteBuffer.allocate(0), ByteBuffer.allocate(9)};
                assertEquals(4, pair.far().read(targets));
                assertEquals("abcd", text(targets));
                assertEquals(3, targets[0].position());
                assertEquals(0, pair.far().read(targets));
                assertEquals(1, pair.far().write(new ByteBuffer[] {bytes("x"), bytes("y"), bytes("z")}, 1, 1));
                awaitReadable(loop, pair.near());
                ByteBuffer one = ByteBuffer.allocate(9);
                assertEquals(1, pair.near().read(one));
                assertEquals("y", text(one));
                assertThrows(IndexOutOfBoundsException.class, () -> pair.near().write(targets, 1, 3));
                assertThrows(IndexOutOfBoundsException.class, () -> pair.near().read(targets, 1, 3));
            }
        });
    }

    @Test
    void stream_peerEndsItsOutput_readsTheRestAndTheEnd() throws Exception {
        run(loop -> {
            try (Pair pair = Pair.open(loop)) {
                pair.near().write(bytes("last"));
                pair.near().shutdownOutput();
                assertThrows(ClosedChannelException.class, () -> pair.near().write(bytes("more")));
                awaitReadable(loop, pair.far());
                ByteBuffer[] targets = {ByteBuffer.allocate(4), ByteBuffer.allocate(4)};
                assertEquals(4, pair.far().read(targets));
                awaitReadable(loop, pair.far());
                assertEquals(-1, pair.far().read(targets));
                assertEquals(-1, pair.far().read(targets[1]));
                assertEquals(0, pair.far().read(ByteBuffer.allocate(0)));
                assertEquals("last", text(targets));
            }
        });
    }

    @Test
    void stream_inputShut_readsTheEndAtOnceAndStillWrites() throws Exception {
        run(loop -> {
            try (Pair pair = Pair.open(loop)) {
                pair.near().shutdownInput();
                assertEquals(-1, pair.near().read(ByteBuffer.allocate(1)));
                assertEquals(-1, pair.near().read(new ByteBuffer[] {ByteBuffer.allocate(1)}));
                assertEquals(1, pair.near().write(bytes("x")));
                awaitReadable(loop, pair.far());
                assertEquals(1, pair.far().read(ByteBuffer.allocate(9)));
            }
        });
    }

    @Test
    void stream_peerDoesNotRead_takesNoMoreUntilItDoes() throws Exception {
        run(loop -> {
            try (Pair pair = Pair.open(loop)) {
                var much = new byte[1 << 20];
                long written = 0;
                for (int step = 1; step > 0; written += step) {
                    step = pair.near().write(ByteBuffer.wrap(much));
                }
                assertEquals(0, pair.near().write(new ByteBuffer[] {ByteBuffer.wrap(much), bytes("x")}));
                ByteBuffer target = ByteBuffer.allocate(1 << 20);
                for (long left = written; left > 0; left -= target.position()) {
                    awaitReadable(loop, pair.far());
                    pair.far().read(target.clear());
                }
                var writable = loop.createFuture();
                loop.addWriter(pair.near(), () -> {
                    loop.removeWriter(pair.near());
                    writable.setResult(null);
                });
                writable.await();
                assertEquals(1, pair.near().write(bytes("x")));
            }
        });
    }

    @Test
    void stream_closed_refusesEverything() throws Exception {
        run(loop -> {
            SocketChannel channel = stream(loop);
            channel.close();
            ByteBuffer[] several = {bytes("a")};
            assertThrows(ClosedChannelException.class, () -> channel.bind(ANY_PORT));
            assertThrows(ClosedChannelException.class, () -> channel.connect(ANY_PORT));
            assertThrows(ClosedChannelException.class, channel::finishConnect);
            assertThrows(ClosedChannelException.class, () -> channel.read(bytes("a")));
            assertThrows(ClosedChannelException.class, () -> channel.read(several));
            assertThrows(ClosedChannelException.class, () -> channel.write(several));
            assertThrows(ClosedChannelException.class, channel::shutdownInput);
            assertThrows(ClosedChannelException.class, channel::getLocalAddress);
            assertThrows(ClosedChannelException.class, channel::getRemoteAddress);
            assertThrows(ClosedChannelException.class, () -> channel.getOption(StandardSocketOptions.TCP_NODELAY));
            assertThrows(
                    ClosedChannelException.class, () -> channel.setOption(StandardSocketOptions.TCP_NODELAY, true));
            assertFalse(channel.isOpen());
        });
    }

    @Test
    void stream_options_areKept() throws Exception {
        run(loop -> {
            try (SocketChannel channel = stream(loop)) {
                assertTrue(channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY));
                assertFalse(channel.getOption(StandardSocketOptions.TCP_NODELAY));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                assertTrue(channel.getOption(StandardSocketOptions.TCP_NODELAY));
                assertThrows(
                        UnsupportedOperationException.class,
                        () -> channel.getOption(StandardSocketOptions.SO_BROADCAST));
            }
        });
    }

    // ---- servers

    @Test
    void server_notBound_acceptsNobody() throws Exception {
        run(loop -> {
            try (ServerSocketChannel channel = server(loop)) {
                assertThrows(NotYetBoundException.class, channel::accept);
                assertNull(channel.getLocalAddress());
                assertThrows(UnsupportedAddressTypeException.class, () -> channel.bind(OTHER_KIND));
                assertThrows(UnresolvedAddressException.class, () -> channel.bind(UNRESOLVED));
                channel.bind(null);
                assertNotNull(channel.getLocalAddress());
                assertThrows(AlreadyBoundException.class, () -> channel.bind(null));
                assertNull(channel.accept());
            }
        });
    }

    @Test
    void server_portOfAnother_isInUseUntilThatIsClosed() throws Exception {
        run(loop -> {
            try (ServerSocketChannel first = server(loop).bind(ANY_PORT);
                    ServerSocketChannel second = server(loop)) {
                SocketAddress taken = first.getLocalAddress();
                var everywhere = new InetSocketAddress(((InetSocketAddress) taken).getPort());
                assertThrows(BindException.class, () -> second.bind(taken));
                assertThrows(BindException.class, () -> second.bind(everywhere));
                SimSockets.close(first);
                second.bind(everywhere);
                try (ServerSocketChannel third = server(loop)) {
                    assertThrows(BindException.class, () -> third.bind(taken));
                }
            }
        });
    }

    @Test
    void server_options_areKept() throws Exception {
        run(loop -> {
            try (ServerSocketChannel channel = server(loop)) {
                assertTrue(channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEADDR));
                assertTrue(channel.getOption(StandardSocketOptions.SO_REUSEADDR));
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, false);
                assertFalse(channel.getOption(StandardSocketOptions.SO_REUSEADDR));
                assertThrows(
                        UnsupportedOperationException.class,
                        () -> channel.setOption(StandardSocketOptions.SO_LINGER, 1));
            }
        });
    }

    @Test
    void server_closed_refusesEverything() throws Exception {
        run(loop -> {
            ServerSocketChannel channel = server(loop).bind(ANY_PORT);
            channel.close();
            assertThrows(ClosedChannelException.class, channel::accept);
            assertThrows(ClosedChannelException.class, () -> channel.bind(null));
            assertThrows(ClosedChannelException.class, channel::getLocalAddress);
            assertThrows(ClosedChannelException.class, () -> channel.getOption(StandardSocketOptions.SO_REUSEADDR));
        });
    }

    // ---- datagrams

    @Test
    void datagrams_notConnected_areSentToAddressesOnly() throws Exception {
        run(loop -> {
            try (DatagramChannel channel = datagrams(loop)) {
                ByteBuffer[] several = {bytes("a"), bytes("b")};
                assertThrows(NotYetConnectedException.class, () -> channel.read(bytes("a")));
                assertThrows(NotYetConnectedException.class, () -> channel.read(several));
                assertThrows(NotYetConnectedException.class, () -> channel.write(bytes("a")));
                assertThrows(NotYetConnectedException.class, () -> channel.write(several));
                assertFalse(channel.isConnected());
                assertNull(channel.getLocalAddress());
                assertNull(channel.getRemoteAddress());
                assertThrows(UnresolvedAddressException.class, () -> channel.send(bytes("a"), UNRESOLVED));
                assertThrows(UnsupportedAddressTypeException.class, () -> channel.bind(OTHER_KIND));
                assertNull(channel.receive(ByteBuffer.allocate(1)));
                assertNotNull(channel.getLocalAddress(), "who receives has a port");
                assertThrows(AlreadyBoundException.class, () -> channel.bind(ANY_PORT));
            }
        });
    }

    @Test
    void datagrams_connected_haveOnePeer() throws Exception {
        run(loop -> {
            try (DatagramChannel channel = datagrams(loop).bind(ANY_PORT);
                    DatagramChannel peer = datagrams(loop).bind(ANY_PORT);
                    DatagramChannel other = datagrams(loop).bind(ANY_PORT)) {
                channel.connect(peer.getLocalAddress());
                assertTrue(channel.isConnected());
                assertEquals(peer.getLocalAddress(), channel.getRemoteAddress());
                assertThrows(AlreadyConnectedException.class, () -> channel.connect(other.getLocalAddress()));
                assertThrows(AlreadyConnectedException.class, () -> channel.send(bytes("a"), other.getLocalAddress()));
                assertEquals(0, channel.read(ByteBuffer.allocate(1)));

                assertEquals(4, channel.write(new ByteBuffer[] {bytes("pi"), bytes("ng")}));
                assertEquals(1, channel.send(bytes("2"), peer.getLocalAddress()));
                awaitReadable(loop, peer);
                ByteBuffer target = ByteBuffer.allocate(3);
                assertEquals(channel.getLocalAddress(), peer.receive(target));
                assertEquals("pin", text(target), "the rest is dropped");
                awaitReadable(loop, peer);
                peer.receive(target.clear());
                assertEquals("2", text(target));

                other.send(bytes("from elsewhere"), channel.getLocalAddress());
                peer.send(bytes("pong"), channel.getLocalAddress());
                awaitReadable(loop, channel);
                ByteBuffer[] targets = {ByteBuffer.allocate(3), ByteBuffer.allocate(9)};
                assertEquals(4, channel.read(targets));
                assertEquals("pong", text(targets));

                channel.disconnect();
                assertFalse(channel.isConnected());
                assertNull(channel.getRemoteAddress());
                other.send(bytes("now"), channel.getLocalAddress());
                awaitReadable(loop, channel);
                assertEquals(other.getLocalAddress(), channel.receive(target.clear()));
            }
        });
    }

    @Test
    void datagrams_senderWithoutAnAddress_getsOne() throws Exception {
        run(loop -> {
            try (DatagramChannel sender = datagrams(loop);
                    DatagramChannel receiver = datagrams(loop).bind(ANY_PORT)) {
                assertEquals(1, sender.send(bytes("a"), receiver.getLocalAddress()));
                awaitReadable(loop, receiver);
                var from = (InetSocketAddress) receiver.receive(ByteBuffer.allocate(9));
                assertEquals(((InetSocketAddress) sender.getLocalAddress()).getPort(), from.getPort());
                assertTrue(from.getAddress().isLoopbackAddress(), from.toString());
            }
        });
    }

    @Test
    void datagrams_options_areKept() throws Exception {
        run(loop -> {
            try (DatagramChannel channel = datagrams(loop)) {
                assertTrue(channel.supportedOptions().contains(StandardSocketOptions.SO_BROADCAST));
                assertFalse(channel.getOption(StandardSocketOptions.SO_BROADCAST));
                channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
                assertTrue(channel.getOption(StandardSocketOptions.SO_BROADCAST));
                assertThrows(
                        UnsupportedOperationException.class,
                        () -> channel.getOption(StandardSocketOptions.TCP_NODELAY));
            }
        });
    }

    @Test
    void datagrams_closed_refuseEverything() throws Exception {
        run(loop -> {
            DatagramChannel channel = datagrams(loop).bind(ANY_PORT);
            channel.close();
            assertThrows(ClosedChannelException.class, () -> channel.send(bytes("a"), ANY_PORT));
            assertThrows(ClosedChannelException.class, () -> channel.receive(bytes("a")));
            assertThrows(ClosedChannelException.class, () -> channel.bind(null));
            assertThrows(ClosedChannelException.class, () -> channel.connect(ANY_PORT));
            assertThrows(ClosedChannelException.class, channel::getLocalAddress);
            assertThrows(ClosedChannelException.class, channel::getRemoteAddress);
            assertThrows(ClosedChannelException.class, () -> channel.getOption(StandardSocketOptions.SO_BROADCAST));
        });
    }

    // ---- selectors

    @Test
    void selector_readyChannel_isSelectedForWhatItIsReadyFor() throws Exception {
        run(loop -> {
            try (Pair pair = Pair.open(loop);
                    Selector selector = loop.selectorProvider().openSelector()) {
                SelectionKey key = pair.near().register(selector, SelectionKey.OP_READ, "attached");
                assertEquals("attached", key.attachment());
                assertSame(selector, key.selector());
                assertSame(pair.near(), key.channel());
                assertEquals(Set.of(key), selector.keys());
                assertEquals(0, selector.selectNow());
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                assertEquals(1, selector.selectNow());
                assertEquals(Set.of(key), selector.selectedKeys());
                assertEquals(SelectionKey.OP_WRITE, key.readyOps());
                selector.selectedKeys().clear();
                assertEquals(1, selector.select());
                selector.selectedKeys().clear();
                assertEquals(1, selector.select(1_000));
            }
        });
    }

    @Test
    void selector_nothingReady_waitsUntilTimeWakeUpOrInterrupt() throws Exception {
        run(loop -> {
            try (ServerSocketChannel listening = server(loop).bind(ANY_PORT);
                    Selector selector = loop.selectorProvider().openSelector()) {
                listening.register(selector, SelectionKey.OP_ACCEPT);
                long began = System.nanoTime();
                assertEquals(0, selector.select(20));
                assertTrue(System.nanoTime() - began >= 19_000_000, "waits");
                selector.wakeup();
                assertEquals(0, selector.select(), "woken before");
                var waker = Thread.ofPlatform().start(selector::wakeup);
                assertEquals(0, selector.select(), "woken meanwhile");
                waker.join();
                Thread.currentThread().interrupt();
                assertEquals(0, selector.select());
                assertTrue(Thread.interrupted(), "stays interrupted");
                assertThrows(IllegalArgumentException.class, () -> selector.select(-1));
            }
        });
    }

    @Test
    void selector_keys_areCheckedAndForgotten() throws Exception {
        run(loop -> {
            try (ServerSocketChannel listening = server(loop).bind(ANY_PORT);
                    DatagramChannel other = datagrams(loop)) {
                Selector selector = loop.selectorProvider().openSelector();
                SelectionKey key = listening.register(selector, SelectionKey.OP_ACCEPT);
                assertThrows(IllegalArgumentException.class, () -> key.interestOps(SelectionKey.OP_WRITE));
                assertEquals(SelectionKey.OP_ACCEPT, key.interestOps());
                assertThrows(
                        UnsupportedOperationException.class,
                        () -> selector.keys().clear());
                key.cancel();
                assertThrows(CancelledKeyException.class, key::interestOps);
                assertThrows(CancelledKeyException.class, key::readyOps);
                selector.selectNow();
                assertEquals(Set.of(), selector.keys());
                SelectionKey last = other.register(selector, SelectionKey.OP_WRITE);
                selector.close();
                assertFalse(last.isValid());
                assertThrows(ClosedSelectorException.class, selector::keys);
                assertThrows(ClosedSelectorException.class, selector::selectedKeys);
                assertThrows(ClosedSelectorException.class, selector::selectNow);
            }
        });
    }

    @Test
    void selector_channelOfAnotherKind_isRefused() throws Exception {
        Network otherKind = network == Network.IN_MEMORY ? Network.OF_THE_SYSTEM : Network.IN_MEMORY;
        run(loop -> {
            try (Selector selector = loop.selectorProvider().openSelector();
                    EventLoop another = otherKind.loop();
                    SocketChannel foreign = stream(another)) {
                assertThrows(IllegalArgumentException.class, () -> foreign.register(selector, SelectionKey.OP_READ));
            }
        });
    }

    @Test
    void provider_familyOfTheInternet_opensChannels() throws Exception {
        run(loop -> {
            SelectorProvider provider = loop.selectorProvider();
            try (SocketChannel one = provider.openSocketChannel(StandardProtocolFamily.INET);
                    ServerSocketChannel two = provider.openServerSocketChannel(StandardProtocolFamily.INET);
                    DatagramChannel three = provider.openDatagramChannel(StandardProtocolFamily.INET)) {
                assertTrue(one.isOpen() && two.isOpen() && three.isOpen());
                assertSame(provider, three.provider());
            }
        });
    }
}

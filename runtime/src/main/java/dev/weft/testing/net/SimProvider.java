package dev.weft.testing.net;

import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.function.Supplier;

/** Opens channels on the host whose code is running, and selectors for them. */
final class SimProvider extends SelectorProvider {
    private final Fabric fabric;
    private final Supplier<Node> here;

    SimProvider(Fabric fabric, Supplier<Node> here) {
        this.fabric = fabric;
        this.here = here;
    }

    Fabric fabric() {
        return fabric;
    }

    @Override
    public SocketChannel openSocketChannel() {
        return new SimSocketChannel(this, here.get());
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) {
        check(family);
        return openSocketChannel();
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() {
        return new SimServerChannel(this, here.get());
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) {
        check(family);
        return openServerSocketChannel();
    }

    @Override
    public DatagramChannel openDatagramChannel() {
        return new SimDatagramChannel(this, here.get());
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) {
        check(family);
        return openDatagramChannel();
    }

    @Override
    public Pipe openPipe() {
        throw new UnsupportedOperationException("the network in memory has no pipes");
    }

    @Override
    public AbstractSelector openSelector() {
        return new SimSelector(this);
    }

    private static void check(ProtocolFamily family) {
        if (family != StandardProtocolFamily.INET && family != StandardProtocolFamily.INET6) {
            throw new UnsupportedOperationException("the network in memory has no sockets of the family " + family);
        }
    }
}

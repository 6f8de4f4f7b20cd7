package dev.weft.io.faults;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/**
 * A whole JVM's channels and selectors, with faults: {@code -Djava.nio.channels.spi.SelectorProvider=dev.weft.io.faults.FaultyProvider
 * --add-exports=java.base/sun.nio.ch=ALL-UNNAMED}.
 */
public final class FaultyProvider extends SelectorProvider {
    private final SelectorProvider jdk;

    /** For the JDK. */
    public FaultyProvider() throws ReflectiveOperationException {
        jdk = (SelectorProvider) Class.forName("sun.nio.ch.DefaultSelectorProvider")
                .getMethod("get")
                .invoke(null);
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        return new FaultySelector(this, jdk.openSelector());
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        Faults.at(Fault.Call.OPEN);
        return Faults.opened(new FaultySocketChannel(this, jdk.openSocketChannel()));
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        Faults.at(Fault.Call.OPEN);
        return Faults.opened(new FaultySocketChannel(this, jdk.openSocketChannel(family)));
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        Faults.at(Fault.Call.OPEN);
        return Faults.opened(new FaultyServerSocketChannel(this, jdk.openServerSocketChannel()));
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        Faults.at(Fault.Call.OPEN);
        return Faults.opened(new FaultyServerSocketChannel(this, jdk.openServerSocketChannel(family)));
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        Faults.at(Fault.Call.OPEN);
        return Faults.opened(new FaultyDatagramChannel(this, jdk.openDatagramChannel()));
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        Faults.at(Fault.Call.OPEN);
        return Faults.opened(new FaultyDatagramChannel(this, jdk.openDatagramChannel(family)));
    }

    @Override
    public Pipe openPipe() throws IOException {
        return jdk.openPipe();
    }
}

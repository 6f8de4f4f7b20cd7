package dev.weft.io.faults;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;

/** A listening socket whose calls may fail. */
final class FaultyServerSocketChannel extends ServerSocketChannel implements FaultySelector.Faulty {
    private final FaultyProvider provider;
    private final ServerSocketChannel real;

    FaultyServerSocketChannel(FaultyProvider provider, ServerSocketChannel real) {
        super(provider);
        this.provider = provider;
        this.real = real;
    }

    @Override
    public SelectableChannel real() {
        return real;
    }

    @Override
    public SocketChannel accept() throws IOException {
        if (Faults.at(Fault.Call.ACCEPT) == Fault.SPURIOUSLY_READY) {
            return null;
        }
        SocketChannel accepted = real.accept();
        return accepted == null ? null : Faults.opened(new FaultySocketChannel(provider, accepted));
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        Faults.closed(this);
        real.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        real.configureBlocking(block);
    }

    @Override
    public ServerSocketChannel bind(SocketAddress local, int backlog) throws IOException {
        real.bind(local, backlog);
        return this;
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
        real.setOption(name, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        return real.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return real.supportedOptions();
    }

    @Override
    public ServerSocket socket() {
        return real.socket();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
        return real.getLocalAddress();
    }

    @Override
    public String toString() {
        return "Faulty " + real;
    }
}

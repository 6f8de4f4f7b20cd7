package dev.weft.io.faults;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;

/** A socket whose calls may fail. */
final class FaultySocketChannel extends SocketChannel implements FaultySelector.Faulty {
    private final SocketChannel real;

    FaultySocketChannel(FaultyProvider provider, SocketChannel real) {
        super(provider);
        this.real = real;
    }

    @Override
    public SelectableChannel real() {
        return real;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        Faults.at(Fault.Call.CONNECT);
        return real.connect(remote);
    }

    @Override
    public boolean finishConnect() throws IOException {
        Faults.at(Fault.Call.CONNECT);
        return real.finishConnect();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        Fault fault = Faults.at(Fault.Call.READ);
        if (fault == Fault.SPURIOUSLY_READY) {
            return 0;
        }
        return fault == Fault.SHORT_READ && target.hasRemaining() ? readOne(target) : real.read(target);
    }

    private int readOne(ByteBuffer target) throws IOException {
        int end = target.limit();
        target.limit(target.position() + 1);
        try {
            return real.read(target);
        } finally {
            target.limit(end);
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        Fault fault = Faults.at(Fault.Call.READ);
        return fault == Fault.SPURIOUSLY_READY ? 0 : real.read(targets, offset, length);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        Fault fault = Faults.at(Fault.Call.WRITE);
        if (fault == Fault.WRITES_NOTHING) {
            return 0;
        }
        return fault == Fault.SHORT_WRITE && source.hasRemaining() ? writeOne(source) : real.write(source);
    }

    private int writeOne(ByteBuffer source) throws IOException {
        int end = source.limit();
        source.limit(source.position() + 1);
        try {
            return real.write(source);
        } finally {
            source.limit(end);
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        Fault fault = Faults.at(Fault.Call.WRITE);
        if (fault == Fault.WRITES_NOTHING) {
            return 0;
        }
        return fault == Fault.SHORT_WRITE && sources[offset].hasRemaining()
                ? writeOne(sources[offset])
                : real.write(sources, offset, length);
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
    public SocketChannel bind(SocketAddress local) throws IOException {
        real.bind(local);
        return this;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
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
    public SocketChannel shutdownInput() throws IOException {
        real.shutdownInput();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        real.shutdownOutput();
        return this;
    }

    @Override
    public Socket socket() {
        return real.socket();
    }

    @Override
    public boolean isConnected() {
        return real.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        return real.isConnectionPending();
    }

    @Override
    public SocketAddress getRemoteAddress() throws IOException {
        return real.getRemoteAddress();
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

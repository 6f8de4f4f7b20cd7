package dev.weft.io.faults;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectableChannel;
import java.util.Set;

/** A datagram socket whose calls may fail. */
final class FaultyDatagramChannel extends DatagramChannel implements FaultySelector.Faulty {
    private final DatagramChannel real;

    FaultyDatagramChannel(FaultyProvider provider, DatagramChannel real) {
        super(provider);
        this.real = real;
    }

    @Override
    public SelectableChannel real() {
        return real;
    }

    @Override
    public SocketAddress receive(ByteBuffer target) throws IOException {
        return Faults.at(Fault.Call.READ) == Fault.SPURIOUSLY_READY ? null : real.receive(target);
    }

    @Override
    public int send(ByteBuffer source, SocketAddress target) throws IOException {
        return Faults.at(Fault.Call.WRITE) == Fault.WRITES_NOTHING ? 0 : real.send(source, target);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return Faults.at(Fault.Call.READ) == Fault.SPURIOUSLY_READY ? 0 : real.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return Faults.at(Fault.Call.READ) == Fault.SPURIOUSLY_READY ? 0 : real.read(targets, offset, length);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return Faults.at(Fault.Call.WRITE) == Fault.WRITES_NOTHING ? 0 : real.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return Faults.at(Fault.Call.WRITE) == Fault.WRITES_NOTHING ? 0 : real.write(sources, offset, length);
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
    public DatagramChannel bind(SocketAddress local) throws IOException {
        real.bind(local);
        return this;
    }

    @Override
    public DatagramChannel connect(SocketAddress remote) throws IOException {
        Faults.at(Fault.Call.CONNECT);
        real.connect(remote);
        return this;
    }

    @Override
    public DatagramChannel disconnect() throws IOException {
        real.disconnect();
        return this;
    }

    @Override
    public <T> DatagramChannel setOption(SocketOption<T> name, T value) throws IOException {
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
    public MembershipKey join(InetAddress group, NetworkInterface on) throws IOException {
        return real.join(group, on);
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface on, InetAddress source) throws IOException {
        return real.join(group, on, source);
    }

    @Override
    public DatagramSocket socket() {
        return real.socket();
    }

    @Override
    public boolean isConnected() {
        return real.isConnected();
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

package dev.weft.io;

import dev.weft.Datagram;
import dev.weft.EventLoop;
import dev.weft.Queue;
import dev.weft.QueueShutDownException;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** What came for a {@link DatagramStream}, until it is received. Knows no stream, so that an abandoned one can be noticed. */
final class DatagramInbox implements DatagramProtocol {
    private final int mostDatagrams;
    private final int mostBytes;
    private final FlowControl flow;
    private final Queue<Arrival> arrivals = new Queue<>();
    private int datagrams;
    private int bytes;
    private long dropped;
    private boolean failureWaits;
    private boolean closed;
    private @Nullable Exception lostWith;

    DatagramInbox(EventLoop loop, int mostDatagrams, int mostBytes) {
        flow = new FlowControl(loop);
        this.mostDatagrams = mostDatagrams;
        this.mostBytes = mostBytes;
    }

    private sealed interface Arrival {}

    private record Received(Datagram datagram) implements Arrival {}

    private record Failed(IOException failure) implements Arrival {}

    FlowControl flow() {
        return flow;
    }

    long dropped() {
        return dropped;
    }

    int datagrams() {
        return datagrams;
    }

    int bytes() {
        return bytes;
    }

    @Suspends
    Datagram receive() throws IOException {
        Arrival arrival;
        try {
            arrival = arrivals.get();
        } catch (QueueShutDownException e) {
            throw closed();
        }
        switch (arrival) {
            case Received received -> {
                datagrams--;
                bytes -= received.datagram().data().length;
                return received.datagram();
            }
            case Failed failed -> {
                failureWaits = false;
                throw failed.failure();
            }
        }
    }

    /** Why nothing more can be sent or received. */
    IOException closed() {
        var closed = new SocketException("the datagram stream is closed");
        if (lostWith != null) {
            closed.initCause(lostWith);
        }
        return closed;
    }

    /** Nothing more is received; whoever waits for something is told. */
    void close() {
        closed = true;
        arrivals.shutdown(true);
        datagrams = 0;
        bytes = 0;
    }

    @Override
    public void datagramReceived(byte[] data, SocketAddress from) {
        if (closed) {
            return;
        }
        if (datagrams > 0 && (datagrams >= mostDatagrams || bytes > mostBytes - data.length)) {
            dropped++;
            return;
        }
        datagrams++;
        bytes += data.length;
        arrivals.putNowait(new Received(new Datagram(data, from)));
    }

    @Override
    public void errorReceived(IOException exception) {
        // Whoever only sends would pile them up.
        if (!failureWaits && !closed) {
            failureWaits = true;
            arrivals.putNowait(new Failed(exception));
        }
    }

    @Override
    public void pauseWriting() {
        flow.pauseWriting();
    }

    @Override
    public void resumeWriting() {
        flow.resumeWriting();
    }

    @Override
    public void connectionLost(@Nullable Exception exception) {
        lostWith = exception;
        close();
        flow.connectionLost(exception);
    }
}

package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.Asyncio;
import dev.weft.Event;
import dev.weft.Future;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notes what it is told. Made on a running loop. */
class RecordingDatagrams implements DatagramProtocol {
    final List<String> trail = new ArrayList<>();
    final List<String> received = new ArrayList<>();
    final List<SocketAddress> senders = new ArrayList<>();
    final List<IOException> errors = new ArrayList<>();
    final Future<@Nullable Exception> lost = Asyncio.createFuture();
    private final Event news = new Event();

    @Override
    public void connectionMade(BaseTransport transport) {
        trail.add("made");
    }

    @Override
    public void datagramReceived(byte[] data, SocketAddress from) {
        received.add(new String(data, UTF_8));
        senders.add(from);
        trail.add("datagram");
        news.set();
    }

    @Override
    public void errorReceived(IOException exception) {
        errors.add(exception);
        trail.add("error");
        news.set();
    }

    @Override
    public void connectionLost(@Nullable Exception exception) {
        trail.add(
                exception == null ? "lost" : "lost with " + exception.getClass().getSimpleName());
        lost.setResult(exception);
    }

    @Override
    public void pauseWriting() {
        trail.add("pause");
    }

    @Override
    public void resumeWriting() {
        trail.add("resume");
    }

    @Suspends
    void awaitReceived(int count) {
        while (received.size() < count) {
            news.clear();
            news.await();
        }
    }

    @Suspends
    void awaitErrors(int count) {
        while (errors.size() < count) {
            news.clear();
            news.await();
        }
    }
}

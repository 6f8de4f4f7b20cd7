package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.Asyncio;
import dev.weft.Future;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notes what it is told. Made on a running loop. */
class RecordingProtocol implements Protocol {
    final List<String> trail = new ArrayList<>();
    final StringBuilder received = new StringBuilder();
    final Future<Transport> made = Asyncio.createFuture();
    final Future<Void> ended = Asyncio.createFuture();
    final Future<@Nullable Exception> lost = Asyncio.createFuture();

    @Override
    public void connectionMade(BaseTransport transport) {
        trail.add("made");
        made.setResult((Transport) transport);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        if (!trail.getLast().equals("data")) {
            trail.add("data");
        }
        received.append(UTF_8.decode(data));
    }

    @Override
    public boolean eofReceived() {
        trail.add("eof");
        ended.setResult(null);
        return false;
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
}

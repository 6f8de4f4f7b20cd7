package dev.weft.io;

import dev.weft.EventLoop;
import org.jspecify.annotations.Nullable;

/** The protocol between a child's transport and streams. */
final class ChildStreams implements SubprocessProtocol {
    private final EventLoop loop;
    private final int limit;
    private final FlowControl input;
    private @Nullable StreamWriter stdin;
    private @Nullable StreamReader stdout;
    private @Nullable StreamReader stderr;

    ChildStreams(EventLoop loop, int limit) {
        this.loop = loop;
        this.limit = limit;
        input = new FlowControl(loop);
    }

    @Override
    public void connectionMade(BaseTransport made) {
        var transport = (SubprocessTransport) made;
        if (transport.getPipeTransport(0) instanceof Transport pipe) {
            stdin = new StreamWriter(loop, pipe, input, null);
        }
        stdout = reader(transport.getPipeTransport(1));
        stderr = reader(transport.getPipeTransport(2));
    }

    private @Nullable StreamReader reader(@Nullable BaseTransport pipe) {
        if (!(pipe instanceof ReadTransport source)) {
            return null;
        }
        var reader = new StreamReader(limit, loop);
        reader.setTransport(source);
        return reader;
    }

    @Nullable
    StreamWriter stdin() {
        return stdin;
    }

    @Nullable
    StreamReader stdout() {
        return stdout;
    }

    @Nullable
    StreamReader stderr() {
        return stderr;
    }

    @Override
    public void pipeDataReceived(int fd, byte[] data) {
        StreamReader reader = fd == 1 ? stdout : stderr;
        if (reader != null) {
            reader.feedData(data);
        }
    }

    @Override
    public void pipeConnectionLost(int fd, @Nullable Exception exception) {
        if (fd == 0) {
            input.connectionLost(exception);
            return;
        }
        StreamReader reader = fd == 1 ? stdout : stderr;
        if (reader != null) {
            if (exception == null) {
                reader.feedEof();
            } else {
                reader.setException(exception);
            }
        }
    }

    @Override
    public void pauseWriting() {
        input.pauseWriting();
    }

    @Override
    public void resumeWriting() {
        input.resumeWriting();
    }
}

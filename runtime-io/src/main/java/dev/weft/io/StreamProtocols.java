package dev.weft.io;

import dev.weft.EventLoop;
import dev.weft.Task;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the protocols of a server whose connections are served by a handler, and knows which handlers run. */
final class StreamProtocols implements Supplier<StreamReaderProtocol> {
    private static final int BROKEN_TOLD_A_SECOND = 10;
    private static final long SECOND = 1_000_000_000;

    private final EventLoop loop;
    private final StreamHandler handler;
    private final int limit;
    private final Map<Transport, Task<?>> running = new LinkedHashMap<>();
    private @Nullable Runnable whenEnded;
    private long secondBegan;
    private int brokenTold;

    StreamProtocols(EventLoop loop, StreamHandler handler, int limit) {
        this.loop = loop;
        this.handler = Objects.requireNonNull(handler, "handler");
        this.limit = limit;
    }

    @Override
    public StreamReaderProtocol get() {
        return new StreamReaderProtocol(new StreamReader(limit, loop), handler, this);
    }

    /** A handler serves a connection. */
    void started(Transport connection, Task<?> task) {
        running.put(connection, task);
        task.addDoneCallback(done -> {
            running.remove(connection, task);
            if (whenEnded != null) {
                whenEnded.run();
            }
        });
    }

    /** Whether to report one more handler that ended because its connection broke. Peers must not be able to fill the log. */
    boolean tellsOfBrokenConnection() {
        long now = loop.time();
        if (brokenTold == 0 || now - secondBegan >= SECOND) {
            secondBegan = now;
            brokenTold = 0;
        }
        return brokenTold++ < BROKEN_TOLD_A_SECOND;
    }

    /** The handlers that run, by connection. */
    Map<Transport, Task<?>> running() {
        return running;
    }

    /** Has this run after each end of a handler. */
    void whenEnded(Runnable action) {
        whenEnded = action;
    }
}

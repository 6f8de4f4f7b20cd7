package dev.weft.io;

import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets tasks wait until a transport takes more bytes, and until it is closed: any number of them, each cancelled by itself. */
final class FlowControl {
    private final EventLoop loop;
    private final ArrayDeque<Future<@Nullable Void>> draining = new ArrayDeque<>();
    private final ArrayDeque<Future<@Nullable Void>> closing = new ArrayDeque<>();
    private @Nullable BaseTransport connection;
    private boolean paused;
    private boolean lost;
    private @Nullable Exception lostWith;

    FlowControl(EventLoop loop) {
        this.loop = loop;
    }

    /** What messages are about. */
    void connected(BaseTransport transport) {
        connection = transport;
    }

    void pauseWriting() {
        paused = true;
    }

    void resumeWriting() {
        paused = false;
        wakeAll(draining);
    }

    void connectionLost(@Nullable Exception exception) {
        lost = true;
        lostWith = exception;
        wakeAll(draining);
        wakeAll(closing);
    }

    @Suspends
    void drain() throws IOException {
        if (lost) {
            throw lost();
        }
        if (!paused) {
            return;
        }
        await(draining);
        if (lost) {
            throwLoss();
            throw lost();
        }
    }

    @Suspends
    void waitClosed() throws IOException {
        if (!lost) {
            await(closing);
        }
        throwLoss();
    }

    private ConnectionResetException lost() {
        var failure = new ConnectionResetException("connection lost: " + connection);
        if (lostWith != null) {
            failure.initCause(lostWith);
        }
        return failure;
    }

    private void throwLoss() throws IOException {
        switch (lostWith) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IOException(lostWith);
        }
    }

    @Suspends
    private void await(ArrayDeque<Future<@Nullable Void>> line) {
        Future<@Nullable Void> turn = loop.createFuture();
        line.addLast(turn);
        try {
            turn.await();
        } finally {
            line.remove(turn);
        }
    }

    private static void wakeAll(ArrayDeque<Future<@Nullable Void>> line) {
        for (Future<@Nullable Void> turn : List.copyOf(line)) {
            if (!turn.done()) {
                turn.setResult(null);
            }
        }
    }
}

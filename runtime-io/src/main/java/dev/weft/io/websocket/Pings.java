package dev.weft.io.websocket;

import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;

/** The pings whose pongs have not come. */
final class Pings {
    @SuppressWarnings("ArrayRecordComponent") // each is equal to itself only
    private record Waiting(byte[] payload, Future<Boolean> answer) {}

    private final EventLoop loop;
    private final ArrayDeque<Waiting> line = new ArrayDeque<>();

    Pings(EventLoop loop) {
        this.loop = loop;
    }

    /** Waits for the pong to a ping just sent; false if the connection ended before. */
    @Suspends
    boolean await(byte[] payload) {
        var waiting = new Waiting(payload, loop.createFuture());
        line.add(waiting);
        try {
            return waiting.answer.await();
        } finally {
            line.remove(waiting);
        }
    }

    /** A pong has come. It answers the ping with its payload, and those before that, whose pongs the peer may leave out. */
    void answered(byte[] payload) {
        if (line.stream().noneMatch(waiting -> Arrays.equals(waiting.payload, payload))) {
            return; // unsolicited
        }
        for (Iterator<Waiting> i = line.iterator(); i.hasNext(); ) {
            Waiting waiting = i.next();
            i.remove();
            wake(waiting, true);
            if (Arrays.equals(waiting.payload, payload)) {
                return;
            }
        }
    }

    void end() {
        while (!line.isEmpty()) {
            wake(line.removeFirst(), false);
        }
    }

    int size() {
        return line.size();
    }

    private static void wake(Waiting waiting, boolean answered) {
        if (!waiting.answer.done()) {
            waiting.answer.setResult(answered);
        }
    }
}

package dev.weft.io.websocket;

import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.TimerHandle;
import dev.weft.io.internal.websocket.Incoming;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The messages that have come and not been received. While there are many, the task that reads from the connection waits. */
final class Inbox {
    private static final int MOST_BYTES = 64 * 1024;

    /** What an empty message counts, too: they take memory. */
    private static final int OVERHEAD = 64;

    private final EventLoop loop;
    private final ArrayDeque<Incoming.Data> messages = new ArrayDeque<>();
    private long bytes;
    private boolean ended;

    /** Whether a message was received, and its receiver has not asked for another one: it may still answer. */
    private boolean inHand;

    private boolean abandoned;
    private @Nullable Future<@Nullable Void> receiver;
    private @Nullable Future<@Nullable Void> reader;

    Inbox(EventLoop loop) {
        this.loop = loop;
    }

    /** Adds a message, unless nobody will receive it any more. */
    void add(Incoming.Data message) {
        if (!ended) {
            messages.add(message);
            bytes += message.size() + OVERHEAD;
            wake(receiver);
        }
    }

    boolean isFull() {
        return bytes >= MOST_BYTES && !ended;
    }

    /** Waits until there is room for a message. */
    @Suspends
    void awaitRoom() {
        while (isFull()) {
            Future<@Nullable Void> room = loop.createFuture();
            reader = room;
            try {
                room.await();
            } finally {
                reader = null;
            }
        }
    }

    /** Waits until everything was received and more was asked for, but not longer than this. */
    @Suspends
    void awaitReceived(Duration limit) {
        if (isReceived()) {
            return;
        }
        Future<@Nullable Void> received = loop.createFuture();
        reader = received;
        TimerHandle timer = loop.callLater(limit, this::abandon);
        try {
            received.await();
        } finally {
            timer.cancel();
            reader = null;
        }
    }

    private boolean isReceived() {
        return abandoned || (messages.isEmpty() && !inHand);
    }

    /** Nobody is going to receive. */
    void abandon() {
        abandoned = true;
        wake(reader);
    }

    /** Whether the task that reads from the connection waits for the application. */
    boolean isHeldUp() {
        return reader != null;
    }

    /** The next message; null if there is none, and none comes any more. */
    @Suspends
    @Nullable
    Message take() {
        inHand = false;
        while (messages.isEmpty()) {
            if (receiver != null) {
                throw new IllegalStateException("another task is receiving from this WebSocket");
            }
            if (ended) {
                wake(reader);
                return null;
            }
            Future<@Nullable Void> arrival = loop.createFuture();
            receiver = arrival;
            try {
                arrival.await();
            } finally {
                receiver = null;
            }
        }
        Incoming.Data next = messages.removeFirst();
        inHand = true;
        bytes -= next.size() + OVERHEAD;
        if (!ended && bytes < MOST_BYTES) {
            wake(reader);
        }
        return next.message();
    }

    /** Takes no more messages; those that are there can still be received. */
    void end() {
        ended = true;
        wake(receiver);
        if (isReceived() || bytes >= MOST_BYTES) {
            wake(reader);
        }
    }

    int size() {
        return messages.size();
    }

    private static void wake(@Nullable Future<@Nullable Void> waiting) {
        if (waiting != null && !waiting.done()) {
            waiting.setResult(null);
        }
    }
}

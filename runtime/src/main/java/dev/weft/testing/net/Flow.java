package dev.weft.testing.net;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection. Pieces arrive in the order in which they were sent. While the route is closed they wait at the sender,
 * which gives up after a while.
 */
final class Flow {
    /** How long a sender goes on trying: what Linux takes for 15 retransmissions. */
    static final long GIVE_UP = TimeUnit.MILLISECONDS.toNanos(924_600);

    private final Fabric fabric;
    private final Route route;
    private final TcpEnd sender;
    private final TcpEnd receiver;
    private final int capacity;
    private final ArrayDeque<Piece> underWay = new ArrayDeque<>();
    private final ArrayDeque<ByteBuffer> arrived = new ArrayDeque<>();
    private int arrivedBytes;

    /** Under way, or there and not read. */
    private int unread;

    private long lastArrival;
    private boolean endSent;
    private boolean endArrived;
    private Timeline.@Nullable Alarm givingUp;

    private static final class Piece {
        /** {@code null} for the end of the stream. */
        final byte @Nullable [] bytes;

        Timeline.@Nullable Alarm alarm;

        Piece(byte @Nullable [] bytes) {
            this.bytes = bytes;
        }

        int length() {
            return bytes == null ? 0 : bytes.length;
        }
    }

    Flow(Fabric fabric, TcpEnd sender, TcpEnd receiver) {
        this.fabric = fabric;
        this.sender = sender;
        this.receiver = receiver;
        route = fabric.route(sender.node(), receiver.node());
        capacity = fabric.bufferBytes();
    }

    // ---- the sender's side

    int space() {
        return Math.max(0, capacity - unread);
    }

    boolean endSent() {
        return endSent;
    }

    void send(byte[] bytes) {
        unread += bytes.length;
        add(new Piece(bytes));
    }

    void sendEnd() {
        if (!endSent) {
            endSent = true;
            add(new Piece(null));
        }
    }

    /** Nothing arrives before this. */
    void notBefore(long when) {
        lastArrival = Math.max(lastArrival, when);
    }

    long lastArrival() {
        return lastArrival;
    }

    private void add(Piece piece) {
        underWay.addLast(piece);
        if (givingUp == null) {
            launch(piece);
        }
    }

    private void launch(Piece piece) {
        long delay = route.isOpen() ? route.retransmissions() : -1;
        if (delay < 0) {
            stall();
            return;
        }
        if (delay > 0) {
            fabric.note("loses a piece of a stream, " + route);
        }
        lastArrival = Math.max(lastArrival, route.arrival(piece.length()) + delay);
        piece.alarm = fabric.at(lastArrival, this::deliver);
    }

    private void stall() {
        if (givingUp != null) {
            return;
        }
        for (Piece piece : underWay) {
            if (piece.alarm != null) {
                piece.alarm.cancel();
                piece.alarm = null;
            }
        }
        route.stall(this);
        givingUp = fabric.at(fabric.now() + GIVE_UP, () -> {
            drop();
            sender.timedOut();
        });
    }

    /** The route is open again. */
    void resume() {
        if (givingUp != null) {
            givingUp.cancel();
            givingUp = null;
            for (Piece piece : underWay) {
                if (givingUp == null) {
                    launch(piece);
                }
            }
        }
    }

    /** Forgets what is under way. */
    void drop() {
        route.forget(this);
        if (givingUp != null) {
            givingUp.cancel();
            givingUp = null;
        }
        for (Piece piece : underWay) {
            if (piece.alarm != null) {
                piece.alarm.cancel();
            }
        }
        underWay.clear();
        endSent = true;
    }

    // ---- the receiver's side

    private void deliver() {
        if (!route.isOpen()) {
            stall();
            return;
        }
        Piece piece = underWay.removeFirst();
        if (!receiver.takes(piece.bytes != null)) {
            unread -= piece.length();
        } else if (piece.bytes == null) {
            endArrived = true;
            sender.sentAll();
        } else {
            arrived.addLast(ByteBuffer.wrap(piece.bytes));
            arrivedBytes += piece.bytes.length;
        }
    }

    int arrivedBytes() {
        return arrivedBytes;
    }

    boolean endArrived() {
        return endArrived;
    }

    int read(ByteBuffer target, int most) {
        int left = most;
        while (left > 0) {
            ByteBuffer first = arrived.getFirst();
            int step = Math.min(left, first.remaining());
            target.put(target.position(), first, first.position(), step);
            target.position(target.position() + step);
            first.position(first.position() + step);
            left -= step;
            if (!first.hasRemaining()) {
                arrived.removeFirst();
            }
        }
        arrivedBytes -= most;
        unread -= most;
        return most;
    }

    void discardArrived() {
        unread -= arrivedBytes;
        arrivedBytes = 0;
        arrived.clear();
    }
}

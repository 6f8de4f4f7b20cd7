package dev.weft.io.websocket;

import dev.weft.Suspends;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Peers that get the same messages: a chat room, the readers of a feed. A slow peer holds nobody up, unless {@link SlowPeers#WAIT} says so: a
 * message goes to all peers in one step, and is buffered for those that do not take it at once. All get the messages in the same order.
 *
 * <p>A socket that is closed, by whomever, leaves at the next message. Confined to one loop.
 *
 * <pre>{@code
 * var room = new Broadcast(SlowPeers.DISCONNECT);
 * WebSocketHandler chat = socket -> {
 *     try (var _ = room.join(socket)) {
 *         for (var message : socket) {
 *             room.send(message);
 *         }
 *     }
 * };
 * }</pre>
 */
public final class Broadcast {
    private final SlowPeers policy;
    private final int backlog;
    private final Set<WebSocket> sockets = new LinkedHashSet<>();
    private long dropped;
    private long disconnected;

    /**
     * With a backlog of 256 KiB: for whom more waits to be sent is slow.
     *
     * @param policy what is done about slow peers
     */
    public Broadcast(SlowPeers policy) {
        this(policy, 256 * 1024);
    }

    /**
     * With a backlog.
     *
     * @param policy what is done about slow peers
     * @param backlog for whom more bytes than so many wait to be sent is slow
     * @throws IllegalArgumentException if it is negative
     */
    public Broadcast(SlowPeers policy, int backlog) {
        if (backlog < 0) {
            throw new IllegalArgumentException("a backlog is not negative, got " + backlog);
        }
        this.policy = Objects.requireNonNull(policy, "policy");
        this.backlog = backlog;
    }

    /**
     * A peer's time in a broadcast.
     *
     * @param broadcast the broadcast
     * @param socket the peer
     */
    public record Membership(Broadcast broadcast, WebSocket socket) implements AutoCloseable {
        /** Removes the peer. */
        @Override
        public void close() {
            broadcast.remove(socket);
        }
    }

    /**
     * Adds a peer for the length of a block.
     *
     * @param socket the peer
     * @return what to close
     */
    public Membership join(WebSocket socket) {
        add(socket);
        return new Membership(this, socket);
    }

    /**
     * Adds a peer. It gets what is sent from now on.
     *
     * @param socket the peer
     * @return false if it was there already
     */
    public boolean add(WebSocket socket) {
        return sockets.add(Objects.requireNonNull(socket, "socket"));
    }

    /**
     * Removes a peer. It stays open.
     *
     * @param socket the peer
     * @return false if it was not there
     */
    public boolean remove(WebSocket socket) {
        return sockets.remove(socket);
    }

    /**
     * Sends text to all peers.
     *
     * @param text the text
     * @return to how many it went
     * @throws IllegalArgumentException if half of a surrogate pair stands alone in it; it goes to nobody then
     * @throws dev.weft.CancelledError if the task is cancelled while it waits, with {@link SlowPeers#WAIT}; all have got the message, or are
     *     going to
     */
    @Suspends
    public int send(String text) {
        return send(true, Utf8.encode(text));
    }

    /**
     * Sends bytes to all peers.
     *
     * @param data the bytes; the array may be reused afterwards
     * @return to how many they went
     * @throws dev.weft.CancelledError as for {@link #send(String)}
     */
    @Suspends
    public int send(byte[] data) {
        return send(false, data);
    }

    /**
     * Sends a message to all peers.
     *
     * @param message the message, such as one that was received
     * @return to how many it went
     * @throws IllegalArgumentException as for {@link #send(String)}
     * @throws dev.weft.CancelledError as for {@link #send(String)}
     */
    @Suspends
    public int send(Message message) {
        return switch (message) {
            case Message.Text text -> send(text.text());
            case Message.Binary binary -> send(binary.data());
        };
    }

    @Suspends
    private int send(boolean text, byte[] payload) {
        var slow = new ArrayList<WebSocket>();
        int sent = 0;
        for (WebSocket socket : List.copyOf(sockets)) {
            boolean isSlow = socket.bufferedBytes() > backlog;
            if (isSlow && policy == SlowPeers.DROP_MESSAGE) {
                dropped++;
            } else if (isSlow && policy == SlowPeers.DISCONNECT) {
                sockets.remove(socket);
                disconnected++;
                socket.startClose(CloseCode.POLICY_VIOLATION, "too slow");
            } else if (!socket.sendNow(text, payload)) {
                sockets.remove(socket);
            } else {
                sent++;
                if (policy == SlowPeers.WAIT && socket.bufferedBytes() > backlog) {
                    slow.add(socket);
                }
            }
        }
        for (WebSocket socket : slow) {
            try {
                socket.drain();
            } catch (WebSocketClosedException e) {
                sockets.remove(socket);
            }
        }
        return sent;
    }

    /**
     * Closes all peers, and waits until they are closed. None is left in the broadcast.
     *
     * @param code the close code
     * @param reason the reason
     * @throws IllegalArgumentException as for {@link WebSocket#close(int, String)}
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; they close all the same
     */
    @Suspends
    public void closeAll(int code, String reason) {
        List<WebSocket> all = List.copyOf(sockets);
        for (WebSocket socket : all) {
            socket.startClose(code, reason);
            sockets.remove(socket);
        }
        for (WebSocket socket : all) {
            socket.close(code, reason);
        }
    }

    /** {@return the peers, in the order in which they were added} */
    public List<WebSocket> sockets() {
        return List.copyOf(sockets);
    }

    /** {@return how many peers there are} */
    public int size() {
        return sockets.size();
    }

    /** {@return how many messages were left out for slow peers, each peer counted} */
    public long dropped() {
        return dropped;
    }

    /** {@return how many peers were closed for being slow} */
    public long disconnected() {
        return disconnected;
    }

    @Override
    public String toString() {
        return "Broadcast[" + policy + ", " + sockets.size() + " peers, " + dropped + " messages dropped, "
                + disconnected + " peers disconnected]";
    }
}

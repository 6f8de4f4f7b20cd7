package dev.weft.testing.net;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The way from one host to another: how long it takes, and what gets lost on it. */
public final class Route {
    private static final long FIRST_RETRANSMISSION = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SLOWEST_RETRANSMISSION = TimeUnit.SECONDS.toNanos(120);

    /** How much later than it could have been there a datagram arrives that is overtaken, at least. */
    private static final long SHORTEST_HOLD = TimeUnit.MILLISECONDS.toNanos(1);

    /** Whether anything gets through. */
    public enum Passage {
        /** Yes, but for what is lost. */
        OPEN,
        /** No, and whoever wants to connect is told. */
        CUT,
        /** No, without a word. */
        BLACK_HOLE
    }

    private final Fabric fabric;
    private final @Nullable Node from;
    private final @Nullable Node to;
    private final Set<Flow> stalled = new LinkedHashSet<>();
    private Passage passage = Passage.OPEN;
    private long shortest;
    private long longest;
    private long bytesPerSecond = Long.MAX_VALUE;
    private double loss;
    private double duplication;
    private double reordering;

    /** When all that was sent so far has left the sender. */
    private long freeAt;

    /** One that all others are made after. */
    Route(Fabric fabric) {
        this.fabric = fabric;
        from = null;
        to = null;
    }

    Route(Fabric fabric, Node from, Node to, Route model) {
        this.fabric = fabric;
        this.from = from;
        this.to = to;
        passage = model.passage;
        shortest = model.shortest;
        longest = model.longest;
        bytesPerSecond = model.bytesPerSecond;
        loss = model.loss;
        duplication = model.duplication;
        reordering = model.reordering;
    }

    // ---- settings

    public void latency(long shortestNanos, long longestNanos) {
        shortest = shortestNanos;
        longest = longestNanos;
    }

    public void bandwidth(long bytes) {
        bytesPerSecond = bytes;
    }

    public void loss(double probability) {
        loss = probability;
    }

    public void duplication(double probability) {
        duplication = probability;
    }

    public void reordering(double probability) {
        reordering = probability;
    }

    /** Closes or opens it. What streams could not send meanwhile sets out at once when it opens. */
    public void passage(Passage next) {
        if (from != null && next != passage) {
            fabric.note((next == Passage.OPEN ? "heals " : next == Passage.CUT ? "cuts " : "swallows ") + this);
        }
        passage = next;
        if (next == Passage.OPEN) {
            List<Flow> waiting = List.copyOf(stalled);
            stalled.clear();
            waiting.forEach(Flow::resume);
        }
    }

    /** Resets the connections whose one end is at its start and the other at its end. */
    public void reset() {
        if (from != null && to != null) {
            fabric.note("resets " + this);
            for (TcpEnd end : List.copyOf(from.ends())) {
                if (end.peerNode() == to) {
                    end.resetBoth();
                }
            }
        }
    }

    // ---- sending

    boolean isOpen() {
        return passage == Passage.OPEN;
    }

    boolean isCut() {
        return passage == Passage.CUT;
    }

    /** When something that sets out now is there. */
    long arrival(int bytes) {
        long leaves = Math.max(fabric.now(), freeAt);
        if (bytesPerSecond != Long.MAX_VALUE) {
            leaves += Math.ceilDiv(Math.multiplyExact(bytes, TimeUnit.SECONDS.toNanos(1)), bytesPerSecond);
            freeAt = leaves;
        }
        return leaves + fabric.chance().between(shortest, longest);
    }

    /** How many bytes wait until those before them have left. */
    long backlog() {
        long nanos = freeAt - fabric.now();
        return nanos <= 0 ? 0 : (long) ((double) nanos * bytesPerSecond / TimeUnit.SECONDS.toNanos(1));
    }

    boolean loses() {
        return fabric.chance().happens(loss);
    }

    boolean duplicates() {
        return fabric.chance().happens(duplication);
    }

    /** How much longer a datagram takes because others overtake it. */
    long holdUp() {
        if (!fabric.chance().happens(reordering)) {
            return 0;
        }
        return SHORTEST_HOLD + fabric.chance().between(0, Math.max(SHORTEST_HOLD, 2 * longest));
    }

    /** How much longer a piece of a stream takes because it had to be sent several times; -1 if it never gets there. */
    long retransmissions() {
        long delay = 0;
        long next = FIRST_RETRANSMISSION;
        while (loses()) {
            delay += next;
            next = Math.min(2 * next, SLOWEST_RETRANSMISSION);
            if (delay > Flow.GIVE_UP) {
                return -1;
            }
        }
        return delay;
    }

    void stall(Flow flow) {
        stalled.add(flow);
    }

    void forget(Flow flow) {
        stalled.remove(flow);
    }

    @Override
    public String toString() {
        return from + " -> " + to;
    }
}

package dev.weft.testing;

import dev.weft.testing.net.Route;
import dev.weft.testing.net.Route.Passage;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The settings of a link between two hosts of a {@link SimNet}, of one of its directions, or of all links: whichever it was asked for. At
 * first links are perfect. Settings may be changed at any time, and hold for what is sent from then on.
 */
public final class SimLink {
    private final Supplier<List<Route>> routes;

    SimLink(Supplier<List<Route>> routes) {
        this.routes = routes;
    }

    // ---- what it is like

    /**
     * How long everything takes to get to the other end.
     *
     * @param always the time, not negative
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public SimLink latency(Duration always) {
        return latency(always, always);
    }

    /**
     * How long things take to get to the other end; for each, the seed decides. So datagrams overtake each other; what a connection sends
     * keeps its order.
     *
     * @param shortest the shortest time, not negative
     * @param longest the longest time
     * @return this
     * @throws IllegalArgumentException if not {@code 0 <= shortest <= longest}
     */
    public SimLink latency(Duration shortest, Duration longest) {
        long from = SimNet.nanos(shortest, "latency");
        long to = SimNet.nanos(longest, "latency");
        if (from > to) {
            throw new IllegalArgumentException(
                    "the shortest latency is longer than the longest: " + shortest + " > " + longest);
        }
        return each(route -> route.latency(from, to));
    }

    /**
     * How many bytes a second get through, in each direction; no limit at first. What comes faster waits in line; datagrams that would wait
     * behind more than {@link SimNet#bufferSize} bytes are dropped.
     *
     * @param bytesPerSecond the number, at least one; {@code Long.MAX_VALUE} for no limit
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public SimLink bandwidth(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("a bandwidth is at least one byte per second, got " + bytesPerSecond
                    + "; a link that takes nothing is cut() or a blackHole()");
        }
        return each(route -> route.bandwidth(bytesPerSecond));
    }

    /**
     * How much gets lost. A datagram is gone; what a connection sends is sent again after 200, 400, 800 ms and so on, a request to connect
     * after 1, 2, 4 s and so on.
     *
     * @param probability the probability, for each datagram and each piece of a stream
     * @return this
     * @throws IllegalArgumentException if it is not between 0 and 1
     */
    public SimLink loss(double probability) {
        check(probability);
        return each(route -> route.loss(probability));
    }

    /**
     * How many datagrams arrive twice.
     *
     * @param probability the probability, for each
     * @return this
     * @throws IllegalArgumentException if it is not between 0 and 1
     */
    public SimLink duplication(double probability) {
        check(probability);
        return each(route -> route.duplication(probability));
    }

    /**
     * How many datagrams are held up, so that others sent up to three times the longest latency later, and at least a millisecond later,
     * overtake them.
     *
     * @param probability the probability, for each
     * @return this
     * @throws IllegalArgumentException if it is not between 0 and 1
     */
    public SimLink reordering(double probability) {
        check(probability);
        return each(route -> route.reordering(probability));
    }

    private static void check(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability is between 0 and 1, got " + probability);
        }
    }

    // ---- what happens to it

    /**
     * Nothing gets through any more, and whoever wants to connect is told so at once ({@code NoRouteToHostException}). Datagrams are lost,
     * those under way too. What connections send waits until the link is healed, and breaks them if that takes more than 15 minutes.
     *
     * @return this
     */
    public SimLink cut() {
        return each(route -> route.passage(Passage.CUT));
    }

    /**
     * As {@link #cut}, but nobody is told: whoever wants to connect gives up after 127 seconds.
     *
     * @return this
     */
    public SimLink blackHole() {
        return each(route -> route.passage(Passage.BLACK_HOLE));
    }

    /**
     * Undoes {@link #cut} and {@link #blackHole}. What connections could not send sets out at once.
     *
     * @return this
     */
    public SimLink heal() {
        return each(route -> route.passage(Passage.OPEN));
    }

    /**
     * Breaks all connections over the link: both ends get a {@code Connection reset} at once.
     *
     * @return this
     */
    public SimLink reset() {
        return each(Route::reset);
    }

    private SimLink each(Consumer<Route> setting) {
        routes.get().forEach(setting);
        return this;
    }

    @Override
    public String toString() {
        return "SimLink" + routes.get();
    }
}

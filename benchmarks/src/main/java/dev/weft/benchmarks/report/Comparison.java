package dev.weft.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The figures of one case of a workload, side by side. Less is better in all of them.
 *
 * @param workload the workload's name
 * @param parameters the case
 * @param figures by peer
 */
public record Comparison(String workload, String parameters, Map<Peer, Figure> figures) {
    /**
     * Sorts figures into cases, in the order in which the cases first occur.
     *
     * @param figures any number of figures
     * @return their cases
     */
    public static List<Comparison> of(List<Figure> figures) {
        var cases = new LinkedHashMap<List<String>, Map<Peer, Figure>>();
        for (Figure figure : figures) {
            cases.computeIfAbsent(List.of(figure.workload(), figure.parameters()), key -> new EnumMap<>(Peer.class))
                    .put(figure.peer(), figure);
        }
        var comparisons = new ArrayList<Comparison>();
        cases.forEach((key, byPeer) -> comparisons.add(new Comparison(key.get(0), key.get(1), byPeer)));
        return comparisons;
    }

    /** {@return how many times faster Weft is than asyncio, by medians; empty if one of them was not measured} */
    public Optional<Double> timesAsyncio() {
        return ratio(best(Peer.Kind.ASYNCIO));
    }

    /** {@return how many times faster Weft is than the best peer, by medians} */
    public Optional<Double> timesBestPeer() {
        return ratio(bestPeer());
    }

    /** {@return how many times faster Weft is than the limit, by medians: hardly more than 1} */
    public Optional<Double> timesLimit() {
        return ratio(best(Peer.Kind.LIMIT));
    }

    /** {@return the fastest of those one might use instead} */
    public Optional<Figure> bestPeer() {
        return best(Peer.Kind.PEER);
    }

    private Optional<Figure> best(Peer.Kind kind) {
        return figures.values().stream()
                .filter(figure -> figure.peer().kind() == kind)
                .min(Comparator.comparingDouble(Figure::median));
    }

    private Optional<Double> ratio(Optional<Figure> other) {
        Figure weft = figures.get(Peer.WEFT);
        return weft == null ? Optional.empty() : other.map(figure -> figure.median() / weft.median());
    }
}

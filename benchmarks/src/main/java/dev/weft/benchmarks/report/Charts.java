package dev.weft.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler.LegendPosition;

/** A workload's figures as bars: a group for each case, a bar for each peer, on a logarithmic scale. */
final class Charts {
    private static final int HEIGHT = 420;
    private static final int LEAST_WIDTH = 700;
    private static final int CASE_WIDTH = 160;

    private Charts() {}

    static void write(String title, List<Comparison> comparisons, Path file) throws IOException {
        List<String> cases = comparisons.stream()
                .map(comparison -> comparison.parameters().isEmpty() ? comparison.workload() : comparison.parameters())
                .toList();
        String unit = comparisons.stream()
                .flatMap(comparison -> comparison.figures().values().stream())
                .map(Figure::unit)
                .findFirst()
                .orElse("");
        CategoryChart chart = new CategoryChartBuilder()
                .width(Math.max(LEAST_WIDTH, 200 + cases.size() * CASE_WIDTH))
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(unit + " per operation, less is better")
                .build();
        // Bars would begin at 0, which no logarithmic scale has.
        double least = comparisons.stream()
                .flatMap(comparison -> comparison.figures().values().stream())
                .mapToDouble(Figure::median)
                .min()
                .orElse(1);
        chart.getStyler()
                .setYAxisLogarithmic(true)
                .setYAxisMin(Math.pow(10, Math.floor(Math.log10(least))))
                .setLegendPosition(LegendPosition.OutsideE);
        for (Peer peer : Peer.values()) {
            if (comparisons.stream().anyMatch(comparison -> comparison.figures().containsKey(peer))) {
                chart.addSeries(peer.title(), cases, medians(comparisons, peer));
            }
        }
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    }

    /** One for each case, null where the peer has none. */
    private static List<Number> medians(List<Comparison> comparisons, Peer peer) {
        var medians = new ArrayList<Number>();
        for (Comparison comparison : comparisons) {
            Figure figure = comparison.figures().get(peer);
            medians.add(figure == null ? null : figure.median());
        }
        return medians;
    }
}

package dev.optimist.elasticsearch.bench;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws what was measured, as SVG and PNG. Axes of very different figures are logarithmic and have 0.01 for less. */
final class Charts {
    private static final List<String> FORMATS = List.of("svg", "png");
    private static final int WIDTH = 900;
    private static final int HEIGHT = 520;
    private static final double LEAST = 0.01; // a logarithmic axis has no 0

    private static final int LABEL_DEGREES = 20;

    /** XChart's own are pale from the eighth on. */
    private static final Color[] COLORS = {
        new Color(0x1f77b4), new Color(0xff7f0e), new Color(0x9467bd), new Color(0x2ca02c), new Color(0x8c564b),
        new Color(0x17becf), new Color(0xe377c2), new Color(0xd62728), new Color(0x000000), new Color(0x7f7f7f)
    };

    private static final float OTHERS = 1.2f;
    private static final float OURS = 3;

    private final Path folder;

    Charts(Path folder) {
        this.folder = folder;
    }

    /** Draws a line for each side over the number of threads; both axes are logarithmic. */
    void overThreads(String name, String title, String axis, List<Measured> all, ToDoubleFunction<Slice> figure)
            throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("threads")
                .yAxisTitle(axis)
                .build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true).setSeriesColors(COLORS);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE).setChartBackgroundColor(Color.WHITE);
        for (String side : all.get(0).sides()) {
            List<Double> threads = new ArrayList<>();
            List<Double> values = new ArrayList<>();
            for (Measured measured : all) {
                double value = measured.quartiles(side, figure).median();
                if (!Double.isNaN(value)) {
                    threads.add((double) measured.threads());
                    values.add(Math.max(LEAST, value));
                }
            }
            if (!values.isEmpty()) {
                chart.addSeries(side, threads, values).setLineWidth(Sides.OURS.contains(side) ? OURS : OTHERS);
            }
        }
        save(chart, name);
    }

    /**
     * Draws a group of bars for each side.
     *
     * @param names of the bars of a group, as many as {@code all}
     */
    void bars(String name, String title, List<String> names, List<Measured> all, boolean logarithmic)
            throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle("updates/s")
                .build();
        chart.getStyler().setYAxisLogarithmic(logarithmic);
        if (logarithmic) {
            chart.getStyler().setYAxisMin(1.0); // where the bars begin
        }
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE).setChartBackgroundColor(Color.WHITE);
        for (int bar = 0; bar < all.size(); bar++) {
            Measured measured = all.get(bar);
            List<Double> values = measured.sides().stream()
                    .map(s ->
                            Math.max(1, measured.quartiles(s, Slice::perSecond).median()))
                    .toList();
            chart.addSeries(names.get(bar), measured.sides(), values);
        }
        save(chart, name);
    }

    /** Draws a group of bars for each side. Values are by the name of a bar in its group, and by side; all have the same sides. */
    void bars(String name, String title, String axis, Map<String, Map<String, Double>> values) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(axis)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE).setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisLabelRotation(LABEL_DEGREES); // or long names run into each other
        values.forEach(
                (bar, sides) -> chart.addSeries(bar, new ArrayList<>(sides.keySet()), new ArrayList<>(sides.values())));
        save(chart, name);
    }

    private void save(IChart chart, String name) throws IOException {
        for (String format : FORMATS) {
            try (OutputStream file = Files.newOutputStream(folder.resolve(name + "." + format))) {
                ChartEncoder.saveChart(chart, file, format);
            }
        }
    }
}

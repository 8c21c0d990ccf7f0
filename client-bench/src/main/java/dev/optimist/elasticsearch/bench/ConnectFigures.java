package dev.optimist.elasticsearch.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** What {@link ConnectBench} has measured. */
final class ConnectFigures {
    private static final List<Integer> WORKERS = List.of(1, 2);

    /** From the fewest to the most that a document goes through. */
    private static final List<String> SIDES = List.of(
            ConnectBench.WRITER_BYTES,
            ConnectBench.WRITER,
            ConnectBench.CONSUMER,
            ValueForm.BYTES.side(),
            ValueForm.SCHEMALESS.side(),
            ValueForm.SCHEMAS.side());

    /** By number of workers and side. */
    private final Map<Integer, Map<String, List<Run>>> runs = new LinkedHashMap<>();

    private final Map<String, Conversion> conversions = new LinkedHashMap<>();

    /**
     * One side in one round.
     *
     * @param perSecond documents
     * @param cpuMicros processor time for each document, of the processes that write: not of broker or server
     */
    record Run(double perSecond, double cpuMicros) {}

    /**
     * What a worker's converter takes.
     *
     * @param share of the time of all tasks
     * @param micros for each record
     */
    private record Conversion(double share, double micros) {}

    void add(int workers, String side, Run run) {
        runs.computeIfAbsent(workers, w -> new LinkedHashMap<>())
                .computeIfAbsent(side, s -> new ArrayList<>())
                .add(run);
    }

    void conversion(String side, double share, double micros) {
        conversions.put(side, new Conversion(share, micros));
    }

    private double[] values(int workers, String side, ToDoubleFunction<Run> figure) {
        return Objects.requireNonNull(Objects.requireNonNull(runs.get(workers)).get(side)).stream()
                .mapToDouble(figure)
                .toArray();
    }

    /** Returns the ratios of the rounds, by name. */
    private Map<String, Quartiles> ratios() {
        Map<String, Quartiles> ratios = new LinkedHashMap<>();
        for (int workers : WORKERS) {
            double[] writer = values(workers, ConnectBench.WRITER, Run::perSecond);
            for (ValueForm form : ValueForm.values()) {
                ratios.put(
                        form.side() + "-" + workers + "-vs-writer",
                        Quartiles.ofRatios(values(workers, form.side(), Run::perSecond), writer));
            }
            for (String side : List.of(ConnectBench.WRITER_BYTES, ConnectBench.CONSUMER)) {
                ratios.put(
                        side + "-" + workers + "-vs-writer",
                        Quartiles.ofRatios(values(workers, side, Run::perSecond), writer));
            }
            ratios.put(
                    ValueForm.BYTES.side() + "-" + workers + "-vs-consumer",
                    Quartiles.ofRatios(
                            values(workers, ValueForm.BYTES.side(), Run::perSecond),
                            values(workers, ConnectBench.CONSUMER, Run::perSecond)));
        }
        return ratios;
    }

    /** Returns a line for each ratio and each share. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        conversions.forEach(
                (side, conversion) -> lines.add("share conversion-" + side + " = " + Ratio.number(conversion.share)));
        ratios().forEach((name, ratio) -> lines.add("ratio " + name + " = " + Ratio.number(ratio.median())));
        return lines;
    }

    /** Writes {@code connect-bench.md}, {@code connect-bench.json} and a chart. */
    void write(Path folder, Map<String, Object> circumstances) throws IOException {
        Files.writeString(folder.resolve("connect-bench.md"), markdown(circumstances));
        JsonMapper json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.write(
                folder.resolve("connect-bench.json"),
                json.writeValueAsBytes(Map.of(
                        "circumstances", circumstances, "runs", runs, "conversion", conversions, "ratios", ratios())));
        Map<String, Map<String, Double>> bars = new LinkedHashMap<>();
        for (int workers : WORKERS) {
            Map<String, Double> medians = new LinkedHashMap<>();
            for (String side : SIDES) {
                medians.put(
                        side,
                        Quartiles.of(values(workers, side, Run::perSecond)).median());
            }
            bars.put(workers == 1 ? "1 worker" : workers + " workers", medians);
        }
        new Charts(folder).bars("connect", "External versions through Kafka Connect", "documents/s", bars);
    }

    private String markdown(Map<String, Object> circumstances) {
        StringBuilder text = new StringBuilder("# The sink on Kafka Connect against the writer alone\n\n");
        circumstances.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append("\nMedians of the rounds, in brackets the quartiles.\n\n");
        text.append(
                "| side | workers | documents/s | of the writer alone, round by round | processor µs a document |\n");
        text.append("|---|---|---|---|---|\n");
        Map<String, Quartiles> ratios = ratios();
        runs.keySet()
                .forEach(workers -> SIDES.forEach(side -> {
                    Quartiles ratio = ratios.get(side + "-" + workers + "-vs-writer");
                    text.append("| ")
                            .append(side)
                            .append(" | ")
                            .append(ratio == null ? "–" : workers)
                            .append(" | ");
                    text.append(Quartiles.of(values(workers, side, Run::perSecond))
                                    .words(0))
                            .append(" | ");
                    text.append(ratio == null ? "–" : ratio.words(3)).append(" | ");
                    text.append(Quartiles.of(values(workers, side, Run::cpuMicros))
                                    .words(1))
                            .append(" |\n");
                }));
        text.append("\n| side | conversion of values, µs a record | share of the tasks' time |\n|---|---|---|\n");
        conversions.forEach((side, conversion) -> text.append(
                String.format(Locale.ROOT, "| %s | %.2f | %.3f |%n", side, conversion.micros, conversion.share)));
        return text.toString();
    }
}

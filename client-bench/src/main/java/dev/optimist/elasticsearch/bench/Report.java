package dev.optimist.elasticsearch.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The figures, for people and for programs.
 *
 * @param circumstances where they were measured, by name
 * @param sections what was measured
 * @param lost how many acknowledged updates of protected sides were not found
 */
record Report(Map<String, Object> circumstances, List<Section> sections, long lost) {

    private List<Measured> measured() {
        return sections.stream().flatMap(s -> s.measured().stream()).toList();
    }

    /** Returns a line for each ratio whose sides were measured, and the last for what was lost. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Ratio ratio : Ratio.all()) {
            ratio.of(measured()).ifPresent(q -> lines.add("ratio " + ratio.name() + " = " + Ratio.number(q.median())));
        }
        lines.add("lost = " + lost);
        return lines;
    }

    String markdown() {
        StringBuilder text = new StringBuilder("# What was measured\n\n");
        circumstances.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append("- acknowledged updates that were lost, by sides that protect them: ");
        text.append(lost).append("\n\nMedians of the rounds, in brackets the quartiles.\n");
        goals(text);
        for (Section section : sections) {
            text.append("\n## ").append(section.title()).append("\n\n");
            text.append(section.note()).append('\n');
            for (String chart : section.charts()) {
                text.append("\n![").append(chart).append("](").append(chart).append(".svg)\n");
            }
            section.measured().forEach(m -> table(text, m));
        }
        return text.toString();
    }

    private void goals(StringBuilder text) {
        text.append("\n| ratio, round by round | median (quartiles) | goal | reached |\n|---|---|---|---|\n");
        for (Ratio ratio : Ratio.all()) {
            Optional<Quartiles> measured = ratio.of(measured());
            String value = measured.map(q -> q.words(3)).orElse("not measured");
            String reached = measured.map(q -> ratio.reached(q.median()) ? "yes" : "no")
                    .filter(words -> !Double.isNaN(ratio.goal()))
                    .orElse("–");
            text.append("| ").append(ratio.name()).append(" | ").append(value).append(" | ");
            text.append(ratio.goalInWords()).append(" | ").append(reached).append(" |\n");
        }
    }

    private static void table(StringBuilder text, Measured measured) {
        text.append("\n**").append(measured.title()).append("**\n\n");
        text.append("| side | updates/s | requests an update | p50 ms | p99 ms | max ms | slowest / fastest"
                + " | client CPU, µs an update | gave up | unfinished | overwritten |\n");
        text.append("|---|---|---|---|---|---|---|---|---|---|---|\n");
        for (String side : measured.sides()) {
            text.append("| ").append(side);
            cell(text, measured, side, Slice::perSecond, 0);
            cell(text, measured, side, Slice::requests, 3);
            cell(text, measured, side, Slice::p50, 1);
            cell(text, measured, side, Slice::p99, 1);
            cell(text, measured, side, Slice::max, 0);
            cell(text, measured, side, Slice::fairness, 2);
            cell(text, measured, side, Slice::cpuMicros, 0);
            text.append(" | ").append(measured.sum(side, Slice::gaveUp));
            text.append(" | ").append(measured.sum(side, Slice::unfinished));
            text.append(" | ").append(measured.overwritten(side)).append(" |\n");
        }
    }

    private static void cell(
            StringBuilder text, Measured measured, String side, ToDoubleFunction<Slice> figure, int digits) {
        Quartiles quartiles = measured.quartiles(side, figure);
        text.append(" | ").append(Double.isNaN(quartiles.median()) ? "–" : quartiles.words(digits));
    }

    /** Writes {@code bench.md} and {@code bench.json}. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("bench.md"), markdown());
        JsonMapper json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.write(folder.resolve("bench.json"), json.writeValueAsBytes(tree()));
    }

    private Map<String, Object> tree() {
        Map<String, Object> ratios = new LinkedHashMap<>();
        for (Ratio ratio : Ratio.all()) {
            ratio.of(measured()).ifPresent(q -> ratios.put(ratio.name(), ratio(ratio, q)));
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("circumstances", circumstances);
        tree.put("lost", lost);
        tree.put("ratios", ratios);
        tree.put("measured", measured());
        return tree;
    }

    private static Map<String, Object> ratio(Ratio ratio, Quartiles measured) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("measured", measured);
        if (!Double.isNaN(ratio.goal())) {
            one.put(ratio.atMost() ? "atMost" : "atLeast", ratio.goal());
            one.put("reached", ratio.reached(measured.median()));
        }
        return one;
    }
}

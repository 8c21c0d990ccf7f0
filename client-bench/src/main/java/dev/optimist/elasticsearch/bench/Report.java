package dev.optimist.elasticsearch.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.optimist.elasticsearch.bench.Series.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures, for people and for programs.
 *
 * @param circumstances where they were measured, by name
 * @param sides the names of the sides
 * @param series what was measured
 */
record Report(Map<String, Object> circumstances, List<String> sides, List<Measured> series) {
    private static final double GOAL_BY_HAND = 0.98;
    private static final double GOAL_LEDGER = 0.90;

    /** One ratio of two sides that matters. */
    private record Ratio(String name, int numerator, int denominator, double goal) {}

    private static final List<Ratio> RATIOS = List.of(
            new Ratio("readModifyWrite / by hand", 1, 0, GOAL_BY_HAND),
            new Ratio("with ledger / readModifyWrite", 2, 1, GOAL_LEDGER));

    String markdown() {
        StringBuilder text = new StringBuilder("# Cost of an uncontended readModifyWrite\n\n");
        circumstances.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append("\nMedian of the rounds, in brackets the quartiles.\n\n");
        text.append("| threads | side | operations/s | client CPU, µs/operation |\n|---|---|---|---|\n");
        for (Measured measured : series) {
            for (int side = 0; side < sides.size(); side++) {
                text.append("| " + measured.threads() + " | " + sides.get(side) + " | "
                        + Quartiles.of(measured.perSecond(side)).words(0) + " | "
                        + Quartiles.of(measured.cpuMicros(side)).words(0) + " |\n");
            }
        }
        text.append("\n| threads | throughput, round by round | median (quartiles) | goal | reached |\n");
        text.append("|---|---|---|---|---|\n");
        for (Measured measured : series) {
            for (Ratio ratio : RATIOS) {
                Quartiles q = measured.ratio(ratio.numerator, ratio.denominator);
                text.append("| " + measured.threads() + " | " + ratio.name + " | " + q.words(3) + " | " + ratio.goal
                        + " | " + (q.median() >= ratio.goal ? "yes" : "no") + " |\n");
            }
        }
        return text.toString();
    }

    /** Writes {@code ledger-cost.md} and {@code ledger-cost.json}. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("ledger-cost.md"), markdown());
        JsonMapper json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.write(folder.resolve("ledger-cost.json"), json.writeValueAsBytes(tree()));
    }

    private Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("circumstances", circumstances);
        List<Map<String, Object>> all = new ArrayList<>();
        for (Measured measured : series) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("threads", measured.threads());
            for (int side = 0; side < sides.size(); side++) {
                one.put(
                        sides.get(side),
                        Map.of("perSecond", measured.perSecond(side), "clientCpuMicros", measured.cpuMicros(side)));
            }
            for (Ratio ratio : RATIOS) {
                one.put(ratio.name, measured.ratio(ratio.numerator, ratio.denominator));
            }
            all.add(one);
        }
        tree.put("series", all);
        return tree;
    }
}

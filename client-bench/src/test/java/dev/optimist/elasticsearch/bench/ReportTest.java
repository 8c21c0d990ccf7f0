package dev.optimist.elasticsearch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static Slice slice(double perSecond, double p99) {
        return new Slice(perSecond, (long) perSecond, 0, 0, 2, 10, p99 / 2, p99, p99 * 2, 0.95);
    }

    private static Measured contended(int threads, double[] combine, double[] naive) {
        List<List<Slice>> rounds = IntStream.range(0, combine.length)
                .mapToObj(i -> List.of(slice(combine[i], 4), slice(naive[i], 400), slice(1000, 8)))
                .toList();
        List<String> sides = List.of(Sides.COMBINE, Sides.NAIVE, Sides.BLIND_INDEX);
        return new Measured(Ratio.CONTENDED, threads, sides, rounds, List.of(0L, 0L, 77L));
    }

    private static Report report(long lost, Measured... measured) {
        return new Report(
                Map.of("processors", 2),
                List.of(new Section("Hot", "a note", List.of("chart"), List.of(measured))),
                lost);
    }

    @Test
    void aLineForEachRatioThatWasMeasuredAndOneForWhatWasLost() {
        Measured measured = contended(32, new double[] {3000, 2000, 4000}, new double[] {30, 20, 10});
        assertThat(report(0, measured).lines())
                .containsExactly(
                        "ratio combine-vs-naive-32 = 100",
                        "ratio combine-vs-blind-index-32 = 3",
                        "ratio combine-p99-vs-blind-p99-32 = 0.5",
                        "lost = 0");
    }

    /** Else a median of ratios could be infinite, or not a number. */
    @Test
    void aSideThatGotNothingDoneIsTakenToHaveDoneOneUpdateASecond() {
        Measured measured = contended(128, new double[] {20_000}, new double[] {0});
        assertThat(report(0, measured).lines()).contains("ratio combine-vs-naive-128 = 20000");
    }

    @Test
    void fairnessIsOfOneSide() {
        Measured measured = contended(128, new double[] {20_000}, new double[] {1});
        assertThat(report(3, measured).lines())
                .contains("ratio fairness-combine-128 = 0.95", "ratio give-ups-combine-128 = 0", "lost = 3");
    }

    @Test
    void goalsStandBesideWhatWasMeasured() {
        String text =
                report(0, contended(32, new double[] {3000}, new double[] {40})).markdown();
        assertThat(text)
                .contains("| combine-vs-naive-32 | 75.000 (75.000 to 75.000) | ≥ 90 | no |")
                .contains("| combine-p99-vs-blind-p99-32 | 0.500 (0.500 to 0.500) | ≤ 0.5 | yes |")
                .contains("| combine-vs-full-jitter-32 | not measured | ≥ 28 | – |")
                .contains("![chart](chart.svg)")
                .contains("- processors: 2")
                .contains("| 0 | 0 | 77 |"); // gave up, unfinished, overwritten
    }

    @Test
    void namesOfRatiosAreUniqueAndInKebabCase() {
        List<String> names = Ratio.all().stream().map(Ratio::name).toList();
        assertThat(names).doesNotHaveDuplicates().allMatch(n -> n.matches("[a-z0-9]+(-[a-z0-9]+)*"));
    }

    @Test
    void programsReadJson(@TempDir Path folder) throws IOException {
        report(0, contended(32, new double[] {3000}, new double[] {40})).write(folder);
        JsonNode json = new ObjectMapper().readTree(folder.resolve("bench.json").toFile());
        JsonNode ratio = json.path("ratios").path("combine-vs-naive-32");
        assertThat(ratio.path("measured").path("median").asDouble()).isEqualTo(75);
        assertThat(ratio.path("atLeast").asDouble()).isEqualTo(90);
        assertThat(ratio.path("reached").asBoolean(true)).isFalse();
        assertThat(json.at("/measured/0/rounds/0/1/perSecond").asDouble()).isEqualTo(40);
        assertThat(json.path("lost").asLong(-1)).isZero();
    }

    @Test
    void chartsAreDrawnTwice(@TempDir Path folder) throws IOException {
        List<Measured> all = List.of(
                contended(8, new double[] {3000}, new double[] {40}),
                contended(32, new double[] {9000}, new double[] {0}));
        Charts charts = new Charts(folder);
        charts.overThreads("lines", "Lines", "updates/s", all, Slice::perSecond);
        charts.bars("bars", "Bars", List.of("8", "32"), all, true);
        assertThat(folder.resolve("lines.svg")).content().contains("<svg");
        assertThat(folder.resolve("bars.svg")).content().contains("<svg");
        assertThat(folder.resolve("lines.png")).isNotEmptyFile();
        assertThat(folder.resolve("bars.png")).isNotEmptyFile();
    }
}

package dev.optimist.elasticsearch.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link ClientPath} and says what this library adds to what is written by hand. */
public final class ClientPathRun {
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    /** Without the warning that the transport is not the strict one, which is as it should be here. */
    private static final String QUIET = "-Dorg.slf4j.simpleLogger.log.dev.optimist=error";

    private static final double NANOS_A_MICRO = 1000;

    private ClientPathRun() {}

    /**
     * Runs, writes what JMH has in {@code jmh-*.json} and says in {@code jmh-*.log}, and prints a line a figure.
     *
     * @param arguments the folder for them, {@code target} by default
     * @throws RunnerException if a benchmark failed
     */
    public static void main(String[] arguments) throws IOException, RunnerException {
        Path folder = Path.of(arguments.length == 0 ? "target" : arguments[0]);
        Files.createDirectories(folder);
        for (ClientPath.Server server : ClientPath.Server.values()) {
            String name = server.name().toLowerCase(Locale.ROOT);
            Collection<RunResult> results = new Runner(new OptionsBuilder()
                            .include(ClientPath.class.getName() + "\\.")
                            .param("server", server.name())
                            .warmupIterations(server.warmups())
                            .addProfiler(GCProfiler.class)
                            .addProfiler(CpuTime.class)
                            .jvmArgs("-Xms512m", "-Xmx512m", QUIET)
                            .shouldFailOnError(true)
                            .resultFormat(ResultFormatType.JSON)
                            .result(folder.resolve("jmh-" + name + ".json").toString())
                            .output(folder.resolve("jmh-" + name + ".log").toString())
                            .build())
                    .run();
            lines(name, results).forEach(System.out::println);
        }
    }

    /** One kind of figure of each fork. */
    private record Figure(String name, String unit, int digits, ToDoubleFunction<BenchmarkResult> of) {
        static final List<Figure> ALL = List.of(
                new Figure("time", "µs", 1, fork -> fork.getPrimaryResult().getScore() / NANOS_A_MICRO),
                new Figure("cpu", "µs", 1, fork -> secondary(fork, CpuTime.NORM) / NANOS_A_MICRO),
                new Figure("allocated", "B", 0, fork -> secondary(fork, ALLOCATED)));

        private static double secondary(BenchmarkResult fork, String name) {
            return Objects.requireNonNull(fork.getSecondaryResults().get(name), name)
                    .getScore();
        }

        String line(String name, double[] forks) {
            return "jmh client-path-" + name + "-" + this.name + " = "
                    + Quartiles.of(forks).words(digits) + " " + unit;
        }
    }

    private static List<String> lines(String server, Collection<RunResult> results) {
        List<String> lines = new ArrayList<>();
        for (Figure figure : Figure.ALL) {
            double[] hand = forks(results, "byHand", figure);
            double[] ours = forks(results, "readModifyWrite", figure);
            lines.add(figure.line(server + "-by-hand", hand));
            lines.add(figure.line(server + "-read-modify-write", ours));
            lines.add(figure.line(server + "-beyond-by-hand", differences(ours, hand)));
            double[] inTime = forks(results, "byHandInTime", figure);
            lines.add(figure.line(server + "-by-hand-in-time", inTime));
            lines.add(figure.line(server + "-beyond-by-hand-in-time", differences(ours, inTime)));
        }
        return lines;
    }

    /** Each with each, as forks are in no relation to each other. */
    private static double[] differences(double[] some, double[] others) {
        return Arrays.stream(some)
                .flatMap(one -> Arrays.stream(others).map(other -> one - other))
                .toArray();
    }

    private static double[] forks(Collection<RunResult> results, String method, Figure figure) {
        return results.stream()
                .filter(r -> r.getParams().getBenchmark().endsWith("." + method))
                .flatMap(r -> r.getBenchmarkResults().stream())
                .mapToDouble(figure.of())
                .toArray();
    }
}

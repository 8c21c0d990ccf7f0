package dev.optimist.elasticsearch.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One figure that matters: of two sides that were measured side by side, round by round, or of one.
 *
 * @param name in kebab case, with the number of threads
 * @param series where it is measured
 * @param threads at once; 0 where each side has its own number
 * @param side what is compared
 * @param other with what; null if the figure of the one side is meant
 * @param figure of each
 * @param goal that it should have at least, or at most; NaN if there is none
 * @param atMost which of the two
 */
record Ratio(
        String name,
        String series,
        int threads,
        String side,
        @Nullable String other,
        ToDoubleFunction<Slice> figure,
        double goal,
        boolean atMost) {

    static final String CONTENDED = "contended";
    static final String TWO_JVMS = "two-jvms";
    static final String UNCONTENDED = "uncontended";
    static final String MANY = "many";
    static final String SCRIPT = "script";

    private static final double UNSET = Double.NaN;

    /** Returns all of them, in the order of the report. */
    static List<Ratio> all() {
        List<Ratio> all = new ArrayList<>();
        all.addAll(combine(8, 14, 7.5, 2.3, 1.35, UNSET));
        all.addAll(combine(32, 90, 28, 18, 3.5, 0.5));
        all.addAll(combine(128, 600, UNSET, 100, UNSET, UNSET));
        for (int threads : Settings.RATIO_THREADS) {
            String reuse = Sides.COMBINE_REUSE;
            all.add(contended("combine-reuse-vs-naive", threads, reuse, Sides.NAIVE, UNSET));
            all.add(contended("combine-reuse-vs-blind-index", threads, reuse, Sides.BLIND_INDEX, UNSET));
        }
        all.add(one("fairness-combine-128", CONTENDED, 128, Slice::fairness, 0.9, false));
        all.add(one("give-ups-combine-128", CONTENDED, 128, Slice::gaveUp, 0, true));
        all.add(twoJvms(Sides.NAIVE, 80));
        all.add(twoJvms(Sides.FULL_JITTER, 20));
        all.add(twoJvms(Sides.PARTIAL_UPDATE, 3.3));
        all.add(one("two-jvms-slower-vs-faster", TWO_JVMS, TwoJvms.THREADS, Slice::fairness, 0.5, false));
        for (int threads : Settings.UNCONTENDED_THREADS) {
            String rmw = Sides.READ_MODIFY_WRITE;
            all.add(uncontended("uncontended-vs-by-hand", threads, rmw, Sides.BY_HAND, 0.98));
            all.add(uncontended("uncontended-vs-defaults", threads, rmw, Sides.DEFAULTS, 1.25));
            all.add(uncontended("reuse-vs-reads", threads, Sides.REUSE, rmw, 1.5));
            all.add(uncontended("ledger-vs-none", threads, Sides.LEDGER, rmw, 0.9));
        }
        for (int threads : Settings.RATIO_THREADS) {
            all.add(script("combine-vs-script", threads, Sides.COMBINE, Sides.SCRIPT));
            all.add(script("combine-reuse-vs-script", threads, Sides.COMBINE_REUSE, Sides.SCRIPT));
            all.add(script("script-vs-partial-update", threads, Sides.SCRIPT, Sides.PARTIAL_UPDATE));
        }
        all.add(many("all-vs-one-by-one-1", Sides.ALL, Sides.ONE_BY_ONE + "-1", 40));
        all.add(many("all-vs-one-by-one-16", Sides.ALL, Sides.ONE_BY_ONE + "-16", 12));
        all.add(many("bulk-vs-index-1", Sides.BULK, Sides.INDEX + "-1", UNSET));
        all.add(many("bulk-vs-index-16", Sides.BULK, Sides.INDEX + "-16", UNSET));
        return all;
    }

    private static Ratio script(String name, int threads, String side, String other) {
        return new Ratio(name + "-" + threads, SCRIPT, threads, side, other, Slice::perSecond, UNSET, false);
    }

    private static Ratio many(String name, String side, String other, double goal) {
        return new Ratio(name, MANY, 0, side, other, Slice::perSecond, goal, false);
    }

    private static List<Ratio> combine(
            int threads, double naive, double fullJitter, double partial, double blind, double p99) {
        String combine = Sides.COMBINE;
        return List.of(
                contended("combine-vs-naive", threads, combine, Sides.NAIVE, naive),
                contended("combine-vs-full-jitter", threads, combine, Sides.FULL_JITTER, fullJitter),
                contended("combine-vs-spring-data", threads, combine, Sides.SPRING_DATA, UNSET),
                contended("combine-vs-partial-update", threads, combine, Sides.PARTIAL_UPDATE, partial),
                contended("combine-vs-blind-index", threads, combine, Sides.BLIND_INDEX, blind),
                new Ratio(
                        "combine-p99-vs-blind-p99-" + threads,
                        CONTENDED,
                        threads,
                        combine,
                        Sides.BLIND_INDEX,
                        Slice::p99,
                        p99,
                        true));
    }

    private static Ratio contended(String name, int threads, String side, String other, double goal) {
        String full = name + "-" + threads;
        return new Ratio(full, CONTENDED, threads, side, other, Slice::perSecond, goal, false);
    }

    private static Ratio twoJvms(String other, double goal) {
        String name = "two-jvms-combine-vs-" + other;
        return new Ratio(name, TWO_JVMS, TwoJvms.THREADS, Sides.COMBINE, other, Slice::perSecond, goal, false);
    }

    private static Ratio uncontended(String name, int threads, String side, String other, double goal) {
        String full = name + "-" + threads;
        return new Ratio(full, UNCONTENDED, threads, side, other, Slice::perSecond, goal, false);
    }

    private static Ratio one(
            String name, String series, int threads, ToDoubleFunction<Slice> figure, double goal, boolean atMost) {
        return new Ratio(name, series, threads, Sides.COMBINE, null, figure, goal, atMost);
    }

    /**
     * Returns it, if its sides were measured. A side that got nothing at all done in a round is taken to have done one update
     * in a second, so that the ratio is a number, and rather too small.
     */
    Optional<Quartiles> of(List<Measured> all) {
        for (Measured measured : all) {
            if (measured.series().equals(series) && measured.threads() == threads && measured.has(side)) {
                if (other == null) {
                    return Optional.of(measured.quartiles(side, figure));
                }
                if (measured.has(other)) {
                    double[] others =
                            measured.values(other, s -> figure.applyAsDouble(s) == 0 ? 1 : figure.applyAsDouble(s));
                    return Optional.of(Quartiles.ofRatios(measured.values(side, figure), others));
                }
            }
        }
        return Optional.empty();
    }

    boolean reached(double value) {
        return Double.isNaN(goal) || (atMost ? value <= goal : value >= goal);
    }

    /** Returns the goal as words, a dash if there is none. */
    String goalInWords() {
        return Double.isNaN(goal) ? "–" : (atMost ? "≤ " : "≥ ") + number(goal);
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value).replaceFirst("\\.?0+$", "");
    }
}

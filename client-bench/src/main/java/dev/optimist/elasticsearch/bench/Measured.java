package dev.optimist.elasticsearch.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What came out of some rounds with one number of threads.
 *
 * @param series what was measured, such as {@code contended}
 * @param threads at once; 0 if each side has its own number
 * @param sides their names
 * @param rounds of each, a slice of each side
 * @param overwritten for each side, how many acknowledged sales others overwrote; for sides that are expected to, else 0
 */
record Measured(String series, int threads, List<String> sides, List<List<Slice>> rounds, List<Long> overwritten) {

    /** Returns what was measured, with the number of threads if it is one for all. */
    String title() {
        return title(series, threads);
    }

    static String title(String series, int threads) {
        return series + (threads == 0 ? "" : ", " + threads + (threads == 1 ? " thread" : " threads"));
    }

    boolean has(String side) {
        return sides.contains(side);
    }

    double[] values(String side, ToDoubleFunction<Slice> figure) {
        int number = number(side);
        return rounds.stream()
                .mapToDouble(r -> figure.applyAsDouble(r.get(number)))
                .toArray();
    }

    /** Returns the quartiles of those rounds in which the side has this figure; of NaN if there are none. */
    Quartiles quartiles(String side, ToDoubleFunction<Slice> figure) {
        double[] values = values(side, figure);
        double[] known = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
        return known.length == 0 ? new Quartiles(Double.NaN, Double.NaN, Double.NaN) : Quartiles.of(known);
    }

    /** Returns how often something happened in all rounds. */
    long sum(String side, ToDoubleFunction<Slice> figure) {
        double sum = 0;
        for (double value : values(side, figure)) {
            sum += value;
        }
        return Math.round(sum);
    }

    long overwritten(String side) {
        return overwritten.get(number(side));
    }

    private int number(String side) {
        int number = sides.indexOf(side);
        if (number < 0) {
            throw new IllegalArgumentException("side: " + side + " is none of " + sides);
        }
        return number;
    }
}

package dev.optimist.elasticsearch.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * The middle of some measurements and how far apart they are.
 *
 * @param lower a quarter is below
 * @param median half is below
 * @param upper three quarters are below
 */
record Quartiles(double lower, double median, double upper) {

    /**
     * Returns those of these values, interpolated between neighbours (type 7, as R, NumPy and spreadsheets do).
     *
     * @throws IllegalArgumentException if there is none, or one is NaN
     */
    static Quartiles of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("values: there is none");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        if (Double.isNaN(sorted[sorted.length - 1])) { // NaN is sorted to the end
            throw new IllegalArgumentException("values: one is NaN");
        }
        return new Quartiles(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75));
    }

    /**
     * Returns those of the ratios of values that were measured side by side.
     *
     * @throws IllegalArgumentException if there are none or not as many of one as of the other
     */
    static Quartiles ofRatios(double[] numerators, double[] denominators) {
        if (numerators.length != denominators.length) {
            throw new IllegalArgumentException(
                    "numerators and denominators: " + numerators.length + " and " + denominators.length);
        }
        double[] ratios = new double[numerators.length];
        Arrays.setAll(ratios, i -> numerators[i] / denominators[i]);
        return of(ratios);
    }

    private static double at(double[] sorted, double share) {
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /** Returns {@code median (lower to upper)}, with so many digits behind the point. */
    String words(int digits) {
        String number = "%." + digits + "f";
        return String.format(Locale.ROOT, number + " (" + number + " to " + number + ")", median, lower, upper);
    }
}

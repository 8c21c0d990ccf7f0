package dev.optimist.elasticsearch.bench;

import dev.optimist.elasticsearch.bench.Side.Outcome;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Adds up what the threads of one side do in the turns of one round. Not thread-safe: each thread has its own {@link Row}. */
final class Tally {
    private static final long LONGEST = TimeUnit.MINUTES.toMicros(10);
    private static final int DIGITS = 2; // to 1 %
    private static final double MICROS_A_MILLI = 1e3;

    private final long[] counted;
    private final long[] nanos;
    private final Histogram micros = histogram();
    private long acknowledged;
    private long gaveUp;
    private long unfinished;
    private long requests;
    private long cpuNanos;

    Tally(int threads) {
        this.counted = new long[threads];
        this.nanos = new long[threads];
    }

    private static Histogram histogram() {
        return new Histogram(LONGEST, DIGITS);
    }

    /** What one thread did in one turn. */
    static final class Row {
        private final Histogram micros = histogram();
        private final long countFrom;
        private long acknowledged;
        private long counted;
        private long gaveUp;
        private long unfinished;
        private long nanos;

        /**
         * Begins.
         *
         * @param countFrom a {@link System#nanoTime()}; what ends before it is not in the rate, the latency and the fairness
         */
        Row(long countFrom) {
            this.countFrom = countFrom;
        }

        void add(Outcome outcome, long begun, long ended) {
            boolean counts = ended - countFrom >= 0;
            switch (outcome) {
                case ACKNOWLEDGED -> {
                    acknowledged++;
                    counted += counts ? 1 : 0;
                }
                case GAVE_UP -> gaveUp++;
                case UNFINISHED -> unfinished++;
            }
            if (counts) {
                micros.recordValue(Math.min(LONGEST, TimeUnit.NANOSECONDS.toMicros(ended - begun)));
            }
        }

        /** Sets when its last update ended. */
        void end(long ended) {
            this.nanos = Math.max(0, ended - countFrom);
        }
    }

    void add(int thread, Row row) {
        counted[thread] += row.counted;
        acknowledged += row.acknowledged;
        nanos[thread] += row.nanos;
        gaveUp += row.gaveUp;
        unfinished += row.unfinished;
        micros.add(row.micros);
    }

    /**
     * Adds what is known of all threads together.
     *
     * @param sent requests, negative if that is not known
     * @param cpu nanoseconds of processor time
     */
    void add(long sent, long cpu) {
        requests = sent < 0 || requests < 0 ? -1 : requests + sent;
        cpuNanos += cpu;
    }

    Slice slice() {
        double perSecond = 0;
        long fewest = Long.MAX_VALUE;
        long most = 0;
        for (int thread = 0; thread < counted.length; thread++) {
            // by its own time: one that is in the middle of an update when the turn ends is given the time to finish it
            perSecond += nanos[thread] == 0 ? 0 : counted[thread] * 1e9 / nanos[thread];
            fewest = Math.min(fewest, counted[thread]);
            most = Math.max(most, counted[thread]);
        }
        return new Slice(
                        perSecond,
                        acknowledged,
                        gaveUp,
                        unfinished,
                        Double.NaN,
                        acknowledged == 0 ? Double.NaN : cpuNanos / 1e3 / acknowledged,
                        micros.getValueAtPercentile(50) / MICROS_A_MILLI,
                        micros.getValueAtPercentile(99) / MICROS_A_MILLI,
                        micros.getMaxValue() / MICROS_A_MILLI,
                        most == 0 ? 0 : (double) fewest / most)
                .withRequests(requests);
    }
}

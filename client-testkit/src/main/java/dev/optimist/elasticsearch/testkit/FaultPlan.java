package dev.optimist.elasticsearch.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a {@link FaultProxy} harms, and how. Writes only, unless {@link #readsToo()}; see {@link FaultProxy} for
 * what counts as a read.
 *
 * <p>Immutable and thread-safe. A plan begins anew each time that it is given to a proxy.
 *
 * <pre>{@code
 * proxy.plan(FaultPlan.next(1, Fault.RESET_AFTER));                                  // the next write
 * proxy.plan(FaultPlan.seeded(seed, 0.1, EnumSet.of(Fault.RESET_AFTER, Fault.HOLD))); // one in ten
 * }</pre>
 */
public final class FaultPlan {
    private static final int MAX_DELAY_MILLIS = 400;

    private final long seed;
    private final double share;
    private final EnumSet<Fault> kinds;
    private final long limit;
    private final boolean readsToo;
    private final Duration lateAfter;
    private final String retryAfter;

    private FaultPlan(
            long seed,
            double share,
            Set<Fault> kinds,
            long limit,
            boolean readsToo,
            Duration lateAfter,
            String retryAfter) {
        this.seed = seed;
        this.share = share;
        // in the order of the enum, whatever the set's: else the same seed would not be the same plan
        this.kinds = kinds.isEmpty() ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(kinds);
        this.limit = limit;
        this.readsToo = readsToo;
        this.lateAfter = lateAfter;
        this.retryAfter = retryAfter;
    }

    private static FaultPlan of(long seed, double share, Set<Fault> kinds, long limit) {
        return new FaultPlan(seed, share, kinds, limit, false, Duration.ofSeconds(90), "0");
    }

    /** No faults. */
    public static FaultPlan none() {
        return of(0, 0, Set.of(), 0);
    }

    /**
     * Faults at random: the n-th write that arrives gets the n-th draw. The same arguments give the same draws, in every
     * JVM; which write is the n-th is up to the clients. Kinds take turns in shuffled rounds, so that each occurs as often
     * as each other.
     *
     * @param seed a test should print it
     * @param shareOfWrites how many of the writes get a fault, from 0 to 1
     * @param kinds which faults; at least one
     * @throws IllegalArgumentException if the share is out of bounds, or there are no kinds
     */
    public static FaultPlan seeded(long seed, double shareOfWrites, Set<Fault> kinds) {
        if (!(shareOfWrites >= 0 && shareOfWrites <= 1)) {
            throw new IllegalArgumentException("shareOfWrites must be from 0 to 1, is " + shareOfWrites);
        }
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("kinds must not be empty");
        }
        return of(seed, shareOfWrites, kinds, Long.MAX_VALUE);
    }

    /**
     * The same fault for each of the next writes, then none.
     *
     * @param count how many writes; 0 or more
     * @throws IllegalArgumentException if the count is negative
     */
    public static FaultPlan next(int count, Fault fault) {
        if (count < 0) {
            throw new IllegalArgumentException("count must be 0 or more, is " + count);
        }
        return of(0, 1, Set.of(fault), count);
    }

    /** Returns this plan for reads as for writes: both are counted and both draw. */
    public FaultPlan readsToo() {
        return new FaultPlan(seed, share, kinds, limit, true, lateAfter, retryAfter);
    }

    /**
     * Returns this plan with another delay for {@link Fault#LATE}; 90 s by default.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public FaultPlan withLateAfter(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must not be negative, is " + delay);
        }
        return new FaultPlan(seed, share, kinds, limit, readsToo, delay, retryAfter);
    }

    /**
     * Returns this plan with another {@code Retry-After} for {@link Fault#TOO_MANY_REQUESTS}; "0" by default.
     *
     * @param value seconds or a date, as HTTP has it; not checked, save that it must be printable ASCII
     * @throws IllegalArgumentException if it is not
     */
    public FaultPlan withRetryAfter(String value) {
        if (value.isEmpty() || !value.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw new IllegalArgumentException("Retry-After must be printable ASCII");
        }
        return new FaultPlan(seed, share, kinds, limit, readsToo, lateAfter, value);
    }

    /** Returns what the plan is made of, the seed among it. */
    @Override
    public String toString() {
        return "FaultPlan[seed=" + seed + ", share=" + share + ", kinds=" + kinds
                + (limit == Long.MAX_VALUE ? "" : ", next=" + limit) + (readsToo ? ", reads too" : "") + ", lateAfter="
                + lateAfter + ", retryAfter=" + retryAfter + "]";
    }

    Draws begin() {
        return new Draws();
    }

    /** One fault as drawn, for one request. */
    record Draw(Fault fault, long delayMillis, long lateMillis, String retryAfter) {}

    /** A plan under way. Not thread-safe. */
    final class Draws {
        private final Random random = new Random(seed);
        private final List<Fault> round = new ArrayList<>();
        private long drawn;

        /** Returns what happens to the request that has just arrived, or null. */
        @Nullable
        Draw next(boolean read) {
            if ((read && !readsToo) || drawn >= limit) {
                return null;
            }
            drawn++;
            if (random.nextDouble() >= share) {
                return null;
            }
            if (round.isEmpty()) {
                round.addAll(kinds);
                Collections.shuffle(round, random);
            }
            Fault fault = round.remove(round.size() - 1);
            return new Draw(fault, 1 + random.nextInt(MAX_DELAY_MILLIS), lateAfter.toMillis(), retryAfter);
        }
    }
}

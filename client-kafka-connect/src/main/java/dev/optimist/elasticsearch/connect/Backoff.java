package dev.optimist.elasticsearch.connect;

import java.util.function.LongUnaryOperator;

/** Pauses that grow, with full jitter. For one thread. */
final class Backoff {
    private final long first;
    private final long most;
    private final LongUnaryOperator random;
    private long bound;

    /** @param random returns a number from 0 to its argument, both included */
    Backoff(long first, long most, LongUnaryOperator random) {
        this.first = first;
        this.most = most;
        this.random = random;
        this.bound = first;
    }

    /** Returns the next pause, in milliseconds: 1 or more. */
    long next() {
        long pause = Math.max(1, random.applyAsLong(bound));
        bound = Math.min(most, 2 * bound);
        return pause;
    }

    /** All is well again. */
    void reset() {
        bound = first;
    }
}

package dev.optimist.elasticsearch;

import java.util.function.LongUnaryOperator;

/**
 * How long to sleep after an attempt, in milliseconds.
 *
 * @param random returns a number from 0 to its argument, both included
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential backoff and
 *     jitter</a>
 */
record FullJitter(long baseMillis, long maxMillis, LongUnaryOperator random) {

    static FullJitter of(RetryPolicy policy, LongUnaryOperator random) {
        return new FullJitter(
                Math.max(1, policy.baseDelay().toMillis()),
                Math.max(1, policy.maxDelay().toMillis()),
                random);
    }

    /** Returns a delay for after this attempt, the first being 1. */
    long afterAttempt(int attempt) {
        return random.applyAsLong(bound(attempt));
    }

    private long bound(int attempt) {
        int doublings = attempt - 1;
        // shifted too far it would overflow; by then it is over the maximum anyway
        boolean over = doublings >= Long.numberOfLeadingZeros(baseMillis) - 1;
        return over ? maxMillis : Math.min(maxMillis, baseMillis << doublings);
    }
}

package dev.optimist.elasticsearch;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many requests that no server took may be sent again, by all threads of a client together: an outage is then not
 * answered by a storm. Every further send takes one token, every tenth acknowledged request gives one back, and there are
 * never more than the capacity.
 *
 * <p>In good times a tenth of the traffic may be repeats, which no server notices; in an outage, after {@code capacity}
 * repeats each call fails with its first answer. 100 is what the SDKs of AWS allow (500 tokens at 5 a retry).
 */
final class RetryBudget {
    static final int DEFAULT_CAPACITY = 100;

    /** Of one token. */
    private static final int PARTS = 10;

    private final long most;
    private final AtomicLong parts;

    RetryBudget(int capacity) {
        this.most = (long) capacity * PARTS;
        this.parts = new AtomicLong(most);
    }

    /** Takes a token, if there is one. */
    boolean take() {
        return parts.getAndUpdate(left -> left < PARTS ? left : left - PARTS) >= PARTS;
    }

    void acknowledged() {
        if (parts.get() < most) {
            parts.getAndUpdate(left -> Math.min(most, left + 1));
        }
    }

    /** Returns how many whole tokens are left. */
    long left() {
        return parts.get() / PARTS;
    }
}

package dev.optimist.elasticsearch;

import java.time.Duration;

/**
 * How long {@code readModifyWrite} goes on after conflicts. Between attempts it sleeps for a random time between 0 and
 * {@code baseDelay * 2^(attempt - 1)}, at most {@code maxDelay} ("full jitter", from the first retry on): writers that
 * collided once would otherwise meet again. Calls that went together with others do not sleep after the first conflicts in a row (one
 * for each 25 of {@code maxAttempts}, at least 1 and at most 4), if the server's refusal told what the document is now.
 *
 * <p>Two presets fit most uses; change one with the {@code with} methods. Immutable and thread-safe.
 *
 * <pre>{@code
 * VersionedDocuments<Stock> impatient =
 *         stock.with(o -> o.retry(RetryPolicy.sharedDocument().withDeadline(Duration.ofSeconds(2))));
 * }</pre>
 *
 * @param maxAttempts total tries, the first included; 1 to 1000
 * @param deadline for the whole call, reads, writes and sleeping included; longer than 0, at most 365 days. It does not interrupt your
 *     function, but no request is sent after it.
 * @param baseDelay the bound of the first sleep; longer than 0, at most 365 days
 * @param maxDelay the bound of any sleep; not shorter than {@code baseDelay}, at most 365 days
 */
public record RetryPolicy(int maxAttempts, Duration deadline, Duration baseDelay, Duration maxDelay) {
    private static final int MOST_ATTEMPTS = 1000;

    private static final RetryPolicy SHARED_DOCUMENT =
            new RetryPolicy(100, Duration.ofSeconds(30), Duration.ofMillis(5), Duration.ofMillis(500));
    private static final RetryPolicy DOCUMENT_OWNER =
            new RetryPolicy(5, Duration.ofSeconds(10), Duration.ofMillis(10), Duration.ofMillis(200));

    /** Checks the bounds. */
    public RetryPolicy {
        if (maxAttempts < 1 || maxAttempts > MOST_ATTEMPTS) {
            throw new IllegalArgumentException(
                    "maxAttempts must be between 1 and " + MOST_ATTEMPTS + ", is " + maxAttempts);
        }
        Bounds.positive("deadline", deadline);
        Bounds.positive("baseDelay", baseDelay);
        Bounds.positive("maxDelay", maxDelay);
        if (maxDelay.compareTo(baseDelay) < 0) {
            throw new IllegalArgumentException(
                    "maxDelay must not be shorter than baseDelay, is " + maxDelay + " and " + baseDelay);
        }
    }

    /**
     * For a document that many writers change at once: a stock count, a counter, a cart. Conflicts are normal there, and
     * time is what runs out: 100 attempts, 30 s, sleeps of at most 5 ms growing to 500 ms. The default.
     */
    public static RetryPolicy sharedDocument() {
        return SHARED_DOCUMENT;
    }

    /**
     * For a document that you are the main writer of: a status that your job keeps, a profile that one user edits. A
     * conflict is an accident there; many of them mean that somebody else believes to be the owner too, which you want to
     * hear of soon: 5 attempts, 10 s, sleeps of at most 10 ms growing to 200 ms.
     */
    public static RetryPolicy documentOwner() {
        return DOCUMENT_OWNER;
    }

    /** Returns a copy with another number of attempts in all, 1 to 1000. */
    public RetryPolicy withMaxAttempts(int attempts) {
        return new RetryPolicy(attempts, deadline, baseDelay, maxDelay);
    }

    /** Returns a copy with another deadline, longer than 0. */
    public RetryPolicy withDeadline(Duration time) {
        return new RetryPolicy(maxAttempts, time, baseDelay, maxDelay);
    }

    /** Returns a copy with other bounds of the sleep. */
    public RetryPolicy withDelays(Duration base, Duration max) {
        return new RetryPolicy(maxAttempts, deadline, base, max);
    }
}

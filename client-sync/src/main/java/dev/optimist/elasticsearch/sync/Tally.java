package dev.optimist.elasticsearch.sync;

import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts outcomes, and decides which of them a position may pass. Thread-safe. */
final class Tally {
    private final Map<Outcome, AtomicLong> counts = new EnumMap<>(Outcome.class);
    private final long maxRejected;
    private final long maxSuspicious;
    private final @Nullable DeadLetterFile deadLetters;
    private final Consumer<String> trouble;

    /** Tells whatever is not as it should be, in words, to {@code trouble}. */
    Tally(long maxRejected, long maxSuspicious, @Nullable DeadLetterFile deadLetters, Consumer<String> trouble) {
        this.maxRejected = maxRejected;
        this.maxSuspicious = maxSuspicious;
        this.deadLetters = deadLetters;
        this.trouble = trouble;
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new AtomicLong());
        }
    }

    /**
     * Counts an outcome; it passes if this returns.
     *
     * @throws SyncException if it must not pass, saying why
     */
    void settle(ExternalResult<?> result) {
        Outcome outcome = result.outcome();
        long count = counter(outcome).incrementAndGet();
        if (!result.isSettled()) {
            leave(Letter.of(result), count, result.cause());
        }
    }

    /**
     * Counts a row that can be no operation as {@code REJECTED}; it passes if this returns.
     *
     * @throws SyncException if it must not pass, saying why
     */
    void refuse(Row<?> row, IllegalArgumentException why) {
        long count = counter(Outcome.REJECTED).incrementAndGet();
        leave(new Letter(row, Outcome.REJECTED, why.getMessage()), count, why);
    }

    private void leave(Letter letter, long count, @Nullable Throwable cause) {
        Outcome outcome = letter.outcome();
        String what = letter.toString();
        trouble.accept(what);
        if (outcome == Outcome.UNRESOLVED) {
            throw new SyncException(what, cause);
        }
        long most = outcome == Outcome.REJECTED ? maxRejected : maxSuspicious;
        if (deadLetters == null || count > most) {
            String limit = outcome == Outcome.REJECTED ? "maxRejected" : "maxSuspicious";
            throw new SyncException(what + ". " + limit + " is " + most, cause);
        }
        try {
            deadLetters.add(letter);
        } catch (IOException e) {
            throw new SyncException(what + ". It cannot be added to the dead letters: " + e, e);
        }
    }

    long count(Outcome outcome) {
        return counter(outcome).get();
    }

    private AtomicLong counter(Outcome outcome) {
        AtomicLong counter = counts.get(outcome);
        if (counter == null) {
            throw new IllegalArgumentException(outcome.name());
        }
        return counter;
    }
}

package dev.optimist.elasticsearch;

import java.util.EnumMap;
import java.util.Map;

/** Counts what becomes of operations. Not thread-safe. */
final class BulkTally {
    private final Map<BulkItemResult.Outcome, Long> outcomes = new EnumMap<>(BulkItemResult.Outcome.class);
    private long taken;
    private long sentAgain;

    void taken() {
        taken++;
    }

    void sentAgain(int operations) {
        sentAgain += operations;
    }

    void done(BulkItemResult.Outcome outcome) {
        outcomes.merge(outcome, 1L, Long::sum);
    }

    BulkProgress progress(boolean complete) {
        return new BulkProgress(
                taken,
                count(BulkItemResult.Outcome.APPLIED),
                count(BulkItemResult.Outcome.CONFLICT),
                count(BulkItemResult.Outcome.REJECTED),
                count(BulkItemResult.Outcome.NOT_APPLIED),
                count(BulkItemResult.Outcome.UNKNOWN),
                count(BulkItemResult.Outcome.INCARNATION_CHANGED),
                count(BulkItemResult.Outcome.DROPPED),
                sentAgain,
                complete);
    }

    private long count(BulkItemResult.Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }
}

package dev.optimist.elasticsearch.connect;

import dev.optimist.elasticsearch.ExternalResult.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What became of records: counted, and where that is not the end of it, handed to the task's thread. Each record that was taken
 * is, in the end, one of applied, superseded, duplicates, dead-lettered, skipped and handed-over. Thread-safe.
 */
final class Outcomes {
    final LongAdder records = new LongAdder();
    final LongAdder deadLettered = new LongAdder();
    final LongAdder skipped = new LongAdder();
    final LongAdder handedOver = new LongAdder();
    final LongAdder sentAgain = new LongAdder();
    final LongAdder refusals = new LongAdder();
    private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);
    private final Queue<Delivery> open = new ConcurrentLinkedQueue<>();

    Outcomes() {
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    void count(Outcome outcome) {
        Objects.requireNonNull(counts.get(outcome)).increment();
    }

    long of(Outcome outcome) {
        return Objects.requireNonNull(counts.get(outcome)).sum();
    }

    /** One that is not settled: the task's thread decides. */
    void toDecide(Delivery delivery) {
        open.add(delivery);
    }

    /** Returns whether there is one for the task's thread. */
    boolean hasNext() {
        return !open.isEmpty();
    }

    @Nullable
    Delivery next() {
        return open.poll();
    }

    /** Returns how many records were taken and have no end yet. */
    long open() {
        long ended = of(Outcome.APPLIED)
                + of(Outcome.SUPERSEDED)
                + of(Outcome.DUPLICATE)
                + deadLettered.sum()
                + skipped.sum()
                + handedOver.sum();
        return Math.max(0, records.sum() - ended);
    }
}

package dev.optimist.elasticsearch.it.history;

import dev.optimist.elasticsearch.it.history.History.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says whether a history is linearizable: whether every operation can have happened in one moment between its call and its
 * return, so that all callers were told the truth. Documents are independent of each other. Thread-safe.
 *
 * <p>An operation with an unknown outcome can have happened at any time after its call, or not at all. Where there are
 * many of them in one document, a history that is not linearizable may come out as inconclusive.
 *
 * @param <S> the states of the model
 * @param <O> its operations
 */
public final class LinearizabilityChecker<S, O> {
    private final Model<S, O> model;
    private final int maxStates;
    private final Duration maxTime;

    /** What is known after a check. */
    public enum Outcome {
        /** There is an order in which all is as it was told. */
        LINEARIZABLE,
        /** There is none. */
        NOT_LINEARIZABLE,
        /** The bounds were reached before one was found. For a test this is a failure. */
        INCONCLUSIVE
    }

    /**
     * What was found for one document.
     *
     * @param document its name
     * @param outcome what is known
     * @param states how many different states of the search were looked at
     * @param prefix the order that was found, and if there is none, the longest one; operations with an unknown outcome
     *     are in it where they take effect
     * @param stuck the operations that were under way after the prefix, none of which can come next, and one of which has
     *     to; empty if all is well
     * @param explanation the same in words
     * @param <O> the class of the operations
     */
    public record Result<O>(
            String document,
            Outcome outcome,
            int states,
            List<Entry<O>> prefix,
            List<Entry<O>> stuck,
            String explanation) {

        /** Returns whether the document is linearizable for certain. */
        public boolean linearizable() {
            return outcome == Outcome.LINEARIZABLE;
        }

        @Override
        public String toString() {
            return document + ": " + outcome + ": " + explanation;
        }
    }

    /** Makes one that gives up after a million states (some 200 MB), or after a minute, for each document. */
    public LinearizabilityChecker(Model<S, O> model) {
        this(model, 1_000_000, Duration.ofMinutes(1));
    }

    /**
     * Makes one with bounds for each document.
     *
     * @param model what a document does
     * @param maxStates after how many states of the search to give up, 1 or more; each takes some 200 bytes
     * @param maxTime after which time to give up
     */
    public LinearizabilityChecker(Model<S, O> model, int maxStates, Duration maxTime) {
        if (maxStates < 1) {
            throw new IllegalArgumentException("maxStates: " + maxStates + " is less than 1");
        }
        this.model = model;
        this.maxStates = maxStates;
        this.maxTime = maxTime;
    }

    /** Checks every document of a history, by name. */
    public Map<String, Result<O>> check(History<O> history) {
        Map<String, Result<O>> results = new TreeMap<>();
        history.byDocument().forEach((document, entries) -> results.put(document, check(document, entries)));
        return results;
    }

    /** Checks one document; the order of its entries does not matter, their times do. */
    public Result<O> check(String document, List<Entry<O>> entries) {
        return new LinearizationSearch<>(model, entries).run(document, maxStates, maxTime);
    }
}

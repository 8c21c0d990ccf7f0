package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one final outcome of one operation of a bulk. Where the single write would have thrown an exception, this holds it:
 * nothing is thrown for an operation unless {@link #orThrow()} is called.
 *
 * <p>Immutable and thread-safe, as far as the document is.
 *
 * <pre>{@code
 * for (BulkItemResult<Stock> result : stock.bulk(operations)) {
 *     switch (result.outcome()) {
 *         case APPLIED -> {}
 *         case CONFLICT -> log.debug("{}", result.failure().getMessage());
 *         default -> log.warn("{}", result.operation().id(), result.failure());
 *     }
 * }
 * }</pre>
 *
 * @param <T> the class of the documents
 * @param position which operation it was, from 0, in the order in which they were given
 * @param operation the operation itself
 * @param sends in how many requests it was sent, those that the server refused for the time being included; 0 if it never was
 * @param result what the write did; null unless {@link Outcome#APPLIED} or {@link Outcome#DROPPED}
 * @param failure what the single write would have thrown; null exactly if there is a result
 */
public record BulkItemResult<T>(
        long position,
        BulkOperation<T> operation,
        int sends,
        @Nullable WriteResult result,
        @Nullable OptimistException failure) {

    /** What became of an operation. */
    public enum Outcome {
        /** Applied, or for a delete: there was no such document. */
        APPLIED,
        /** Its condition did not hold: {@link VersionConflictException}. It is never sent again. */
        CONFLICT,
        /** Refused for good: {@link RequestRejectedException}. In a stream of operations, bad arguments are this, too. */
        REJECTED,
        /** Nothing was written, and the same may succeed later: {@link ServerUnavailableException}. */
        NOT_APPLIED,
        /** It was sent and nobody can tell: {@link OutcomeUnknownException}. */
        UNKNOWN,
        /** Applied, but to a document that was never read: {@link IncarnationChangedException}. */
        INCARNATION_CHANGED,
        /** An ingest pipeline dropped the document: nothing was written, and the result is {@code NoOp}. */
        DROPPED
    }

    /** Checks that it is one of both. */
    public BulkItemResult {
        Objects.requireNonNull(operation, "operation");
        if ((result == null) == (failure == null)) {
            throw new IllegalArgumentException("result, failure: exactly one of them is null");
        }
        if (failure != null) {
            outcome(failure);
        }
    }

    /** Returns what became of the operation. */
    public Outcome outcome() {
        if (failure != null) {
            return outcome(failure);
        }
        return Objects.requireNonNull(result).result() == Result.NoOp ? Outcome.DROPPED : Outcome.APPLIED;
    }

    private static Outcome outcome(OptimistException failure) {
        if (failure instanceof VersionConflictException) {
            return Outcome.CONFLICT;
        } else if (failure instanceof RequestRejectedException) {
            return Outcome.REJECTED;
        } else if (failure instanceof ServerUnavailableException) {
            return Outcome.NOT_APPLIED;
        } else if (failure instanceof OutcomeUnknownException) {
            return Outcome.UNKNOWN;
        } else if (failure instanceof IncarnationChangedException) {
            return Outcome.INCARNATION_CHANGED;
        }
        throw new IllegalArgumentException(
                "failure: a single write does not end as " + failure.getClass().getName());
    }

    /**
     * Returns what the write did, as the single write would have.
     *
     * @throws OptimistException what the single write would have thrown; of the thread that ran the bulk
     */
    public WriteResult orThrow() {
        if (failure != null) {
            throw failure;
        }
        return Objects.requireNonNull(result);
    }
}

package dev.optimist.elasticsearch;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of one operation on one document, for an {@link OperationListener}. It never holds the document.
 *
 * <pre>{@code
 * OperationListener slow = event -> {
 *     if (event.duration().toSeconds() > 1) {
 *         log.info("{} [{}][{}]: {} after {} attempts", event.operation(), event.index(), event.id(), event.outcome(), event.attempts());
 *     }
 * };
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 *
 * @param operation what was asked for
 * @param index the index or alias that the documents were {@linkplain VersionedClient#documents opened} by
 * @param id the {@code _id}
 * @param outcome how it ended
 * @param attempts how many attempts were begun: 1 for all but those that read, apply a function and write; 0 if it ended
 *     before its first
 * @param together how many operations went in the same write: calls of one client on a hot document, or operations of one bulk
 *     request; 1 if it went alone, or nothing came of it
 * @param conflicts what it met on its way, in order; the last one ended it if the outcome is {@code CONFLICT} or
 *     {@code EXHAUSTED}
 * @param token the state of the document afterwards; null if there is none, or it is not known
 * @param duration from the call until it ended; for an operation of a bulk the time of its requests and of the pauses between
 *     them
 * @param failure what the caller got; null if it did not fail
 */
public record OperationEvent(
        Operation operation,
        String index,
        String id,
        Outcome outcome,
        int attempts,
        int together,
        List<VersionConflictException> conflicts,
        @Nullable DocumentToken token,
        Duration duration,
        @Nullable Throwable failure) {

    /** What was asked for. */
    public enum Operation {
        /** {@code get}. */
        GET,
        /** {@code index}. */
        INDEX,
        /** {@code create}. */
        CREATE,
        /** {@code delete}. */
        DELETE,
        /** {@code readModifyWrite} and {@code readModifyWriteOptional}; one document of {@code readModifyWriteAll}. */
        READ_MODIFY_WRITE,
        /** One {@link BulkOperation.Index} of a {@code bulk}. */
        BULK_INDEX,
        /** One {@link BulkOperation.Create} of a {@code bulk}. */
        BULK_CREATE,
        /** One {@link BulkOperation.Delete} of a {@code bulk}. */
        BULK_DELETE
    }

    /** How an operation ends. */
    public enum Outcome {
        /** A {@code get} was answered, be there a document or not. */
        READ,
        /** Written. */
        APPLIED,
        /** The {@link WriteLedger} showed that it had been applied before; it was not applied again. */
        RECOVERED,
        /** Nothing was written, as the function asked for nothing, or an ingest pipeline dropped the document. */
        UNCHANGED,
        /** {@link VersionConflictException}: nothing was written. */
        CONFLICT,
        /** {@link AttemptsExhaustedException}: nothing was written. */
        EXHAUSTED,
        /** {@link DocumentMissingException}: nothing was written. */
        MISSING,
        /** {@link RequestRejectedException}: refused for good. */
        REJECTED,
        /** {@link ServerUnavailableException}: nothing was written, or read. */
        NOT_APPLIED,
        /** {@link OutcomeUnknownException}: nobody can tell. */
        UNKNOWN,
        /** {@link IncarnationChangedException}: applied, but to a document that was never read. */
        INCARNATION_CHANGED,
        /** The caller's own function has thrown: nothing was written. */
        FAILED,
        /** The future of an asynchronous operation was cancelled. */
        CANCELLED
    }

    /** Checks that all are there. */
    public OperationEvent {
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(index, "index");
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(duration, "duration");
        conflicts = List.copyOf(conflicts);
    }

    /** Returns the kind of the last conflict that it met, if it met any. */
    public Optional<VersionConflictException.Kind> conflictKind() {
        return conflicts.isEmpty()
                ? Optional.empty()
                : Optional.of(conflicts.get(conflicts.size() - 1).kind());
    }
}

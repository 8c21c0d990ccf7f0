package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.OperationEvent.Operation;
import dev.optimist.elasticsearch.OperationEvent.Outcome;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.internal.Conflict;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events as a client makes them, whose exceptions nobody else can make. */
public final class Events {
    private Events() {}

    public static OperationEvent event(Outcome outcome, String id, int attempts, int together, int conflicts) {
        return event(Operation.READ_MODIFY_WRITE, outcome, id, attempts, together, conflicts, null);
    }

    public static OperationEvent event(
            Operation operation,
            Outcome outcome,
            String id,
            int attempts,
            int together,
            int conflicts,
            @Nullable Throwable failure) {
        return new OperationEvent(
                operation,
                "stock",
                id,
                outcome,
                attempts,
                together,
                Collections.nCopies(conflicts, conflict(id)),
                outcome == Outcome.APPLIED ? new DocumentToken("stock", "stock-1", id, null, 3, 41, 2) : null,
                Duration.ofMillis(5),
                failure);
    }

    public static VersionConflictException conflict(String id) {
        Conflict conflict = new Conflict(Kind.STALE, "the words of the server", 1L, 1L, null, 2L, 1L, null);
        return new VersionConflictException("stock", id, conflict, 1, null);
    }

    public static AttemptsExhaustedException exhausted(String id) {
        return new AttemptsExhaustedException(
                "exhausted", "stock", id, AttemptsExhaustedException.Limit.ATTEMPTS, 1, List.of(conflict(id)), null);
    }
}

package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.OperationEvent.Operation;
import dev.optimist.elasticsearch.OperationEvent.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** An operation that somebody listens to. */
final class Heard extends Observation {
    private final Observer observer;
    private final Operation operation;
    private final String index;
    private final String id;
    private final List<OperationListener> listeners;
    private final long begun;
    private volatile long took = -1;

    Heard(Observer observer, Operation operation, String index, String id) {
        super(observer.log());
        this.observer = observer;
        this.operation = operation;
        this.index = index;
        this.id = id;
        this.listeners = observer.begun(operation, index, id);
        this.begun = observer.now();
    }

    @Override
    void read(@Nullable DocumentToken token) {
        tell(Outcome.READ, 1, 1, List.of(), token, null);
    }

    @Override
    void written(WriteResult result) {
        Outcome outcome = result.result() == Result.NoOp ? Outcome.UNCHANGED : Outcome.APPLIED;
        tell(outcome, 1, 1, List.of(), result.token(), null);
    }

    @Override
    void modified(Call<?> call) {
        super.modified(call);
        Call.Done<?> done = call.done();
        Outcome outcome = done.recovered()
                ? Outcome.RECOVERED
                : done.result() == Result.NoOp ? Outcome.UNCHANGED : Outcome.APPLIED;
        tell(outcome, done.attempts(), done.together(), call.conflicts(), done.token(), null);
    }

    @Override
    void failed(Throwable failure, @Nullable Call<?> call) {
        super.failed(failure, call);
        int attempts = call == null ? 1 : call.attempt();
        tell(ended(failure), attempts, 1, conflicts(failure, call), null, failure);
    }

    @Override
    void stop() {
        took = observer.now() - begun;
    }

    private void tell(
            Outcome outcome,
            int attempts,
            int together,
            List<VersionConflictException> conflicts,
            @Nullable DocumentToken token,
            @Nullable Throwable failure) {
        if (took < 0) {
            stop();
        }
        Duration duration = Duration.ofNanos(took);
        observer.tell(
                listeners,
                new OperationEvent(
                        operation, index, id, outcome, attempts, together, conflicts, token, duration, failure));
    }

    /** What a function has thrown is its own, be it of this library, from an operation on another document. */
    private Outcome ended(Throwable failure) {
        if (failure instanceof OptimistException e && e.id().equals(id)) {
            boolean ofAnother = operation == Operation.READ_MODIFY_WRITE && e instanceof VersionConflictException;
            return ofAnother ? Outcome.FAILED : outcome(e);
        }
        return failure instanceof CancellationException ? Outcome.CANCELLED : Outcome.FAILED;
    }

    static Outcome outcome(OptimistException e) {
        if (e instanceof VersionConflictException) {
            return Outcome.CONFLICT;
        } else if (e instanceof AttemptsExhaustedException) {
            return Outcome.EXHAUSTED;
        } else if (e instanceof DocumentMissingException) {
            return Outcome.MISSING;
        } else if (e instanceof RequestRejectedException) {
            return Outcome.REJECTED;
        } else if (e instanceof ServerUnavailableException) {
            return Outcome.NOT_APPLIED;
        } else if (e instanceof OutcomeUnknownException) {
            return Outcome.UNKNOWN;
        }
        return Outcome.INCARNATION_CHANGED;
    }
}

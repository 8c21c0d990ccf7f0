package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.OperationEvent.Operation;
import dev.optimist.elasticsearch.OperationEvent.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells those who listen to a client's operations, and logs them. Thread-safe. */
final class Observer {
    private static final Logger LOG = LoggerFactory.getLogger(Observer.class);

    private final OperationLog log;
    private final List<OperationListener> listeners;
    private final Pace.Clock clock;
    private final Observation unheard;
    private final AtomicBoolean warned = new AtomicBoolean();

    Observer(OperationLog log, List<OperationListener> listeners, Pace.Clock clock) {
        this.log = log;
        this.listeners = List.copyOf(listeners);
        this.clock = clock;
        this.unheard = new Observation(log);
    }

    Observer(List<OperationListener> listeners) {
        this(new OperationLog(), listeners, Pace.REAL.clock());
    }

    OperationLog log() {
        return log;
    }

    long now() {
        return clock.nanoTime();
    }

    /** Begins an operation; costs nothing if nobody listens. */
    Observation begin(Operation operation, String index, String id) {
        return listeners.isEmpty() ? unheard : new Heard(this, operation, index, id);
    }

    List<OperationListener> begun(Operation operation, String index, String id) {
        List<OperationListener> ofThis = new ArrayList<>(listeners.size());
        for (OperationListener listener : listeners) {
            OperationListener next = listener;
            try {
                next = listener.begun(operation, index, id);
            } catch (Throwable t) {
                broken(t);
            }
            ofThis.add(next);
        }
        return ofThis;
    }

    void tell(List<OperationListener> told, OperationEvent event) {
        for (OperationListener listener : told) {
            try {
                listener.ended(event);
            } catch (Throwable t) { // an Error, too: the outcome stays what it is
                broken(t);
            }
        }
    }

    /** Tells of one operation of a bulk. Unknown outcomes are {@linkplain OperationLog#unknown logged} once a request. */
    void bulkItem(BulkItemResult<?> result, String index, int together, Duration took) {
        OptimistException failure = result.failure();
        List<VersionConflictException> conflicts =
                failure instanceof VersionConflictException conflict ? List.of(conflict) : List.of();
        log.conflicts(conflicts);
        if (failure != null && !(failure instanceof OutcomeUnknownException)) {
            log.failed(failure);
        }
        if (listeners.isEmpty()) {
            return;
        }
        WriteResult written = result.result();
        tell(
                listeners,
                new OperationEvent(
                        operation(result.operation()),
                        index,
                        String.valueOf(result.operation().id()),
                        failure != null ? Heard.outcome(failure) : outcome(result),
                        result.sends() == 0 ? 0 : 1,
                        failure == null ? together : 1,
                        conflicts,
                        written == null ? null : written.token(),
                        took,
                        failure));
    }

    private static Outcome outcome(BulkItemResult<?> result) {
        return result.outcome() == BulkItemResult.Outcome.DROPPED ? Outcome.UNCHANGED : Outcome.APPLIED;
    }

    private static Operation operation(BulkOperation<?> operation) {
        if (operation instanceof BulkOperation.Index) {
            return Operation.BULK_INDEX;
        }
        return operation instanceof BulkOperation.Create ? Operation.BULK_CREATE : Operation.BULK_DELETE;
    }

    private void broken(Throwable t) {
        if (warned.compareAndSet(false, true)) {
            LOG.warn(
                    "a listener of operations has thrown; the outcome stays what it is, and more of this is logged at debug",
                    t);
        } else {
            LOG.debug("a listener of operations has thrown", t);
        }
    }
}

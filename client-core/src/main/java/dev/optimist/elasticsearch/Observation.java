package dev.optimist.elasticsearch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation, from its begin to its end, of which exactly one of the methods that say how is called. This one is for all
 * operations that nobody listens to: it logs, and keeps nothing. Whom it tells is on the thread that ends it.
 */
class Observation {
    private final OperationLog log;

    Observation(OperationLog log) {
        this.log = log;
    }

    /** Was read; the token is null if there is no document. */
    void read(@Nullable DocumentToken token) {}

    void written(WriteResult result) {}

    /** Read, modified and written by a call that has ended well. */
    void modified(Call<?> call) {
        log.conflicts(call.conflicts());
    }

    /** Ended by what the caller gets; of a call, if it was one. */
    void failed(Throwable failure, @Nullable Call<?> call) {
        log.conflicts(conflicts(failure, call));
        boolean ofAnother = call != null
                && failure instanceof OptimistException e
                && !e.id().equals(call.key().id());
        if (!ofAnother) { // which a function has thrown; it was logged where it happened
            log.failed(failure);
        }
    }

    /** It is over, and will be told of later. */
    void stop() {}

    /** Returns what it has met on its way. */
    static List<VersionConflictException> conflicts(Throwable failure, @Nullable Call<?> call) {
        if (call != null && !call.conflicts().isEmpty()) {
            return call.conflicts();
        }
        return failure instanceof VersionConflictException conflict ? List.of(conflict) : List.of();
    }
}

package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;

/** What scenarios of a single call have in common: they send by themselves, and alone. */
final class Scenarios {
    @SuppressWarnings("NullAway") // a lane of its own is not shared, and has no rounds
    static final Lanes NO_LANES = new Lanes(null);

    private Scenarios() {}

    /** Returns a log that keeps every event, whatever its level. */
    static OperationLog log(Queue<SubstituteLoggingEvent> events) {
        return new OperationLog(new EventRecordingLogger(new SubstituteLogger("operations", events, false), events));
    }

    abstract static class Sent<T> implements Steps.Prepared<T> {
        @Override
        public boolean isWrite() {
            return true;
        }

        @Override
        public @Nullable T object() {
            return null;
        }

        @Override
        public Write write() {
            throw new AssertionError("sends by itself");
        }

        @Override
        public Acknowledged acknowledged(Written answer) {
            throw new AssertionError("sends by itself");
        }

        @Override
        public RequestRejectedException explained(RequestRejectedException e) {
            return e;
        }

        @Override
        public State after(DocumentToken token) {
            return State.NONE;
        }
    }
}

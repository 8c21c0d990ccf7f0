package dev.optimist.elasticsearch.observability;

import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.OperationEvent;
import dev.optimist.elasticsearch.OperationEvent.Operation;
import dev.optimist.elasticsearch.OperationEvent.Outcome;
import dev.optimist.elasticsearch.OperationListener;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.Locale;
import java.util.Set;

/**
 * A client's operations as spans of OpenTelemetry, under the span that is current where the operation is called; not of the
 * single operations of a bulk.
 *
 * <pre>{@code
 * VersionedClient.connect(o -> o.hosts(url).listener(new OptimistSpans(openTelemetry)));
 * }</pre>
 *
 * <p>A span is named by operation and index, such as {@code read_modify_write stock}, and has the
 * attributes
 *
 * <ul>
 *   <li>{@code db.system.name}: elasticsearch; {@code db.operation.name}; {@code db.collection.name}: the index or alias
 *   <li>{@code optimist.id}; {@code optimist.outcome}; {@code optimist.attempts}; {@code optimist.conflicts}: how many
 *   <li>{@code optimist.conflict.kind} of the last conflict, if there was one; {@code optimist.together} if several went in one write
 *   <li>{@code optimist.seq_no} and {@code optimist.primary_term} of the document afterwards, where they are known
 *   <li>{@code error.type}: the exception's class, if it failed
 * </ul>
 *
 * <p>A conflict is no error, as it is for the caller to go on from; what was exhausted, refused, not taken or is unknown is. Spans
 * hold no document, and no messages, which may quote one.
 *
 * <p>Needs {@code io.opentelemetry:opentelemetry-api}, which comes with elasticsearch-java. Immutable and thread-safe.
 */
public final class OptimistSpans implements OperationListener {
    private static final Set<Outcome> ERRORS = Set.of(
            Outcome.EXHAUSTED,
            Outcome.REJECTED,
            Outcome.NOT_APPLIED,
            Outcome.UNKNOWN,
            Outcome.INCARNATION_CHANGED,
            Outcome.FAILED);

    private final Tracer tracer;

    /** Returns what makes spans of this. */
    public OptimistSpans(OpenTelemetry openTelemetry) {
        this.tracer = openTelemetry.getTracer("dev.optimist.elasticsearch");
    }

    @Override
    public OperationListener begun(Operation operation, String index, String id) {
        String name = text(operation);
        Span span = tracer.spanBuilder(name + " " + index)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("db.system.name", "elasticsearch")
                .setAttribute("db.operation.name", name)
                .setAttribute("db.collection.name", index)
                .setAttribute("optimist.id", id)
                .startSpan();
        return event -> end(span, event);
    }

    /** Is told of the operations of a bulk, which have no spans. */
    @Override
    public void ended(OperationEvent event) {}

    private static void end(Span span, OperationEvent event) {
        span.setAttribute("optimist.outcome", text(event.outcome()))
                .setAttribute("optimist.attempts", event.attempts())
                .setAttribute("optimist.conflicts", event.conflicts().size());
        event.conflictKind().ifPresent(kind -> span.setAttribute("optimist.conflict.kind", text(kind)));
        if (event.together() > 1) {
            span.setAttribute("optimist.together", event.together());
        }
        DocumentToken token = event.token();
        if (token != null && token.hasSeqNo()) {
            span.setAttribute("optimist.seq_no", token.seqNo())
                    .setAttribute("optimist.primary_term", token.primaryTerm());
        }
        Throwable failure = event.failure();
        if (failure != null) {
            span.setAttribute("error.type", failure.getClass().getName());
        }
        if (ERRORS.contains(event.outcome())) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

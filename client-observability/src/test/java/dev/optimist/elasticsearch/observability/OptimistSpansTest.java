package dev.optimist.elasticsearch.observability;

import static dev.optimist.elasticsearch.Events.conflict;
import static dev.optimist.elasticsearch.Events.event;
import static dev.optimist.elasticsearch.Events.exhausted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.OperationEvent;
import dev.optimist.elasticsearch.OperationEvent.Operation;
import dev.optimist.elasticsearch.OperationEvent.Outcome;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OptimistSpansTest {
    @RegisterExtension
    private static final OpenTelemetryExtension OTEL = OpenTelemetryExtension.create();

    private final OptimistSpans spans = new OptimistSpans(OTEL.getOpenTelemetry());

    private SpanData span(OperationEvent event) {
        spans.begun(event.operation(), event.index(), event.id()).ended(event);
        assertThat(OTEL.getSpans()).hasSize(1);
        return OTEL.getSpans().get(0);
    }

    private static Map<String, Object> attributes(SpanData span) {
        return span.getAttributes().asMap().entrySet().stream()
                .collect(Collectors.toMap(e -> e.getKey().getKey(), Map.Entry::getValue));
    }

    @Test
    @SuppressWarnings("try") // the scope is only to be closed
    void anOperationIsASpanUnderTheCallersOwn() {
        Span parent =
                OTEL.getOpenTelemetry().getTracer("test").spanBuilder("sale").startSpan();
        OperationEvent event = event(Outcome.APPLIED, "4711", 2, 3, 1);
        try (Scope unused = parent.makeCurrent()) {
            SpanData span = span(event);
            assertThat(span.getName()).isEqualTo("read_modify_write stock");
            assertThat(span.getParentSpanId()).isEqualTo(parent.getSpanContext().getSpanId());
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
            assertThat(attributes(span))
                    .containsEntry("db.system.name", "elasticsearch")
                    .containsEntry("db.operation.name", "read_modify_write")
                    .containsEntry("db.collection.name", "stock")
                    .containsEntry("optimist.id", "4711")
                    .containsEntry("optimist.outcome", "applied")
                    .containsEntry("optimist.attempts", 2L)
                    .containsEntry("optimist.conflicts", 1L)
                    .containsEntry("optimist.conflict.kind", "stale")
                    .containsEntry("optimist.together", 3L)
                    .containsEntry("optimist.seq_no", 41L)
                    .containsEntry("optimist.primary_term", 2L)
                    .hasSize(11);
        }
    }

    @Test
    void aConflictIsNoErrorOfTheSpan() {
        SpanData span = span(event(Operation.INDEX, Outcome.CONFLICT, "1", 1, 1, 1, conflict("1")));
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(attributes(span))
                .containsEntry("error.type", "dev.optimist.elasticsearch.VersionConflictException")
                .doesNotContainKeys("optimist.together", "optimist.seq_no");
    }

    @Test
    void whatIsExhaustedIsAnErrorWithoutTheWordsOfTheServer() {
        SpanData span = span(event(Operation.READ_MODIFY_WRITE, Outcome.EXHAUSTED, "1", 1, 1, 1, exhausted("1")));
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getEvents()).isEmpty();
        assertThat(span.toString()).doesNotContain("the words of the server");
        assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                .isEqualTo("dev.optimist.elasticsearch.AttemptsExhaustedException");
    }

    @Test
    void theOperationsOfABulkHaveNone() {
        spans.ended(event(Operation.BULK_INDEX, Outcome.APPLIED, "1", 1, 500, 0, null));
        assertThat(OTEL.getSpans()).isEmpty();
    }
}

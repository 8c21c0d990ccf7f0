package dev.optimist.elasticsearch.internal;

import static dev.optimist.elasticsearch.internal.ScriptedServer.http;
import static dev.optimist.elasticsearch.internal.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerBuilder;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes past elasticsearch-java's transport, and what does not. */
@Timeout(20)
class LowLevelWireTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final String FOUND = "{\"_index\":\"i\",\"_id\":\"1\",\"_version\":1,\"_seq_no\":0,"
            + "\"_primary_term\":1,\"found\":true,\"_source\":{\"n\":1}}";

    private final Queue<String> spans = new ConcurrentLinkedQueue<>();

    @AfterEach
    void reset() {
        GlobalOpenTelemetry.resetForTest();
    }

    @Test
    void aServerThatDoesNotSayWhatProductItIsIsRead() throws Exception {
        // elasticsearch-java refuses it: 6.8 and OpenSearch have no such header
        try (ScriptedServer server = new ScriptedServer(http(200, "application/json", FOUND));
                StrictTransport client = client(server)) {
            assertThat(read(client)).isTrue();
        }
    }

    @Test
    void whatElseTheServerSaysOfAnErrorIsNotPassedOn() throws Exception {
        String error =
                "{\"error\":{\"type\":\"security_exception\",\"reason\":\"no\",\"header\":{\"x\":\"id-of-a-key\"}},"
                        + "\"status\":401}";
        try (ScriptedServer server = new ScriptedServer(json(401, error));
                StrictTransport client = client(server)) {
            ExecutionException e = catchThrowableOfType(ExecutionException.class, () -> read(client));
            StringWriter all = new StringWriter();
            e.printStackTrace(new PrintWriter(all));
            assertThat(all.toString()).contains("security_exception: no").doesNotContain("id-of-a-key");
        }
    }

    @Test
    void requestsAreTracedIfSomebodyTraces() throws Exception {
        GlobalOpenTelemetry.resetForTest();
        GlobalOpenTelemetry.set(new Recording());
        try (ScriptedServer server = new ScriptedServer(json(200, FOUND));
                StrictTransport client = client(server)) {
            assertThat(read(client)).isTrue();
        }
        assertThat(spans).containsExactly("get"); // as elasticsearch-java names it
    }

    @Test
    void aSecondClientDoesNotTakeTheNoOpOfTheFirstForATracer() throws Exception {
        GlobalOpenTelemetry.resetForTest();
        try (ScriptedServer server = new ScriptedServer(json(200, FOUND));
                StrictTransport first = client(server);
                StrictTransport second = client(server)) {
            assertThat(first.client()).isSameAs(first.client()); // and has left it
            assertThat(first.wire()).isInstanceOf(LowLevelWire.class);
            assertThat(second.wire()).isInstanceOf(LowLevelWire.class);
        }
    }

    private static boolean read(StrictTransport client) throws Exception {
        Address address = new Address("i", "1", null);
        return RestDialect.of(client).get(address, LONG).get().found();
    }

    private static StrictTransport client(ScriptedServer server) {
        return StrictTransport.open(new StrictTransport.Settings(
                List.of(URI.create(server.url())), null, null, new ObjectMapper(), LONG, LONG, 1, false, null));
    }

    /** Notes the names of spans, and makes none. */
    private final class Recording implements OpenTelemetry, TracerProvider, TracerBuilder, Tracer {
        @Override
        public TracerProvider getTracerProvider() {
            return this;
        }

        @Override
        public ContextPropagators getPropagators() {
            return ContextPropagators.noop();
        }

        @Override
        public Tracer get(String name) {
            return this;
        }

        @Override
        public Tracer get(String name, String version) {
            return this;
        }

        @Override
        public TracerBuilder tracerBuilder(String name) {
            return this;
        }

        @Override
        public TracerBuilder setSchemaUrl(String url) {
            return this;
        }

        @Override
        public TracerBuilder setInstrumentationVersion(String version) {
            return this;
        }

        @Override
        public Tracer build() {
            return this;
        }

        @Override
        public SpanBuilder spanBuilder(String span) {
            spans.add(span);
            return OpenTelemetry.noop().getTracer("none").spanBuilder(span);
        }
    }
}

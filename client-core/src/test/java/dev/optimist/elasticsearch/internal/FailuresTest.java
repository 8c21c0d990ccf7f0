package dev.optimist.elasticsearch.internal;

import static dev.optimist.elasticsearch.internal.ScriptedServer.http;
import static dev.optimist.elasticsearch.internal.ScriptedServer.json;
import static dev.optimist.elasticsearch.internal.ScriptedServer.raw;
import static dev.optimist.elasticsearch.internal.ScriptedServer.rawThenClose;
import static dev.optimist.elasticsearch.internal.ScriptedServer.reset;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.ScriptedServer.Answer;
import dev.optimist.elasticsearch.internal.StrictTransport.Settings;
import dev.optimist.elasticsearch.internal.Write.Operation;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.http.HttpHost;
import org.elasticsearch.client.RestClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is known after each thing that can go wrong. */
@Timeout(20)
class FailuresTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final WriteCondition CONDITION = WriteCondition.ifSeqNo(0, 1);
    private static final String STALE =
            "[1]: version conflict, required seqNo [0], primary term [1]. current document has"
                    + " seqNo [1] and primary term [1]";

    /** The answer of a server on a real socket, through the real client. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void classifiesAnAnswer(String name, Answer answer, Outcome outcome, int status, @Nullable String type)
            throws Exception {
        Failure failure = failureOf(answer);
        assertThat(failure.outcome()).as(failure.toString()).isEqualTo(outcome);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.type()).isEqualTo(type);
        assertThat(failure.reason()).isNotEmpty();
        assertThat(failure.conflict() != null).isEqualTo(outcome == Outcome.CONFLICT);
        assertThat(failure.cause()).isNotNull();
    }

    static Stream<Arguments> classifiesAnAnswer() {
        return Stream.of(
                error(Outcome.CONFLICT, 409, "version_conflict_engine_exception"),
                error(Outcome.NOT_APPLIED, 429, "es_rejected_execution_exception"),
                error(Outcome.NOT_APPLIED, 429, "circuit_breaking_exception"),
                error(Outcome.BLOCKED, 429, "cluster_block_exception"),
                error(Outcome.UNKNOWN, 429, "of_a_kind_that_is_new"),
                error(Outcome.PERMANENT, 400, "mapper_parsing_exception"),
                // we have sent one: somebody has sent it again without, perhaps after it was applied
                arguments(
                        "400 no body",
                        json(
                                400,
                                "{\"error\":{\"type\":\"parse_exception\",\"reason\":\"request body is required\"},"
                                        + "\"status\":400}"),
                        Outcome.UNKNOWN,
                        400,
                        "parse_exception"),
                error(Outcome.PERMANENT, 401, "security_exception"),
                error(Outcome.PERMANENT, 403, "cluster_block_exception"),
                error(Outcome.PERMANENT, 404, "index_not_found_exception"),
                error(Outcome.PERMANENT, 405, "method_not_allowed"),
                error(Outcome.PERMANENT, 406, "media_type_header_exception"),
                error(Outcome.PERMANENT, 413, "too_large"),
                error(Outcome.PERMANENT, 415, "media_type_header_exception"),
                error(Outcome.UNKNOWN, 409, "another_conflict"),
                error(Outcome.UNKNOWN, 408, "request_timeout"),
                error(Outcome.UNKNOWN, 418, "teapot"),
                error(Outcome.UNKNOWN, 500, "exception"),
                error(Outcome.UNKNOWN, 502, "bad_gateway"),
                error(Outcome.UNKNOWN, 503, "unavailable_shards_exception"),
                error(Outcome.UNKNOWN, 503, "master_not_discovered_exception"),
                error(Outcome.UNKNOWN, 503, "version_conflict_engine_exception"),
                error(Outcome.UNKNOWN, 504, "timeout"),
                answered("503 of a proxy", http(503, "text/html", "<html>"), Outcome.UNKNOWN, 503),
                answered("503 with nothing", http(503, null, ""), Outcome.UNKNOWN, 503),
                answered("503 with other JSON", json(503, "{\"error\":\"x\"}"), Outcome.UNKNOWN, 503),
                answered("503 with half an error", json(503, "{\"error\":{\"type\":\"x\"}}"), Outcome.UNKNOWN, 503),
                answered("503 with no JSON object", json(503, "[]"), Outcome.UNKNOWN, 503),
                answered("413, its body HTML", http(413, "text/html", "<html>"), Outcome.PERMANENT, 413),
                answered("404 of a proxy", http(404, "text/html", "<html>"), Outcome.UNKNOWN, 404),
                answered("400 with nothing", http(400, null, ""), Outcome.UNKNOWN, 400),
                answered("409 not parseable", json(409, "{\"error\":{\"ty"), Outcome.UNKNOWN, 409),
                answered("409 of a proxy", http(409, "text/plain", "conflict"), Outcome.UNKNOWN, 409),
                answered("429 of a proxy", http(429, "text/plain", "slow down"), Outcome.UNKNOWN, 429),
                answered("200, cut", json(200, "{\"_index\":\"i\",\"_id\""), Outcome.UNKNOWN, 200),
                answered("200, a property missing", json(200, "{}"), Outcome.UNKNOWN, 200),
                answered("200, not JSON", json(200, "ok"), Outcome.UNKNOWN, 200),
                answered("200, empty", json(200, ""), Outcome.UNKNOWN, 200),
                answered("200, HTML", http(200, "text/html", "<html>"), Outcome.UNKNOWN, 200),
                answered("200 of something else", http(200, "application/json", "{}"), Outcome.UNKNOWN, 200),
                answered("201, a property missing", json(201, "{}"), Outcome.UNKNOWN, 201),
                answered("reset", reset(), Outcome.UNKNOWN, 0),
                answered("closed", rawThenClose(""), Outcome.UNKNOWN, 0),
                answered("closed in the body", rawThenClose(head("Content-Length: 99") + "{"), Outcome.UNKNOWN, 0),
                answered("not HTTP", rawThenClose("SSH-2.0-x\r\n"), Outcome.UNKNOWN, 0),
                answered(
                        "not gzip",
                        raw(head("Content-Length: 2", "Content-Encoding: gzip") + "{}"),
                        Outcome.UNKNOWN,
                        200));
    }

    /** The table of {@link #classifiesAnAnswer}, with what the server asks for. */
    @ParameterizedTest
    @CsvSource({
        "429, es_rejected_execution_exception, NOT_APPLIED",
        "429, circuit_breaking_exception, NOT_APPLIED",
        "429, cluster_block_exception, BLOCKED",
        "503, unavailable_shards_exception, UNKNOWN",
        "409, another_conflict, UNKNOWN"
    })
    void carriesWhatTheServerAsksFor(int status, String type, Outcome outcome) throws Exception {
        for (String header : List.of("Retry-After: 7", "retry-after: 7")) {
            Failure failure = failureOf(
                    http(status, "application/json", body(status, type), "X-Elastic-Product: Elasticsearch", header));
            assertThat(failure.outcome()).isEqualTo(outcome);
            assertThat(failure.type()).isEqualTo(type);
            assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        }
        assertThat(failureOf(json(status, body(status, type))).retryAfter()).isNull();
    }

    @Test
    void conflictsAreReadForTheirNumbers() throws Exception {
        Conflict conflict = failureOf(json(409, body(409, "version_conflict_engine_exception")))
                .conflict();
        assertThat(conflict).isEqualTo(new Conflict(Kind.STALE, STALE, 0L, 1L, null, 1L, 1L, null));
    }

    @Test
    void aServerThatIsNotThereGotNothing() throws Exception {
        ScriptedServer gone = new ScriptedServer(reset());
        gone.close();
        try (StrictTransport client = StrictTransport.open(settings(gone.url()))) {
            assertThat(failureOf(client).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        }
    }

    @Test
    void aClosedClientSendsNothing() throws Exception {
        try (ScriptedServer server = new ScriptedServer(reset())) {
            StrictTransport client = StrictTransport.open(settings(server.url()));
            client.close();
            Failure failure = failureOf(client);
            assertThat(failure.outcome()).as(failure.toString()).isEqualTo(Outcome.PERMANENT);
            assertThat(server.received()).isEmpty();
        }
    }

    /** The same through elasticsearch-java's transport, beneath it, and through the one of its version 8. */
    private static Failure failureOf(Answer answer) throws Exception {
        try (ScriptedServer server = new ScriptedServer(answer);
                StrictTransport client = StrictTransport.open(settings(server.url()));
                RestClient restClient =
                        RestClient.builder(HttpHost.create(server.url())).build()) {
            Failure strict = failureOf(RestDialect.of(client));
            ElasticsearchClient ofEight =
                    new ElasticsearchClient(new RestClientTransport(restClient, new JacksonJsonpMapper()));
            for (ElasticsearchClient theirs : List.of(client.client(), ofEight)) {
                Failure other = failureOf(RestDialect.of(theirs));
                assertThat(strict.outcome()).isEqualTo(other.outcome());
                assertThat(strict.status()).isEqualTo(other.status());
                assertThat(strict.type()).isEqualTo(other.type());
                assertThat(strict.conflict()).isEqualTo(other.conflict());
                assertThat(strict.retryAfter()).isEqualTo(other.retryAfter());
            }
            return strict;
        }
    }

    private static Failure failureOf(StrictTransport client) throws Exception {
        return failureOf(RestDialect.of(client));
    }

    private static Failure failureOf(Dialect dialect) throws Exception {
        byte[] source = "{\"n\":1}".getBytes(UTF_8);
        Write write =
                new Write(Operation.INDEX, new Address("i", "1", null), CONDITION, Write.Parameters.DEFAULT, source);
        try {
            Written written = dialect.index(write, LIMIT).get();
            throw new AssertionError("an answer: " + written);
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(DialectException.class);
            return ((DialectException) Objects.requireNonNull(e.getCause())).failure();
        }
    }

    private static Settings settings(String url) {
        return new Settings(List.of(URI.create(url)), null, null, new ObjectMapper(), LIMIT, LIMIT, 1, false, null);
    }

    private static Arguments error(Outcome outcome, int status, String type) {
        return arguments(status + " " + type, json(status, body(status, type)), outcome, status, type);
    }

    private static Arguments answered(String name, Answer answer, Outcome outcome, int status) {
        return arguments(name, answer, outcome, status, null);
    }

    private static String body(int status, String type) {
        String error = "\"type\":\"" + type + "\",\"reason\":\"" + STALE + "\"";
        return "{\"error\":{\"root_cause\":[{" + error + "}]," + error + "},\"status\":" + status + "}";
    }

    private static String head(String... headers) {
        return "HTTP/1.1 200 OK\r\nX-Elastic-Product: Elasticsearch\r\nContent-Type: application/json\r\n"
                + String.join("\r\n", headers) + "\r\n\r\n";
    }
}

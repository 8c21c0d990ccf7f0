package dev.optimist.elasticsearch.internal;

import static dev.optimist.elasticsearch.internal.ScriptedServer.json;
import static dev.optimist.elasticsearch.internal.StrictTransportTest.failure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.JsonpMapper;
import co.elastic.clients.json.SimpleJsonpMapper;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.ElasticsearchTransport;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.Write.Operation;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code version(n)}: what is read, compared and then not written. */
@Timeout(20)
class ComparedWriteTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final String HEAD = "{\"_index\":\"i\",\"_id\":\"1\",\"_version\":";
    private static final String TAIL = ",\"found\":true,\"_source\":{\"n\":1}}";
    private static final String SOURCE = "{ \"n\" : 2.00 }";
    private static final String SEQ_NO = ",\"_seq_no\":0,\"_primary_term\":1";

    private ScriptedServer server;
    private StrictTransport client;
    private RestDialect dialect;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(json(500, "{}"));
        client = StrictTransport.open(new StrictTransport.Settings(
                List.of(URI.create(server.url())), null, null, new ObjectMapper(), LONG, LONG, 1, false, null));
        dialect = RestDialect.of(client);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void theVersionThatIsRequiredIsWrittenByItsSequenceNumberWithTheBytesAsTheyAre() throws Exception {
        server.then(json(200, HEAD + 1 + SEQ_NO + TAIL))
                .then(json(
                        200,
                        HEAD + "2,\"result\":\"updated\",\"_seq_no\":9,\"_primary_term\":1,\"_shards\":"
                                + "{\"total\":1,\"successful\":1,\"failed\":0}}"));
        assertThat(dialect.index(atVersion1("1"), LONG).get().seqNo()).isEqualTo(9);
        assertThat(server.received().get(1).line()).startsWith("PUT /i/_doc/1?").contains("if_seq_no=0");
        assertThat(server.received().get(1).body()).isEqualTo(SOURCE);
        assertThat(dialect.requests()).isEqualTo(2);
    }

    @Test
    void anotherVersionIsAConflictAndNothingIsWritten() throws Exception {
        server.then(json(200, HEAD + 2 + SEQ_NO + TAIL));
        Conflict conflict = failure(dialect.index(atVersion1("1"), LONG)).conflict();
        assertThat(conflict).isNotNull();
        assertThat(conflict.kind()).isEqualTo(Kind.STALE);
        assertThat(conflict.requiredVersion()).isEqualTo(1);
        assertThat(conflict.currentVersion()).isEqualTo(2);
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void noDocumentIsAConflictThatNamesNoVersion() throws Exception {
        server.then(json(404, "{\"_index\":\"i\",\"_id\":\"1\",\"found\":false}"));
        Conflict conflict = failure(dialect.index(atVersion1("1"), LONG)).conflict();
        assertThat(conflict).isNotNull();
        assertThat(conflict.kind()).isEqualTo(Kind.ABSENT);
        assertThat(conflict.currentVersion()).isNull();
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void anIndexWithoutSequenceNumbersIsRefused() throws Exception {
        server.then(json(200, HEAD + 1 + TAIL));
        Failure failure = failure(dialect.index(atVersion1("1"), LONG));
        assertThat(failure.outcome()).isEqualTo(Outcome.PERMANENT);
        assertThat(failure.reason()).contains("index i keeps no sequence numbers", "external");
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void aReadThatIsRefusedRefusesTheWrite() throws Exception {
        server.then(
                json(
                        404,
                        "{\"error\":{\"type\":\"index_not_found_exception\",\"reason\":\"no such index [i]\"},\"status\":404}"));
        Failure failure = failure(dialect.index(atVersion1("1"), LONG));
        assertThat(failure.outcome()).isEqualTo(Outcome.PERMANENT);
        assertThat(failure.reason()).isEqualTo("no such index [i]");
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void inABulkEachHasItsOwnConflictAndTheOthersAreWritten() throws Exception {
        String second = (HEAD + 1 + SEQ_NO + TAIL).replace("\"_id\":\"1\"", "\"_id\":\"2\"");
        server.then(json(200, "{\"docs\":[" + HEAD + 2 + SEQ_NO + TAIL + "," + second + "]}"))
                .then(json(
                        200,
                        "{\"took\":1,\"errors\":false,\"items\":[{\"index\":{\"_index\":\"i\",\"_id\":\"2\",\"_version\":2,"
                                + "\"result\":\"updated\",\"_seq_no\":9,\"_primary_term\":1,\"status\":200}}]}"));
        List<Answer<Written>> answers =
                dialect.bulk(List.of(atVersion1("1"), atVersion1("2")), LONG).get();
        assertThat(answers).hasSize(2);
        assertThat(answers.get(0).failure()).isNotNull();
        assertThat(answers.get(0).failure().outcome()).isEqualTo(Outcome.CONFLICT);
        assertThat(answers.get(1).value()).isNotNull();
        assertThat(answers.get(1).value().seqNo()).isEqualTo(9);
        assertThat(server.received().get(1).body()).contains("\"_id\":\"2\"").doesNotContain("\"_id\":\"1\"");
    }

    @Test
    void aReadThatTookAllTheTimeLeavesNoneForTheWrite() throws Exception {
        Stored stored = new Stored("i", true, null, 1, 0, 1, new byte[] {'{', '}'});
        Duration limit = Duration.ofMillis(20);
        AtomicInteger begun = new AtomicInteger();
        Failure one = failure(slow(stored, limit, begun).index(atVersion1("1"), limit));
        assertThat(one.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(one.reason()).isEqualTo("no time left after the read before the write");
        List<Answer<Stored>> reads = List.of(Answer.of(stored));
        Failure bulk = failure(slow(reads, limit, begun).bulk(List.of(atVersion1("1")), limit));
        assertThat(bulk.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(bulk.reason()).isEqualTo(one.reason());
        assertThat(begun).as("requests").hasValue(2);
    }

    @Test
    void refusesAMapperThatItCannotUse() {
        ElasticsearchClient other = new ElasticsearchClient(transport(SimpleJsonpMapper.INSTANCE, () -> null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RestDialect.of(other))
                .withMessageContaining("JacksonJsonpMapper, is " + SimpleJsonpMapper.class.getName());
    }

    /** Answers within the call, but only when the time is over: before anybody could have set an alarm. */
    @SuppressWarnings("FutureReturnValueIgnored") // the transport's caller gets it
    private static Dialect slow(Object answer, Duration limit, AtomicInteger begun) {
        return RestDialect.of(new ElasticsearchClient(transport(new JacksonJsonpMapper(), () -> {
            begun.incrementAndGet();
            long since = System.nanoTime();
            while (System.nanoTime() - since <= limit.toNanos()) {
                Thread.onSpinWait();
            }
            return CompletableFuture.completedFuture(answer);
        })));
    }

    private static ElasticsearchTransport transport(JsonpMapper mapper, Supplier<@Nullable Object> performed) {
        return (ElasticsearchTransport) Proxy.newProxyInstance(
                ComparedWriteTest.class.getClassLoader(),
                new Class<?>[] {ElasticsearchTransport.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "jsonpMapper" -> mapper;
                    case "performRequestAsync" -> performed.get();
                    default -> null;
                });
    }

    private static Write atVersion1(String id) {
        return new Write(
                Operation.INDEX,
                new Address("i", id, null),
                WriteCondition.version(1),
                Write.Parameters.DEFAULT,
                SOURCE.getBytes(UTF_8));
    }
}

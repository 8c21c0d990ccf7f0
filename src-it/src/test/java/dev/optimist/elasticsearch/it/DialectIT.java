package dev.optimist.elasticsearch.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import co.elastic.clients.elasticsearch._types.Refresh;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.Dialect;
import dev.optimist.elasticsearch.internal.DialectException;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.RestDialect;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.StrictTransport;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Write.Operation;
import dev.optimist.elasticsearch.internal.Written;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of the seam that have no public face yet: several documents in one request. */
class DialectIT extends ServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String LISTS = "before, and in OpenSearch, no answer lists ingest pipelines";

    private StrictTransport transport;
    private Dialect dialect;

    @AfterEach
    void close() throws IOException {
        transport.close();
    }

    @BeforeEach
    void dialect() {
        transport = StrictTransport.open(new StrictTransport.Settings(
                List.of(URI.create(server.url())), null, null, new ObjectMapper(), LIMIT, LIMIT, 8, false, null));
        dialect = RestDialect.of(transport);
        counters.create("1", new Counter(1));
        counters.create("2", new Counter(2));
        counters.with(o -> o.routing("r")).create("routed", new Counter(3));
    }

    @Test
    void mgetAnswersEachInItsPlace() {
        List<Answer<Stored>> answers = dialect.mget(
                        List.of(
                                address(index, "2", null),
                                address(index, "nobody", null),
                                address("it-missing", "1", null),
                                address(index, "routed", "r"),
                                address(index, "1", null)),
                        LIMIT)
                .join();

        assertThat(answers).hasSize(5);
        assertThat(source(answers.get(0))).isEqualTo("{\"n\":2}");
        assertThat(answers.get(0).value()).satisfies(s -> {
            assertThat(s.index()).isEqualTo(index);
            assertThat(s.version()).isEqualTo(1);
            assertThat(s.seqNo()).isEqualTo(hasSequenceNumbers() ? 1 : s.version());
            assertThat(s.primaryTerm()).isEqualTo(hasSequenceNumbers() ? 1 : Long.MAX_VALUE);
        });
        assertThat(answers.get(1).value().found()).isFalse();
        assertThat(answers.get(2).failure().outcome()).isEqualTo(Outcome.PERMANENT);
        assertThat(answers.get(2).failure().type()).isEqualTo("index_not_found_exception");
        assertThat(source(answers.get(3))).isEqualTo("{\"n\":3}");
        assertThat(source(answers.get(4))).isEqualTo("{\"n\":1}");
    }

    private void awaitWritesThatTell() {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        List<Write> any = List.of(write(Operation.INDEX, "any", WriteCondition.none(), 0));
        while (dialect.bulkAndSee(any, LIMIT).join().get(0).sight() == null) {
            assertThat(System.nanoTime() - deadline).as("nanoseconds late").isNegative();
        }
    }

    /** Numbers that a server which writes them anew would change. */
    @Test
    @Since(value = "7", because = "with mapping types nobody is told")
    void aWriteTellsWhatItLeaves() {
        byte[] exact = "{\"n\": 1.10, \"big\":12345678901234567890.123, \"e\":1e2}".getBytes(UTF_8);
        Write newer = new Write(
                Operation.INDEX,
                address(index, "1", null),
                WriteCondition.ifSeqNo(0, 1),
                Write.Parameters.DEFAULT,
                exact);
        List<Write> writes = List.of(
                newer,
                newer, // refused
                write(Operation.DELETE, "2", WriteCondition.none(), 0),
                new Write(
                        Operation.INDEX,
                        address(index, "routed", "r"),
                        WriteCondition.ifSeqNo(2, 1),
                        Write.Parameters.DEFAULT,
                        "{\"n\":4}".getBytes(UTF_8)));
        awaitWritesThatTell();
        long before = ((RestDialect) dialect).requests();

        List<Answer<Written>> answers = dialect.bulkAndSee(writes, LIMIT).join();

        assertThat(((RestDialect) dialect).requests() - before).isEqualTo(1);
        assertThat(outcomes(answers)).containsExactly("Updated 2", "STALE", "Deleted 2", "Updated 2");
        for (Answer<Written> one : answers.subList(0, 2)) {
            assertThat(one.sight().source()).isEqualTo(exact);
            assertThat(one.sight().index()).isEqualTo(index);
            assertThat(one.sight().version()).isEqualTo(2);
            assertThat(one.sight().seqNo()).isEqualTo(answers.get(0).value().seqNo());
            assertThat(one.sight().primaryTerm()).isEqualTo(1);
        }
        assertThat(answers.get(2).sight().found()).isFalse();
        assertThat(answers.get(3).sight().routing()).isEqualTo("r");
        assertThat(new String(answers.get(3).sight().source(), UTF_8)).isEqualTo("{\"n\":4}");
        assertThat(dialect.get(address(index, "1", null), LIMIT).join().version())
                .as("to look changes nothing")
                .isEqualTo(2);
    }

    @Test
    @Since(value = "8.12", openSearch = false, because = LISTS)
    void whereDocumentsAreStoredAsTheyAreSentAWriteTellsWhatItLeavesWithoutAnUpdate() {
        byte[] exact = "{\"n\": 1.10, \"big\":12345678901234567890.123, \"e\":1e2}".getBytes(UTF_8);
        awaitWritesThatTell();
        long updates = updatesThatChangeNothing();

        Stored sight = written(WriteCondition.none(), exact).sight();

        assertThat(sight)
                .usingRecursiveComparison()
                .isEqualTo(dialect.get(address(index, "1", null), LIMIT).join());
        assertThat(sight.source()).isEqualTo(exact);
        assertThat(updatesThatChangeNothing()).isEqualTo(updates);

        Answer<Written> refused = written(WriteCondition.ifSeqNo(0, 1), exact);
        assertThat(refused.failure().conflict()).isNotNull();
        assertThat(refused.sight()).as("of what somebody else has written").isNull();
        assertThat(written(WriteCondition.ifSeqNo(0, 1), exact).sight().source())
                .as("as that one may write again")
                .isEqualTo(exact);
        assertThat(updatesThatChangeNothing()).isEqualTo(updates + 1);
    }

    /** An index may have one from any moment on; these have nothing to do, of which the answer does not tell. */
    @ParameterizedTest
    @ValueSource(strings = {"default_pipeline", "final_pipeline"})
    @Since(value = "8.12", openSearch = false, because = LISTS)
    void whatWentThroughAPipelineIsNotTakenForWhatWasSent(String kind) {
        String pipeline = "/_ingest/pipeline/" + index;
        rest.put(pipeline, "{\"processors\":[]}").ok();
        awaitWritesThatTell();
        assertThat(written(WriteCondition.none(), json(1)).sight()).isNotNull();
        long updates = updatesThatChangeNothing();
        setting(kind, "\"" + index + "\"");
        try {
            Answer<Written> alone = written(WriteCondition.none(), json(2));
            assertThat(alone.value()).isNotNull();
            assertThat(alone.sight()).isNull();
            assertThat(updatesThatChangeNothing()).isEqualTo(updates);
            assertThat(written(WriteCondition.none(), json(3)).sight().source()).isEqualTo(json(3));
            assertThat(updatesThatChangeNothing()).isEqualTo(updates + 1);
        } finally {
            setting(kind, "null");
            rest.delete(pipeline).ok();
        }
    }

    private Answer<Written> written(WriteCondition condition, byte[] source) {
        Write write =
                new Write(Operation.INDEX, address(index, "1", null), condition, Write.Parameters.DEFAULT, source);
        return dialect.bulkAndSee(List.of(write), LIMIT).join().get(0);
    }

    private void setting(String name, String value) {
        rest.put("/" + index + "/_settings", "{\"index." + name + "\":" + value + "}")
                .ok();
    }

    private long updatesThatChangeNothing() {
        return rest.get("/" + index + "/_stats/indexing")
                .ok()
                .body()
                .at("/_all/primaries/indexing/noop_update_total")
                .asLong();
    }

    @Test
    @Since(value = "6.7", because = "there are no sequence numbers before")
    void bulkDoesEachAndAnswersEachInItsPlace() {
        List<Write> writes = List.of(
                write(Operation.CREATE, "new", WriteCondition.none(), 10),
                write(Operation.CREATE, "1", WriteCondition.none(), 11),
                write(Operation.INDEX, "1", WriteCondition.ifSeqNo(0, 1), 12),
                write(Operation.INDEX, "1", WriteCondition.ifSeqNo(0, 1), 13),
                write(Operation.INDEX, "x", WriteCondition.external(5), 14),
                write(Operation.INDEX, "x", WriteCondition.external(5), 15),
                write(Operation.INDEX, "x", WriteCondition.externalGte(5), 16),
                write(Operation.DELETE, "2", WriteCondition.none(), 0),
                write(Operation.DELETE, "nobody", WriteCondition.none(), 0),
                write(Operation.DELETE, "nobody", WriteCondition.ifSeqNo(7, 1), 0));

        List<Answer<Written>> answers = dialect.bulk(writes, LIMIT).join();

        assertThat(outcomes(answers))
                .containsExactly(
                        "Created 1",
                        "EXISTS",
                        "Updated 2",
                        "STALE",
                        "Created 5",
                        "EXTERNAL",
                        "Updated 5",
                        "Deleted 2",
                        "NotFound 1",
                        "ABSENT");
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(12);
        assertThat(stored("x").at("/_source/n").asInt()).isEqualTo(16);
        assertThat(stored("2").path("found").asBoolean()).isFalse();
        assertThat(answers.get(5).failure().conflict().currentVersion()).isEqualTo(5);
        assertThat(answers.get(5).failure().conflict().requiredVersion()).isEqualTo(5);
    }

    @Test
    void bulkComparesVersionsAndWritesOnlyWhatHasThem() {
        counters.index("2", new Counter(22), WriteCondition.none());
        List<Write> writes = List.of(
                write(Operation.INDEX, "1", WriteCondition.version(1), 10),
                write(Operation.INDEX, "2", WriteCondition.version(1), 11),
                write(Operation.CREATE, "new", WriteCondition.none(), 12),
                write(Operation.DELETE, "nobody", WriteCondition.version(1), 0),
                write(Operation.DELETE, "2", WriteCondition.version(2), 0));

        List<Answer<Written>> answers = dialect.bulk(writes, LIMIT).join();

        assertThat(outcomes(answers)).containsExactly("Updated 2", "STALE", "Created 1", "ABSENT", "Deleted 3");
        assertThat(answers.get(1).failure().conflict().currentVersion()).isEqualTo(2);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(10);
    }

    @Test
    void bulkOfNothingButConflictsSendsNoWrite() {
        List<Write> writes = List.of(write(Operation.INDEX, "1", WriteCondition.version(9), 10));
        assertThat(outcomes(dialect.bulk(writes, LIMIT).join())).containsExactly("STALE");
    }

    @Test
    void bulkTellsRefusedItemsFromTheRest() {
        rest.put("/" + index + "/_mapping", "{\"properties\":{\"n\":{\"type\":\"long\"}}}");
        List<Write> writes = List.of(
                new Write(
                        Operation.INDEX,
                        address(index, "bad", null),
                        WriteCondition.none(),
                        Write.Parameters.DEFAULT,
                        "{\"n\":\"no number\"}".getBytes(UTF_8)),
                write(Operation.INDEX, "good", WriteCondition.none(), 1));
        List<Answer<Written>> answers = dialect.bulk(writes, LIMIT).join();
        assertThat(answers.get(0).failure().outcome()).isEqualTo(Outcome.PERMANENT);
        assertThat(answers.get(0).failure().status()).isEqualTo(400);
        assertThat(outcomes(answers.subList(1, 2))).containsExactly("Created 1");
    }

    @Test
    @Since(value = "7.10", because = "require_alias came with 7.10")
    void bulkSendsParametersAndRouting() {
        Write.Parameters refreshed = new Write.Parameters(Refresh.True, "1", null, null);
        Write.Parameters piped = new Write.Parameters(null, null, "it-no-such-pipeline", null);
        Write.Parameters alias = new Write.Parameters(null, null, null, true);
        List<Write> writes = List.of(
                new Write(
                        Operation.INDEX, address(index, "routed", "r"), WriteCondition.version(1), refreshed, json(4)),
                new Write(Operation.INDEX, address(index, "3", null), WriteCondition.none(), piped, json(5)),
                new Write(Operation.INDEX, address("it-no-alias", "3", null), WriteCondition.none(), alias, json(6)));

        List<Answer<Written>> answers = dialect.bulk(writes, LIMIT).join();

        assertThat(outcomes(answers.subList(0, 1))).containsExactly("Updated 2");
        assertThat(answers.get(1).failure().reason()).contains("it-no-such-pipeline");
        assertThat(answers.get(2).failure().outcome()).isEqualTo(Outcome.PERMANENT);
        assertThat(rest.get("/it-no-alias").status()).isEqualTo(404);
        assertThat(rest.get("/" + index + "/_search?q=n:4")
                        .ok()
                        .body()
                        .at("/hits/total/value")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void aRequestThatFailsAsAWholeIsOneFailure() throws IOException {
        List<Write> writes = List.of(write(Operation.INDEX, "1", WriteCondition.none(), 9));
        transport.close();
        Throwable failed = catchThrowable(() -> dialect.bulk(writes, LIMIT).join());
        assertThat(failed).hasCauseInstanceOf(DialectException.class);
        assertThat(((DialectException) failed.getCause()).failure().outcome()).isEqualTo(Outcome.PERMANENT);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(1);
    }

    private Write write(Operation operation, String id, WriteCondition condition, int n) {
        byte[] source = operation == Operation.DELETE ? null : json(n);
        return new Write(operation, address(index, id, null), condition, Write.Parameters.DEFAULT, source);
    }

    private static byte[] json(int n) {
        return ("{\"n\":" + n + "}").getBytes(UTF_8);
    }

    private static String source(Answer<Stored> answer) {
        return new String(answer.value().source(), UTF_8);
    }

    /** Result and version, or the kind of conflict. */
    private static List<String> outcomes(List<Answer<Written>> answers) {
        List<String> outcomes = new ArrayList<>();
        for (Answer<Written> answer : answers) {
            Failure failure = answer.failure();
            if (failure == null) {
                outcomes.add(answer.value().result() + " " + answer.value().version());
            } else {
                Kind kind =
                        failure.conflict() == null ? null : failure.conflict().kind();
                outcomes.add(kind == null ? failure.reason() : kind.toString());
            }
        }
        return outcomes;
    }

    private static Address address(String index, String id, @Nullable String routing) {
        return new Address(index, id, routing, mappingType());
    }
}

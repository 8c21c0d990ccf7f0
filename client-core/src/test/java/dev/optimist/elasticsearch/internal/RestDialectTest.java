package dev.optimist.elasticsearch.internal;

import static dev.optimist.elasticsearch.internal.ScriptedServer.http;
import static dev.optimist.elasticsearch.internal.ScriptedServer.json;
import static dev.optimist.elasticsearch.internal.StrictTransportTest.failure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.Write.Operation;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that answers in the middle of things, or with less than was asked for, as no real one can be made to. */
@Timeout(20)
class RestDialectTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final String FOUND = "{\"_index\":\"i\",\"_id\":\"1\",\"_version\":1,\"_seq_no\":0,"
            + "\"_primary_term\":1,\"found\":true,\"_source\":{\"n\":1}}";
    private static final String REASON =
            "[1]: version conflict, required seqNo [0], primary term [1]. current document has seqNo [7] and primary term"
                    + " [1]";

    private static final String WRITTEN =
            "\"_index\":\"i\",\"_id\":\"1\",\"_version\":2,\"result\":\"updated\",\"_seq_no\":1,\"_primary_term\":1";
    private static final String LOOK = "{\"update\":{\"_index\":\"i\",\"_id\":\"1\",\"_version\":3,\"result\":\"noop\","
            + "\"_seq_no\":7,\"_primary_term\":1,\"get\":{\"_source\":{\"n\":7}},\"status\":200}}";

    private static final String UNRECOGNIZED = "{\"error\":{\"type\":\"illegal_argument_exception\",\"reason\":"
            + "\"request [/i/_bulk] contains unrecognized parameter: [list_executed_pipelines]\"},\"status\":400}";

    private ScriptedServer server;
    private StrictTransport client;
    private Dialect dialect;

    @BeforeEach
    void start() throws Exception {
        start(json(500, "{}"));
    }

    private void start(ScriptedServer.Answer otherwise) throws Exception {
        server = new ScriptedServer(otherwise);
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
    void aReadBeforeTheWriteThatFailsLeavesNothingUnknownAndSaysWhenToComeAgain() throws Exception {
        server.then(http(503, "application/json", "{}", "X-Elastic-Product: Elasticsearch", "Retry-After: 7"));
        Failure failure = failure(dialect.index(atVersion1(), LONG));
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void aConflictBetweenReadAndWriteNamesTheVersionThatTheCallerRequired() throws Exception {
        server.then(json(200, FOUND)).then(json(409, "{\"error\":" + error() + ",\"status\":409}"));

        Conflict conflict = failure(dialect.index(atVersion1(), LONG)).conflict();

        assertThat(conflict).isNotNull();
        assertThat(conflict.kind()).isEqualTo(Kind.STALE);
        assertThat(conflict.requiredVersion()).isEqualTo(1);
        assertThat(conflict.requiredSeqNo()).isNull(); // the caller never heard of it
        assertThat(conflict.currentSeqNo()).isEqualTo(7);
        assertThat(conflict.reason()).isEqualTo(REASON);
    }

    @Test
    void suchAConflictInABulkDoesToo() throws Exception {
        server.then(json(200, "{\"docs\":[" + FOUND + "]}"))
                .then(json(
                        200,
                        "{\"took\":1,\"errors\":true,\"items\":[{\"index\":{\"_index\":\"i\",\"_id\":\"1\","
                                + "\"status\":409,\"error\":" + error() + "}}]}"));

        Failure failure = dialect.bulk(List.of(atVersion1()), LONG).get().get(0).failure();

        assertThat(failure).isNotNull();
        assertThat(failure.conflict()).isNotNull();
        assertThat(failure.conflict().requiredVersion()).isEqualTo(1);
        assertThat(failure.conflict().requiredSeqNo()).isNull();
    }

    @Test
    void cancellingDuringTheReadKeepsTheWriteFromBeingSentAndFreesTheConnection() throws Exception {
        CompletableFuture<Void> read = new CompletableFuture<>();
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        server.then(socket -> {
            read.complete(null);
            goOn.join();
            json(200, FOUND).to(socket);
        });
        CompletableFuture<Written> write = dialect.index(atVersion1(), LONG);
        read.get();

        write.cancel(true);
        goOn.complete(null);

        assertThat(failure(write).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        server.then(json(200, FOUND));
        assertThat(dialect.get(new Address("i", "1", null), LONG.dividedBy(2))
                        .get()
                        .found())
                .isTrue(); // over the only connection
        assertThat(server.received()).hasSize(2).allMatch(r -> r.line().startsWith("GET "));
    }

    @Test
    void aWriteIsAskedWhatItLeavesOnceALookWasAnswered() throws Exception {
        server.then(json(200, items(LOOK)))
                .then(json(200, "{" + WRITTEN + "}"))
                .then(json(200, items("{\"index\":{" + WRITTEN + ",\"status\":200}}," + LOOK)));

        assertThat(sighted().sight()).as("as nobody knew").isNull();
        Answer<Written> told = sighted();

        assertThat(told.value()).isNotNull();
        assertThat(told.sight()).isNotNull();
        assertThat(told.sight().seqNo()).isEqualTo(7);
        assertThat(new String(told.sight().source(), UTF_8)).isEqualTo("{\"n\":7}");
        assertThat(sent()).containsExactly("POST /i/_bulk", "PUT /i/_doc/1", "POST /i/_bulk");
        assertThat(server.received().get(0).body()).as("nothing is written").doesNotContain("index");
        assertThat(server.received().get(2).body()).contains("index").contains("update");
    }

    /** By a role, by a firewall that looks at answers and tells nothing, by no answer at all: of a look, nothing is unknown. */
    @Test
    void whereALookIsRefusedWritesGoAlone() throws Exception {
        String refused = "{\"update\":{\"_index\":\"i\",\"_id\":\"1\",\"status\":403,\"error\":{\"type\":"
                + "\"security_exception\",\"reason\":\"action [indices:data/write/update] is unauthorized\"}}}";
        for (ScriptedServer.Answer answer :
                List.of(json(200, items(refused)), http(403, "text/html", "<html>forbidden</html>"), json(500, "{}"))) {
            stop();
            start(json(200, "{" + WRITTEN + "}")); // which tells nothing, where it is that to a second look
            server.then(answer);
            for (int i = 0; i < 3; i++) {
                Answer<Written> told = sighted();
                assertThat(told.value()).isNotNull();
                assertThat(told.sight()).isNull();
            }
            assertThat(sent()).startsWith("POST /i/_bulk").endsWith("PUT /i/_doc/1");
            assertThat(server.received())
                    .filteredOn(r -> r.line().startsWith("POST"))
                    .allSatisfy(r -> assertThat(r.body()).doesNotContain("index"));
        }
    }

    @Test
    void whatIsRefusedLaterIsNotAskedAgain() throws Exception {
        String refused = "{\"update\":{\"_index\":\"i\",\"_id\":\"1\",\"status\":403,\"error\":{\"type\":"
                + "\"security_exception\",\"reason\":\"no longer\"}}}";
        server.then(json(200, items(LOOK)))
                .then(json(200, "{" + WRITTEN + "}"))
                .then(json(200, items("{\"index\":{" + WRITTEN + ",\"status\":200}}," + refused)))
                .then(json(200, "{" + WRITTEN + "}"));
        sighted();
        assertThat(sighted().value()).isNotNull();
        assertThat(sighted().sight()).isNull();
        assertThat(sent()).containsExactly("POST /i/_bulk", "PUT /i/_doc/1", "POST /i/_bulk", "PUT /i/_doc/1");
    }

    /** What it is to lead to is proved by an update first: that what was sent is there, as it was sent. */
    private void thenAsSent() throws Exception {
        server.then(json(200, items(LOOK)))
                .then(json(200, "{" + WRITTEN + "}"))
                .then(json(200, items("{\"index\":{" + WRITTEN + ",\"status\":200}}," + look("{\"n\":2}"))));
        sighted();
        sighted();
    }

    private static String look(String source) {
        return "{\"update\":{" + WRITTEN.replace("updated", "noop") + ",\"get\":{\"_source\":" + source
                + "},\"status\":200}}";
    }

    private static String listed(String pipelines) {
        return items("{\"index\":{" + WRITTEN + pipelines + ",\"status\":200}}");
    }

    @Test
    void whatWentThroughNoPipelineIsThereAsItWasSent() throws Exception {
        thenAsSent();
        server.then(json(200, listed(",\"executed_pipelines\":[]")));

        Answer<Written> told = sighted();

        assertThat(told.value()).isNotNull();
        assertThat(told.sight()).isNotNull();
        assertThat(told.sight().seqNo()).isEqualTo(1);
        assertThat(told.sight().primaryTerm()).isEqualTo(1);
        assertThat(told.sight().version()).isEqualTo(2);
        assertThat(new String(told.sight().source(), UTF_8)).isEqualTo("{\"n\":2}");
        assertThat(server.received().get(3).line()).contains("list_executed_pipelines=true");
        assertThat(server.received().get(3).body()).contains("index").doesNotContain("update");
    }

    /** An older node that the request went through leaves it out. */
    @Test
    void whatWentThroughOneOrMayHaveIsNot() throws Exception {
        for (String pipelines :
                List.of(",\"executed_pipelines\":[\"a\",\"b\"]", "", ",\"executed_pipelines\":{\"a\":[]}")) {
            stop();
            start();
            thenAsSent();
            server.then(json(200, listed(pipelines)))
                    .then(json(200, items("{\"index\":{" + WRITTEN + ",\"status\":200}}," + LOOK)));
            Answer<Written> alone = sighted();
            assertThat(alone.value()).isNotNull();
            assertThat(alone.sight()).isNull();
            assertThat(sighted().sight()).isNotNull();
            assertThat(server.received().get(3).body()).doesNotContain("update");
            assertThat(server.received().get(4).body())
                    .as("and is asked for from now on")
                    .contains("update");
        }
    }

    @Test
    void whatIsStoredOtherwiseOrByAnotherIsNoProof() throws Exception {
        for (String look : List.of(look("{\"n\":2,\"more\":1}"), LOOK.replace("\"n\":7", "\"n\":2"))) {
            stop();
            start();
            server.then(json(200, items(LOOK))).then(json(200, "{" + WRITTEN + "}"));
            sighted();
            for (int i = 0; i < 2; i++) {
                server.then(json(200, items("{\"index\":{" + WRITTEN + ",\"status\":200}}," + look)));
                assertThat(sighted().sight()).isNotNull();
                assertThat(server.received().get(2 + i).body()).contains("update");
            }
        }
    }

    @Test
    void aConflictTellsNothingThenAndTheNextDoes() throws Exception {
        thenAsSent();
        String refused = "{\"index\":{\"_index\":\"i\",\"_id\":\"1\",\"status\":409,\"error\":" + error() + "}}";
        server.then(json(200, items(refused))).then(json(200, items(refused + "," + LOOK)));
        Answer<Written> first = sighted();
        assertThat(first.failure()).isNotNull();
        assertThat(first.failure().conflict()).isNotNull();
        assertThat(first.sight()).isNull();
        assertThat(sighted().sight()).isNotNull();
    }

    /** Elasticsearch before 8.12 and OpenSearch refuse what they do not know before they do anything; or a proxy does. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"400; " + UNRECOGNIZED, "403; {\"error\":\"unknown parameter\"}"})
    void aServerThatDoesNotListPipelinesIsAskedByUpdates(int status, String error) throws Exception {
        String items = "[{\"index\":{" + WRITTEN + ",\"status\":200}}," + look("{\"n\":2}") + "]";
        stop();
        // one answer for the write that goes alone, for the look, and for both
        start(json(200, "{" + WRITTEN + ",\"items\":" + items + "}"));
        server.then(json(status, error));
        Answer<Written> told = sighted();
        while (told.sight() == null) { // until the second look was answered
            told = sighted();
        }
        assertThat(sighted().sight()).isNotNull();
        assertThat(server.received())
                .filteredOn(r -> r.line().contains("list_executed_pipelines"))
                .hasSize(1);
    }

    /** In a cluster that is being upgraded: nothing was written, so it goes again at once. */
    @Test
    void anOlderNodeThatRefusesTheListIsAskedWithoutIt() throws Exception {
        thenAsSent();
        server.then(json(400, UNRECOGNIZED))
                .then(json(200, items("{\"index\":{" + WRITTEN + ",\"status\":200}}," + LOOK)))
                .then(json(200, items("{\"index\":{" + WRITTEN + ",\"status\":200}}," + LOOK)));
        assertThat(sighted().value()).isNotNull();
        assertThat(sighted().sight()).isNotNull();
        assertThat(server.received()).hasSize(6);
        assertThat(server.received().get(4).line()).doesNotContain("list_executed_pipelines");
    }

    /** Its own pipeline says nothing of the index, and what a delete leaves is no document. */
    @Test
    void aWriteWithAPipelineOfItsOwnAndADeleteAreAskedByUpdates() throws Exception {
        Write.Parameters piped = new Write.Parameters(null, null, "p", null);
        Write.Parameters none = Write.Parameters.DEFAULT;
        Address address = new Address("i", "1", null);
        for (Write write : List.of(
                new Write(Operation.INDEX, address, WriteCondition.none(), piped, "{\"n\":2}".getBytes(UTF_8)),
                new Write(Operation.DELETE, address, WriteCondition.none(), none, null))) {
            stop();
            start();
            thenAsSent();
            server.then(json(200, items("{\"index\":{" + WRITTEN + ",\"status\":200}}," + look("{\"n\":3}"))))
                    .then(json(200, listed(",\"executed_pipelines\":[]")));
            assertThat(dialect.bulkAndSee(List.of(write), LONG).get().get(0).sight())
                    .isNotNull();
            assertThat(server.received().get(3).body()).contains("update");
            boolean delete = write.operation() == Operation.DELETE;
            if (!delete) {
                assertThat(sighted().sight()).as("others are as before").isNotNull();
                assertThat(server.received().get(4).body()).doesNotContain("update");
            }
        }
    }

    /** Jackson reads strings of up to 20 million characters, unless the user's mapper is told otherwise. */
    @Test
    void whatCannotBeComparedIsAppliedAllTheSame() throws Exception {
        String source = "{\"s\":\"" + "x".repeat(20_000_001) + "\",\"n\":2}";
        server.then(json(200, items(LOOK)))
                .then(json(200, "{" + WRITTEN + "}"))
                .then(json(200, items("{\"index\":{" + WRITTEN + ",\"status\":200}}," + look(source))));
        sighted();
        Answer<Written> told = sighted();
        assertThat(told.value()).isNotNull();
        assertThat(told.sight()).isNotNull();
    }

    @Test
    void ofSeveralIndicesTheLeastIsDone() throws Exception {
        thenAsSent();
        server.then(json(200, items(LOOK.replace("\"i\"", "\"j\""))))
                .then(json(
                        200,
                        items("{\"index\":{" + WRITTEN + ",\"status\":200}},{\"index\":{"
                                + WRITTEN.replace("\"i\"", "\"j\"") + ",\"status\":200}}")));
        Write other = new Write(
                Operation.INDEX,
                new Address("j", "1", null),
                WriteCondition.none(),
                Write.Parameters.DEFAULT,
                "{\"n\":2}".getBytes(UTF_8));
        List<Answer<Written>> answers =
                dialect.bulkAndSee(List.of(unconditional(), other), LONG).get();
        assertThat(answers).hasSize(2).allSatisfy(a -> assertThat(a.sight()).isNull());
        assertThat(server.received().get(4).line()).doesNotContain("list_executed_pipelines");
    }

    @Test
    void anotherRefusalIsNotSentAgain() throws Exception {
        thenAsSent();
        server.then(json(400, UNRECOGNIZED.replace("list_executed_pipelines", "filter_path")));
        assertThat(failure(dialect.bulkAndSee(List.of(unconditional()), LONG)).outcome())
                .isEqualTo(Outcome.PERMANENT);
        assertThat(server.received()).hasSize(4);
    }

    /** An update that has changed something, of another document, or without what a condition needs. */
    @Test
    void anAnswerThatTellsSomethingElseIsNoSight() throws Exception {
        for (String other : List.of(
                LOOK.replace("\"_id\":\"1\"", "\"_id\":\"2\""),
                LOOK.replace("noop", "updated"),
                LOOK.replace("\"_seq_no\":7,", ""),
                LOOK.replace("\"_version\":3,", ""),
                LOOK.replace("\"_source\":{\"n\":7}", "\"found\":true"))) {
            stop();
            start();
            server.then(json(200, items(LOOK)))
                    .then(json(200, "{" + WRITTEN + "}"))
                    .then(json(200, items("{\"index\":{" + WRITTEN + ",\"status\":200}}," + other)));
            sighted();
            assertThat(sighted().sight()).as(other).isNull();
        }
    }

    private Answer<Written> sighted() throws Exception {
        return dialect.bulkAndSee(List.of(unconditional()), LONG).get().get(0);
    }

    private List<String> sent() {
        return server.received().stream()
                .map(r -> r.line().replaceFirst("\\?.*", ""))
                .toList();
    }

    private static String items(String items) {
        return "{\"took\":1,\"errors\":false,\"items\":[" + items + "]}";
    }

    @Test
    void fewerAnswersThanWritesLeaveAllOutcomesUnknown() throws Exception {
        server.then(json(200, "{\"took\":1,\"errors\":false,\"items\":[]}"));
        Failure failure = failure(dialect.bulk(List.of(unconditional()), LONG));
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure.reason()).isEqualTo("0 answers to 1 items");
    }

    @Test
    void fewerAnswersThanReadsLeaveTheWriteNotSent() throws Exception {
        server.then(json(200, "{\"docs\":[]}"));
        Failure failure = failure(dialect.bulk(List.of(atVersion1()), LONG));
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(server.received()).hasSize(1);
    }

    /** A shifted answer would be taken for the outcome of another document. */
    @Test
    void anAnswerOfAnotherDocumentIsNotTaken() throws Exception {
        server.then(json(
                200,
                "{\"took\":1,\"errors\":false,\"items\":[{\"index\":{\"_index\":\"i\",\"_id\":\"2\",\"_version\":1,"
                        + "\"result\":\"created\",\"status\":201}}]}"));
        Failure failure =
                dialect.bulk(List.of(unconditional()), LONG).get().get(0).failure();
        assertThat(failure).isNotNull();
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure.reason()).startsWith("the answer to [i][1] is of _id [2]");

        server.then(
                json(
                        200,
                        "{\"_index\":\"i\",\"_id\":\"2\",\"_version\":1,\"result\":\"created\",\"_seq_no\":0,\"_primary_term\":1}"));
        Failure alone = failure(dialect.index(unconditional(), LONG));
        assertThat(alone.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(alone.reason()).startsWith("the answer to [i][1] is of _id [2]");
    }

    @Test
    void norIsAVersionOfAnotherDocumentCompared() throws Exception {
        server.then(json(200, "{\"docs\":[" + FOUND.replace("\"_id\":\"1\"", "\"_id\":\"2\"") + "]}"));
        Failure failure = dialect.bulk(List.of(atVersion1()), LONG).get().get(0).failure();
        assertThat(failure).isNotNull();
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void aReadThatFailedLeavesTheWriteNotSent() throws Exception {
        String nowhere = "{\"_index\":\"i\",\"_id\":\"1\",\"error\":{\"type\":\"no_shard_available_action_exception\","
                + "\"reason\":\"no shard\"}}";
        server.then(json(200, "{\"docs\":[" + nowhere + "]}"));
        Failure failure = dialect.bulk(List.of(atVersion1()), LONG).get().get(0).failure();
        assertThat(failure).isNotNull();
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failure.reason()).isEqualTo("read before the write: no shard");
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void aResultThatNobodyKnowsLeavesTheOutcomeUnknown() throws Exception {
        server.then(json(
                200,
                "{\"took\":1,\"errors\":false,\"items\":[{\"index\":{\"_index\":\"i\",\"_id\":\"1\",\"_version\":1,"
                        + "\"result\":\"pondered\",\"status\":200}}]}"));
        Failure failure =
                dialect.bulk(List.of(unconditional()), LONG).get().get(0).failure();
        assertThat(failure).isNotNull();
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure.reason()).contains("pondered");
    }

    private static String error() {
        return "{\"type\":\"version_conflict_engine_exception\",\"reason\":\"" + REASON + "\"}";
    }

    private static Write atVersion1() {
        return write(WriteCondition.version(1));
    }

    private static Write unconditional() {
        return write(WriteCondition.none());
    }

    private static Write write(WriteCondition condition) {
        return new Write(
                Operation.INDEX,
                new Address("i", "1", null),
                condition,
                Write.Parameters.DEFAULT,
                "{\"n\":2}".getBytes(UTF_8));
    }
}

package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.BulkItemResult;
import dev.optimist.elasticsearch.BulkItemResult.Outcome;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.BulkOptions;
import dev.optimist.elasticsearch.BulkProgress;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import dev.optimist.elasticsearch.IncarnationChangedException;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OptimistException;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.WriteResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * Ingest pipelines of the index itself, of which a client never hears, change, drop and redirect what is stored. Elastic's
 * distributions for tests have none of the processors for that; what can be shown without them is in SecurityIT.
 */
@IngestCommon
@Since(value = "6.7", because = "index.default_pipeline came with 6.5, sequence numbers for clients with 6.7")
class PipelinesIT extends BothFacesTest {

    @Test
    void whatIsAnsweredIsWhatWasSentAndWhatIsReadIsWhatIsStored() {
        Documents<JsonNode> piped = piped("{\"set\":{\"field\":\"by\",\"value\":\"a pipeline\"}}");
        piped.create("1", n(1));
        ModificationResult<JsonNode> result =
                piped.readModifyWrite("1", d -> with(d, 2).put("seen", d.has("by")));
        assertThat(result.source().path("seen").asBoolean()).isTrue();
        ModificationResult<JsonNode> again = piped.readModifyWrite("1", d -> n(3));
        assertThat(again.source()).as("as it was sent").isEqualTo(n(3));
        assertThat(piped.get("1").orElseThrow().source()).isEqualTo(n(3).put("by", "a pipeline"));
        piped.index("1", n(4), WriteCondition.unchangedSince(again.token()));
        assertThat(stored("1").path("_version").asInt()).isEqualTo(4);
    }

    /** The pipeline stores once what it would not store again in the same way: to forget it would be a lost update. */
    @Test
    void aLastWriteThatAPipelineChangedIsNotReused() {
        for (String withLedger : List.of("no", "yes")) {
            Documents<JsonNode> reusing = piped(
                            "{\"script\":{\"source\":\"if (ctx.made == null) { ctx.made = ctx.n }\"}}")
                    .with(o -> o.reuseLastWrite(true)
                            .writeLedger(withLedger.equals("yes") ? WriteLedger.standard() : null));
            reusing.readModifyWriteOptional("1", none -> Modification.index(n(1)));
            for (int i = 2; i <= 5; i++) {
                int next = i;
                reusing.readModifyWrite("1", d -> with(d, next));
                assertThat(stored("1").at("/_source/made").asInt())
                        .as("in write %d", i)
                        .isEqualTo(1);
            }
        }
    }

    /** The other side: where nothing is changed, a read less, as ever. */
    @Test
    void aLastWriteThatAPipelineLeftAloneIsReused() {
        Documents<JsonNode> reusing = piped("{\"set\":{\"field\":\"n\",\"value\":0,\"override\":false}}")
                .with(o -> o.reuseLastWrite(true));
        reusing.create("1", n(1));
        reusing.readModifyWrite("1", d -> with(d, 2));
        reusing.readModifyWrite("1", d -> with(d, 3));
        long before = Internals.requests(client);
        reusing.readModifyWrite("1", d -> with(d, 4));
        assertThat(Internals.requests(client) - before).isEqualTo(1);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(4);
    }

    /** The pipeline counts writes in the document: whoever goes on from what was sent, and not from what it made of that, loses one. */
    @Test
    void callsThatGoTogetherGoOnFromWhatAPipelineMadeOfTheirWrite() throws Exception {
        Documents<JsonNode> piped =
                piped("{\"script\":{\"source\":\"ctx.writes = (ctx.writes == null ? 0 : ctx.writes) + 1\"}}");
        piped.create("1", n(0));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> all = new ArrayList<>();
        try {
            for (int t = 0; t < 8; t++) {
                all.add(threads.submit(() -> {
                    for (int i = 0; i < 25; i++) {
                        piped.readModifyWrite("1", d -> with(d, d.path("n").asInt() + 1));
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(8 * 25);
        assertThat(stored("1").at("/_source/writes").asInt())
                .isEqualTo(stored("1").path("_version").asInt());
    }

    @Test
    void whatIsDroppedWasNotApplied() {
        Documents<JsonNode> dropping = piped("{\"drop\":{\"if\":\"ctx.n == 13\"}}");
        WriteResult created = dropping.create("1", n(13));
        assertThat(created.result()).isEqualTo(Result.NoOp);
        assertThat(created.token().hasSeqNo()).isFalse();
        assertThat(dropping.get("1")).isEmpty();
        assertThat(dropping.readModifyWriteOptional("1", none -> Modification.index(n(13)))
                        .result())
                .isEqualTo(Result.NoOp);
        dropping.create("1", n(1));
        for (Documents<JsonNode> handle :
                List.of(dropping, dropping.with(o -> o.reuseLastWrite(true)), ledger(dropping))) {
            leavesUnchanged("1", () -> {
                ModificationResult<JsonNode> result = handle.readModifyWrite("1", d -> with(d, 13));
                assertThat(result.result()).isEqualTo(Result.NoOp);
                assertThat(result.source()).as("what is there").isEqualTo(n(1));
                assertThat(handle.index("1", n(13), WriteCondition.version(1)).result())
                        .isEqualTo(Result.NoOp);
            });
        }
        dropping.readModifyWrite("1", d -> with(d, 2));
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
    }

    /** What is dropped is compared with nothing, so that what it was made of may be of the past. */
    @Test
    void whoseChangeIsDroppedIsToldWhatIsThereNow() {
        Documents<JsonNode> dropping = piped("{\"drop\":{\"if\":\"ctx.n == 13\"}}");
        Documents<JsonNode> reusing = dropping.with(o -> o.reuseLastWrite(true));
        dropping.create("1", n(1));
        reusing.readModifyWrite("1", d -> with(d, 2));
        reusing.readModifyWrite("1", d -> with(d, 3)); // from here on it needs no read
        dropping.readModifyWrite("1", d -> with(d, 50));
        ModificationResult<JsonNode> result = reusing.readModifyWrite("1", d -> with(d, 13));
        assertThat(result.result()).isEqualTo(Result.NoOp);
        assertThat(result.source()).isEqualTo(n(50));
        assertThat(result.attempts()).isEqualTo(1);
    }

    @Test
    void whatIsDroppedInABulkIsNotCountedAsApplied() throws Exception {
        piped("{\"drop\":{\"if\":\"ctx.n == 13\"}}");
        VersionedDocuments<JsonNode> many = typed(client.documents(index, JsonNode.class));
        List<BulkItemResult<JsonNode>> results = new ArrayList<>();
        List<BulkOperation<JsonNode>> operations = List.of(
                BulkOperation.create("1", n(1)),
                BulkOperation.create("2", n(13)),
                BulkOperation.index("3", n(13), WriteCondition.external(7)));
        BulkProgress end = many.bulk(operations, BulkOptions.standard(), results::add);
        results.sort(Comparator.comparing(BulkItemResult::position));
        assertThat(results)
                .extracting(BulkItemResult::outcome)
                .containsExactly(Outcome.APPLIED, Outcome.DROPPED, Outcome.DROPPED);
        assertThat(results.get(1).orThrow().result()).isEqualTo(Result.NoOp);
        assertThat(end.applied()).isEqualTo(1);
        assertThat(end.dropped()).isEqualTo(2);
        assertThat(end.done()).isEqualTo(3);

        try (ExternalVersionWriter<JsonNode> writer = many.externalVersionWriter(o -> {})) {
            assertThat(writer.index("4", n(13), 8).get().outcome()).isEqualTo(ExternalResult.Outcome.REJECTED);
        }
        assertThat(stored("2").path("found").asBoolean()).isFalse();
    }

    /** The documents of the two names have the same numbers: the condition holds where it was never meant to. */
    @Test
    void aWriteThatIsSentToAnotherIndexIsNotTakenForOneOfTheDocumentThatWasRead() {
        isSentElsewhere(redirected -> redirected.readModifyWrite("1", d -> n(9)));
        isSentElsewhere(redirected -> {
            VersionedDocument<JsonNode> read = redirected.get("1").orElseThrow();
            redirected.index("1", n(9), WriteCondition.unchangedSince(read));
        });
    }

    private void isSentElsewhere(Consumer<Documents<JsonNode>> write) {
        String other = newIndex("{}");
        documents(other, JsonNode.class).create("1", n(100));
        Documents<JsonNode> redirected = redirectedTo(other);
        redirected.create("1", n(1));
        IncarnationChangedException e =
                catchThrowableOfType(IncarnationChangedException.class, () -> write.accept(redirected));
        assertThat(e).isNotNull().hasMessageContaining("an ingest pipeline sent the write to index " + other);
        assertThat(e.required().index()).isEqualTo(index);
        assertThat(e.written().index()).isEqualTo(other);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(1);
    }

    @Test
    void whatIsCreatedInAnotherIndexIsToldByItsToken() {
        String other = newIndex("{}");
        Documents<JsonNode> redirected = redirectedTo(other);
        assertThat(redirected.create("2", n(9)).token().index()).isEqualTo(other);
        assertThat(catchThrowableOfType(
                        AttemptsExhaustedException.class,
                        () -> redirected
                                .with(o -> o.retry(RetryPolicy.sharedDocument().withMaxAttempts(2)))
                                .readModifyWriteOptional("2", none -> Modification.index(n(9)))))
                .as("read where it is not, and there where it is written")
                .isNotNull();
    }

    private Documents<JsonNode> redirectedTo(String other) {
        return piped("{\"set\":{\"if\":\"ctx.n == 9\",\"field\":\"_index\",\"value\":\"" + other + "\"}}");
    }

    @Test
    void aWriteThatGetsAnotherIdIsNotTakenForApplied() {
        Documents<JsonNode> renamed = piped("{\"set\":{\"if\":\"ctx.n == 9\",\"field\":\"_id\",\"value\":\"moved\"}}");
        renamed.create("1", n(1));
        for (ThrowingCallable write : List.<ThrowingCallable>of(
                () -> renamed.create("new", n(9)),
                () -> renamed.index("1", n(9), WriteCondition.none()),
                () -> typed(client.documents(index, JsonNode.class))
                        .bulk(List.of(BulkOperation.index("1", n(9), WriteCondition.none())))
                        .get(0)
                        .orThrow())) {
            assertThat(catchThrowableOfType(OutcomeUnknownException.class, write))
                    .hasMessageContainingAll("is of _id [moved]", "an ingest pipeline can have changed it");
            assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(1);
        }
        assertThat(stored("moved").at("/_source/n").asInt()).isEqualTo(9);
    }

    @Test
    void aPipelineThatFailsLeavesTheDocumentAsItIs() {
        Documents<JsonNode> failing = piped("{\"fail\":{\"if\":\"ctx.n == 9\",\"message\":\"not nine\"}}");
        failing.create("1", n(1));
        leavesUnchanged("1", () -> {
            // 500 in 6.8, which says nothing of what was done
            assertThat(catchThrowableOfType(OptimistException.class, () -> failing.readModifyWrite("1", d -> n(9))))
                    .hasMessageContaining("not nine");
        });
    }

    @Test
    void aPipelineThatTakesTheLedgerAwayLeavesWritesAsTheyAre() {
        Documents<JsonNode> forgetting = ledger(piped("{\"remove\":{\"field\":\"optimist_ledger\"}}"));
        forgetting.create("1", n(1));
        forgetting.readModifyWrite("1", d -> with(d, 2));
        assertThat(stored("1").path("_source")).isEqualTo(n(2));
    }

    private static Documents<JsonNode> ledger(Documents<JsonNode> documents) {
        return documents.with(o -> o.writeLedger(WriteLedger.standard()));
    }

    /** Returns documents of an index that has this processor. */
    private Documents<JsonNode> piped(String processor) {
        String name = "it-" + Integer.toHexString(processor.hashCode());
        rest.put("/_ingest/pipeline/" + name, "{\"processors\":[" + processor + "]}")
                .ok();
        index = newIndex(1, "\"index.default_pipeline\":\"" + name + "\",", "{}");
        return documents(index, JsonNode.class);
    }

    private static ObjectNode n(int n) {
        return JsonNodeFactory.instance.objectNode().put("n", n);
    }

    private static ObjectNode with(JsonNode document, int n) {
        return ((ObjectNode) document.deepCopy()).put("n", n);
    }
}

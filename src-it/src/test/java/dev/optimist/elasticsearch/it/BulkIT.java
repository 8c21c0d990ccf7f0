package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.optimist.elasticsearch.BulkItemResult;
import dev.optimist.elasticsearch.BulkItemResult.Outcome;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.BulkOptions;
import dev.optimist.elasticsearch.BulkProgress;
import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many writes, each with its own condition, on a real server. */
class BulkIT extends ServerTest {

    @Test
    void conflictsOfEveryKindAreResultsAndStopNothing() {
        DocumentToken old = counters.create("changed", new Counter(1)).token();
        DocumentToken gone = counters.create("gone", new Counter(1)).token();
        DocumentToken now =
                counters.index("changed", new Counter(2), WriteCondition.none()).token();
        counters.delete("gone", WriteCondition.none());
        counters.index("external", new Counter(1), WriteCondition.external(10));
        DocumentToken fresh = counters.create("fresh", new Counter(1)).token();

        List<BulkItemResult<Counter>> results = counters.bulk(List.of(
                BulkOperation.index("changed", new Counter(3), WriteCondition.unchangedSince(old)),
                BulkOperation.delete("gone", WriteCondition.unchangedSince(gone)),
                BulkOperation.create("fresh", new Counter(3)),
                BulkOperation.index("external", new Counter(3), WriteCondition.external(10)),
                BulkOperation.index("fresh", new Counter(4), WriteCondition.unchangedSince(fresh)),
                BulkOperation.index("changed", new Counter(5), WriteCondition.version(1)),
                BulkOperation.delete("nobody", WriteCondition.version(1)),
                BulkOperation.delete("external", WriteCondition.external(9)),
                BulkOperation.index("external", new Counter(6), WriteCondition.externalGte(10)),
                BulkOperation.create("new", new Counter(7)),
                BulkOperation.delete("nobody", WriteCondition.none()),
                BulkOperation.index("changed", new Counter(8), WriteCondition.version(2))));

        assertThat(results.stream().map(BulkIT::kind))
                .containsExactly(
                        "STALE",
                        hasMappingTypes() ? "STALE" : "ABSENT", // before 7, what is left of it is told like a document
                        "EXISTS",
                        "EXTERNAL",
                        "Updated 2",
                        "STALE",
                        "ABSENT",
                        "EXTERNAL",
                        "Updated 10",
                        "Created 1",
                        "NotFound 1",
                        "Updated 3");
        VersionConflictException stale = conflict(results.get(0));
        assertThat(hasSequenceNumbers() ? stale.requiredSeqNo() : stale.requiredVersion())
                .hasValue(old.seqNo());
        assertThat(hasSequenceNumbers() ? stale.currentSeqNo() : stale.currentVersion())
                .hasValue(now.seqNo());
        assertThat(conflict(results.get(3)).currentVersion()).hasValue(10);
        assertThat(conflict(results.get(5)).requiredVersion()).hasValue(1);
        assertThat(stored("changed").at("/_source/n").asInt()).isEqualTo(8);
        assertThat(results.get(9).orThrow().token())
                .isEqualTo(counters.get("new").orElseThrow().token());
    }

    @Test
    void whatIsRefusedStopsNothing() {
        rest.put("/" + index + "/_mapping", "{\"properties\":{\"n\":{\"type\":\"long\"}}}")
                .ok();
        VersionedDocuments<JsonNode> any = typed(client.documents(index, JsonNode.class));
        JsonNodeFactory json = JsonNodeFactory.instance;
        List<BulkItemResult<JsonNode>> results = any.bulk(List.of(
                BulkOperation.create("1", json.objectNode().put("n", 1)),
                BulkOperation.create("2", json.objectNode().put("n", "no number")),
                BulkOperation.create("3", json.objectNode().put("n", 3))));
        assertThat(results)
                .extracting(BulkItemResult::outcome)
                .containsExactly(Outcome.APPLIED, Outcome.REJECTED, Outcome.APPLIED);
        RequestRejectedException rejected = catchThrowableOfType(
                RequestRejectedException.class, () -> results.get(1).orThrow());
        assertThat(rejected.status()).hasValue(400);
        assertThat(rejected.id()).isEqualTo("2");
        assertThat(stored("3").path("found").asBoolean()).isTrue();
    }

    @Test
    void routingAndAliasesAreThoseOfTheOperation() {
        String other = newIndex(3, "", "{}");
        rest.post(
                        "/_aliases",
                        "{\"actions\":[{\"add\":{\"index\":\"" + other + "\",\"alias\":\"" + other + "-alias\"}}]}")
                .ok();
        VersionedDocuments<Counter> byAlias = typed(client.documents(other + "-alias", Counter.class));
        List<BulkItemResult<Counter>> created = byAlias.bulk(List.of(
                BulkOperation.create("1", new Counter(1)).withRouting("r"), BulkOperation.create("2", new Counter(2))));
        DocumentToken token = created.get(0).orThrow().token();
        assertThat(token.index()).isEqualTo(other);
        assertThat(token.routing()).isEqualTo("r");

        List<BulkItemResult<Counter>> changed = byAlias.bulk(List.of(
                BulkOperation.index("1", new Counter(10), WriteCondition.unchangedSince(token)),
                BulkOperation.delete("2", WriteCondition.version(1))));
        assertThat(changed.stream().map(BulkIT::kind)).containsExactly("Updated 2", "Deleted 2");
        assertThat(byAlias.with(o -> o.routing("r")).get("1").orElseThrow().source())
                .isEqualTo(new Counter(10));
    }

    @Test
    @Since(value = "6.7", because = "a version stands for the sequence number before, and the new document has another")
    void anIndexThatWasCreatedAgainIsTold() {
        DocumentToken first = counters.create("1", new Counter(1)).token();
        DocumentToken second = counters.index("1", new Counter(2), WriteCondition.unchangedSince(first))
                .token();
        assertThat(second.seqNo()).isEqualTo(1);
        rest.delete("/" + index).ok();
        rest.put("/" + index, "{\"settings\":{\"number_of_shards\":1}}").ok();
        counters.create("other", new Counter(1));
        counters.create("1", new Counter(1)); // the same _seq_no, another version
        List<BulkItemResult<Counter>> results =
                counters.bulk(List.of(BulkOperation.index("1", new Counter(3), WriteCondition.unchangedSince(second))));
        assertThat(results.get(0).outcome()).isEqualTo(Outcome.INCARNATION_CHANGED);
    }

    @Test
    void withTheLedgerDocumentsBeginOneAndGoOnFromIt() {
        VersionedDocuments<Counter> remembering = counters.with(o -> o.writeLedger(WriteLedger.standard()));
        remembering.putLedgerMapping();
        var created = remembering.bulk(List.of(
                BulkOperation.create("1", new Counter(1)),
                BulkOperation.index("2", new Counter(1), WriteCondition.none())));
        assertThat(created).allMatch(r -> r.outcome() == Outcome.APPLIED);
        for (String id : List.of("1", "2")) {
            remembering.readModifyWrite(id, "order-" + id, c -> c.plus(1));
            assertThat(stored(id).at("/_source/optimist_ledger/n").asInt()).isEqualTo(2);
            assertThat(remembering.get(id).orElseThrow().source()).isEqualTo(new Counter(2));
        }
    }

    /** Conditional on the version that the operation before has made: any other order is a conflict. */
    @Test
    void tenThousandOperationsInOrderOfEachDocument() {
        long seed = System.nanoTime();
        System.out.println("bulk: seed " + seed);
        Random random = new Random(seed);
        Map<String, Integer> versions = new HashMap<>();
        Stream<BulkOperation<Counter>> operations = IntStream.range(0, 10_000).mapToObj(i -> {
            String id = "d" + random.nextInt(300);
            int version = versions.merge(id, 1, Integer::sum);
            return version == 1
                    ? BulkOperation.create(id, new Counter(i))
                    : BulkOperation.index(id, new Counter(i), WriteCondition.external(version));
        });
        Map<String, Long> last = new HashMap<>();
        List<BulkProgress> told = new ArrayList<>();

        BulkProgress end = counters.bulk(
                operations, BulkOptions.standard().withOperations(200).withProgress(told::add), r -> {
                    Long before = last.put(r.operation().id(), r.position());
                    assertThat(before == null || before < r.position())
                            .as("results of a document in their order")
                            .isTrue();
                    assertThat(r.orThrow().version()).isPositive();
                });

        assertThat(end).isEqualTo(new BulkProgress(10_000, 10_000, 0, 0, 0, 0, 0, 0, end.sentAgain(), true));
        assertThat(told.get(told.size() - 1).done()).isEqualTo(10_000);
        versions.forEach(
                (id, version) -> assertThat(stored(id).path("_version").asInt()).isEqualTo(version));
    }

    /** One thread for writes and one place to wait for it, which is less than such a stream needs. */
    @Test
    void whatAFullQueueRefusesIsSentAgainAndNothingTwice() {
        String processors = isAtLeast("7.4") ? "node.processors" : "processors";
        String pool = isAtLeast("6.3") ? "write" : "bulk";
        try (ElasticsearchServer small =
                        ownServer(o -> o.setting(processors, 1).setting("thread_pool." + pool + ".queue_size", 1));
                VersionedClient own =
                        VersionedClient.connect(o -> o.hosts(small.url()).retryBudget(10_000))) {
            Rest itsRest = rest(small);
            itsRest.put(
                            "/full",
                            "{\"settings\":{\"number_of_shards\":8,\"number_of_replicas\":0},\"mappings\":"
                                    + mappings("{\"properties\":{\"n\":{\"type\":\"long\"}}}") + "}")
                    .ok();
            VersionedDocuments<Counter> documents = typed(own.documents("full", Counter.class));
            Map<String, Outcome> outcomes = new HashMap<>();
            BulkProgress end = documents.bulk(
                    IntStream.range(0, 4000).mapToObj(i -> BulkOperation.create("d" + i, new Counter(i))),
                    BulkOptions.standard().withOperations(100).withRequestsInFlight(8),
                    r -> assertThat(outcomes.put(r.operation().id(), r.outcome()))
                            .isNull());
            System.out.println("bulk: full queue: " + end);
            assertThat(end.sentAgain()).as("the queue was full").isPositive();
            assertThat(end.done()).isEqualTo(4000);
            assertThat(end.applied()).isPositive();
            assertThat(end.conflicts()).as("with itself").isZero();
            assertThat(end.unknown()).isZero();
            itsRest.post("/full/_refresh", "").ok();
            assertThat(itsRest.get("/full/_count").ok().body().path("count").asLong())
                    .isEqualTo(end.applied());
            outcomes.forEach((id, outcome) -> {
                if (outcome != Outcome.APPLIED) {
                    assertThat(itsRest.get("/full/_doc/" + id).status()).isEqualTo(404);
                }
            });
        }
    }

    private static VersionConflictException conflict(BulkItemResult<?> result) {
        return (VersionConflictException) result.failure();
    }

    /** Result and version, or the kind of conflict. */
    private static String kind(BulkItemResult<?> result) {
        if (result.outcome() == Outcome.CONFLICT) {
            Kind kind = conflict(result).kind();
            return kind.toString();
        }
        return result.orThrow().result() + " " + result.orThrow().version();
    }
}

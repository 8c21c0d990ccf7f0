package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.it.ElasticsearchJava9;
import dev.optimist.elasticsearch.it.Since;
import dev.optimist.elasticsearch.it.sync.Planted.Item;
import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.sync.verify.Difference;
import dev.optimist.elasticsearch.sync.verify.Difference.Kind;
import dev.optimist.elasticsearch.sync.verify.Repair;
import dev.optimist.elasticsearch.sync.verify.RepairReport;
import dev.optimist.elasticsearch.sync.verify.Verifier;
import dev.optimist.elasticsearch.sync.verify.VerifyOptions;
import dev.optimist.elasticsearch.sync.verify.VerifyReport;
import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows without versions, plain deletes, routing, ids that are none, faults, and what ends a comparison. */
@ExtendWith(ElasticsearchExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ElasticsearchJava9
@Since(value = "7", because = "client-sync is for servers without mapping types")
class VerifyCasesIT {
    private static final AtomicInteger INDICES = new AtomicInteger();

    private ElasticsearchServer server;
    private VersionedClient client;
    private String index;
    private VersionedDocuments<Item> items;
    private MemoryDatabase<Item> database;

    @BeforeAll
    void connect(ElasticsearchServer running) {
        server = running;
        client = VersionedClient.connect(server.url());
    }

    @AfterAll
    void disconnect() {
        client.close();
    }

    @BeforeEach
    void newIndex() throws Exception {
        newIndex(3);
    }

    private void newIndex(int shards) throws Exception {
        index = "verify-cases-" + INDICES.incrementAndGet();
        client.elasticsearch().indices().delete(d -> d.index(index).ignoreUnavailable(true));
        client.elasticsearch()
                .indices()
                .create(c -> c.index(index)
                        .settings(
                                s -> s.numberOfShards(Integer.toString(shards)).numberOfReplicas("0")));
        items = client.documents(index, Item.class);
        database = new MemoryDatabase<>();
    }

    @Test
    void rowsWithoutVersionsAreComparedByContentAndWrittenAtTheVersionNow() throws Exception {
        database.put("same", null, Item.of(1));
        index("same", Item.of(1), 3);
        database.put("missing", null, Item.of(1));
        database.put("other", null, Item.of(2));
        index("other", Item.of(1), 3);
        index("orphan", Item.of(1), 3);
        assertThat(verify().examples())
                .extracting(Difference::id, Difference::kind)
                .containsExactlyInAnyOrder(
                        Tuple.tuple("missing", Kind.MISSING),
                        Tuple.tuple("other", Kind.CONTENT),
                        Tuple.tuple("orphan", Kind.ORPHAN));

        RepairReport repaired = verifier().repair(items, o -> o.dryRun(false).versionNow(() -> 10));
        assertThat(repaired.isMended()).isTrue();
        assertThat(items.get("missing").map(VersionedDocument::version)).contains(10L);
        assertThat(items.get("other").map(VersionedDocument::version)).contains(10L);
        assertThat(items.get("same").map(VersionedDocument::version)).contains(3L);
        assertThat(verify().isEqual()).isTrue();
    }

    @Test
    void withoutTheVersionNowEveryChangeStillToComeWins() throws Exception {
        database.put("missing", null, Item.of(1));
        database.put("other", null, Item.of(2));
        index("other", Item.of(1), 3);
        RepairReport repaired = verifier().repair(items, o -> o.dryRun(false));
        assertThat(repaired.count(Repair.Outcome.REPAIRED)).isEqualTo(1);
        assertThat(repaired.left()).extracting(r -> r.difference().id()).containsExactly("missing");
        assertThat(items.get("other").map(VersionedDocument::version)).contains(3L);
        index("other", Item.of(4), 4);
    }

    @Test
    void anOrphanThatIsMendedMayComeBackWithTheNextVersion() throws Exception {
        index("orphan", Item.of(1), 3);
        verifier(o -> o.tombstones(Tombstones.standard())).repair(items, o -> o.dryRun(false));
        assertThat(verify(o -> o.tombstones(Tombstones.standard())).tombstones())
                .isEqualTo(1);
        index("orphan", Item.of(2), 4);
    }

    @Test
    void whereDeletesArePlainARememberedOneNeedsNoTombstone() throws Exception {
        database.delete("gone", 5L);
        database.delete("there", 5L);
        index("there", Item.of(1), 4);
        index("orphan", Item.of(1), 4);
        VerifyReport report = verify();
        assertThat(report.counts()).containsOnlyKeys(Kind.NOT_DELETED, Kind.ORPHAN);
        assertThat(verifier().repair(items, o -> o.dryRun(false)).isMended()).isTrue();
        assertThat(items.get("there")).isEmpty();
        assertThat(items.get("orphan")).isEmpty();
        assertThat(verify().isEqual()).isTrue();
    }

    @Test
    void aTombstoneThatWasSweptIsNotMissed() throws Exception {
        database.delete("old", 5L);
        database.delete("young", 50L);
        VerifyReport report =
                verify(o -> o.tombstones(Tombstones.standard()).tombstoneExpected(row -> row.version() > 10));
        assertThat(report.examples()).extracting(Difference::id).containsExactly("young");
    }

    @Test
    void aDocumentAtAnotherRoutingThanItsRowIsAnOrphan() throws Exception {
        for (int n = 0; n < 20; n++) {
            String id = "id" + n;
            database.put(new Row<>(id, "right", 5L, Item.of(n)));
            index(id, Item.of(n), 5, "right");
        }
        index("id0", Item.of(0), 5, "wrong0");
        index("id1", Item.of(1), 5, null); // at its id
        VerifyReport report = verify();
        long documents = report.documents();
        assertThat(documents).isBetween(21L, 22L); // the second may be on the shard of the first
        assertThat(report.counts()).containsOnlyKeys(Kind.ORPHAN);
        assertThat(report.differences()).isEqualTo(documents - 20);
        assertThat(verifier().repair(items, o -> o.dryRun(false)).isMended()).isTrue();
        assertThat(verify().documents()).isEqualTo(20);
        assertThat(verify().isEqual()).isTrue();
    }

    @Test
    void underAnotherRoutingOfTheSameShardItIsTheRowsOwnDocument() throws Exception {
        newIndex(1);
        database.put(new Row<>("id", "right", 5L, Item.of(1)));
        index("id", Item.of(1), 5, "wrong");
        assertThat(verify().isEqual()).isTrue();
        verifier().repair(items, o -> o.dryRun(false));
        assertThat(items.with(o -> o.routing("right")).get("id")).isPresent();
    }

    @Test
    void numbersDifferByTheirLastDigit() throws Exception {
        VersionedDocuments<Map<String, Object>> numbers =
                client.documents(index, new TypeReference<Map<String, Object>>() {});
        MemoryDatabase<Map<String, Object>> rows = new MemoryDatabase<>();
        BigDecimal number = new BigDecimal("0.12345678901234567890123");
        rows.put("same", 1L, Map.of("n", number));
        rows.put("other", 1L, Map.of("n", number));
        numbers.index("same", Map.of("n", number), WriteCondition.external(1));
        numbers.index("other", Map.of("n", new BigDecimal("0.12345678901234567890124")), WriteCondition.external(1));
        VerifyReport report = Verifier.of(
                        client, index, rows, o -> o.compareContent(true).settle(Duration.ofMillis(20)))
                .verify();
        assertThat(report.examples()).extracting(Difference::id).containsExactly("other");
    }

    @Test
    void aRowThatCannotBeADocumentIsMissing() throws Exception {
        database.put("", 1L, Item.of(1));
        database.put("x".repeat(600), 1L, Item.of(1));
        RepairReport report = verifier().repair(items, o -> o.dryRun(false));
        assertThat(report.found().count(Kind.MISSING)).isEqualTo(2);
        assertThat(report.count(Repair.Outcome.FAILED)).isEqualTo(2);
    }

    @Test
    void readsThatFailAreRepeated() throws Exception {
        for (int n = 0; n < 300; n++) {
            database.put("id" + n, 1L, Item.of(n));
            if (n > 0) {
                index("id" + n, Item.of(n), 1);
            }
        }
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        try (FaultProxy proxy = FaultProxy.before(server.url());
                VersionedClient through = VersionedClient.connect(proxy.url())) {
            proxy.plan(FaultPlan.seeded(
                            seed,
                            0.2,
                            EnumSet.of(
                                    Fault.DROP_BEFORE,
                                    Fault.RESET_AFTER,
                                    Fault.TRUNCATE,
                                    Fault.BAD_GATEWAY_AFTER,
                                    Fault.TOO_MANY_REQUESTS))
                    .readsToo());
            VerifyReport report = Verifier.of(
                            through, index, database, o -> o.pageSize(10).settle(Duration.ofMillis(20)))
                    .verify();
            assertThat(report.examples()).extracting(Difference::id).containsExactly("id0");
            assertThat(report.documents()).isEqualTo(299);
            assertThat(proxy.injected()).isNotEmpty();
        }
    }

    @Test
    void whatTheListenerThrowsEndsIt() {
        database.put("missing", 1L, Item.of(1));
        IllegalStateException mine = new IllegalStateException("mine");
        assertThatThrownBy(() -> verify(o -> o.listener(d -> {
                    throw mine;
                })))
                .isSameAs(mine);
        assertThatThrownBy(() -> verify(o -> o.pageSize(1).progress(p -> {
                    throw mine;
                })))
                .isSameAs(mine);
    }

    @Test
    void anInterruptEndsIt() {
        database.put("missing", 1L, Item.of(1));
        Thread me = Thread.currentThread();
        assertThatThrownBy(() -> verify(o -> o.settle(Duration.ofHours(1)).progress(p -> {
                    if (p.suspects() > 0) {
                        me.interrupt();
                    }
                })))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aMissingIndexIsSaidToBeMissing() {
        index = "verify-cases-none";
        assertThatThrownBy(this::verify).hasMessageContaining("index_not_found_exception");
    }

    private void index(String id, Item item, long version) {
        index(id, item, version, null);
    }

    private void index(String id, Item item, long version, String routing) {
        items.bulk(List.of(BulkOperation.index(id, item, WriteCondition.external(version))
                        .withRouting(routing)))
                .get(0)
                .orThrow();
    }

    private VerifyReport verify() throws Exception {
        return verifier().verify();
    }

    private VerifyReport verify(Consumer<VerifyOptions<Item>> options) throws Exception {
        return verifier(options).verify();
    }

    private Verifier<Item> verifier() {
        return verifier(o -> {});
    }

    private Verifier<Item> verifier(Consumer<VerifyOptions<Item>> options) {
        return Verifier.of(client, index, database, o -> {
            o.settle(Duration.ofMillis(20));
            options.accept(o);
        });
    }
}

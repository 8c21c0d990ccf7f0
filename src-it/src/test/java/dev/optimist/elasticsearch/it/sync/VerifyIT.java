package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.it.ElasticsearchJava9;
import dev.optimist.elasticsearch.it.Since;
import dev.optimist.elasticsearch.it.sync.Planted.Item;
import dev.optimist.elasticsearch.sync.verify.Difference.Kind;
import dev.optimist.elasticsearch.sync.verify.Repair;
import dev.optimist.elasticsearch.sync.verify.RepairReport;
import dev.optimist.elasticsearch.sync.verify.Verifier;
import dev.optimist.elasticsearch.sync.verify.VerifyOptions;
import dev.optimist.elasticsearch.sync.verify.VerifyReport;
import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every planted difference is found, no other is, and repair mends what may be mended. */
@ExtendWith(ElasticsearchExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ElasticsearchJava9
@Since(value = "7", because = "client-sync is for servers without mapping types")
class VerifyIT {
    private static final AtomicInteger INDICES = new AtomicInteger();
    private static final int DIFFERING = Planted.OF_EACH * Kind.values().length;
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(5);

    private VersionedClient client;
    private String index;
    private VersionedDocuments<Item> items;
    private final Map<String, Kind> reported = new TreeMap<>();

    @BeforeAll
    void connect(ElasticsearchServer server) {
        client = VersionedClient.connect(server.url());
    }

    @AfterAll
    void disconnect() {
        client.close();
    }

    @BeforeEach
    void newIndex() throws Exception {
        index = "verify-" + INDICES.incrementAndGet();
        client.elasticsearch().indices().delete(d -> d.index(index).ignoreUnavailable(true));
        client.elasticsearch()
                .indices()
                .create(c -> c.index(index).settings(s -> s.numberOfShards("3").numberOfReplicas("0")));
        items = client.documents(index, Item.class);
        reported.clear();
    }

    @Test
    void findsWhatIsPlantedAndMendsIt() throws Exception {
        Planted planted = new Planted(items, 5_000);
        VerifyReport report = verifier(planted, SHORT).verify();
        assertThat(reported).isEqualTo(planted.differences);
        assertThat(report.differences()).isEqualTo(DIFFERING);
        assertThat(report.unsettled()).isZero();
        assertThat(report.rows() + report.deletes()).isEqualTo(5_000 - Planted.OF_EACH); // an orphan has no row
        assertThat(report.examples()).hasSize(10 * Kind.values().length);

        RepairReport dry = verifier(planted, SHORT).repair(items, o -> {});
        assertThat(dry.outcomes())
                .containsOnly(
                        Map.entry(Repair.Outcome.PLANNED, (long) DIFFERING - Planted.OF_EACH),
                        Map.entry(Repair.Outcome.LISTED, (long) Planted.OF_EACH));
        assertThat(verifier(planted, SHORT).verify().counts()).isEqualTo(report.counts());

        RepairReport repaired = verifier(planted, SHORT).repair(items, o -> o.dryRun(false));
        assertThat(repaired.outcomes())
                .containsOnly(
                        Map.entry(Repair.Outcome.REPAIRED, (long) DIFFERING - Planted.OF_EACH),
                        Map.entry(Repair.Outcome.LISTED, (long) Planted.OF_EACH));
        assertThat(repaired.left()).hasSize(10).allMatch(r -> r.difference().kind() == Kind.AHEAD);
        assertThat(verifier(planted, SHORT).verify().counts())
                .containsOnly(Map.entry(Kind.AHEAD, (long) Planted.OF_EACH));
    }

    @Test
    void reportsNothingElseWhileChangesFlow() throws Exception {
        whileChangesFlow(5_000, 50);
    }

    @Test
    @Tag("sync-long")
    void reportsNothingElseWhileChangesFlowAmong200000() throws Exception {
        whileChangesFlow(200_000, 1_000);
    }

    private void whileChangesFlow(int rows, int pageSize) throws Exception {
        Planted planted = new Planted(items, rows);
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        VerifyReport report;
        try (Flow flow = new Flow(planted.database, items, DIFFERING, rows, seed)) {
            report = verifier(planted, LONG, o -> o.pageSize(pageSize)).verify();
            System.out.printf(
                    "%d changes meanwhile, lag at most %s: %s in %s%n",
                    flow.changes(), flow.lag(), report.counts(), report.took());
            assertThat(flow.lag()).as("lag, or nothing is promised").isLessThan(LONG);
            assertThat(flow.changes()).isGreaterThan(1_000);
        }
        assertThat(reported).isEqualTo(planted.differences);
        assertThat(report.differences()).isEqualTo(DIFFERING);
        assertThat(report.unsettled()).isZero();
        verifier(planted, SHORT).repair(items, o -> o.dryRun(false));
        assertThat(verifier(planted, SHORT).verify().counts())
                .containsOnly(Map.entry(Kind.AHEAD, (long) Planted.OF_EACH));
    }

    private Verifier<Item> verifier(Planted planted, Duration settle) {
        return verifier(planted, settle, o -> {});
    }

    private Verifier<Item> verifier(Planted planted, Duration settle, Consumer<VerifyOptions<Item>> more) {
        reported.clear();
        return Verifier.of(client, index, planted.database, o -> {
            o.tombstones(Tombstones.standard()).compareContent(true).settle(settle);
            o.listener(difference -> reported.put(difference.id(), difference.kind()));
            more.accept(o);
        });
    }
}

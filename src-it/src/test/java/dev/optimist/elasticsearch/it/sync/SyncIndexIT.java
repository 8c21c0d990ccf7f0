package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.BulkItemResult;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.sync.SyncIndex;
import dev.optimist.elasticsearch.sync.SyncIndex.Sweep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An index with tombstones: hidden, kept as long as they are to be, and gone afterwards with nothing else. */
class SyncIndexIT extends SyncTest {
    private static final Duration WEEK = Duration.ofDays(7);

    private SyncIndex synced() {
        return SyncIndex.of(client, index);
    }

    @Test
    void theAliasHidesTombstonesAndNothingElse() throws Exception {
        String alias = index + "-search";
        synced().setUp(alias);
        synced().setUp(alias);
        try (ExternalVersionWriter<JsonNode> writer =
                documents.externalVersionWriter(o -> o.tombstones(Tombstones.standard()))) {
            var unused = List.of(
                    writer.index("1", n(1), 5),
                    writer.index("2", n(2), 5),
                    writer.delete("2", 6),
                    writer.delete("3", 7));
            writer.flush();
        }
        assertThat(search(index)).isEqualTo(3);
        assertThat(search(alias)).isEqualTo(1);
        assertThat(client.elasticsearch()
                        .count(c -> c.index(index).query(synced().notDeleted()))
                        .count())
                .isEqualTo(1);
        assertThat(client.elasticsearch()
                        .count(c -> c.index(index)
                                .query(q -> q.range(r -> r.date(d -> d.field("optimist_tombstone.deleted_at")
                                        .gt(Instant.now().minusSeconds(600).toString())))))
                        .count())
                .as("by their time")
                .isEqualTo(2);
    }

    @Test
    void setUpMakesAnIndexThatIsMissingAndKeepsOneThatIsThere() throws Exception {
        documents.create("1", n(1));
        synced().setUp();
        assertThat(version("1")).isEqualTo(1);
        SyncIndex missing = SyncIndex.of(client, index + "-new", new Tombstones("gone"));
        missing.setUp();
        missing.setUp();
        assertThat(client.elasticsearch()
                        .indices()
                        .getMapping(g -> g.index(index + "-new"))
                        .toString())
                .contains("\"gone\":{", "\"deleted_at\":{\"type\":\"date\"}");
    }

    @Test
    void anAliasThatIsAnIndexIsRefused() {
        assertThatThrownBy(() -> synced().setUp(positionsIndex())).isInstanceOf(ElasticsearchException.class);
    }

    private String positionsIndex() {
        var unused = client.documents(positions, JsonNode.class).create("1", n(1));
        return positions;
    }

    @Test
    void sweepRemovesOldTombstonesAndLeavesAllElse() throws Exception {
        synced().setUp();
        int routed = 8; // by their ids alone, about half of them would be looked for in the other shard
        List<BulkOperation<JsonNode>> elsewhere = new ArrayList<>();
        for (int i = 0; i < routed; i++) {
            elsewhere.add(BulkOperation.index("routed" + i, tombstone(Duration.ofDays(9)), WriteCondition.external(10))
                    .withRouting("r"));
        }
        store(elsewhere);
        store(List.of(
                BulkOperation.index("old", tombstone(Duration.ofDays(8)), WriteCondition.external(10)),
                BulkOperation.index("young", tombstone(Duration.ofDays(6)), WriteCondition.external(10)),
                BulkOperation.index("document", n(1), WriteCondition.external(10))));
        assertThat(synced().sweep(WEEK)).isEqualTo(new Sweep(1 + routed, 0, 0));
        assertThat(version("old")).isEqualTo(-1);
        assertThat(version("young")).isEqualTo(10);
        assertThat(version("document")).isEqualTo(10);
        assertThat(search(index)).isEqualTo(2);
        // the next change of the database has the next version, and must not meet one that the sweep has made
        assertThat(documents.index("old", n(2), WriteCondition.external(11)).version())
                .isEqualTo(11);
        assertThat(synced().sweep(WEEK)).isEqualTo(new Sweep(0, 0, 0));
    }

    /** Written while the sweep is under way, which sees them as they were at its begin. */
    @Test
    void sweepLeavesWhatIsNewerThanTheTombstoneThatItHasFound() throws Exception {
        synced().setUp();
        int count = 1200;
        List<BulkOperation<JsonNode>> tombstones = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tombstones.add(BulkOperation.index(
                    Integer.toString(i), tombstone(Duration.ofDays(8)), WriteCondition.external(10)));
        }
        store(tombstones);
        List<Sweep> told = new ArrayList<>();
        Sweep total = synced().sweep(WEEK, Long.MAX_VALUE, sweep -> {
            if (told.isEmpty()) {
                List<BulkOperation<JsonNode>> again = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    again.add(BulkOperation.index(Integer.toString(i), n(i), WriteCondition.external(11)));
                }
                store(again);
            }
            told.add(sweep);
        });
        assertThat(told.get(0)).isEqualTo(new Sweep(500, 0, 0));
        assertThat(total).isEqualTo(new Sweep(500, 700, 0));
        assertThat(told).hasSize(3);
        assertThat(search(index)).isEqualTo(count);
    }

    @Test
    void sweepRemovesNoMoreThanItMayAndGoesOnTheNextTime() throws Exception {
        synced().setUp();
        List<BulkOperation<JsonNode>> tombstones = new ArrayList<>();
        for (int i = 0; i < 620; i++) {
            tombstones.add(BulkOperation.index(
                    Integer.toString(i), tombstone(Duration.ofDays(8)), WriteCondition.external(10)));
        }
        store(tombstones);
        assertThat(synced().sweep(WEEK, 510, sweep -> {}).removed()).isEqualTo(510);
        assertThat(synced().sweep(WEEK).removed()).isEqualTo(110);
        assertThat(search(index)).isZero();
    }

    @Test
    void anAgeThatUndoesTombstonesIsRefused() {
        assertThatThrownBy(() -> synced().sweep(Duration.ofSeconds(59)))
                .hasMessageContaining("olderThan must be 1 minute or longer");
    }

    private void store(List<BulkOperation<JsonNode>> operations) {
        VersionedDocuments<JsonNode> all = client.documents(index, JsonNode.class);
        assertThat(all.bulk(operations))
                .extracting(BulkItemResult::outcome)
                .containsOnly(BulkItemResult.Outcome.APPLIED);
    }

    private static JsonNode tombstone(Duration age) {
        return JSON.valueToTree(Map.of(
                "optimist_tombstone",
                Map.of(Tombstones.DELETED_AT, Instant.now().minus(age).toString())));
    }
}

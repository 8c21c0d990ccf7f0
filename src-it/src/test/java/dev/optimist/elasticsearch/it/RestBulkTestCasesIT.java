package dev.optimist.elasticsearch.it;

import static dev.optimist.elasticsearch.BulkOperation.delete;
import static dev.optimist.elasticsearch.BulkOperation.index;
import static dev.optimist.elasticsearch.WriteCondition.external;
import static dev.optimist.elasticsearch.WriteCondition.externalGte;
import static dev.optimist.elasticsearch.WriteCondition.ifSeqNo;
import static dev.optimist.elasticsearch.WriteCondition.none;
import static dev.optimist.elasticsearch.WriteCondition.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.BulkItemResult;
import dev.optimist.elasticsearch.BulkItemResult.Outcome;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.VersionConflictException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Elasticsearch's own REST test cases of bulk, and those of {@link RestTestCasesIT}, each as one bulk. */
class RestBulkTestCasesIT extends ServerTest {
    private static final Counter ANY = new Counter(1);

    // bulk/80_cas
    @Test
    @Since(value = "6.7", because = "there are no sequence numbers before")
    void bulkIfSeqNo() {
        DocumentToken written = counters.index("1", ANY, none()).token();
        assertThat(written.version()).isEqualTo(1);
        leavesUnchanged(
                "1", () -> says(List.of(index("1", new Counter(2), ifSeqNo(10000, written.primaryTerm()))), "STALE"));
        says(List.of(index("1", new Counter(2), ifSeqNo(written.seqNo(), written.primaryTerm()))), "Updated 2");
        assertThat(counters.get("1").orElseThrow().source()).isEqualTo(new Counter(2));
    }

    // bulk/10_basic: two documents
    @Test
    void bulkOfTwo() {
        says(List.of(index("1", ANY, none()), index("2", ANY, none())), "Created 1", "Created 1");
        rest.post("/" + index + "/_refresh", "").ok();
        assertThat(rest.get("/" + index + "/_count").body().path("count").asInt())
                .isEqualTo(2);
    }

    // bulk/10_basic: an empty _id is refused by itself there. We name its position and send nothing, and give no _id
    // either
    @Test
    void bulkWithoutAnId() {
        for (String noId : new String[] {"", null}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> counters.bulk(List.of(index("1", ANY, none()), index(noId, ANY, none()))))
                    .withMessageContaining("id");
        }
        assertThat(counters.get("1")).isEmpty();
    }

    // create/30_internal_version, index/30_internal_version, delete/20_internal_version
    @Test
    void internalVersions() {
        says(
                List.of(
                        BulkOperation.create("1", ANY),
                        BulkOperation.create("1", ANY),
                        index("1", ANY, none()),
                        index("1", ANY, version(1)),
                        index("1", ANY, version(2)),
                        delete("1", version(2)),
                        delete("1", version(3))),
                "Created 1",
                "EXISTS",
                "Updated 2",
                "STALE",
                "Updated 3",
                "STALE",
                "Deleted 4");
    }

    // index/35_external_version, delete/25_external_version
    @Test
    void externalVersions() {
        says(
                List.of(
                        index("1", ANY, external(0)),
                        index("1", ANY, external(5)),
                        index("1", ANY, external(5)),
                        index("1", ANY, external(0)),
                        index("1", ANY, external(6)),
                        delete("1", external(5)),
                        delete("1", external(7))),
                "Created 0",
                "Updated 5",
                "EXTERNAL",
                "EXTERNAL",
                "Updated 6",
                "EXTERNAL",
                "Deleted 7");
    }

    // index/36_external_gte_version, delete/26_external_gte_version
    @Test
    void externalGteVersions() {
        says(
                List.of(
                        index("1", ANY, externalGte(0)),
                        index("1", ANY, externalGte(5)),
                        index("1", ANY, externalGte(0)),
                        index("1", ANY, externalGte(5)),
                        index("1", ANY, externalGte(6)),
                        delete("1", externalGte(5)),
                        delete("1", externalGte(7)),
                        index("1", ANY, externalGte(7)),
                        delete("1", externalGte(7))),
                "Created 0",
                "Updated 5",
                "EXTERNAL",
                "Updated 5",
                "Updated 6",
                "EXTERNAL",
                "Deleted 7",
                "Created 7",
                "Deleted 7");
    }

    /** Asserts results and versions, or kinds of conflict; and that the last says what is stored. */
    private void says(List<BulkOperation<Counter>> operations, String... expected) {
        List<BulkItemResult<Counter>> results = counters.bulk(operations);
        assertThat(results.stream().map(RestBulkTestCasesIT::told)).containsExactly(expected);
        BulkItemResult<Counter> last = results.get(results.size() - 1);
        if (last.outcome() == Outcome.APPLIED) {
            boolean deleted = last.orThrow().result() == Result.Deleted;
            assertThat(counters.get(last.operation().id())
                            .map(read -> read.version())
                            .orElse(-1L))
                    .isEqualTo(deleted ? -1 : last.orThrow().version());
        }
    }

    private static String told(BulkItemResult<?> result) {
        if (result.failure() instanceof VersionConflictException conflict) {
            return conflict.kind().toString();
        }
        return result.orThrow().result() + " " + result.orThrow().version();
    }
}

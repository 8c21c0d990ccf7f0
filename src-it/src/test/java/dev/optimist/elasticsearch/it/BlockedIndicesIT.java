package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.optimist.elasticsearch.BulkItemResult;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An index that nobody may write to for now: told at once and once, and nothing is written; one write each is in FailuresIT. */
class BlockedIndicesIT extends BothFacesTest {

    @BeforeEach
    void twoDocuments() {
        documents.create("1", new Counter(1));
        documents.create("2", new Counter(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"write", "read_only"})
    void aBlockIsToldToEveryCallAfterOneSend(String block) {
        block(block, "true");
        try {
            leavesUnchanged("1", () -> {
                AtomicInteger runs = new AtomicInteger();
                for (ThrowingCallable call : List.<ThrowingCallable>of(
                        () -> documents.create("3", new Counter(3)),
                        () -> documents.index("1", new Counter(9), WriteCondition.none()),
                        () -> documents.index("1", new Counter(9), WriteCondition.external(9)),
                        () -> documents.readModifyWrite("1", c -> c.plus(runs.incrementAndGet())),
                        () -> documents
                                .with(o -> o.writeLedger(WriteLedger.standard()))
                                .readModifyWrite("1", "order", c -> c.plus(runs.incrementAndGet())),
                        () -> documents
                                .with(o -> o.reuseLastWrite(true))
                                .readModifyWrite("1", c -> c.plus(runs.incrementAndGet())))) {
                    long before = Internals.requests(client);
                    blocked(call);
                    assertThat(Internals.requests(client) - before)
                            .as("a write, and perhaps a read before")
                            .isBetween(1L, 2L);
                }
                assertThat(runs).hasValue(3);
                blockedAmongMany();
                assertThat(documents.get("1")).as("reads go on").isPresent();
            });
        } finally {
            block(block, "false");
        }
        documents.readModifyWrite("1", c -> c.plus(1));
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
    }

    @Test
    @Since(value = "5", because = "index.blocks.read_only_allow_delete came with 5.x")
    void soIsAFullDisk() {
        aBlockIsToldToEveryCallAfterOneSend("read_only_allow_delete");
    }

    private void blockedAmongMany() {
        long before = Internals.requests(client);
        List<BulkItemResult<Counter>> results = counters.bulk(List.of(
                BulkOperation.index("1", new Counter(9), WriteCondition.none()),
                BulkOperation.create("3", new Counter(3))));
        results.forEach(r -> blocked(r::orThrow));
        assertThat(Internals.requests(client) - before).as("of a bulk").isEqualTo(1);

        List<Throwable> failures = new ArrayList<>();
        before = Internals.requests(client);
        counters.readModifyWriteAll(List.of("1", "2").stream(), c -> c.plus(1), item -> failures.add(item.failure()));
        assertThat(Internals.requests(client) - before)
                .as("an mget and a bulk, or two")
                .isLessThanOrEqualTo(4);
        assertThat(failures).hasSize(2);
        failures.forEach(e -> blocked(() -> {
            throw e;
        }));
    }

    private static void blocked(ThrowingCallable call) {
        RequestRejectedException e = catchThrowableOfType(RequestRejectedException.class, call);
        assertThat(e.type()).hasValue("cluster_block_exception");
        assertThat(e.status().orElseThrow()).isIn(403, 429);
        assertThat(e).hasMessageContaining("blocked by");
    }

    /** Writes are let in, and what readModifyWrite needs first is not. */
    @Test
    void aBlockOfReadsIsToldBeforeAnythingIsWritten() {
        block("read", "true");
        try {
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> documents.get("1"), () -> documents.readModifyWrite("1", c -> c.plus(1)))) {
                long before = Internals.requests(client);
                blocked(call);
                assertThat(Internals.requests(client) - before).isEqualTo(1);
            }
            List<Throwable> failures = new ArrayList<>();
            counters.readModifyWriteAll(
                    List.of("1", "2").stream(), c -> c.plus(1), item -> failures.add(item.failure()));
            assertThat(failures).hasSize(2).allMatch(e -> e instanceof RequestRejectedException);
        } finally {
            block("read", "false");
        }
        assertThat(stored("1").path("_version").asInt()).isEqualTo(1);
        assertThat(stored("2").path("_version").asInt()).isEqualTo(1);
    }

    @Test
    void aClosedIndexIsToldAtOnceAndTokensOutliveIt() {
        VersionedDocument<Counter> read = documents.get("1").orElseThrow();
        rest.post("/" + index + "/_close", "").ok();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> documents.get("1"),
                () -> documents.create("3", new Counter(3)),
                () -> documents.index("1", new Counter(9), WriteCondition.none()),
                () -> documents.index("1", new Counter(9), WriteCondition.unchangedSince(read)),
                () -> documents.delete("1", WriteCondition.version(1)),
                () -> documents.readModifyWrite("1", c -> c.plus(1)),
                () -> counters.bulk(List.of(BulkOperation.create("3", new Counter(3))))
                        .get(0)
                        .orThrow())) {
            long before = Internals.requests(client);
            closed(catchThrowableOfType(RequestRejectedException.class, call));
            assertThat(Internals.requests(client) - before).isEqualTo(1);
        }
        List<Throwable> failures = new ArrayList<>();
        counters.readModifyWriteAll(List.of("1", "2").stream(), c -> c.plus(1), item -> failures.add(item.failure()));
        assertThat(failures).hasSize(2).allSatisfy(BlockedIndicesIT::closed);

        openIndex(index);
        assertThat(stored("3").path("found").asBoolean()).isFalse();
        documents.index("1", new Counter(5), WriteCondition.unchangedSince(read));
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(5);
    }

    private static void closed(Throwable e) {
        assertThat(e).isInstanceOf(RequestRejectedException.class).hasMessageContaining("index_closed_exception");
    }

    @Test
    void aFrozenIndexIsReadAndNotWritten() {
        Rest.Answer frozen = rest.post("/" + index + "/_freeze", "");
        if (frozen.status() != 200) {
            assertThat(frozen.status())
                    .as("only 6.6 to 7 can, and not 7 for tests")
                    .isIn(400, 404, 405);
            return;
        }
        assertThat(documents.get("1").orElseThrow().source()).isEqualTo(new Counter(1));
        leavesUnchanged("1", () -> {
            blocked(() -> documents.index("1", new Counter(9), WriteCondition.none()));
            blocked(() -> documents.readModifyWrite("1", c -> c.plus(1)));
        });
        rest.post("/" + index + "/_unfreeze", "").ok();
        documents.readModifyWrite("1", c -> c.plus(1));
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
    }

    private void block(String name, String value) {
        rest.put("/" + index + "/_settings", "{\"index.blocks." + name + "\":" + value + "}")
                .ok();
    }
}

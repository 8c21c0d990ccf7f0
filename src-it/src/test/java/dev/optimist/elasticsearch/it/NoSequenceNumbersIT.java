package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.BulkItemResult;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where there are no sequence numbers nothing is changed on the condition of a read; the first refusals are in BadInputIT. */
@Since(value = "9.4", because = "index.disable_sequence_numbers came with 9.4")
class NoSequenceNumbersIT extends BothFacesTest {

    @BeforeEach
    void withoutSequenceNumbers() {
        index = newIndex(1, "\"index.disable_sequence_numbers\":true,", "{}");
        counters = client.documents(index, Counter.class);
        documents = face.of(counters);
    }

    @Test
    void refusesEveryConditionOnASequenceNumberAndSaysWhatIsLeft() {
        documents.create("1", new Counter(1));
        leavesUnchanged("1", () -> {
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> documents.index("1", new Counter(9), WriteCondition.ifSeqNo(0, 1)),
                    () -> documents.delete("1", WriteCondition.ifSeqNo(0, 1)),
                    () -> documents.index("1", new Counter(9), WriteCondition.version(1)),
                    () -> documents.delete("1", WriteCondition.version(1)),
                    () -> documents.readModifyWrite("1", c -> c.plus(1)),
                    () -> documents.readModifyWriteOptional("1", c -> Modification.delete()),
                    () -> documents
                            .with(o -> o.writeLedger(WriteLedger.standard()))
                            .readModifyWrite("1", "w", c -> c.plus(1)),
                    () -> documents.with(o -> o.reuseLastWrite(true)).readModifyWrite("1", c -> c.plus(1)))) {
                refuses(call);
            }
        });
    }

    @Test
    void refusesThemAmongManyToo() {
        counters.bulk(List.of(BulkOperation.create("1", new Counter(1)), BulkOperation.create("2", new Counter(2))));
        leavesUnchanged("1", () -> {
            List<BulkItemResult<Counter>> results = counters.bulk(List.of(
                    BulkOperation.index("1", new Counter(9), WriteCondition.ifSeqNo(0, 1)),
                    BulkOperation.delete("2", WriteCondition.version(1))));
            results.forEach(r -> refuses(r::orThrow));
            List<Throwable> failures = new ArrayList<>();
            counters.readModifyWriteAll(
                    List.of("1", "2").stream(), c -> c.plus(1), item -> failures.add(item.failure()));
            assertThat(failures).hasSize(2);
            failures.forEach(e -> refuses(() -> {
                throw e;
            }));
        });
    }

    @Test
    void externalVersionsAndCreateAreTheServersOwnComparison() {
        DocumentToken created = documents.create("1", new Counter(1)).token();
        assertThat(created.hasSeqNo()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WriteCondition.unchangedSince(created))
                .withMessageContaining("WriteCondition.external works there");
        assertThat(conflict(() -> documents.create("1", new Counter(2)))).isEqualTo(Kind.EXISTS);

        assertThat(documents
                        .index("1", new Counter(5), WriteCondition.external(5))
                        .version())
                .isEqualTo(5);
        for (long stale : new long[] {4, 5}) {
            assertThat(conflict(() -> documents.index("1", new Counter(9), WriteCondition.external(stale))))
                    .isEqualTo(Kind.EXTERNAL);
        }
        assertThat(conflict(() -> documents.index("1", new Counter(9), WriteCondition.externalGte(4))))
                .isEqualTo(Kind.EXTERNAL);
        documents.index("1", new Counter(55), WriteCondition.externalGte(5));
        assertThat(documents.get("1").orElseThrow().source()).isEqualTo(new Counter(55));
        assertThat(documents.delete("1", WriteCondition.external(7)).result()).isEqualTo(Result.Deleted);
        assertThat(conflict(() -> documents.index("1", new Counter(9), WriteCondition.external(6))))
                .isEqualTo(Kind.EXTERNAL);
    }

    /** Safe, as the server's op_type=create is the condition; and what comes next is refused, whatever is remembered. */
    @Test
    void readModifyWriteCreatesWhatIsAbsent() {
        for (Documents<Counter> handle : List.of(
                documents,
                documents.with(o -> o.reuseLastWrite(true)),
                documents.with(o -> o.writeLedger(WriteLedger.standard()).reuseLastWrite(true)))) {
            String id = "new-" + System.identityHashCode(handle);
            AtomicInteger runs = new AtomicInteger();
            ModificationResult<Counter> made = handle.readModifyWriteOptional(id, none -> {
                runs.incrementAndGet();
                return Modification.index(new Counter(1));
            });
            assertThat(made.result()).isEqualTo(Result.Created);
            assertThat(made.token().hasSeqNo()).isFalse();
            leavesUnchanged(
                    id,
                    () -> refuses(() -> handle.readModifyWriteOptional(
                            id, current -> Modification.index(new Counter(100 + runs.incrementAndGet())))));
            assertThat(runs).as("of the second, none").hasValue(1);
        }
    }

    /** Not of a setting, but of what the index is for. */
    @Test
    void columnarIndicesHaveNoneByDefault() {
        index = newIndex(1, "\"index.mode\":\"columnar\",", "{}");
        documents = face.of(client.documents(index, Counter.class));
        assertThat(documents.create("1", new Counter(1)).token().hasSeqNo()).isFalse();
        leavesUnchanged("1", () -> refuses(() -> documents.readModifyWrite("1", c -> c.plus(1))));
        documents.index("1", new Counter(5), WriteCondition.external(5));
        assertThat(documents.get("1").orElseThrow().source()).isEqualTo(new Counter(5));
    }

    private static void refuses(ThrowingCallable call) {
        assertThat(catchThrowableOfType(RequestRejectedException.class, call))
                .isNotNull()
                .hasMessageContainingAll("index.disable_sequence_numbers", "WriteCondition.external works there");
    }

    private static Kind conflict(ThrowingCallable write) {
        return catchThrowableOfType(VersionConflictException.class, write).kind();
    }
}

package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteResult;
import dev.optimist.elasticsearch.testkit.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The answer to a create or a delete is lost. */
class LedgerCreateDeleteIT extends LossyTest {

    @ParameterizedTest
    @EnumSource(names = {"DROP_AFTER", "RESET_AFTER", "TRUNCATE", "BAD_GATEWAY_AFTER", "HOLD"})
    void aCreateThatWasAppliedIsFound(Fault fault) {
        harm(fault);
        WriteResult result = lossy.create("1", new Counter(1));
        assertThat(result.result()).isEqualTo(Result.Created);
        assertThat(result.token()).isEqualTo(other.get("1").orElseThrow().token());
        assertThat(n("1")).isEqualTo(1);
        assertThat(version("1")).as("created, and confirmed").isEqualTo(2);
        assertThat(proxy.writes()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_BEFORE", "RESET_BEFORE", "BAD_GATEWAY_BEFORE", "HALF_REQUEST"})
    void aCreateThatWasNotAppliedIsSentAgain(Fault fault) {
        harm(fault);
        assertThat(lossy.create("1", new Counter(1)).result()).isEqualTo(Result.Created);
        assertThat(version("1")).isEqualTo(1);
        assertThat(proxy.writes()).isEqualTo(2);
    }

    @Test
    void aDocumentOfAnotherIsAConflict() {
        harm(Fault.DROP_BEFORE);
        VersionConflictException e = catchThrowableOfType(
                VersionConflictException.class,
                () -> between(lossy, () -> other.create("1", new Counter(7))).create("1", new Counter(1)));
        assertThat(e.kind()).isEqualTo(Kind.EXISTS);
        assertThat(e.currentVersion()).hasValue(1);
        assertThat(n("1")).isEqualTo(7);
        assertThat(proxy.writes()).isEqualTo(1);
    }

    @Test
    void aDocumentOfSomebodyWithoutTheLedgerIsUndecidable() {
        harm(Fault.DROP_BEFORE);
        assertThat(unknown(() -> between(lossy, () -> overwrite("1", 7)).create("1", new Counter(1))))
                .hasMessageContaining("somebody without the write ledger");
        assertThat(n("1")).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_AFTER", "DROP_BEFORE"})
    void whoOverwritesTheNewDocumentMakesItUndecidable(Fault fault) {
        harm(fault);
        OutcomeUnknownException e = unknown(() -> between(lossy, () -> {
                    overwrite("1", 7);
                    overwrite("1", 8);
                })
                .create("1", new Counter(1)));
        assertThat(e).hasMessageContaining("somebody without the write ledger has written");
        assertThat(e.operation()).isEqualTo("create");
        assertThat(e.condition()).isEqualTo(WriteCondition.none());
        assertThat(e.token()).isEmpty();
        assertThat(e.writeId()).isPresent();
        assertThat(n("1")).isEqualTo(8);
    }

    @Test
    void withoutTheLedgerACreateIsSentOnceAndItsOutcomeUnknown() {
        harm(Fault.DROP_AFTER);
        OutcomeUnknownException e =
                unknown(() -> lossy.with(o -> o.writeLedger(null)).create("1", new Counter(1)));
        assertThat(e.operation()).isEqualTo("create");
        assertThat(e.writeId()).isEmpty();
        assertThat(n("1")).isEqualTo(1);
        assertThat(proxy.writes()).isEqualTo(1);
        assertThat(proxy.reads()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_AFTER", "RESET_AFTER", "TRUNCATE", "BAD_GATEWAY_AFTER", "HOLD"})
    void aDeleteThatWasAppliedLeavesNothingToFind(Fault fault) {
        var token = other.create("1", new Counter(1)).token();
        harm(fault);
        OutcomeUnknownException e = unknown(this::delete);
        assertThat(e).hasMessageContaining("the document is gone, deleted by this write or by another writer");
        assertThat(e.operation()).isEqualTo("delete");
        assertThat(e.token()).hasValue(token);
        assertThat(runs).hasValue(1);
        assertThat(proxy.writes()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_BEFORE", "RESET_BEFORE", "BAD_GATEWAY_BEFORE", "HALF_REQUEST"})
    void aDeleteThatWasNotAppliedIsSentAgain(Fault fault) {
        other.create("1", new Counter(1));
        harm(fault);
        ModificationResult<Counter> result = delete();
        assertThat(result.result()).isEqualTo(Result.Deleted);
        assertThat(result.recovered()).isFalse();
        assertThat(runs).hasValue(1);
        assertThat(stored("1").path("found").booleanValue()).isFalse();
        assertThat(proxy.writes()).isEqualTo(2);
    }

    @Test
    void aDeleteIsAppliedToWhatAnotherHasWritten() {
        other.create("1", new Counter(1));
        harm(Fault.DROP_BEFORE);
        ModificationResult<Counter> result = between(lossy, () -> other.readModifyWrite("1", c -> c.plus(100)))
                .readModifyWriteOptional("1", c -> {
                    runs.incrementAndGet();
                    return Modification.delete();
                });
        assertThat(result.result()).isEqualTo(Result.Deleted);
        assertThat(runs).hasValue(2);
    }

    @Test
    void aDocumentThatIsThereAgainDoesNotTellEither() {
        other.create("1", new Counter(1));
        harm(Fault.DROP_AFTER);
        OutcomeUnknownException e = unknown(() -> between(lossy, () -> other.create("1", new Counter(5)))
                .readModifyWriteOptional("1", c -> Modification.delete()));
        assertThat(e).hasMessageContaining("deleted and created again");
        assertThat(n("1")).isEqualTo(5);
    }

    /** What the javadoc of OutcomeUnknownException advises: at most one of the two is applied. */
    @ParameterizedTest
    @EnumSource(names = {"DROP_AFTER", "DROP_BEFORE"})
    void aPlainDeleteMayBeRepeatedWithItsToken(Fault fault) {
        other.create("1", new Counter(1));
        VersionedDocument<Counter> read = lossy.get("1").orElseThrow();
        harm(fault);
        OutcomeUnknownException e = unknown(() -> lossy.delete("1", WriteCondition.unchangedSince(read)));
        assertThat(e.operation()).isEqualTo("delete");
        assertThat(e.token()).hasValue(read.token());
        assertThat(proxy.writes()).isEqualTo(1);

        if (fault == Fault.DROP_BEFORE) {
            assertThat(lossy.delete("1", e.condition()).result()).isEqualTo(Result.Deleted);
        } else {
            VersionConflictException conflict =
                    catchThrowableOfType(VersionConflictException.class, () -> lossy.delete("1", e.condition()));
            assertThat(conflict.kind()).isEqualTo(hasMappingTypes() ? Kind.STALE : Kind.ABSENT);
        }
        assertThat(stored("1").path("found").booleanValue()).isFalse();
    }

    private ModificationResult<Counter> delete() {
        return lossy.readModifyWriteOptional("1", c -> {
            runs.incrementAndGet();
            return Modification.delete();
        });
    }
}

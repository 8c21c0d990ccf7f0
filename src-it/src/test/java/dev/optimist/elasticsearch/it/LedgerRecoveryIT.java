package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The answer to a write is lost, and the write ledger tells whether it was applied, whoever else has written. */
class LedgerRecoveryIT extends LossyTest {
    private DocumentToken created;

    @BeforeEach
    void aDocument() {
        created = other.create("1", new Counter(1)).token();
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_AFTER", "RESET_AFTER", "TRUNCATE", "BAD_GATEWAY_AFTER", "HOLD"})
    void whatWasAppliedIsFoundAndNotAppliedAgain(Fault fault) {
        harm(fault);
        ModificationResult<Counter> result = lossy.readModifyWrite("1", this::increment);
        applies(result, 2, true);
        assertThat(result.result()).isEqualTo(Result.Updated);
        assertThat(result.attempts()).isEqualTo(2);
        assertThat(runs).hasValue(1);
        assertThat(n("1")).isEqualTo(2);
        assertThat(proxy.writes()).as("the write, and one that confirms it").isEqualTo(2);
        assertThat(proxy.reads()).isEqualTo(2);
        assertThat(version("1")).isEqualTo(3);
        assertThat(result.token()).isEqualTo(other.get("1").orElseThrow().token());
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_BEFORE", "RESET_BEFORE", "BAD_GATEWAY_BEFORE", "HALF_REQUEST"})
    void whatWasNotAppliedIsSentAgainAsItWas(Fault fault) {
        harm(fault);
        ModificationResult<Counter> result = lossy.readModifyWrite("1", this::increment);
        applies(result, 2, false);
        assertThat(result.attempts()).isEqualTo(2);
        assertThat(runs).hasValue(1);
        assertThat(n("1")).isEqualTo(2);
        assertThat(version("1")).isEqualTo(2);
        assertThat(proxy.writeLines())
                .hasSize(2)
                .as("the same token twice")
                .allMatch(l -> l.contains(hasSequenceNumbers() ? "if_seq_no=0" : "version=1"));
        assertThat(proxy.reads()).isEqualTo(2);
    }

    @Test
    void aRequestThatArrivesAfterItsRepetitionIsRefused() {
        proxy.plan(FaultPlan.next(1, Fault.LATE).withLateAfter(Duration.ofSeconds(4)));
        applies(lossy.readModifyWrite("1", this::increment), 2, false);
        applies(lossy.readModifyWrite("1", this::increment), 3, false);
        await(() -> sendsSeenByTheServer() == 4); // with the create
        assertThat(n("1")).isEqualTo(3);
        assertThat(runs).hasValue(2);
    }

    @Test
    void severalAnswersInARowMayBeLost() {
        proxy.plan(FaultPlan.next(3, Fault.RESET_AFTER));
        ModificationResult<Counter> result = lossy.readModifyWrite("1", this::increment);
        applies(result, 2, true);
        assertThat(result.attempts())
                .as("the write, and a confirmation after each of three reads")
                .isEqualTo(4);
        assertThat(n("1")).isEqualTo(2);
        assertThat(runs).hasValue(1);
        assertThat(proxy.writes()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_AFTER", "HOLD"})
    void itIsFoundBelowTheChangeOfAnother(Fault fault) {
        harm(fault);
        ModificationResult<Counter> result = between(lossy, () -> other.readModifyWrite("1", c -> c.plus(100)))
                .readModifyWrite("1", this::increment);
        applies(result, 102, true);
        assertThat(runs).hasValue(1);
        assertThat(n("1")).isEqualTo(102);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_BEFORE", "HALF_REQUEST"})
    void itIsProvenAbsentBelowTheChangesOfOthersAndAppliedToThem(Fault fault) {
        harm(fault);
        ModificationResult<Counter> result = between(lossy, () -> {
                    other.readModifyWrite("1", c -> c.plus(100));
                    other.readModifyWrite("1", c -> c.plus(1000));
                })
                .readModifyWrite("1", this::increment);
        applies(result, 1102, false);
        assertThat(runs).hasValue(2);
        assertThat(n("1")).isEqualTo(1102);
    }

    /** The same client has one id for all its writes of one thread; that must not make room where ours is missed. */
    @ParameterizedTest
    @EnumSource(names = {"DROP_AFTER", "DROP_BEFORE"})
    void theSameClientMayWriteInBetween(Fault fault) {
        harm(fault);
        ModificationResult<Counter> result = between(lossy, () -> {
                    lossy.readModifyWrite("1", c -> c.plus(100));
                    lossy.readModifyWrite("1", c -> c.plus(1000));
                })
                .readModifyWrite("1", this::increment);
        applies(result, 1102, fault == Fault.DROP_AFTER);
        assertThat(n("1")).isEqualTo(1102);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_AFTER", "DROP_BEFORE"})
    void whereItsIdWouldHaveBeenDroppedNobodyKnows(Fault fault) {
        VersionedDocuments<Counter> narrow =
                other.with(o -> o.writeLedger(WriteLedger.standard().withSize(2)));
        harm(fault);
        OutcomeUnknownException e = unknown(() -> between(lossy, () -> {
                    for (int i = 0; i < 3; i++) {
                        narrow.readModifyWrite("1", "order " + i, c -> c.plus(100));
                    }
                })
                .readModifyWrite("1", this::increment));
        assertThat(e).hasMessageContaining("would have been dropped for want of room");
        assertThat(runs).hasValue(1);
        assertThat(n("1")).isEqualTo(fault == Fault.DROP_AFTER ? 302 : 301);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_AFTER", "DROP_BEFORE"})
    void whoOverwritesTheDocumentWithoutTheLedgerMakesItUndecidable(Fault fault) {
        harm(fault);
        OutcomeUnknownException e =
                unknown(() -> between(lossy, () -> overwrite("1", 70)).readModifyWrite("1", this::increment));
        assertThat(e)
                .hasMessageContaining("written by somebody without the write ledger")
                .hasMessageContaining("attempts begun: 2");
        assertThat(e.operation()).isEqualTo("index");
        assertThat(e.token()).hasValue(created);
        assertThat(e.writeId()).isPresent();
        assertThat(e.index()).isEqualTo(index);
        assertThat(e.id()).isEqualTo("1");
        assertThat(runs).hasValue(1);
        assertThat(n("1")).isEqualTo(70);
        assertThat(proxy.writes()).isEqualTo(1);
    }

    @Test
    void aPartialUpdateLeavesTheIdInTheDocument() {
        harm(Fault.DROP_AFTER);
        applies(between(lossy, () -> update("1", 70)).readModifyWrite("1", this::increment), 70, true);
        assertThat(runs).hasValue(1);
        assertThat(n("1")).isEqualTo(70);
    }

    /** One write came, and if ours had, there were two. */
    @Test
    void onePartialUpdateProvesThatItWasNotApplied() {
        harm(Fault.DROP_BEFORE);
        applies(between(lossy, () -> update("1", 70)).readModifyWrite("1", this::increment), 71, false);
        assertThat(runs).hasValue(2);
        assertThat(n("1")).isEqualTo(71);
    }

    @Test
    void twoPartialUpdatesDoNot() {
        harm(Fault.DROP_BEFORE);
        OutcomeUnknownException e = unknown(() -> between(lossy, () -> {
                    update("1", 70);
                    update("1", 80);
                })
                .readModifyWrite("1", this::increment));
        assertThat(e).hasMessageContaining("somebody without the write ledger has written in between");
        assertThat(runs).hasValue(1);
        assertThat(n("1")).isEqualTo(80);
    }

    /** It was applied all the same, which is not to be told as "refused: nothing was written". */
    @Test
    void aFoundWriteInADocumentThatDoesNotMapAnyMoreIsFoundAllTheSame() {
        harm(Fault.DROP_AFTER);
        ModificationResult<Counter> result = between(
                        lossy,
                        () -> rest.post("/" + index + "/_update/1", "{\"doc\":{\"strange\":1}}")
                                .ok())
                .readModifyWrite("1", this::increment);
        assertThat(result.recovered()).isTrue();
        assertThat(result.source()).as("no object of this class").isNull();
        assertThat(n("1")).isEqualTo(2);
    }

    @Test
    void aDocumentFromBeforeTheLedgerIsJudgedToo() {
        overwrite("2", 1);
        harm(Fault.RESET_AFTER);
        applies(lossy.readModifyWrite("2", this::increment), 2, true);
        overwrite("3", 1);
        harm(Fault.RESET_BEFORE);
        // a pipeline may have taken our ledger away: that there is none proves nothing
        assertThat(unknown(() -> between(lossy, () -> overwrite("3", 50)).readModifyWrite("3", this::increment)))
                .hasMessageContaining("somebody without the write ledger");
        assertThat(runs).hasValue(2);
    }
}

package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import dev.optimist.elasticsearch.BatchScenario.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Several calls in one write, led by hand: what was read, what came of the write, and who is told what. */
class BatchTest {
    private final BatchScenario scenario = new BatchScenario();

    @Test
    void appliesAllFunctionsInOrderWithOneWrite() {
        List<Call<Text>> calls = calls("a", "b", "c");
        scenario.attempt("-");
        assertThat(scenario.sent).containsExactly("index -abc since 1");
        for (Call<Text> call : calls) {
            assertThat(call.result().source()).hasToString("-abc");
            assertThat(call.result().token()).isEqualTo(BatchScenario.token(2));
            assertThat(call.result().result()).isEqualTo(Result.Updated);
            assertThat(call.result().attempts()).isEqualTo(1);
        }
        assertThat(scenario.batch().begin()).as("anything left").isFalse();
    }

    @Test
    void nobodySharesAnObject() {
        List<Call<Text>> calls = calls("a", "b", "c");
        scenario.attempt("-");
        assertThat(calls.get(0).result().source())
                .isNotSameAs(calls.get(1).result().source())
                .isNotSameAs(calls.get(2).result().source());
    }

    @Test
    void aFunctionThatThrowsFailsOnlyItsCaller() {
        Call<Text> first = scenario.call("a");
        Call<Text> thrower = scenario.call(null, now -> {
            throw new IllegalStateException("mine, of " + now);
        });
        Call<Text> last = scenario.call("c");
        scenario.attempt("-");
        assertThat(scenario.sent).containsExactly("index -ac since 1");
        assertThatThrownBy(thrower::result)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("mine, of -a");
        assertThat(List.of(first, last)).allMatch(call -> call.result().source() != null);
    }

    @Test
    void whatIsBasedOnAChangeIsToldOnlyOnceThatIsAcknowledged() {
        Call<Text> first = scenario.call("a");
        Call<Text> thrower = scenario.call(null, now -> {
            if (now.text.contains("a")) {
                throw new IllegalStateException("sold out");
            }
            return Modification.index(now.plus("b"));
        });
        Call<Text> idle = scenario.call(
                null, now -> now.text.contains("a") ? Modification.noop() : Modification.index(now.plus("c")));
        scenario.compose(BatchScenario.read("-", 1));
        assertThat(scenario.batch().commit()).isTrue();
        assertThat(List.of(first, thrower, idle)).noneMatch(Call::isDone);

        scenario.batch().writeFailed(BatchScenario.conflict()); // "a" never was in the document
        assertThat(List.of(first, thrower, idle)).noneMatch(Call::isDone);
        scenario.attempt("-");
        assertThatThrownBy(thrower::result).hasMessage("sold out");
        assertThat(idle.result().result()).isEqualTo(Result.NoOp);
        assertThat(first.result().attempts()).isEqualTo(2);
    }

    @Test
    void whatIsBasedOnWhatWasReadIsToldAtOnce() {
        Call<Text> thrower = scenario.call(null, now -> {
            throw new IllegalStateException("mine");
        });
        Call<Text> idle = scenario.call(null, now -> Modification.noop());
        assertThat(scenario.compose(BatchScenario.read("-", 1))).isNull();
        assertThatThrownBy(thrower::result).hasMessage("mine");
        assertThat(idle.result().source()).hasToString("-");
        assertThat(scenario.batch().begin()).isFalse();
    }

    @Test
    void aCallThatCameDuringTheReadIsNotToldWhatMayHaveBeenOverBefore() {
        scenario.call("a");
        assertThat(scenario.batch().begin()).isTrue(); // and now it reads
        Call<Text> late = scenario.call(
                null, now -> now.text.startsWith("old") ? Modification.noop() : Modification.index(now.plus("!")));
        Call<Text> lateThrower = scenario.call(null, now -> {
            throw new IllegalStateException("of " + now);
        });
        scenario.batch().compose(BatchScenario.read("old", 1), true);
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().writeFailed(BatchScenario.lost()); // no ledger: unknown for "a", and nothing for the others
        assertThat(late.isDone() || lateThrower.isDone()).isFalse();
        scenario.attempt("new");
        assertThat(late.result().source()).hasToString("new!");
        assertThatThrownBy(lateThrower::result).hasMessage("of new!");
    }

    @Test
    void aLateCallThatChangesNothingWaitsForTheNextRead() {
        scenario.call(null, now -> Modification.noop());
        assertThat(scenario.batch().begin()).isTrue();
        Call<Text> late = scenario.call(null, now -> Modification.noop());
        assertThat(scenario.batch().compose(BatchScenario.read("old", 1), true)).isNull();
        assertThat(late.isDone()).isFalse();
        assertThat(scenario.compose(BatchScenario.read("new", 2))).isNull();
        assertThat(late.result().source()).hasToString("new");
        assertThat(late.result().attempts()).as("the first did not count").isEqualTo(1);
    }

    @Test
    void ofAWriteFromMemoryOnlyTheAnswerIsBelieved() {
        Call<Text> idle = scenario.call(null, now -> Modification.noop());
        assertThat(scenario.batch().begin()).isTrue();
        assertThat(scenario.batch().compose(BatchScenario.read("guess", 1), false))
                .isNull();
        assertThat(idle.isDone()).isFalse();
        assertThat(scenario.compose(BatchScenario.read("real", 2))).isNull();
        assertThat(idle.result().source()).hasToString("real");
        assertThat(idle.result().attempts()).isEqualTo(1);
    }

    @Test
    void aConflictLetsAllTryAgain() {
        List<Call<Text>> calls = calls("a", "b");
        scenario.compose(BatchScenario.read("-", 1));
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().writeFailed(BatchScenario.conflict());
        assertThat(scenario.batch().pause()).isEqualTo(10);
        scenario.attempt("+");
        assertThat(scenario.sent).containsExactly("index +ab since 1");
        assertThat(calls).allMatch(call -> call.result().attempts() == 2);
    }

    @Test
    void whoHasUsedUpHisAttemptsLeavesAndTheOthersGoOn() {
        Call<Text> old = scenario.call("a");
        for (int attempt = 1; attempt <= 2; attempt++) {
            scenario.compose(BatchScenario.read("-", attempt));
            assertThat(scenario.batch().commit()).isTrue();
            scenario.batch().writeFailed(BatchScenario.conflict());
        }
        Call<Text> young = scenario.call("b");
        scenario.compose(BatchScenario.read("-", 3));
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().writeFailed(BatchScenario.conflict());
        assertThatThrownBy(old::result)
                .isInstanceOf(AttemptsExhaustedException.class)
                .hasMessageContaining("all 3 attempts met a conflict");
        scenario.attempt("-", 4);
        assertThat(scenario.sent).containsExactly("index -b since 4");
        assertThat(young.result().attempts()).isEqualTo(2);
    }

    @Test
    void whoseTimeIsUpLeavesAndTheOthersGoOn() {
        Call<Text> old = scenario.call("a");
        scenario.pass(900);
        Call<Text> young = scenario.call("b");
        scenario.pass(100);
        scenario.attempt("-");
        assertThatThrownBy(old::result).hasMessageContaining("the deadline of 1000 ms was reached");
        assertThat(young.result().source()).hasToString("-b");
    }

    @Test
    void aCallThatIsTakenBackIsNotInTheWrite() {
        Call<Text> first = scenario.call("a");
        Call<Text> second = scenario.call("b");
        scenario.compose(BatchScenario.read("-", 1));
        first.takeBack(
                AttemptsExhaustedException.Limit.DEADLINE, null); // as its own thread does, with the functions applied
        assertThat(scenario.batch().commit()).as("may be sent").isFalse();
        var write = scenario.batch().compose(BatchScenario.read("-", 1), true);
        assertThat(scenario.batch().commit()).isTrue();
        assertThat(write).hasToString("index -b since 1");
        assertThatThrownBy(first::result).isInstanceOf(AttemptsExhaustedException.class);
        assertThat(second.isDone()).isFalse();
    }

    @Test
    void aCallThatIsTakenBackAfterItWasSentIsUnknownToItsCallerAlone() {
        Call<Text> first = scenario.call("a");
        Call<Text> second = scenario.call("b");
        var write = scenario.compose(BatchScenario.read("-", 1));
        assertThat(scenario.batch().commit()).isTrue();
        first.takeBack(AttemptsExhaustedException.Limit.INTERRUPT, null);
        scenario.batch().acknowledged(Objects.requireNonNull(write).send(1, BatchScenario.POLICY.deadline()));
        assertThatThrownBy(first::result)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("the thread was interrupted");
        assertThat(second.result().source()).hasToString("-ab");
    }

    @Test
    void aCallThatHasEndedMeetsNoConflictAnyMore() {
        Call<Text> call = scenario.call("a");
        call.takeBack(Limit.DEADLINE, null);
        call.met(BatchScenario.conflict());
        assertThat(call.conflicts()).isEmpty();
    }

    @Test
    void aDeleteGoesAlone() {
        Call<Text> first = scenario.call("a");
        Call<Text> delete = scenario.call(null, now -> Modification.delete());
        Call<Text> last = scenario.call("c");
        scenario.attempt("-");
        assertThat(first.result().source()).hasToString("-a");
        assertThat(delete.isDone() || last.isDone()).isFalse();
        scenario.attempt("-a");
        assertThat(delete.result().result()).isEqualTo(Result.Deleted);
        assertThat(delete.result().source()).isNull();
        assertThat(last.isDone()).isFalse();
        assertThat(scenario.compose(BatchScenario.absent())).hasToString("create c since 0");
        assertThat(scenario.sent).containsExactly("index -a since 1", "delete since 1");
        assertThat(last.attempt()).as("attempts in which its function counted").isEqualTo(1);
    }

    @Test
    void theFirstOfManyCreates() {
        List<Call<Text>> calls = calls("a", "b");
        var write = scenario.compose(BatchScenario.absent());
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().acknowledged(Objects.requireNonNull(write).send(1, BatchScenario.POLICY.deadline()));
        assertThat(scenario.sent).containsExactly("create ab since 0");
        assertThat(calls.stream().map(call -> call.result().result())).containsExactly(Result.Created, Result.Updated);
    }

    @Test
    void whatUndoesTheOneBeforeIsWrittenAllTheSame() {
        scenario.call("a");
        Call<Text> undo = scenario.call(null, now -> Modification.index(new Text(now.text.replace("a", ""))));
        scenario.attempt("-");
        assertThat(scenario.sent).as("both have changed something").containsExactly("index - since 1");
        assertThat(undo.result().result()).isEqualTo(Result.Updated);
    }

    @Test
    void aRefusalIsOnlyThatOfTheOneWhoCausedIt() {
        List<Call<Text>> calls = calls("a", "BAD", "c");
        scenario.compose(BatchScenario.read("-", 1));
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().writeFailed(BatchScenario.refused());
        assertThat(calls).noneMatch(Call::isDone);

        scenario.attempt("-"); // one by one from now on
        assertThat(scenario.compose(BatchScenario.read("-a", 2))).hasToString("index -aBAD since 2");
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().writeFailed(BatchScenario.refused());
        scenario.attempt("-a", 2);
        assertThat(scenario.sent).containsExactly("index -a since 1", "index -ac since 2");
        assertThatThrownBy(calls.get(1)::result).isInstanceOf(RequestRejectedException.class);
        assertThat(calls.get(2).result().source()).hasToString("-ac");
    }

    @Test
    void aDocumentThatNobodyCanReadFailsAllWhoWait() {
        List<Call<Text>> calls = calls("a", "b");
        assertThat(scenario.batch().begin()).isTrue();
        Call<Text> late = scenario.call("c");
        RequestRejectedException refused = BatchScenario.refused();
        scenario.batch().readFailed(refused);
        for (Call<Text> call : List.of(calls.get(0), calls.get(1), late)) {
            assertThatThrownBy(call::result).isSameAs(refused);
        }
    }

    @Test
    void whatAPipelineDropsChangesNothing() {
        List<Call<Text>> calls = calls("a", "b");
        scenario.compose(BatchScenario.read("-", 1));
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().acknowledged(new Acknowledged(Result.NoOp, BatchScenario.token(1)));
        for (Call<Text> call : calls) {
            assertThat(call.result().result()).isEqualTo(Result.NoOp);
            assertThat(call.result().source()).hasToString("-");
        }
    }

    @Test
    void serializeWritesOneByOne() {
        BatchScenario serial = new BatchScenario(null, Contention.SERIALIZE);
        serial.call("a");
        Call<Text> second = serial.call("b");
        serial.attempt("-");
        assertThat(second.isDone()).isFalse();
        serial.attempt("-a");
        assertThat(serial.sent).containsExactly("index -a since 1", "index -ab since 1");
    }

    @Test
    void anUnknownErrorFailsThoseWhoAreInIt() {
        List<Call<Text>> calls = calls("a", "b");
        scenario.compose(BatchScenario.read("-", 1));
        assertThat(scenario.batch().commit()).isTrue();
        Error error = new StackOverflowError();
        scenario.batch().failed(error);
        assertThat(calls).allSatisfy(call -> assertThatThrownBy(call::result).isSameAs(error));
        assertThat(scenario.batch().begin()).isFalse();
    }

    @Test
    void aListenerThatFailsDoesNotTakeThePlaceOfTheOutcome() {
        scenario.documents.retry().getEventPublisher().onEvent(e -> {
            throw new IllegalStateException("a listener's");
        });
        Call<Text> applied = scenario.call("a");
        scenario.compose(BatchScenario.read("-", 1));
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().writeFailed(BatchScenario.conflict());
        scenario.attempt("-");
        assertThat(applied.result().source()).hasToString("-a");
    }

    private List<Call<Text>> calls(String... texts) {
        List<Call<Text>> calls = new ArrayList<>();
        for (String text : texts) {
            calls.add(scenario.call(text));
        }
        return calls;
    }
}

package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.BatchScenario.Text;
import dev.optimist.elasticsearch.internal.Ledger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Several calls in one write of which nobody knows whether it was applied. */
class BatchWithLedgerTest {
    private final BatchScenario scenario = new BatchScenario(new LedgerEvidence(), Contention.COMBINE);
    private final Ledger before = Ledger.after(null, "first", null, 64);

    @Test
    void allAreFoundAgainByOneId() {
        List<Call<Text>> calls = List.of(scenario.call("a"), scenario.call("b"));
        lose("-", 1, before);
        scenario.call("c"); // waits until that is settled

        assertThat(compose("-ab", 2, after("me"))).hasToString("confirm -ab since 2");
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().acknowledged(new Acknowledged(Result.Updated, BatchScenario.token(3)));
        for (Call<Text> call : calls) {
            assertThat(call.result().recovered()).isTrue();
            assertThat(call.result().source()).hasToString("-ab");
        }
        assertThat(scenario.ended).containsExactly("settled");
        assertThat(compose("-ab", 3, after("me"))).hasToString("index -abc since 3");
    }

    @Test
    void theVerySameWriteGoesAgainAsLongAsNothingChanges() {
        Call<Text> first = scenario.call("a");
        var write = lose("-", 1, before);
        Call<Text> late = scenario.call("b");
        assertThat(compose("-", 1, before)).isSameAs(write);
        assertThat(late.isDone() || first.isDone()).isFalse();
    }

    @Test
    void aWriteCarriesNoMoreOwnIdsThanLeaveRoomInTheLedger() {
        for (int i = 0; i < 6; i++) {
            String id = "id-" + i;
            scenario.call(id, now -> Modification.index(now.plus(id.substring(3))));
        }
        Call<Text> last = scenario.call("!");
        scenario.attempt("-");
        assertThat(last.isDone()).as("out of order").isFalse();
        scenario.attempt("-0123", 2);
        assertThat(scenario.sent)
                .containsExactly("index -0123 since 1 [id-0, id-1, id-2, id-3]", "index -012345! since 2 [id-4, id-5]");
    }

    @Test
    void provenAbsentTheyAreAppliedWithThoseWhoCameSince() {
        Call<Text> first = scenario.call("a");
        lose("-", 1, before);
        Call<Text> late = scenario.call("b");
        assertThat(compose("+", 2, after("other"))).hasToString("index +ab since 2");
        assertThat(first.attempt()).isEqualTo(2);
        assertThat(late.attempt()).isEqualTo(1);
    }

    @Test
    void anEarlierWriteUnderTheSameIdIsNotForgotten() {
        // proven absent by a read that a fail-over takes back; then the first write is there, and dropped from the
        // ledger
        scenario.call("a");
        lose("-", 1, before);
        assertThat(compose("+", 2, after("other"))).hasToString("index +a since 2");
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().writeFailed(BatchScenario.lost());
        Ledger later = before;
        for (String id : List.of("me", "x", "y", "z")) {
            later = Ledger.after(later, id, null, 3);
        }
        assertThat(later.dropped())
                .as("the number that the first write would have")
                .isEqualTo(2);
        assertThat(compose("-axyz", 5, later)).isNull();
        assertThat(scenario.ended).containsExactly("unknown");
    }

    @Test
    void whoFailedOnAnUnknownChangeIsAskedAgain() {
        scenario.call("a");
        Call<Text> thrower = scenario.call(null, now -> {
            if (now.text.contains("a")) {
                throw new IllegalStateException("sold out");
            }
            return Modification.index(now.plus("b"));
        });
        lose("-", 1, before);
        assertThat(thrower.isDone()).isFalse();
        assertThat(compose("+", 2, wiped())).as("undecidable for the first").hasToString("index +b since 2");
    }

    @Test
    void whoseTimeIsUpIsToldAndTheOthersAreLookedFor() {
        Call<Text> old = scenario.call("a");
        scenario.pass(500);
        Call<Text> young = scenario.call("b");
        lose("-", 1, before);
        scenario.pass(500);
        compose("-ab", 2, after("me"));
        assertThatThrownBy(old::result).isInstanceOf(OutcomeUnknownException.class);
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().acknowledged(new Acknowledged(Result.Updated, BatchScenario.token(3)));
        assertThat(young.result().recovered()).isTrue();
    }

    @Test
    void callersOwnIdsGoWithTheWriteAndAreNotAppliedAgain() {
        Call<Text> done = scenario.call("order 1", now -> Modification.index(now.plus("NEVER")));
        Call<Text> open = scenario.call("order 2", now -> Modification.index(now.plus("b")));
        Call<Text> thrower = scenario.call("order 3", now -> {
            throw new IllegalStateException("mine");
        });
        assertThat(compose("-", 2, after("order 1"))).hasToString("index -b since 2 [order 2]");
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().acknowledged(new Acknowledged(Result.Updated, BatchScenario.token(3)));
        assertThat(done.result().recovered()).isTrue();
        assertThat(done.result().source()).hasToString("-b");
        assertThat(open.result().recovered()).isFalse();
        assertThatThrownBy(thrower::result).hasMessage("mine");
    }

    @Test
    void twoCallsOfTheSameIdAreOne() {
        Call<Text> first = scenario.call("order 1", now -> Modification.index(now.plus("a")));
        Call<Text> second = scenario.call("order 1", now -> Modification.index(now.plus("a")));
        assertThat(compose("-", 1, before)).hasToString("confirm -a since 1 [order 1]");
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().acknowledged(new Acknowledged(Result.Updated, BatchScenario.token(2)));
        assertThat(first.result().recovered()).isFalse();
        assertThat(second.result().recovered()).isTrue();
    }

    @Test
    void anIdOfTheCallersThatWasSeenAndIsGoneIsUnknown() {
        Call<Text> done = scenario.call("order 1", now -> Modification.index(now.plus("NEVER")));
        compose("-", 2, after("order 1"));
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().writeFailed(BatchScenario.conflict());
        assertThat(compose("+", 3, Ledger.after(after("other"), "another", null, 64)))
                .isNull();
        assertThatThrownBy(done::result)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("was in the document, and is no longer");
    }

    @Test
    void whatAPipelineDropsAfterAnUnknownWriteSaysNothing() {
        Call<Text> call = scenario.call("a");
        lose("-", 1, before);
        compose("-", 1, before);
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().acknowledged(new Acknowledged(Result.NoOp, BatchScenario.token(1)));
        assertThatThrownBy(call::result)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("an ingest pipeline dropped");
    }

    @Test
    void ofABatchThatIsClosedTheSentAreUnknownAndTheOthersNotApplied() {
        Call<Text> sent = scenario.call("a");
        Call<Text> failed = scenario.call(null, now -> {
            throw new IllegalStateException("mine");
        });
        lose("-", 1, before);
        scenario.batch().closed();
        assertThatThrownBy(sent::result)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(failed::result).isInstanceOf(ServerUnavailableException.class);
    }

    private Steps.@Nullable Prepared<Text> lose(String document, long version, Ledger ledger) {
        var write = compose(document, version, ledger);
        assertThat(scenario.batch().commit()).isTrue();
        scenario.batch().writeFailed(BatchScenario.lost());
        return write;
    }

    private Steps.@Nullable Prepared<Text> compose(String document, long version, @Nullable Ledger ledger) {
        State read = BatchScenario.read(document, version);
        return scenario.compose(new State(read.index(), read.token(), read.document(), ledger));
    }

    private Ledger after(String id) {
        return Ledger.after(before, id, null, 64);
    }

    private static @Nullable Ledger wiped() {
        return null;
    }
}

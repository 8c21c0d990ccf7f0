package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the loop does with a write of which it does not know, on a document whose every answer is chosen. */
class CallWithLedgerTest {
    private static final RetryPolicy POLICY =
            new RetryPolicy(5, Duration.ofMillis(1000), Duration.ofMillis(10), Duration.ofMillis(60));

    private final LedgerScenario scenario = new LedgerScenario(POLICY);

    @AfterEach
    void leaveNoFlag() {
        assertThat(Thread.interrupted())
                .as("a test left the interrupt flag set")
                .isFalse();
    }

    @Test
    void anAnswerInTimeIsAnAnswer() {
        ModificationResult<String> result = scenario.run();
        assertThat(result.recovered()).isFalse();
        assertThat(result.attempts()).isEqualTo(1);
        assertThat(scenario.log).containsExactly("read v5", "function", "index v5+ since 5", "end settled");
    }

    @Test
    void aLostAnswerIsFoundAndConfirmed() {
        scenario.onWrite(LedgerScenario.APPLIED_BUT_LOST);
        ModificationResult<String> result = scenario.run();
        assertThat(result.recovered()).isTrue();
        assertThat(result.result()).isEqualTo(Result.Updated);
        assertThat(result.attempts()).isEqualTo(2);
        assertThat(scenario.log)
                .containsExactly(
                        "read v5", "function", "index v5+ since 5", "read v6", "confirm since 6", "end settled");
        assertThat(scenario.delays).containsExactly(10L);
    }

    @Test
    void aConflictWithItselfIsFoundAndConfirmed() {
        scenario.onWrite(LedgerScenario.APPLIED_BUT_CONFLICT);
        assertThat(scenario.run().recovered()).isTrue();
        assertThat(scenario.count("function")).isEqualTo(1);
        assertThat(scenario.log).endsWith("confirm since 6", "end settled");
    }

    @Test
    void isFoundBehindWritesOfOthers() {
        scenario.onWrite(LedgerScenario.APPLIED_BUT_LOST).onRead(2, () -> scenario.others(3));
        assertThat(scenario.run().recovered()).isTrue();
        assertThat(scenario.log).endsWith("read v9", "confirm since 9", "end settled");
    }

    @Test
    void theVerySameWriteIsSentAgainAsLongAsNothingChanges() {
        scenario.onWrite(LedgerScenario.LOST).onWrite(LedgerScenario.LOST);
        ModificationResult<String> result = scenario.run();
        assertThat(result.recovered()).isFalse();
        assertThat(result.attempts()).isEqualTo(3);
        assertThat(scenario.count("function")).isEqualTo(1);
        assertThat(scenario.count("index v5+ since 5")).isEqualTo(3);
        assertThat(scenario.sent).hasSize(3).allMatch(write -> write == scenario.sent.get(0));
    }

    @Test
    void theFunctionIsAppliedToTheNewStateOnceItIsProvenAbsent() {
        scenario.onWrite(LedgerScenario.LOST).onRead(2, () -> scenario.others(2));
        ModificationResult<String> result = scenario.run();
        assertThat(result.recovered()).isFalse();
        assertThat(scenario.log)
                .containsExactly(
                        "read v5",
                        "function",
                        "index v5+ since 5",
                        "read v7",
                        "function",
                        "index v7+ since 7",
                        "end settled");
    }

    @Test
    void anUnknownConflictIsJudgedByTheFirstToken() {
        // the write is sent twice on one token; what it is judged against is the state before both
        scenario.onWrite(LedgerScenario.LOST).onWrite(LedgerScenario.CONFLICT);
        scenario.onRead(3, () -> scenario.others(1));
        scenario.run();
        assertThat(scenario.count("function")).isEqualTo(2);
        assertThat(scenario.count("index v5+ since 5")).isEqualTo(2);
        assertThat(scenario.count("index v6+ since 6")).isEqualTo(1);
    }

    @Test
    void whatCannotBeDecidedIsUnknown() {
        scenario.onWrite(LedgerScenario.LOST).onWrite(LedgerScenario.CONFLICT).onRead(3, () -> {
            scenario.others(1);
            scenario.foreign();
        });
        OutcomeUnknownException e = unknown();
        assertThat(e)
                .hasMessageContaining("[stock][4711]")
                .hasMessageContaining("somebody without the write ledger has written in between");
        assertThat(e.writeId()).contains(LedgerScenario.WRITE_ID);
        assertThat(e.operation()).isEqualTo("index");
        assertThat(e.token()).contains(LedgerScenario.token(5));
        assertThat(e).as("the first sign of it").hasCause(scenario.thrown.get(0));
        assertThat(scenario.count("function")).isEqualTo(1);
        assertThat(scenario.log).endsWith("end unknown");
    }

    @Test
    void aCopyThatLagsBehindCostsAnAttemptAndNothingElse() {
        scenario.onWrite(LedgerScenario.CONFLICT)
                .onRead(1, () -> scenario.others(2))
                .onRead(2, () -> scenario.stale(3));
        assertThat(scenario.run().attempts()).isEqualTo(3);
        assertThat(scenario.log)
                .containsExactly(
                        "read v7",
                        "function",
                        "index v7+ since 7",
                        "read v3",
                        "read v7",
                        "index v7+ since 7",
                        "end settled");
        assertThat(scenario.delays).containsExactly(10L, 20L);
    }

    @Test
    void anInterruptWhilePendingIsUnknownAndKeepsTheFlag() {
        scenario.onWrite(LedgerScenario.LOST).onSleep = () -> {
            throw new InterruptedException();
        };
        OutcomeUnknownException e = unknown();
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(e).hasMessageContaining("the thread was interrupted");
        assertThat(scenario.reads).isEqualTo(1);

        LedgerScenario reading = new LedgerScenario(POLICY).onWrite(LedgerScenario.LOST);
        reading.onRead(2, () -> {
            Thread.currentThread().interrupt();
            throw new ServerUnavailableException("interrupted", "stock", "4711", null);
        });
        assertThat(catchThrowableOfType(OutcomeUnknownException.class, reading::run))
                .hasMessageContaining("the thread was interrupted");
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(reading.reads).isEqualTo(2);
    }

    @Test
    void aRefusalWhilePendingIsUnknown() {
        RequestRejectedException refused = refused();
        scenario.onWrite(LedgerScenario.LOST).onWrite(() -> {
            throw refused;
        });
        assertThat(unknown()).hasMessageContaining("then it was refused").hasSuppressedException(refused);

        LedgerScenario reading = new LedgerScenario(POLICY)
                .onWrite(LedgerScenario.LOST)
                .onRead(2, () -> {
                    throw refused;
                });
        assertThat(catchThrowableOfType(OutcomeUnknownException.class, reading::run))
                .hasMessageContaining("could not be read")
                .hasSuppressedException(refused);
    }

    @Test
    void aRefusalWithNothingPendingIsARefusal() {
        RequestRejectedException refused = refused();
        scenario.onWrite(LedgerScenario.CONFLICT)
                .onRead(2, () -> scenario.others(1))
                .onWrite(() -> {
                    throw refused;
                });
        assertThat(catchThrowableOfType(RequestRejectedException.class, scenario::run))
                .isSameAs(refused);
        assertThat(scenario.log).endsWith("end settled");
    }

    @Test
    void aWriteThatNoServerTookIsTriedAgainOnlyWhilePending() {
        ServerUnavailableException busy = new ServerUnavailableException("429", "stock", "4711", null);
        scenario.onWrite(() -> {
            throw busy;
        });
        assertThat(catchThrowableOfType(ServerUnavailableException.class, scenario::run))
                .isSameAs(busy);
        assertThat(scenario.log).endsWith("end settled");

        LedgerScenario pending = new LedgerScenario(POLICY)
                .onWrite(LedgerScenario.LOST)
                .onWrite(() -> {
                    throw busy;
                });
        assertThat(pending.run().attempts()).isEqualTo(3);
        assertThat(pending.count("index v5+ since 5")).isEqualTo(3);
    }

    @Test
    void anIdOfAnEarlierCallIsNotAppliedAgain() {
        scenario.contains("order 1");
        ModificationResult<String> result = scenario.run("order 1");
        assertThat(result.recovered()).isTrue();
        assertThat(scenario.log).containsExactly("read v6", "confirm since 6", "end settled");

        LedgerScenario lost = new LedgerScenario(POLICY.withMaxAttempts(1));
        lost.contains("order 1");
        lost.onWrite(LedgerScenario.LOST).onWrite(LedgerScenario.LOST);
        OutcomeUnknownException e = catchThrowableOfType(OutcomeUnknownException.class, () -> lost.run("order 1"));
        assertThat(e.writeId()).contains("order 1");
        assertThat(lost.count("function")).isZero();
    }

    @Test
    void aFunctionThatFailsLeavesNothingUnknown() {
        scenario.onWrite(LedgerScenario.LOST).onRead(2, () -> scenario.others(1));
        scenario.onFunction(2, new IllegalStateException("mine"));
        assertThat(catchThrowableOfType(IllegalStateException.class, scenario::run))
                .hasMessage("mine");
        assertThat(scenario.log).endsWith("end settled");
    }

    @Test
    void withoutEvidenceALostAnswerIsUnknownAtOnce() {
        LedgerScenario bare = new LedgerScenario(POLICY, null).onWrite(LedgerScenario.APPLIED_BUT_LOST);
        assertThat(catchThrowableOfType(OutcomeUnknownException.class, bare::run))
                .isSameAs(bare.thrown.get(0));
        assertThat(bare.log).containsExactly("read v5", "function", "index v5+ since 5");

        LedgerScenario conflict = new LedgerScenario(POLICY, null).onWrite(LedgerScenario.CONFLICT);
        conflict.onRead(2, () -> conflict.others(1));
        assertThat(conflict.run().attempts()).isEqualTo(2);
        assertThat(conflict.count("function")).isEqualTo(2);

        LedgerScenario exhausted = new LedgerScenario(POLICY.withMaxAttempts(1), null).onWrite(LedgerScenario.CONFLICT);
        assertThat(catchThrowableOfType(AttemptsExhaustedException.class, exhausted::run))
                .isNotNull();
        assertThat(exhausted.reads).as("no last look").isEqualTo(1);
    }

    private OutcomeUnknownException unknown() {
        OutcomeUnknownException e = catchThrowableOfType(OutcomeUnknownException.class, scenario::run);
        assertThat(e).as("outcome unknown").isNotNull();
        assertThat(scenario.log).endsWith("end unknown");
        return e;
    }

    private static RequestRejectedException refused() {
        return new RequestRejectedException("refused", "stock", "4711", 400, null, null);
    }
}

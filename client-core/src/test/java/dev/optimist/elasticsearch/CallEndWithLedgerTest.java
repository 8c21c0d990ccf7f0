package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a call ends that has found its write, or has no attempt or no time left to look for it. */
class CallEndWithLedgerTest {
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
    void aLastLookAfterTheLastAttemptProvesThatNothingWasWritten() {
        LedgerScenario last = new LedgerScenario(POLICY.withMaxAttempts(1));
        last.onWrite(LedgerScenario.CONFLICT).onRead(2, () -> last.others(1));
        AttemptsExhaustedException e = catchThrowableOfType(AttemptsExhaustedException.class, last::run);
        assertThat(e.limit()).isEqualTo(Limit.ATTEMPTS);
        assertThat(e).hasCause(last.thrown.get(0)).hasMessageContaining("all 1 attempts met a conflict");
        assertThat(last.log).endsWith("read v6", "end settled");
        assertThat(last.delays).isEmpty();
        assertThat(last.events).containsExactly("ERROR 1");
    }

    @Test
    void aLastLookAfterTheLastAttemptFindsIt() {
        LedgerScenario last = new LedgerScenario(POLICY.withMaxAttempts(1)).onWrite(LedgerScenario.APPLIED_BUT_LOST);
        ModificationResult<String> result = last.run();
        assertThat(result.recovered()).isTrue();
        assertThat(result.attempts()).isEqualTo(1);
        assertThat(last.log).endsWith("read v6", "confirm since 6", "end settled");
        assertThat(last.events).as("told once").containsExactly("ERROR 1");
    }

    @Test
    void aLastLookThatSeesNoChangeLeavesItUnknown() {
        LedgerScenario last = new LedgerScenario(POLICY.withMaxAttempts(1)).onWrite(LedgerScenario.LOST);
        OutcomeUnknownException e = catchThrowableOfType(OutcomeUnknownException.class, last::run);
        assertThat(e).hasMessageContaining("the document is as it was read").hasMessageContaining("all 1 attempts");
        assertThat(last.log).endsWith("read v5", "end unknown");
    }

    @Test
    void aLastLookThatFailsLeavesItUnknown() {
        ServerUnavailableException down = new ServerUnavailableException("down", "stock", "4711", null);
        LedgerScenario last = new LedgerScenario(POLICY.withMaxAttempts(1)).onWrite(LedgerScenario.LOST);
        last.onRead(2, () -> {
            throw down;
        });
        OutcomeUnknownException e = catchThrowableOfType(OutcomeUnknownException.class, last::run);
        assertThat(e).hasCause(last.thrown.get(0)).hasSuppressedException(down);

        LedgerScenario lagging = new LedgerScenario(POLICY.withMaxAttempts(1)).onWrite(LedgerScenario.LOST);
        lagging.onRead(2, () -> lagging.stale(4));
        assertThat(catchThrowableOfType(OutcomeUnknownException.class, lagging::run))
                .as("what an old copy says is no reason")
                .hasMessageNotContaining("somebody without the write ledger");
    }

    @Test
    void aLastLookThatFindsItButCannotConfirmLeavesItUnknown() {
        LedgerScenario last = new LedgerScenario(POLICY.withMaxAttempts(1));
        last.onWrite(LedgerScenario.APPLIED_BUT_LOST).onWrite(LedgerScenario.LOST);
        OutcomeUnknownException e = catchThrowableOfType(OutcomeUnknownException.class, last::run);
        assertThat(e.getSuppressed())
                .as("what was thrown, and not our own wrapping")
                .containsExactly(last.thrown.get(1));
        assertThat(last.log).endsWith("confirm since 6", "end unknown");
    }

    @Test
    void theDeadlineEndsItAfterALastLook() {
        scenario.onWrite(LedgerScenario.APPLIED_BUT_LOST).onRead(1, () -> scenario.pass(995));
        ModificationResult<String> result = scenario.run(); // 5 ms are left, and the sleep would take 10
        assertThat(result.recovered()).isTrue();
        assertThat(scenario.delays).isEmpty();

        LedgerScenario over = new LedgerScenario(POLICY);
        over.onWrite(() -> {
            over.pass(1000);
            LedgerScenario.APPLIED_BUT_LOST.answer(over);
        });
        OutcomeUnknownException e = catchThrowableOfType(OutcomeUnknownException.class, over::run);
        assertThat(e).hasMessageContaining("the deadline of 1000 ms was reached");
        assertThat(over.count("read v6")).isZero();
        assertThat(over.log).endsWith("end unknown");
    }

    @Test
    void confirmingGoesOnUntilItIsAcknowledged() {
        scenario.onWrite(LedgerScenario.APPLIED_BUT_LOST)
                .onWrite(LedgerScenario.LOST)
                .onWrite(LedgerScenario.APPLIED_BUT_LOST)
                .onWrite(LedgerScenario.CONFLICT)
                .onRead(4, () -> scenario.others(1));
        ModificationResult<String> result = scenario.run();
        assertThat(result.recovered()).isTrue();
        assertThat(result.attempts()).isEqualTo(5);
        assertThat(scenario.count("function")).isEqualTo(1);
        assertThat(scenario.log).endsWith("end settled");
    }

    @Test
    void confirmingThatNoServerTakesIsTriedAgain() {
        scenario.onWrite(LedgerScenario.APPLIED_BUT_LOST).onWrite(() -> {
            throw new ServerUnavailableException("429", "stock", "4711", null);
        });
        assertThat(scenario.run().recovered()).isTrue();
        assertThat(scenario.count("confirm since 6")).isEqualTo(2);
    }

    @Test
    void confirmingThatIsRefusedIsUnknown() {
        RequestRejectedException refused = refused();
        scenario.onWrite(LedgerScenario.APPLIED_BUT_LOST).onWrite(() -> {
            throw refused;
        });
        assertThat(unknown()).hasMessageContaining("confirming it was refused").hasSuppressedException(refused);
    }

    @Test
    void aWriteIdThatWasSeenAndIsGoneIsUnknown() {
        // a fail-over took it back, or somebody wrote the whole document anew
        scenario.onWrite(LedgerScenario.APPLIED_BUT_LOST)
                .onWrite(LedgerScenario.CONFLICT)
                .onRead(3, () -> scenario.wipe());
        assertThat(unknown()).hasMessageContaining("was in the document, and is no longer");
        assertThat(scenario.count("function")).isEqualTo(1);
    }

    @Test
    void readsThatFailWhilePendingAreTriedAgain() {
        scenario.onWrite(LedgerScenario.APPLIED_BUT_LOST);
        for (int read = 2; read <= 4; read++) {
            scenario.onRead(read, () -> {
                throw new ServerUnavailableException("down", "stock", "4711", null);
            });
        }
        assertThat(scenario.run().recovered()).isTrue();
        assertThat(scenario.delays).containsExactly(10L, 20L, 40L, 60L);
    }

    @Test
    void readsThatFailWhilePendingEndWithTheDeadline() {
        LedgerScenario down = new LedgerScenario(POLICY.withMaxAttempts(1000)).onWrite(LedgerScenario.APPLIED_BUT_LOST);
        for (int read = 2; read <= 100; read++) {
            down.onRead(read, () -> {
                throw new ServerUnavailableException("down", "stock", "4711", null);
            });
        }
        assertThat(catchThrowableOfType(OutcomeUnknownException.class, down::run))
                .hasMessageContaining("the deadline of 1000 ms was reached");
        assertThat(down.elapsedMillis()).isBetween(900L, 1000L);
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

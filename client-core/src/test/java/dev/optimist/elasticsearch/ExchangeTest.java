package dev.optimist.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Write.Operation;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is sent again and what is not, in a time of its own. */
class ExchangeTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Address ADDRESS = new Address("i", "1", null);

    private final ScriptedDialect server = new ScriptedDialect();
    private final List<Long> pauses = new ArrayList<>();
    private final RetryBudget budget = new RetryBudget(10);
    private ReadModifyWriteTest.Scenario.Sleeping onSleep = () -> {};
    private long nanos;
    private final Exchange exchange = new Exchange(
            server,
            Duration.ofSeconds(3),
            budget,
            new Pace(
                    () -> nanos,
                    millis -> {
                        pauses.add(millis);
                        pass(millis);
                        onSleep.run();
                    },
                    bound -> bound));

    @AfterEach
    void leaveNoFlag() {
        assertThat(Thread.interrupted())
                .as("a test left the interrupt flag set")
                .isFalse();
    }

    @Test
    void aWriteThatWasNotAppliedIsSentAgain() {
        server.fail(Outcome.NOT_APPLIED, 3);
        assertThat(write().version()).isEqualTo(2);
        assertThat(server.sends).isEqualTo(4);
        assertThat(pauses).containsExactly(50L, 100L, 200L);
        assertThat(budget.left()).isEqualTo(7);
    }

    @Test
    void butNotForEver() {
        server.fail(Outcome.NOT_APPLIED, 9);
        ServerUnavailableException e = catchThrowableOfType(ServerUnavailableException.class, this::write);
        assertThat(e).hasMessageContaining("nothing was written").hasMessageContaining("failure 4");
        assertThat(server.sends).isEqualTo(Exchange.SENDS).isEqualTo(4);
        assertThat(pauses).hasSize(3);
    }

    @Test
    void aWriteOfUnknownOutcomeIsNeverSentAgain() {
        server.fail(Outcome.UNKNOWN, 1);
        assertThat(catchThrowableOfType(OutcomeUnknownException.class, this::write))
                .isNotNull();
        assertThat(server.sends).isEqualTo(1);
        assertThat(pauses).isEmpty();

        server.fail(Outcome.NOT_APPLIED, 1).fail(Outcome.UNKNOWN, 1);
        assertThat(catchThrowableOfType(OutcomeUnknownException.class, this::write))
                .isNotNull();
        assertThat(server.sends).isEqualTo(3);
        assertThat(budget.left()).isEqualTo(9);
    }

    @ParameterizedTest
    @EnumSource(
            value = Outcome.class,
            names = {"NOT_APPLIED", "UNKNOWN"})
    void aReadIsSentAgain(Outcome outcome) {
        server.fail(outcome, 3);
        assertThat(exchange.get(ADDRESS, LIMIT).found()).isFalse();
        assertThat(server.sends).isEqualTo(4);

        server.fail(outcome, 9);
        assertThat(catchThrowableOfType(ServerUnavailableException.class, () -> exchange.get(ADDRESS, LIMIT)))
                .isNotNull();
        assertThat(server.sends).isEqualTo(8);
    }

    @Test
    void aMappingIsSentAgain() {
        server.fail(Outcome.UNKNOWN, 1);
        exchange.putDisabledObject("i", null, "f");
        assertThat(server.sends).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Outcome.class,
            names = {"BLOCKED", "PERMANENT"})
    void whatIsRefusedIsNeverSentAgain(Outcome outcome) {
        server.fail(outcome, 1);
        assertThat(catchThrowableOfType(RequestRejectedException.class, this::write))
                .isNotNull();
        server.fail(outcome, 1);
        assertThat(catchThrowableOfType(RequestRejectedException.class, () -> exchange.get(ADDRESS, LIMIT)))
                .isNotNull();
        server.fail(outcome, 1);
        assertThat(catchThrowableOfType(
                        RequestRejectedException.class, () -> exchange.putDisabledObject("i", null, "f")))
                .isNotNull();
        assertThat(server.sends).isEqualTo(3);
        assertThat(budget.left()).isEqualTo(10);
    }

    @Test
    void aConflictIsNeverSentAgain() {
        server.fail(Outcome.CONFLICT, 1);
        assertThat(catchThrowableOfType(VersionConflictException.class, this::write)
                        .attempts())
                .isEqualTo(7);
        assertThat(server.sends).isEqualTo(1);
    }

    @Test
    void aServerThatAsksForMoreTimeGetsIt() {
        server.fail(Outcome.NOT_APPLIED, 1, Duration.ofSeconds(2)).fail(Outcome.NOT_APPLIED, 1, Duration.ofMillis(1));
        write();
        assertThat(pauses).containsExactly(2000L, 100L);
    }

    @Test
    void aServerThatAsksForMoreTimeThanThereIsEndsTheCallAtOnce() {
        server.fail(Outcome.NOT_APPLIED, 1, LIMIT);
        assertThat(catchThrowableOfType(ServerUnavailableException.class, this::write))
                .isNotNull();
        assertThat(server.sends).isEqualTo(1);
        assertThat(pauses).isEmpty();
        assertThat(budget.left()).as("nothing was sent for it").isEqualTo(10);

        server.fail(Outcome.NOT_APPLIED, 1, LIMIT.minusMillis(1));
        write();
        assertThat(server.limits).endsWith(Duration.ofMillis(1));
    }

    @Test
    void eachSendHasTheTimeThatIsLeftAndNoMoreThanARequestHas() {
        server.onSend = () -> pass(2950);
        server.fail(Outcome.NOT_APPLIED, 3);
        write();
        assertThat(server.limits)
                .containsExactly(
                        Duration.ofMillis(3000),
                        Duration.ofMillis(3000),
                        Duration.ofMillis(3000),
                        Duration.ofMillis(10_000 - 3 * 2950 - 350));
    }

    @Test
    void anEmptyBudgetEndsTheCall() {
        while (budget.left() > 1) {
            budget.take();
        }
        server.fail(Outcome.NOT_APPLIED, 9);
        assertThat(catchThrowableOfType(ServerUnavailableException.class, this::write))
                .isNotNull();
        assertThat(server.sends).isEqualTo(2);
        assertThat(catchThrowableOfType(ServerUnavailableException.class, this::write))
                .isNotNull();
        assertThat(server.sends).isEqualTo(3);
        assertThat(pauses).hasSize(1);
    }

    @Test
    void acknowledgedRequestsFillItAgain() {
        while (budget.take()) {
            // until it is empty
        }
        for (int i = 0; i < 5; i++) {
            write();
            exchange.get(ADDRESS, LIMIT);
        }
        assertThat(budget.left()).isEqualTo(1);
        server.fail(Outcome.CONFLICT, 1);
        assertThat(catchThrowableOfType(VersionConflictException.class, this::write))
                .isNotNull();
        assertThat(budget.left()).isEqualTo(1);
    }

    @Test
    void anInterruptInThePauseEndsTheCallAndKeepsTheFlag() {
        onSleep = () -> {
            throw new InterruptedException();
        };
        server.fail(Outcome.NOT_APPLIED, 9);
        assertThat(catchThrowableOfType(ServerUnavailableException.class, this::write))
                .hasMessageContaining("failure 1");
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(server.sends).isEqualTo(1);
    }

    @Test
    void anInterruptedThreadSendsNothing() {
        Thread.currentThread().interrupt();
        assertThat(catchThrowableOfType(ServerUnavailableException.class, this::write))
                .hasMessageContaining("before the request was sent");
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(server.sends).isZero();
    }

    @Test
    void anInterruptWhileWaitingForTheAnswerIsUnknownAndNotSentAgain() {
        server.silent = true;
        server.onSend = () -> Thread.currentThread().interrupt();
        assertThat(catchThrowableOfType(OutcomeUnknownException.class, this::write))
                .hasMessageContaining("while it waited for the answer");
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(server.last.isCancelled()).isTrue();
        assertThat(catchThrowableOfType(ServerUnavailableException.class, () -> exchange.get(ADDRESS, LIMIT)))
                .isNotNull();
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(server.sends).isEqualTo(2);
    }

    private Written write() {
        byte[] source = "{}".getBytes(UTF_8);
        WriteCondition condition = WriteCondition.ifSeqNo(0, 1);
        return exchange.write(
                new Write(Operation.INDEX, ADDRESS, condition, Write.Parameters.DEFAULT, source), 7, LIMIT);
    }

    private void pass(long millis) {
        nanos += Duration.ofMillis(millis).toNanos();
    }
}

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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a request ends that was given up, or that ends as none may. */
class ExchangeEndTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Address ADDRESS = new Address("i", "1", null);

    private final ScriptedDialect server = new ScriptedDialect();
    private final RetryBudget budget = new RetryBudget(10);
    private long nanos;
    private final Exchange exchange = new Exchange(
            server,
            Duration.ofSeconds(3),
            budget,
            new Pace(() -> nanos, millis -> nanos += Duration.ofMillis(millis).toNanos(), bound -> bound));

    @AfterEach
    void leaveNoFlag() {
        assertThat(Thread.interrupted())
                .as("a test left the interrupt flag set")
                .isFalse();
    }

    @Test
    void anInterruptInTheReadBeforeTheWriteLeavesNothingUnknown() {
        interruptWhileWaiting(Outcome.NOT_APPLIED);
        assertThat(catchThrowableOfType(ServerUnavailableException.class, this::index))
                .hasMessageContaining("nothing was written");
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(server.sends).as("and nothing is sent again").isEqualTo(1);
    }

    @Test
    void anythingElseThatCancellingLeadsToIsUnknown() {
        for (Outcome outcome : new Outcome[] {Outcome.UNKNOWN, Outcome.PERMANENT, Outcome.CONFLICT}) {
            interruptWhileWaiting(outcome);
            assertThat(catchThrowableOfType(OutcomeUnknownException.class, this::index))
                    .hasMessageContaining("while it waited for the answer");
            assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        }
        assertThat(server.sends).isEqualTo(3);
    }

    @Test
    void aDialectThatFailsOtherwiseThanItMayIsABugAndNothingIsSentAgain() {
        RuntimeException bug = new UnsupportedOperationException();
        server.fail(bug).fail(bug);
        assertThat(catchThrowableOfType(IllegalStateException.class, this::index))
                .hasCause(bug);
        assertThat(catchThrowableOfType(IllegalStateException.class, () -> exchange.get(ADDRESS, LIMIT)))
                .hasCause(bug);
        assertThat(server.sends).isEqualTo(2);
        assertThat(budget.left()).isEqualTo(10);
    }

    @Test
    void aRequestThatTookAllTheTimeIsNotSentAgain() {
        server.fail(Outcome.NOT_APPLIED, 1);
        server.onSend = () -> nanos += LIMIT.plusSeconds(1).toNanos();
        assertThat(catchThrowableOfType(ServerUnavailableException.class, this::index))
                .hasMessageContaining("failure 1");
        assertThat(server.sends).isEqualTo(1);
    }

    @Test
    void onlyADeleteIsSentAsOne() {
        index();
        write(Operation.CREATE, "{}".getBytes(UTF_8));
        assertThat(server.deletes).isZero();
        write(Operation.DELETE, null);
        assertThat(server.deletes).isEqualTo(1);
        assertThat(server.sends).isEqualTo(3);
    }

    private void interruptWhileWaiting(Outcome whenCancelled) {
        server.silent = true;
        server.whenCancelled = whenCancelled;
        server.onSend = () -> Thread.currentThread().interrupt();
    }

    private Written index() {
        return write(Operation.INDEX, "{}".getBytes(UTF_8));
    }

    private Written write(Operation operation, byte @Nullable [] source) {
        WriteCondition condition = operation == Operation.CREATE ? WriteCondition.none() : WriteCondition.ifSeqNo(0, 1);
        return exchange.write(new Write(operation, ADDRESS, condition, Write.Parameters.DEFAULT, source), 7, LIMIT);
    }
}

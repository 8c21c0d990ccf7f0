package dev.optimist.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.Write.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an error says by itself: that of an item, which comes without an answer of its own. */
class FailedItemsTest {
    private static final String CONFLICT = "version_conflict_engine_exception";
    private static final String NO_BODY = "request body is required";

    @Test
    void aConflictIsOneOnlyWith409() {
        assertThat(answered(409, CONFLICT, "x", Operation.INDEX)).isEqualTo(Outcome.CONFLICT);
        assertThat(answered(400, CONFLICT, "x", Operation.INDEX)).isEqualTo(Outcome.PERMANENT);
        assertThat(answered(503, CONFLICT, "x", Operation.INDEX)).isEqualTo(Outcome.UNKNOWN);
        assertThat(answered(409, null, "x", Operation.INDEX)).isEqualTo(Outcome.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "400, INDEX, UNKNOWN",
        "400, CREATE, UNKNOWN",
        "400, DELETE, PERMANENT", // which has none
        "405, INDEX, PERMANENT"
    })
    void aMissingBodyIsWorthASuspicionOnlyWhereThereWasOne(int status, Operation operation, Outcome outcome) {
        assertThat(answered(status, "parse_exception", NO_BODY, operation)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"es_rejected_execution_exception", "rejected_execution_exception", "circuit_breaking_exception"})
    void a429OfAFullQueueIsNotApplied(String type) {
        assertThat(answered(429, type, "x", Operation.INDEX)).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void a429ThatDoesNotSayWhyIsUnknown() {
        assertThat(answered(429, null, "x", Operation.INDEX)).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void anErrorWithoutAReasonSaysSo() {
        Failure failure = failure(400, "x", null, Operation.INDEX);
        assertThat(failure.outcome()).isEqualTo(Outcome.PERMANENT);
        assertThat(failure.reason()).isEqualTo("no reason given");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "index_not_found_exception",
                "index_closed_exception",
                "illegal_argument_exception",
                "routing_missing_exception",
                "cluster_block_exception",
                "security_exception"
            })
    void aReadThatIsRefusedIsRefusedForGood(String type) {
        assertThat(Failures.unread(type, "x").outcome()).isEqualTo(Outcome.PERMANENT);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"no_shard_available_action_exception", "of_a_kind_that_is_new"})
    void anyOtherReadThatFailsIsUnknown(@Nullable String type) {
        Failure failure = Failures.unread(type, "x");
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure.type()).isEqualTo(type);
    }

    private static Outcome answered(int status, @Nullable String type, @Nullable String reason, Operation operation) {
        return failure(status, type, reason, operation).outcome();
    }

    private static Failure failure(int status, @Nullable String type, @Nullable String reason, Operation operation) {
        return Failures.answered(status, type, reason, null, operation, WriteCondition.none());
    }
}

package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    private static final RetryPolicy SHARED = RetryPolicy.sharedDocument();
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void presetsAreAsDocumented() {
        assertThat(SHARED)
                .isEqualTo(new RetryPolicy(100, Duration.ofSeconds(30), Duration.ofMillis(5), Duration.ofMillis(500)));
        assertThat(RetryPolicy.documentOwner())
                .isEqualTo(new RetryPolicy(5, Duration.ofSeconds(10), Duration.ofMillis(10), Duration.ofMillis(200)));
    }

    @Test
    void withChangesOneThing() {
        assertThat(SHARED.withMaxAttempts(7))
                .isEqualTo(new RetryPolicy(7, SHARED.deadline(), SHARED.baseDelay(), SHARED.maxDelay()));
        assertThat(SHARED.withDeadline(SECOND))
                .isEqualTo(new RetryPolicy(100, SECOND, SHARED.baseDelay(), SHARED.maxDelay()));
        assertThat(SHARED.withDelays(SECOND, SECOND))
                .isEqualTo(new RetryPolicy(100, SHARED.deadline(), SECOND, SECOND));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1001, Integer.MAX_VALUE})
    void refusesAttemptsOutOfBounds(int attempts) {
        refused("maxAttempts", () -> SHARED.withMaxAttempts(attempts));
    }

    @Test
    void takesAttemptsInBounds() {
        assertThat(SHARED.withMaxAttempts(1).maxAttempts()).isEqualTo(1);
        assertThat(SHARED.withMaxAttempts(1000).maxAttempts()).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-0.001S", "PT-1H"})
    void refusesTimesThatAreNotLongerThanZero(Duration time) {
        refused("deadline", () -> SHARED.withDeadline(time));
        refused("baseDelay", () -> SHARED.withDelays(time, SECOND));
        refused("maxDelay", () -> SHARED.withDelays(SECOND, time));
    }

    @Test
    void refusesAGreatestDelayThatIsShorterThanTheFirst() {
        refused("maxDelay", () -> SHARED.withDelays(SECOND, SECOND.minusNanos(1)));
    }

    @Test
    void refusesATimeThatNobodyWaits() {
        Duration year = Duration.ofDays(365);
        assertThat(SHARED.withDeadline(year).deadline()).isEqualTo(year);
        refused("deadline", () -> SHARED.withDeadline(year.plusNanos(1)));
        refused("deadline", () -> SHARED.withDeadline(ChronoUnit.FOREVER.getDuration()));
        refused("maxDelay", () -> SHARED.withDelays(SECOND, ChronoUnit.FOREVER.getDuration()));
    }

    @Test
    @SuppressWarnings("NullAway") // what callers without null checks do
    void namesWhatIsNull() {
        refused("deadline", () -> SHARED.withDeadline(null));
        refused("maxDelay", () -> SHARED.withDelays(SECOND, null));
    }

    private static void refused(String parameter, Runnable call) {
        assertThatIllegalArgumentException().isThrownBy(call::run).withMessageStartingWith(parameter);
    }
}

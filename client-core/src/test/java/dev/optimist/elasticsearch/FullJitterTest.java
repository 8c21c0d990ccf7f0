package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FullJitterTest {
    private static final LongUnaryOperator GREATEST = LongUnaryOperator.identity();

    @Test
    void doublesTheBoundUpToTheGreatestDelay() {
        FullJitter jitter = new FullJitter(10, 100, GREATEST);
        long[] bounds = new long[6];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = jitter.afterAttempt(i + 1);
        }
        assertThat(bounds).containsExactly(10, 20, 40, 80, 100, 100);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 1000, 1L << 31, 1L << 40, (1L << 61) + 1, 1L << 62, Long.MAX_VALUE})
    void neverOverflows(long base) {
        FullJitter jitter = new FullJitter(base, Long.MAX_VALUE, GREATEST);
        long before = 0;
        for (int attempt = 1; attempt <= 1000; attempt++) {
            long bound = jitter.afterAttempt(attempt);
            assertThat(bound).as("after attempt %d", attempt).isGreaterThanOrEqualTo(Math.max(base, before));
            before = bound;
        }
        assertThat(before).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void isJitteredFromTheFirstRetryOn() {
        // writers that collided once must not meet again after the same fixed delay
        FullJitter jitter = new FullJitter(10, 100, bound -> 0);
        assertThat(jitter.afterAttempt(1)).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void spreadsOverAllDelaysFromZeroToTheBound(long seed) {
        Random random = new Random(seed);
        FullJitter jitter = new FullJitter(5, 9, bound -> random.nextLong(bound + 1));
        for (int attempt : new int[] {1, 2, 50}) {
            Map<Long, Integer> counts = new HashMap<>();
            int delays = attempt == 1 ? 6 : 10;
            for (int i = 0; i < 1000 * delays; i++) {
                counts.merge(jitter.afterAttempt(attempt), 1, Integer::sum);
            }
            // 1000 each are expected, with a deviation of about 30
            assertThat(counts)
                    .hasSize(delays)
                    .allSatisfy((delay, count) -> assertThat(count).isBetween(800, 1200));
        }
    }

    @Test
    void drawsFromZeroToTheBoundInRealLifeToo() {
        boolean[] seen = new boolean[4];
        for (int i = 0; i < 2000; i++) {
            seen[(int) Pace.REAL.random().applyAsLong(3)] = true; // over the bound it would fail
        }
        assertThat(seen).containsOnly(true); // wrong once in 10^250 runs
        assertThat(Pace.REAL.random().applyAsLong(0)).isZero();
    }

    @Test
    void takesItsBoundsFromThePolicy() {
        RetryPolicy policy = RetryPolicy.sharedDocument().withDelays(Duration.ofMillis(7), Duration.ofMillis(9));
        FullJitter jitter = FullJitter.of(policy, GREATEST);
        assertThat(jitter.afterAttempt(1)).isEqualTo(7);
        assertThat(jitter.afterAttempt(2)).isEqualTo(9);
    }

    @Test
    void sleepsAtLeastAMillisecondAtMostEvenIfTheDelayIsShorter() {
        Duration tiny = Duration.ofNanos(1);
        FullJitter jitter = FullJitter.of(RetryPolicy.sharedDocument().withDelays(tiny, tiny), GREATEST);
        assertThat(jitter.afterAttempt(1)).isEqualTo(1);
    }
}

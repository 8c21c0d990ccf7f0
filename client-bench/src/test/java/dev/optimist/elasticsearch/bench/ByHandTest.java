package dev.optimist.elasticsearch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ByHandTest {
    @Test
    void exponentialDoublesFrom5To500Milliseconds() {
        long[] millis = new long[9];
        for (int attempt = 1; attempt <= millis.length; attempt++) {
            millis[attempt - 1] = TimeUnit.NANOSECONDS.toMillis(ByHand.exponential(attempt));
        }
        assertThat(millis).containsExactly(5, 10, 20, 40, 80, 160, 320, 500, 500);
        assertThat(ByHand.exponential(100_000)).isEqualTo(ByHand.exponential(9));
    }

    @Test
    void fullJitterIsBelowIt() {
        for (int attempt = 1; attempt < 2000; attempt++) {
            assertThat(ByHand.fullJitter(attempt)).isBetween(0L, ByHand.exponential(attempt));
        }
        assertThat(ByHand.none(7)).isZero();
    }
}

package dev.optimist.elasticsearch.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void boundsDoubleUpToTheLongest() {
        List<Long> bounds = new ArrayList<>();
        Backoff backoff = new Backoff(100, 500, bound -> {
            bounds.add(bound);
            return 0;
        });
        for (int i = 0; i < 5; i++) {
            assertThat(backoff.next())
                    .as("never 0, which Connect takes for none")
                    .isEqualTo(1);
        }
        backoff.reset();
        long unused = backoff.next();
        assertThat(bounds).containsExactly(100L, 200L, 400L, 500L, 500L, 100L);
    }
}

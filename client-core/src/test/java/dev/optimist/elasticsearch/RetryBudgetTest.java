package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RetryBudgetTest {

    @Test
    void givesWhatItHasAndNoMore() {
        RetryBudget budget = new RetryBudget(2);
        assertThat(budget.left()).isEqualTo(2);
        assertThat(List.of(budget.take(), budget.take(), budget.take(), budget.take()))
                .containsExactly(true, true, false, false);
        assertThat(budget.left()).isZero();
    }

    @Test
    void getsOneBackForTenAcknowledgedRequests() {
        RetryBudget budget = new RetryBudget(1);
        budget.take();
        for (int i = 0; i < 9; i++) {
            budget.acknowledged();
            assertThat(budget.take()).isFalse(); // which costs nothing
        }
        budget.acknowledged();
        assertThat(budget.take()).isTrue();
        assertThat(budget.take()).isFalse();
    }

    @Test
    void neverHoldsMoreThanItsCapacity() {
        RetryBudget budget = new RetryBudget(3);
        budget.take();
        for (int i = 0; i < 1000; i++) {
            budget.acknowledged();
        }
        assertThat(budget.left()).isEqualTo(3);
    }

    @Test
    void ofZeroGivesNothingEver() {
        RetryBudget budget = new RetryBudget(0);
        budget.acknowledged();
        assertThat(budget.take()).isFalse();
    }

    @Test
    void theGreatestDoesNotOverflow() {
        assertThat(new RetryBudget(Integer.MAX_VALUE).left()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void isSharedByManyThreads() throws Exception {
        RetryBudget budget = new RetryBudget(100);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> taken = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                taken.add(threads.submit(() -> {
                    int took = 0;
                    for (int i = 0; i < 1000; i++) {
                        took += budget.take() ? 1 : 0;
                        budget.acknowledged();
                    }
                    return took;
                }));
            }
            int sum = 0;
            for (Future<Integer> each : taken) {
                sum += each.get();
            }
            // all that were given back were taken, but for less than one and what came when it was full
            assertThat(sum + (int) budget.left()).isBetween(100, 100 + 8000 / 10);
        } finally {
            threads.shutdownNow();
        }
    }
}

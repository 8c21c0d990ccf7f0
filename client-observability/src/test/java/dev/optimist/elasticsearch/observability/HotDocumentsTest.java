package dev.optimist.elasticsearch.observability;

import static dev.optimist.elasticsearch.Events.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.OperationEvent.Operation;
import dev.optimist.elasticsearch.OperationEvent.Outcome;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HotDocumentsTest {
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void theHottestComeFirst() {
        HotDocuments hot = new HotDocuments(10, nanos::get);
        hot.ended(event(Outcome.APPLIED, "calm", 1, 1, 0));
        hot.ended(event(Outcome.APPLIED, "warm", 2, 1, 1));
        hot.ended(event(Outcome.APPLIED, "hot", 1, 7, 0));
        hot.ended(event(Outcome.EXHAUSTED, "hot", 3, 1, 3));
        assertThat(hot.top(5))
                .containsExactly(new HotDocument("stock", "hot", 3, 1), new HotDocument("stock", "warm", 1, 0));
        assertThat(hot.top(1)).extracting(HotDocument::id).containsExactly("hot");
        assertThat(hot.top(0)).isEmpty();
    }

    @Test
    void manyInOneBulkRequestAreNotHot() {
        HotDocuments hot = new HotDocuments();
        hot.ended(event(Operation.BULK_INDEX, Outcome.APPLIED, "1", 1, 500, 0, null));
        assertThat(hot.top(5)).isEmpty();
    }

    @Test
    void whatIsCalmForTenMinutesIsForgotten() {
        HotDocuments hot = new HotDocuments(10, nanos::get);
        hot.ended(event(Outcome.APPLIED, "1", 2, 1, 1));
        nanos.addAndGet(Duration.ofMinutes(9).toNanos());
        assertThat(hot.top(5)).hasSize(1);
        nanos.addAndGet(Duration.ofMinutes(11).toNanos());
        assertThat(hot.top(5)).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void thoseThatStayHotAreKeptAmongVeryManyThatAreNot(long seed) {
        Random random = new Random(seed);
        HotDocuments hot = new HotDocuments(100, nanos::get);
        for (int i = 0; i < 20_000; i++) {
            hot.ended(event(Outcome.APPLIED, "hot-" + random.nextInt(5), 2, 1, 1));
            hot.ended(event(Outcome.APPLIED, "seldom-" + random.nextInt(1_000_000), 2, 1, 1));
        }
        assertThat(hot.top(1000)).hasSizeLessThanOrEqualTo(100);
        assertThat(hot.top(5))
                .extracting(HotDocument::id)
                .containsExactlyInAnyOrder("hot-0", "hot-1", "hot-2", "hot-3", "hot-4");
        assertThat(hot.top(5)).allMatch(document -> document.conflicts() > 3000);
    }

    @Test
    void aSizeOfNoneIsRefused() {
        assertThatThrownBy(() -> new HotDocuments(0)).hasMessage("size must be 1 or more, is 0");
    }
}

package dev.optimist.elasticsearch.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatermarkTest {
    private final Watermark watermark = new Watermark();

    @Test
    void aPositionWaitsForAllBeforeIt() {
        Watermark.Span first = watermark.begin();
        Watermark.Span second = watermark.begin();
        watermark.position("a");
        watermark.end(second, true);
        assertThat(watermark.reached()).isNull();
        watermark.end(first, true);
        assertThat(watermark.reached()).isEqualTo("a");
    }

    @Test
    void aPositionWaitsForEarlierSpansToo() {
        Watermark.Span first = watermark.begin();
        watermark.position("a");
        Watermark.Span second = watermark.begin();
        watermark.position("b");
        watermark.end(second, true);
        assertThat(watermark.reached()).isNull();
        watermark.end(first, true);
        assertThat(watermark.reached()).isEqualTo("b");
    }

    @Test
    void aPositionDoesNotWaitForWhatComesLater() {
        Watermark.Span first = watermark.begin();
        watermark.position("a");
        watermark.begin();
        watermark.end(first, true);
        assertThat(watermark.reached()).isEqualTo("a");
    }

    @Test
    void aPositionWithNothingBeforeItIsSafeAtOnce() {
        watermark.position("a");
        assertThat(watermark.reached()).isEqualTo("a");
    }

    @Test
    void nothingPassesAnOperationThatMustNotBePassed() {
        Watermark.Span first = watermark.begin();
        watermark.position("a");
        watermark.end(first, true);
        Watermark.Span second = watermark.begin();
        watermark.position("b");
        Watermark.Span third = watermark.begin();
        watermark.position("c");
        watermark.end(second, false);
        watermark.end(third, true);
        watermark.position("d");
        assertThat(watermark.reached()).isEqualTo("a");
        assertThat(watermark.inFlight()).isZero();
    }

    @Test
    void caughtUpTravelsWithTheOperations() {
        Watermark.Span first = watermark.begin();
        watermark.caughtUp(17);
        assertThat(watermark.caughtUpAt(1)).isEqualTo(1);
        watermark.end(first, true);
        assertThat(watermark.caughtUpAt(1)).isEqualTo(17);
    }

    @Test
    void waitsForNothingToBeInFlight() throws Exception {
        Watermark.Span span = watermark.begin();
        assertThat(watermark.awaitIdle(1_000_000)).isFalse();
        Thread ends = new Thread(() -> watermark.end(span, true));
        ends.start();
        assertThat(watermark.awaitIdle(Long.MAX_VALUE / 2)).isTrue();
        ends.join();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverPassesWhatIsInFlightAndForgetsAllThatIsNot(long seed) {
        Random random = new Random(seed);
        List<Integer> open = new ArrayList<>();
        List<Watermark.Span> spans = new ArrayList<>();
        int begun = 0;
        int told = 0;
        for (int step = 0; step < 20_000; step++) {
            if (random.nextInt(5) < 2) {
                open.add(begun++);
                spans.add(watermark.begin());
            } else if (random.nextInt(3) == 0) {
                told = begun;
                watermark.position(Integer.toString(begun)); // all with a lower number
            } else if (!open.isEmpty()) {
                int i = random.nextInt(open.size());
                open.remove(i);
                watermark.end(spans.remove(i), true);
            }
            String reached = watermark.reached();
            int lowest = open.stream().mapToInt(n -> n).min().orElse(begun);
            assertThat(reached == null ? 0 : Integer.parseInt(reached)).isLessThanOrEqualTo(lowest);
            assertThat(watermark.spans()).isLessThanOrEqualTo(64);
        }
        spans.forEach(span -> watermark.end(span, true));
        assertThat(watermark.reached()).isEqualTo(Integer.toString(told));
        assertThat(watermark.spans()).isEqualTo(1);
    }
}

package dev.optimist.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DeadlinesTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Deadlines deadlines = new Deadlines();

    @Test
    void whatIsCompleteIsLetGo() throws Exception {
        CompletableFuture<String> future = watched(LONG);
        assertThat(deadlines.watched()).isEqualTo(1);
        future.complete("done");
        assertThat(deadlines.watched()).isZero();
        assertThat(future.get()).isEqualTo("done");
    }

    @Test
    void whatWasCompleteBeforeIsLetGo() {
        OrTimeout future = new OrTimeout();
        future.complete("done");
        deadlines.watch(future, LONG);
        assertThat(deadlines.watched()).isZero();
    }

    @Test
    void endsNoSoonerThanWanted() {
        long begun = System.nanoTime();
        ends(watched(SHORT));
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(SHORT.toNanos());
    }

    @Test
    void aShortTimeIsNotHeldUpByALongOne() {
        CompletableFuture<String> later = watched(LONG);
        ends(watched(SHORT));
        assertThat(later).isNotDone();
        assertThat(deadlines.watched()).isEqualTo(1);
    }

    /** The alarm rings for one that is complete, and has to be set to the next. */
    @Test
    void theNextIsEndedAfterOneThatWasInTime() {
        CompletableFuture<String> inTime = watched(SHORT);
        CompletableFuture<String> next = watched(SHORT.multipliedBy(3));
        inTime.complete("done");
        ends(next);
    }

    /** The alarm has rung and there was nothing more to do: the next one sets it anew. */
    @Test
    void endsAgainAfterAPause() {
        ends(watched(SHORT));
        ends(watched(SHORT));
    }

    /** However many end one after the other, it does not look at all the others for each. */
    @Test
    void looksAtMostOnceAMillisecond() {
        List<CompletableFuture<String>> all = new ArrayList<>();
        long begun = System.nanoTime();
        for (int i = 0; i < 2000; i++) {
            long end = TimeUnit.MILLISECONDS.toNanos(300) + TimeUnit.MICROSECONDS.toNanos(50L * i);
            all.add(watched(Duration.ofNanos(begun + end - System.nanoTime())));
        }
        long before = deadlines.looks();
        long first = System.nanoTime();
        all.forEach(DeadlinesTest::ends);
        assertThat(deadlines.looks() - before)
                .isLessThanOrEqualTo(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - first) + 2)
                .isPositive();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void nobodyIsForgottenWhenManyComeAtOnce(long seed) throws Exception {
        int each = 2000;
        List<CompletableFuture<List<CompletableFuture<String>>>> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            Random random = new Random(seed * 31 + thread);
            threads.add(CompletableFuture.supplyAsync(() -> {
                List<CompletableFuture<String>> mine = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    CompletableFuture<String> future = watched(Duration.ofNanos(random.nextInt(3_000_000)));
                    if (random.nextBoolean()) {
                        future.complete("done");
                    }
                    mine.add(future);
                }
                return mine;
            }));
        }
        for (CompletableFuture<List<CompletableFuture<String>>> thread : threads) {
            for (CompletableFuture<String> future : thread.get()) {
                String end = future.handle((done, failed) -> done == null ? "ended" : done)
                        .get(30, TimeUnit.SECONDS);
                assertThat(end).isIn("done", "ended");
            }
        }
        assertThat(deadlines.watched()).isZero();
    }

    private CompletableFuture<String> watched(Duration timeout) {
        OrTimeout future = new OrTimeout();
        deadlines.watch(future, timeout);
        return future;
    }

    private static final class OrTimeout extends Deadlines.Timed<String> {
        @Override
        protected void timeIsUp() {
            completeExceptionally(new TimeoutException());
        }
    }

    private static void ends(CompletableFuture<String> future) {
        assertThatThrownBy(() -> future.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
    }
}

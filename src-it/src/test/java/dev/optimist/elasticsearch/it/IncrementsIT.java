package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.Contention;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.WriteCondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many threads count in one document, and every call that returns has counted once. */
class IncrementsIT extends BothFacesTest {
    private static final int THREADS = 16;
    private static final int INCREMENTS = 50;
    private static final int ALL = THREADS * INCREMENTS;

    @ParameterizedTest
    @EnumSource(Contention.class)
    void losesNoIncrementOfSixteenThreads(Contention contention) throws Exception {
        documents.create("1", new Counter(0));
        Documents<Counter> contended = documents.with(o -> {
            o.contention(contention);
            if (contention == Contention.NONE) { // each against fifteen others, on a machine that may be busy
                o.retry(RetryPolicy.sharedDocument().withMaxAttempts(1000).withDeadline(Duration.ofMinutes(4)));
            }
        });
        Queue<ModificationResult<Counter>> returned = new ConcurrentLinkedQueue<>();

        onAllThreads(() -> returned.add(contended.readModifyWrite("1", c -> c.plus(1))));

        assertThat(returned).hasSize(ALL);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(ALL);
        int writes = stored("1").path("_version").asInt() - 1;
        int attempts = returned.stream().mapToInt(ModificationResult::attempts).sum();
        System.out.printf(
                "%s: %d increments by %d threads: %d attempts, %d writes%n",
                contention, ALL, THREADS, attempts, writes);
        assertThat(new HashSet<>(returned.stream().map(r -> r.source().n()).toList()))
                .as("counts that were told, one a write")
                .hasSize(writes);
        if (contention == Contention.COMBINE) {
            assertThat(writes).as("writes that many share").isLessThan(ALL / 2);
        } else {
            assertThat(writes).isEqualTo(ALL);
        }
        if (contention != Contention.NONE) {
            assertThat(attempts).as("nobody in the way").isEqualTo(ALL);
        }
    }

    /** What the test above is worth: without the condition, the same counter comes out too low. */
    @Test
    void losesIncrementsWithoutTheCondition() throws Exception {
        documents.create("1", new Counter(0));

        onAllThreads(() -> {
            Counter read = documents.get("1").orElseThrow().source();
            documents.index("1", read.plus(1), WriteCondition.none());
        });

        assertThat(stored("1").at("/_source/n").asInt()).isLessThan(ALL);
        assertThat(stored("1").path("_version").asInt()).isEqualTo(1 + ALL);
    }

    private static void onAllThreads(Runnable increment) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            CountDownLatch all = new CountDownLatch(THREADS);
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                done.add(pool.submit(() -> {
                    all.countDown();
                    all.await();
                    for (int i = 0; i < INCREMENTS; i++) {
                        increment.run();
                    }
                    return null;
                }));
            }
            for (Future<?> each : done) {
                each.get(5, TimeUnit.MINUTES);
            }
        } finally {
            pool.shutdownNow();
        }
    }
}

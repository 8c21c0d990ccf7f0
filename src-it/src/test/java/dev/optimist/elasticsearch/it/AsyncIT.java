package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.optimist.elasticsearch.AsyncVersionedDocuments;
import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OptimistException;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.ServerUnavailableException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The same names, without waiting. */
class AsyncIT extends ServerTest {
    /** Seconds, for what comes at once or, with a guard taken out, never. */
    private static final long PATIENCE = 30;

    @Test
    void everyMethodDoesWhatItsNameSays() {
        AsyncVersionedDocuments<Counter> async = counters.async();
        async.create("1", new Counter(1)).join();
        VersionedDocument<Counter> read = async.get("1").join().orElseThrow();
        assertThat(read.source()).isEqualTo(new Counter(1));
        async.index("1", new Counter(2), WriteCondition.unchangedSince(read)).join();
        VersionConflictException conflict = failure(
                VersionConflictException.class, async.index("1", new Counter(3), WriteCondition.unchangedSince(read)));
        assertThat(conflict.kind()).isEqualTo(VersionConflictException.Kind.STALE);
        assertThat(failure(VersionConflictException.class, async.create("1", new Counter(9)))
                        .kind())
                .isEqualTo(VersionConflictException.Kind.EXISTS);
        assertThat(async.readModifyWrite("1", c -> c.plus(5)).join().source()).isEqualTo(new Counter(7));
        assertThat(async.readModifyWriteOptional("2", none -> Modification.index(new Counter(1)))
                        .join()
                        .source())
                .isEqualTo(new Counter(1));
        async.delete("2", WriteCondition.none()).join();
        assertThat(async.get("2").join()).isEmpty();
    }

    @Test
    void tenThousandOperationsOnAThousandDocumentsNeedTwoThreads() {
        for (int id = 0; id < 1000; id++) {
            counters.index(Integer.toString(id), new Counter(0), WriteCondition.none());
        }
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        AtomicLong most = new AtomicLong();
        List<CompletableFuture<ModificationResult<Counter>>> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            all.add(counters.async().readModifyWrite(Integer.toString(i % 1000), c -> {
                threads.add(Thread.currentThread());
                // one that had nothing to do for a while ends, and another comes
                most.accumulateAndGet(threads.stream().filter(Thread::isAlive).count(), Math::max);
                return c.plus(1);
            }));
        }
        all.forEach(CompletableFuture::join);
        for (int id = 0; id < 1000; id++) {
            assertThat(counters.get(Integer.toString(id)).orElseThrow().source())
                    .isEqualTo(new Counter(10));
        }
        assertThat(most.get()).as("threads at the same time").isBetween(1L, 2L);
        assertThat(threads).allMatch(thread -> thread.getName().startsWith("optimist-"));
    }

    @Test
    void aDeadlineEndsACallThatNobodyServes() {
        counters.create("1", new Counter(0));
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<?> slow = counters.async().readModifyWrite("1", c -> {
            await(goOn);
            return c.plus(1);
        });
        long start = System.nanoTime();
        CompletableFuture<?> impatient = counters.with(
                        o -> o.retry(RetryPolicy.sharedDocument().withDeadline(Duration.ofMillis(300))))
                .async()
                .readModifyWrite("1", c -> c.plus(100));
        assertThat(failure(AttemptsExhaustedException.class, impatient).limit())
                .isEqualTo(AttemptsExhaustedException.Limit.DEADLINE);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(290L, 1500L);
        goOn.countDown();
        slow.join();
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(1);
    }

    @Test
    void aCancelledCallIsNotWritten() {
        counters.create("1", new Counter(0));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<?> first = counters.async().readModifyWrite("1", c -> {
            inside.countDown();
            await(goOn);
            return c.plus(1);
        });
        CompletableFuture<?> second = counters.async().readModifyWrite("1", c -> c.plus(100));
        await(inside);
        second.cancel(true);
        goOn.countDown();
        first.join();
        assertThat(counters.async()
                        .readModifyWrite("1", c -> c.plus(1000))
                        .join()
                        .source())
                .isEqualTo(new Counter(1001));
        assertThat(second).isCancelled();
    }

    @Test
    void closingCompletesEveryFuture() {
        VersionedClient mine = VersionedClient.connect(server.url());
        counters.create("1", new Counter(0));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AsyncVersionedDocuments<Counter> async =
                typed(mine.documents(index, Counter.class)).async();
        List<CompletableFuture<?>> all = new ArrayList<>();
        all.add(async.readModifyWrite("1", c -> {
            inside.countDown();
            await(goOn);
            return c.plus(1);
        }));
        await(inside);
        for (int i = 0; i < 100; i++) {
            all.add(async.readModifyWrite("1", c -> c.plus(1)));
            all.add(async.get("1"));
        }
        mine.close();
        goOn.countDown();
        int applied = 0;
        for (CompletableFuture<?> each : all) {
            Object result = each.handle((r, failed) -> failed == null ? r : cause(failed))
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
            applied += result instanceof ModificationResult<?> ? 1 : 0;
            assertThat(result)
                    .isNotNull()
                    .satisfiesAnyOf(
                            r -> assertThat(r).isInstanceOf(OptimistException.class),
                            r -> assertThat(r).isNotInstanceOf(Throwable.class));
        }
        assertThat(stored("1").at("/_source/n").asInt()).isGreaterThanOrEqualTo(applied);
    }

    /** Each future ends once, as {@code handle} sees it; those that were cancelled end as that. */
    @Test
    void cancelsDeadlinesAndClosingAmongTenThousandEndEachOnce() {
        for (int id = 0; id < 1000; id++) {
            counters.create(Integer.toString(id), new Counter(0));
        }
        VersionedClient mine = VersionedClient.connect(server.url());
        VersionedDocuments<Counter> patient = typed(mine.documents(index, Counter.class));
        VersionedDocuments<Counter> hurried =
                patient.with(o -> o.retry(RetryPolicy.sharedDocument().withDeadline(Duration.ofMillis(200))));
        AtomicIntegerArray ends = new AtomicIntegerArray(10_000);
        AtomicInteger applied = new AtomicInteger();
        AtomicInteger uncertain = new AtomicInteger();
        CountDownLatch some = new CountDownLatch(500);
        List<CompletableFuture<?>> futures = new ArrayList<>();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            CompletableFuture<?> future = (i % 3 == 0 ? hurried : patient)
                    .async()
                    .readModifyWrite(Integer.toString(i % 1000), c -> c.plus(1));
            futures.add(future);
            all.add(future.handle((done, failed) -> {
                ends.incrementAndGet(number);
                Throwable cause = failed == null ? null : cause(failed);
                if (cause == null) {
                    applied.incrementAndGet();
                } else if (cause instanceof CancellationException || cause instanceof OutcomeUnknownException) {
                    uncertain.incrementAndGet();
                } else {
                    assertThat(cause).isInstanceOf(OptimistException.class);
                }
                some.countDown();
                return null;
            }));
        }
        for (int i = 0; i < 10_000; i += 7) {
            futures.get(i).cancel(true);
        }
        await(some);
        mine.close();
        for (CompletableFuture<?> each : all) {
            each.orTimeout(40, TimeUnit.SECONDS).join();
        }
        for (int i = 0; i < 10_000; i++) {
            assertThat(ends.get(i)).isEqualTo(1);
        }
        int stored = 0;
        for (int id = 0; id < 1000; id++) {
            stored += counters.get(Integer.toString(id)).orElseThrow().source().n();
        }
        System.out.printf(
                "AsyncIT: of 10000, applied %d, cancelled or unknown %d, stored %d%n",
                applied.get(), uncertain.get(), stored);
        assertThat(stored).isBetween(applied.get(), applied.get() + uncertain.get());
    }

    @Test
    void aCallAfterClosingFailsItsFuture() {
        VersionedClient mine = VersionedClient.connect(server.url());
        VersionedDocuments<Counter> closed = typed(mine.documents(index, Counter.class));
        mine.close();
        failure(ServerUnavailableException.class, closed.async().readModifyWrite("1", c -> c.plus(1)));
    }

    @Test
    void onlySoManyAreUnderWay() {
        counters.create("1", new Counter(0));
        CountDownLatch goOn = new CountDownLatch(1);
        try (VersionedClient narrow = VersionedClient.connect(
                o -> o.hosts(server.url()).asyncOperations(2).requestTimeout(Duration.ofMillis(400)))) {
            AsyncVersionedDocuments<Counter> async =
                    typed(narrow.documents(index, Counter.class)).async();
            CompletableFuture<?> first = async.readModifyWrite("1", c -> {
                await(goOn);
                return c.plus(1);
            });
            CompletableFuture<?> second = async.readModifyWrite("1", c -> c.plus(1));
            assertThat(failure(OptimistException.class, async.readModifyWrite("1", c -> c.plus(1))))
                    .hasMessageContaining("2 operations are under way");
            goOn.countDown();
            CompletableFuture.allOf(first, second).join();
            async.readModifyWrite("1", c -> c.plus(1)).join();
        }
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(3);
    }

    private static Throwable cause(Throwable failed) {
        return failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
    }

    private static <E extends Throwable> E failure(Class<E> type, CompletableFuture<?> future) {
        CompletionException e = catchThrowableOfType(
                CompletionException.class,
                () -> future.copy().orTimeout(PATIENCE, TimeUnit.SECONDS).join());
        assertThat(e).as("failure").isNotNull();
        assertThat(e.getCause()).isInstanceOf(type);
        return type.cast(e.getCause());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

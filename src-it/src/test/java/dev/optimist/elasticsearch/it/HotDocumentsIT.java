package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls of one client on one document, and what they do to each other. */
class HotDocumentsIT extends ServerTest {
    private static final int THREADS = 16;

    private ExecutorService threads;

    @BeforeEach
    void start() {
        threads = Executors.newCachedThreadPool();
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void twoClientsThatCombineLoseNothing() throws Exception {
        counters.create("1", new Counter(0));
        try (VersionedClient another = VersionedClient.connect(server.url())) {
            VersionedDocuments<Counter> others = typed(another.documents(index, Counter.class));
            List<Future<Integer>> all = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                VersionedDocuments<Counter> mine = t % 2 == 0 ? counters : others;
                all.add(threads.submit(() -> increments(mine, 50)));
            }
            assertThat(sum(all)).isEqualTo(THREADS * 50);
        }
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(THREADS * 50);
    }

    @Test
    void aFunctionThatThrowsFailsItsCallerAlone() throws Exception {
        counters.create("1", new Counter(0));
        AtomicInteger thrown = new AtomicInteger();
        List<Future<Integer>> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            boolean throwing = t % 4 == 0;
            all.add(threads.submit(() -> {
                int applied = 0;
                for (int i = 0; i < 40; i++) {
                    try {
                        counters.readModifyWrite("1", c -> {
                            if (throwing) {
                                throw new IllegalStateException("mine");
                            }
                            return c.plus(1);
                        });
                        applied++;
                    } catch (IllegalStateException e) {
                        thrown.incrementAndGet();
                    }
                }
                return applied;
            }));
        }
        assertThat(sum(all)).isEqualTo(THREADS * 3 / 4 * 40);
        assertThat(thrown).hasValue(THREADS / 4 * 40);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(THREADS * 3 / 4 * 40);
    }

    @Test
    void aSlowFunctionHoldsNobodyBeyondHisDeadline() throws Exception {
        counters.create("1", new Counter(0));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<?> slow = threads.submit(() -> counters.readModifyWrite("1", c -> {
            inside.countDown();
            await(goOn);
            return c.plus(1);
        }));
        inside.await();
        VersionedDocuments<Counter> impatient =
                counters.with(o -> o.retry(RetryPolicy.sharedDocument().withDeadline(Duration.ofMillis(300))));
        long start = System.nanoTime();
        AttemptsExhaustedException e = catchThrowableOfType(
                AttemptsExhaustedException.class, () -> impatient.readModifyWrite("1", c -> c.plus(100)));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        goOn.countDown();
        slow.get();
        assertThat(e.limit()).isEqualTo(Limit.DEADLINE);
        assertThat(millis).isBetween(300L, 1000L);
        assertThat(stored("1").at("/_source/n").asInt())
                .as("nothing of the impatient one")
                .isEqualTo(1);
    }

    /** More functions are stuck than threads serve all documents, some of them read by the same request as others. */
    @Test
    void slowFunctionsOfOtherDocumentsHoldNobody() throws Exception {
        List<String> stuck = List.of("a", "b", "c", "d");
        CountDownLatch inside = new CountDownLatch(stuck.size());
        CountDownLatch goOn = new CountDownLatch(1);
        List<CompletableFuture<?>> slow = new ArrayList<>();
        List<CompletableFuture<?>> quick = new ArrayList<>();
        for (String id : stuck) {
            counters.create(id, new Counter(0));
        }
        counters.create("1", new Counter(0));
        counters.create("2", new Counter(0));
        for (String id : stuck) {
            slow.add(counters.async().readModifyWrite(id, c -> {
                inside.countDown();
                await(goOn);
                return c.plus(1);
            }));
            quick.add(counters.async().readModifyWrite("2", c -> c.plus(1)));
        }
        CompletableFuture.allOf(quick.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
        assertThat(inside.await(20, TimeUnit.SECONDS)).as("all are inside").isTrue();
        List<Future<Integer>> all = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            all.add(threads.submit(() -> increments(counters, 3)));
        }
        assertThat(sum(all)).isEqualTo(12);
        assertThat(counters.with(o -> o.retry(RetryPolicy.sharedDocument().withDeadline(Duration.ofMillis(300))))
                        .async()
                        .readModifyWrite("a", c -> c.plus(100)))
                .as("behind a slow one, and only until its deadline")
                .failsWithin(Duration.ofSeconds(2))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(AttemptsExhaustedException.class);
        assertThat(slow).noneMatch(CompletableFuture::isDone);
        goOn.countDown();
        for (CompletableFuture<?> each : slow) {
            each.get(20, TimeUnit.SECONDS);
        }
        for (String id : stuck) {
            assertThat(stored(id).at("/_source/n").asInt()).isEqualTo(1);
        }
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(12);
        assertThat(stored("2").at("/_source/n").asInt()).isEqualTo(stuck.size());
    }

    @Test
    void aFunctionMayChangeItsOwnDocument() {
        counters.create("1", new Counter(0));
        AtomicInteger runs = new AtomicInteger();
        ModificationResult<Counter> result = counters.readModifyWrite("1", c -> {
            if (runs.getAndIncrement() == 0) {
                counters.readModifyWrite("1", inner -> inner.plus(10));
            }
            return c.plus(1);
        });
        assertThat(result.source()).isEqualTo(new Counter(11));
        assertThat(result.attempts()).as("the inner one was in the way").isEqualTo(2);
    }

    @Test
    void deletesAndCreatesOfManyThreadsAddUp() throws Exception {
        AtomicInteger created = new AtomicInteger();
        AtomicInteger deleted = new AtomicInteger();
        List<Future<Integer>> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            boolean deletes = t % 4 == 0;
            all.add(threads.submit(() -> {
                for (int i = 0; i < 25; i++) {
                    ModificationResult<Counter> result = counters.readModifyWriteOptional(
                            "1",
                            current -> deletes
                                    ? Modification.delete()
                                    : Modification.index(
                                            current.map(c -> c.plus(1)).orElse(new Counter(0))));
                    switch (result.result()) {
                        case Created -> created.incrementAndGet();
                        case Deleted -> deleted.incrementAndGet();
                        default -> {}
                    }
                }
                return 0;
            }));
        }
        sum(all);
        boolean present = counters.get("1").isPresent();
        assertThat(created.get() - deleted.get()).isEqualTo(present ? 1 : 0);
    }

    @Test
    void aBatchLeavesOneWriteIdNotOneForEachCall() throws Exception {
        VersionedDocuments<Counter> ledgered =
                counters.with(o -> o.writeLedger(WriteLedger.standard().withSize(4)));
        ledgered.putLedgerMapping();
        ledgered.create("1", new Counter(0));
        List<Future<Integer>> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            all.add(threads.submit(() -> increments(ledgered, 25)));
        }
        assertThat(sum(all)).isEqualTo(THREADS * 25);
        assertThat(stored("1").at("/_source/optimist_ledger/writes").size()).isEqualTo(1);
        assertThat(stored("1").at("/_source/optimist_ledger/dropped").asInt()).isZero();
    }

    @Test
    void aConflictCostsABatchARoundTripAndNotEachOfItsCalls() throws Exception {
        int conflicts = 6;
        counters.create("1", new Counter(0));
        if (!hasMappingTypes()) {
            awaitWritesThatTell();
        }
        CountDownLatch applied = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger disturbances = new AtomicInteger(conflicts);
        List<CompletableFuture<ModificationResult<Counter>>> batch = new ArrayList<>();
        try (VersionedClient another = VersionedClient.connect(server.url())) {
            VersionedDocuments<Counter> others = typed(another.documents(index, Counter.class));
            long before = Internals.requests(client);
            CompletableFuture<ModificationResult<Counter>> first = counters.async()
                    .readModifyWrite("1", c -> {
                        applied.countDown();
                        await(go);
                        return c.plus(1);
                    });
            await(applied);
            for (int i = 0; i < THREADS; i++) { // wait for the one before, and then go together
                boolean disturbed = i == 0;
                batch.add(counters.async().readModifyWrite("1", c -> {
                    if (disturbed && disturbances.getAndDecrement() > 0) {
                        others.readModifyWrite("1", foreign -> foreign.plus(100));
                    }
                    return c.plus(1);
                }));
            }
            go.countDown();
            first.get(30, TimeUnit.SECONDS);
            for (CompletableFuture<ModificationResult<Counter>> each : batch) {
                assertThat(each.get(30, TimeUnit.SECONDS).attempts()).isEqualTo(1 + conflicts);
            }
            // four are tried again at once, as the refusal says what is there: with mapping types none does, and where
            // the server lists pipelines, the first does not
            int untold = generation().listsPipelines() ? 1 : 0;
            int reads = 1 + (hasMappingTypes() ? 1 + conflicts : conflicts - 4 + untold);
            assertThat(Internals.requests(client) - before)
                    .as("and perhaps a last read for who comes next")
                    .isBetween(2L + conflicts + reads, 2L + conflicts + reads + (hasMappingTypes() ? 1 : 0));
        }
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(1 + THREADS + 100 * conflicts);
    }

    @Test
    @Since(value = "7", because = "with mapping types each write is read before")
    void callsThatGoTogetherAreToldByTheirWriteWhatIsThere() throws Exception {
        counters.create("1", new Counter(0));
        long before = Internals.requests(client);
        List<Future<Integer>> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            all.add(threads.submit(() -> increments(counters, 50)));
        }
        assertThat(sum(all)).isEqualTo(THREADS * 50);
        long requests = Internals.requests(client) - before;
        long writes = stored("1").at("/_version").asLong() - 1;
        assertThat(writes).as("they do go together").isBetween(50L, THREADS * 50L / 2);
        assertThat(requests - writes)
                .as("reads are for the first, and for whom nobody waited for")
                .isBetween(1L, writes / 2);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(THREADS * 50);
    }

    /** Which index a name leads to is told by a read alone; calls that always find one to go on from must not forget that. */
    @Test
    void anAliasThatGoesElsewhereIsFollowedThoughCallsNeverEnd() throws Exception {
        String elsewhere = newIndex("{}");
        String name = "hot-" + index;
        rest.post("/_aliases", "{\"actions\":[" + action("add", index, name) + "]}")
                .ok();
        counters.create("1", new Counter(0));
        typed(client.documents(elsewhere, Counter.class)).create("1", new Counter(0));
        VersionedDocuments<Counter> aliased = typed(client.documents(name, Counter.class));
        AtomicBoolean end = new AtomicBoolean();
        List<Future<Integer>> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            all.add(threads.submit(() -> {
                int times = 0;
                for (; !end.get(); times++) {
                    aliased.readModifyWrite("1", c -> c.plus(1));
                }
                return times;
            }));
        }
        awaitMoreThan(500, index);
        rest.post(
                        "/_aliases",
                        "{\"actions\":[" + action("remove", index, name) + "," + action("add", elsewhere, name) + "]}")
                .ok();
        int switched = n(index);
        awaitMoreThan(500, elsewhere);
        end.set(true);
        assertThat(sum(all)).isEqualTo(n(index) + n(elsewhere));
        assertThat(n(index) - switched).as("what was under way").isLessThanOrEqualTo(2 * THREADS);
    }

    private static String action(String what, String index, String alias) {
        return "{\"" + what + "\":{\"index\":\"" + index + "\",\"alias\":\"" + alias + "\"}}";
    }

    private int n(String name) {
        return rest.get("/" + name + "/_doc/1").body().at("/_source/n").asInt();
    }

    private void awaitMoreThan(int n, String name) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (n(name) <= n) {
            assertThat(System.nanoTime() - deadline).as("nanoseconds late").isNegative();
        }
    }

    @Test
    void reuseOfTheLastWriteSavesTheReadAndSeesWhatOthersWrite() {
        VersionedDocuments<Counter> reusing = counters.with(o -> o.reuseLastWrite(true));
        counters.create("1", new Counter(0));
        reusing.readModifyWrite("1", c -> c.plus(-1));
        reusing.readModifyWrite("1", c -> c.plus(2)); // reads whether the one before is stored as it was sent
        long before = Internals.requests(client);
        for (int i = 0; i < 10; i++) {
            assertThat(reusing.readModifyWrite("1", c -> c.plus(1)).attempts()).isEqualTo(1);
        }
        assertThat(Internals.requests(client) - before).as("a write each").isEqualTo(10);

        counters.readModifyWrite("1", c -> c.plus(100)); // by another handle, as by another client
        ModificationResult<Counter> result = reusing.readModifyWrite("1", c -> c.plus(1));
        assertThat(result.source()).isEqualTo(new Counter(112));
        assertThat(result.attempts()).isEqualTo(2);

        counters.readModifyWrite("1", c -> c.plus(100));
        assertThat(reusing.readModifyWrite("1", c -> c).source())
                .as("that nothing changes is believed of what was read only")
                .isEqualTo(new Counter(212));
    }

    @Test
    void callsThatGoTogetherNeedNoReadBetweenTheirWrites() throws Exception {
        VersionedDocuments<Counter> reusing = counters.with(o -> o.reuseLastWrite(true));
        counters.create("1", new Counter(0));
        long before = Internals.requests(client);
        List<Future<Integer>> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            all.add(threads.submit(() -> increments(reusing, 50)));
        }
        assertThat(sum(all)).isEqualTo(THREADS * 50);
        long requests = Internals.requests(client) - before;
        long writes = stored("1").at("/_version").asLong() - 1;
        assertThat(writes).as("they do go together").isBetween(50L, THREADS * 50L / 2);
        assertThat(requests - writes)
                .as("the first read, and one that sees whether what was written is stored as it was sent")
                .isBetween(1L, 2L);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(THREADS * 50);
    }

    @Test
    void nothingIsLeftBehindForIdleDocuments() throws Exception {
        List<Future<Integer>> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            all.add(threads.submit(() -> {
                for (int i = 0; i < 20; i++) {
                    String id = "shared-" + (thread % 4);
                    counters.readModifyWriteOptional(
                            id,
                            current -> Modification.index(
                                    current.map(c -> c.plus(1)).orElse(new Counter(1))));
                }
                return 0;
            }));
        }
        sum(all);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (Internals.lanes(client) > 0 && System.nanoTime() - deadline < 0) { // a last read, which nobody waits for
            Thread.onSpinWait();
        }
        assertThat(Internals.lanes(client)).isZero();
    }

    /** Whether an answer tells what a write leaves is tried once for each index; until that is known, all is read. */
    private void awaitWritesThatTell() throws Exception {
        counters.create("told", new Counter(0));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        long requests;
        do {
            assertThat(System.nanoTime() - deadline).as("nanoseconds late").isNegative();
            requests = -Internals.requests(client);
            CountDownLatch applied = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<?> first = counters.async().readModifyWrite("told", c -> {
                applied.countDown();
                await(go);
                return c.plus(1);
            });
            await(applied);
            CompletableFuture<?> second = counters.async().readModifyWrite("told", c -> c.plus(1));
            go.countDown();
            CompletableFuture.allOf(first, second).get(30, TimeUnit.SECONDS);
            requests += Internals.requests(client);
        } while (requests != 3); // one read for two writes
    }

    private static int increments(VersionedDocuments<Counter> counters, int times) {
        for (int i = 0; i < times; i++) {
            counters.readModifyWrite("1", c -> c.plus(1));
        }
        return times;
    }

    private static int sum(List<Future<Integer>> all) throws InterruptedException, ExecutionException {
        int sum = 0;
        for (Future<Integer> each : all) {
            sum += each.get();
        }
        return sum;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

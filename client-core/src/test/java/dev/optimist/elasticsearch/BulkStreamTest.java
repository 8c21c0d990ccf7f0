package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.optimist.elasticsearch.BulkItemResult.Outcome;
import dev.optimist.elasticsearch.BulkServer.Doc;
import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How operations become requests: order, bounds, and how it ends before its end. */
@Timeout(60)
class BulkStreamTest {
    private static final BulkOptions ONE_AT_A_TIME =
            BulkOptions.standard().withRequestsInFlight(1).withOperations(3);

    private final BulkServer server = new BulkServer(1000);
    private final VersionedDocuments<Doc> documents = server.documents();
    private final List<BulkItemResult<Doc>> results = new ArrayList<>();

    @Test
    void aDocumentIsInOneRequestOnceAndItsOperationsKeepTheirOrder() {
        server.failItems(Failure.Outcome.NOT_APPLIED, "a");
        BulkProgress end = documents.bulk(
                operations("a", "b", "a", "c", "a", "d"), BulkOptions.standard().withRequestsInFlight(1), results::add);
        assertThat(server.ids()).containsExactly(List.of("a", "b", "c", "d"), List.of("a"), List.of("a"), List.of("a"));
        assertThat(sent("a")).containsExactly("{\"n\":0}", "{\"n\":0}", "{\"n\":2}", "{\"n\":4}");
        assertThat(end).isEqualTo(new BulkProgress(6, 6, 0, 0, 0, 0, 0, 0, 1, true));
        assertThat(end.done()).isEqualTo(6);
    }

    @Test
    void requestsHaveNoMoreOperationsAndBytesThanTheyMay() {
        documents.bulk(operations("a", "b", "c", "d", "e", "f", "g"), ONE_AT_A_TIME, results::add);
        assertThat(server.ids()).containsExactly(List.of("a", "b", "c"), List.of("d", "e", "f"), List.of("g"));

        server.requests.clear();
        documents.bulk(operations("a", "b", "c", "d", "e"), ONE_AT_A_TIME.withBytes(450), results::add);
        assertThat(server.ids()).containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e"));

        server.requests.clear();
        documents.bulk(operations("a", "b"), ONE_AT_A_TIME.withBytes(1), results::add);
        assertThat(server.ids()).as("larger than a request may be").containsExactly(List.of("a"), List.of("b"));
    }

    /** Every fourth operation is refused for the time being, answers come in any order, and few documents are hot. */
    @Test
    void whateverTheServerDoesEachIsDoneOnceInItsOrderWithinItsBounds() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("bulk: seed " + seed);
        for (int round = 0; round < 30; round++) {
            ExecutorService network = Executors.newSingleThreadExecutor();
            try {
                random(seed + round, network);
            } finally {
                network.shutdown();
                assertThat(network.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static void random(long seed, ExecutorService network) {
        Random random = new Random(seed);
        Random chance = new Random(seed + 1); // of the network's thread
        BulkServer faulty = new BulkServer(1_000_000);
        BulkOptions options = BulkOptions.standard()
                .withRequestsInFlight(1 + random.nextInt(4))
                .withOperations(1 + random.nextInt(10));
        int documentsInAll = 1 + random.nextInt(30);
        List<List<Write>> inFlight = new ArrayList<>();
        Map<String, List<Integer>> applied = new ConcurrentHashMap<>();
        List<String> wrong = new CopyOnWriteArrayList<>();
        IdentityHashMap<List<Write>, CompletableFuture<List<Answer<Written>>>> futures = new IdentityHashMap<>();
        faulty.otherwise = writes -> {
            CompletableFuture<List<Answer<Written>>> future = new CompletableFuture<>();
            synchronized (inFlight) {
                inFlight.add(writes);
                futures.put(writes, future);
                List<String> ids = inFlight.stream()
                        .flatMap(List::stream)
                        .map(w -> w.address().id())
                        .toList();
                if (Set.copyOf(ids).size() < ids.size()
                        || inFlight.size() > options.requestsInFlight()
                        || writes.size() > options.operations()) {
                    wrong.add(ids + " in " + inFlight.size());
                }
            }
            network.execute(() -> {
                List<Write> any;
                CompletableFuture<List<Answer<Written>>> its;
                synchronized (inFlight) {
                    any = inFlight.remove(chance.nextInt(inFlight.size()));
                    its = Objects.requireNonNull(futures.remove(any));
                }
                its.complete(any.stream()
                        .map(write -> chance.nextInt(4) == 0 ? busy() : applied(write, applied))
                        .toList());
            });
            return future;
        };
        int[] open = {0, 0}; // now, and at most
        Map<Long, Outcome> outcomes = new HashMap<>();
        Stream<BulkOperation<Doc>> stream = IntStream.range(0, 500).mapToObj(i -> {
            open[1] = Math.max(open[1], ++open[0]);
            return operation("d" + random.nextInt(documentsInAll), i);
        });

        BulkProgress end = faulty.documents().bulk(stream, options, r -> {
            open[0]--;
            if (outcomes.put(r.position(), r.outcome()) != null) {
                wrong.add("twice: " + r);
            }
        });

        assertThat(wrong).isEmpty();
        assertThat(end.done()).isEqualTo(500).isEqualTo(end.applied() + end.notApplied());
        assertThat(end.sentAgain()).isPositive();
        assertThat(outcomes).hasSize(500);
        assertThat(open[1]).isLessThanOrEqualTo(2 * options.requestsInFlight() * options.operations());
        applied.values().forEach(ns -> assertThat(ns).isSorted());
        assertThat(applied.values().stream().flatMap(List::stream).sorted().toList())
                .as("applied are exactly those that are said to be")
                .isEqualTo(IntStream.range(0, 500)
                        .filter(i -> outcomes.get((long) i) == Outcome.APPLIED)
                        .boxed()
                        .toList());
    }

    private static Answer<Written> busy() {
        return new Answer<>(null, BulkServer.failure(Failure.Outcome.NOT_APPLIED, "busy", null));
    }

    private static Answer<Written> applied(Write write, Map<String, List<Integer>> applied) {
        applied.computeIfAbsent(write.address().id(), id -> new CopyOnWriteArrayList<>())
                .add(Integer.parseInt(BulkServer.source(write).replaceAll("\\D", "")));
        return BulkServer.applied(write);
    }

    @Test
    void whatIsOutOfBoundsIsRejectedAndStopsNothing() {
        BulkProgress end = documents.bulk(operations("a", "", "b"), BulkOptions.standard(), results::add);
        assertThat(end.rejected()).isEqualTo(1);
        assertThat(end.applied()).isEqualTo(2);
        BulkItemResult<Doc> rejected = results.get(0);
        assertThat(rejected.position()).isEqualTo(1);
        assertThat(rejected.sends()).isZero();
        assertThat(rejected.failure())
                .hasMessage("operations[1]: id must not be empty")
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void progressIsToldAfterEveryAnswer() {
        List<BulkProgress> told = new ArrayList<>();
        documents.bulk(operations("a", "b", "c", "d"), ONE_AT_A_TIME.withProgress(told::add), r -> {});
        assertThat(told).extracting(BulkProgress::done).containsExactly(3L, 4L);
        assertThat(told).extracting(BulkProgress::complete).containsExactly(false, false);
    }

    @Test
    void whatTheSourceThrowsIsThrownOnceAllIsTold() {
        Stream<BulkOperation<Doc>> stream = IntStream.range(0, 9).mapToObj(i -> {
            if (i == 5) {
                throw new IllegalStateException("source");
            }
            return operation("d" + i % 2, i);
        });
        assertThatIllegalStateException()
                .isThrownBy(() -> documents.bulk(stream, ONE_AT_A_TIME.withOperations(2), results::add))
                .withMessage("source");
        assertThat(told())
                .containsExactlyInAnyOrder(
                        "0 APPLIED 1", "1 APPLIED 1", "2 APPLIED 1", "3 APPLIED 1", "4 NOT_APPLIED 0");
        assertThat(results.get(4).failure()).hasMessageContaining("the bulk ended before");
    }

    @Test
    @SuppressWarnings("NullAway") // what is not allowed is refused
    void nullEndsIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        documents.bulk(Arrays.asList(operation("a", 1), null), BulkOptions.standard(), results::add))
                .withMessage("operations[1] must not be null");
        assertThat(told()).containsExactly("0 NOT_APPLIED 0");
    }

    @Test
    void whatTheListenersThrowIsThrownOnceAllIsTold() {
        assertThatIllegalStateException()
                .isThrownBy(() -> documents.bulk(operations("a", "b", "c", "d"), ONE_AT_A_TIME, r -> {
                    results.add(r);
                    throw new IllegalStateException("results");
                }))
                .withMessage("results");
        assertThat(told()).containsExactly("0 APPLIED 1", "1 APPLIED 1", "2 APPLIED 1");
        assertThatIllegalStateException()
                .isThrownBy(() -> documents.bulk(
                        operations("a", "b", "c", "d"),
                        ONE_AT_A_TIME.withProgress(p -> {
                            throw new IllegalStateException("progress");
                        }),
                        results::add))
                .withMessage("progress");
        assertThat(results).hasSize(6);
    }

    private static BulkOperation<Doc> operation(String id, int n) {
        return BulkOperation.index(id, new Doc(n), WriteCondition.none());
    }

    private static Stream<BulkOperation<Doc>> operations(String... ids) {
        return IntStream.range(0, ids.length).mapToObj(i -> operation(ids[i], i));
    }

    private List<String> sent(String id) {
        return server.requests.stream()
                .flatMap(List::stream)
                .filter(w -> w.address().id().equals(id))
                .map(BulkServer::source)
                .toList();
    }

    private List<String> told() {
        return results.stream()
                .map(r -> r.position() + " " + r.outcome() + " " + r.sends())
                .toList();
    }
}

package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.it.ListAppend.Ids;
import dev.optimist.elasticsearch.it.ListAppend.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A node hangs, in a cluster as users run it: three nodes, as containers where there is an engine, with https and a password,
 * and clients that know them all. Two clients change the same few documents.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Since(value = "7", openSearch = false, because = "the testkit starts one node of it")
@Tag("once") // it is about us: which node is asked
class PausedNodesIT {
    /** Another one each time; {@code -Doptimist.seed} repeats one. */
    private static final long SEED = Long.getLong("optimist.seed", System.nanoTime());

    private static final String INDEX = "paused";
    private static final int WRITERS = 6;

    /** At a time; after so many operations it is the turn of others, so that lists stay short. */
    private static final int HOT = 3;

    private static final int OPERATIONS_A_TURN = 1_000;
    private static final int TURNS = 40;

    /** Each writer, before, while and after a node hangs. */
    private static final int OPERATIONS_A_PHASE = 20;

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    /** More than the cluster needs to find out and to name another primary, about 12 s. */
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final AtomicIntegerArray acknowledged = new AtomicIntegerArray(WRITERS);
    private final AtomicInteger unknown = new AtomicInteger();
    private final AtomicLong longestMillis = new AtomicLong();
    private Cluster cluster;

    @BeforeAll
    void start() {
        System.out.println("paused: seed " + SEED + " (repeat with -Doptimist.seed=" + SEED + ")");
        cluster = Cluster.start("correct horse", o -> {
            for (String check : List.of("leader_check", "follower_check")) { // 3 times 10 s by default
                o.setting("cluster.fault_detection." + check + ".timeout", "5s");
                o.setting("cluster.fault_detection." + check + ".retry_count", 2);
            }
        });
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @BeforeEach
    void makeIndex() {
        unknown.set(0);
        longestMillis.set(0);
        cluster.node(0).delete("/" + INDEX);
        String copies = "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":2}}";
        cluster.node(0).put("/" + INDEX, copies).ok();
        cluster.awaitGreen(3, 0);
    }

    @Test
    void everyUpdateIsAppliedExactlyOnceWhileTheNodeOfThePrimaryHangs() throws Exception {
        underLoad(primary -> primary);
    }

    @Test
    void everyUpdateIsAppliedExactlyOnceWhileTheNodeOfACopyHangs() throws Exception {
        underLoad(primary -> (primary + 1) % 3);
    }

    private void underLoad(IntUnaryOperator whichHangs) throws Exception {
        long start = System.nanoTime();
        ListAppend lists = new ListAppend(cluster.node(0), INDEX, HOT * TURNS, true);
        try (VersionedClient one = cluster.connect(REQUEST_TIMEOUT);
                VersionedClient other = cluster.connect(REQUEST_TIMEOUT)) {
            List<VersionedDocuments<Ids>> clients = Stream.of(one, other)
                    .map(client -> client.documents(INDEX, Ids.class)
                            .with(o -> o.writeLedger(WriteLedger.standard())
                                    .retry(RetryPolicy.sharedDocument().withDeadline(DEADLINE))))
                    .toList();
            clients.get(0).putLedgerMapping();
            AtomicBoolean goOn = new AtomicBoolean(true);
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> lists.append(
                    (document, id) -> append(clients, document, id),
                    WRITERS,
                    Integer.MAX_VALUE,
                    goOn::get,
                    SEED,
                    (writer, operation, random) ->
                            HOT * Math.min(operation / OPERATIONS_A_TURN, TURNS - 1) + random.nextInt(HOT)));
            try {
                awaitEachWriter(load);
                int paused = whichHangs.applyAsInt(cluster.nodeOfPrimary(INDEX));
                cluster.pause(paused);
                try {
                    awaitEachWriter(load);
                } finally {
                    cluster.resume(paused);
                }
                awaitEachWriter(load);
            } finally {
                goOn.set(false);
                load.get(3, TimeUnit.MINUTES);
            }
        }
        cluster.awaitGreen(3, 0);
        Outcome outcome = lists.outcome(0, 0, 0, 0, start);
        System.out.println("paused: longest call " + longestMillis + " ms, " + unknown + " repeated by their write id, "
                + outcome);
        assertThat(outcome.verdict().correct()).as(outcome.verdict().toString()).isTrue();
        assertThat(outcome.verdict().unknown())
                .as("not proven by a repetition either: " + outcome.reasons())
                .isZero();
        // of a writer, one call is under way when a node stops; the next one finds another primary, or waits for its
        // deadline
        assertThat(unknown).hasValueLessThanOrEqualTo(WRITERS);
        assertThat(longestMillis)
                .hasValueLessThanOrEqualTo(DEADLINE.plus(REQUEST_TIMEOUT).toMillis());
        allNodesAgree();
    }

    /** Appends, and if nobody knows whether it did, once more with the same write id, which does it once. */
    private ModificationResult<Ids> append(List<VersionedDocuments<Ids>> clients, String document, String id) {
        int writer = id.charAt(0) - '0';
        VersionedDocuments<Ids> documents = clients.get(writer % clients.size());
        ModificationResult<Ids> result;
        try {
            result = timed(() -> documents.readModifyWrite(document, ids -> ids.and(id)));
        } catch (OutcomeUnknownException e) {
            unknown.incrementAndGet();
            String writeId = e.writeId().orElseThrow();
            result = timed(() -> documents.readModifyWrite(document, writeId, ids -> ids.and(id)));
        }
        acknowledged.incrementAndGet(writer);
        return result;
    }

    private interface Call {
        ModificationResult<Ids> call();
    }

    private ModificationResult<Ids> timed(Call call) {
        long begun = System.nanoTime();
        try {
            return call.call();
        } finally {
            longestMillis.accumulateAndGet(
                    Duration.ofNanos(System.nanoTime() - begun).toMillis(), Math::max);
        }
    }

    /** Waits until each writer has done some more. */
    private void awaitEachWriter(CompletableFuture<Void> load) throws InterruptedException {
        int[] wanted = IntStream.range(0, WRITERS)
                .map(w -> acknowledged.get(w) + OPERATIONS_A_PHASE)
                .toArray();
        long begun = System.nanoTime();
        while (!IntStream.range(0, WRITERS).allMatch(w -> acknowledged.get(w) >= wanted[w])) {
            assertThat(load).as("the writers").isNotDone();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("the writers go on: %s of %s", acknowledged, Arrays.toString(wanted))
                    .isLessThan(DEADLINE.multipliedBy(3));
            TimeUnit.MILLISECONDS.sleep(50);
        }
        System.out.println("paused: each writer did " + OPERATIONS_A_PHASE + " more in "
                + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
    }

    /** Each looks at its own copy. */
    private void allNodesAgree() {
        for (int document = 0; document < HOT * TURNS; document++) {
            String path = "/" + INDEX + "/_doc/" + document + "?preference=_local";
            JsonNode first = cluster.node(0).get(path).ok().body();
            for (int node = 1; node < 3; node++) {
                assertThat(cluster.node(node).get(path).ok().body())
                        .as("document %s, node %s", document, node)
                        .isEqualTo(first);
            }
        }
    }
}

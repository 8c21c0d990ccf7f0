package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.it.ListAppend.Ids;
import dev.optimist.elasticsearch.it.ListAppend.Outcome;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Every update exactly once on a cluster of three nodes, whatever is done to them. Each document has one writer, so that
 * every conflict is one with a write of its own: Elasticsearch itself has sent it again.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Since(value = "7", openSearch = false, because = "the testkit starts one node of it")
class ClusterFaultsIT {
    private static final int WRITERS = 8;
    private static final int DOCUMENTS = 25 * WRITERS;
    private static final String INDEX = "lists";

    private final String version = System.getProperty("optimist.testkit.version", "9.5.3");
    private final AtomicInteger ownConflicts = new AtomicInteger();
    private Cluster cluster;
    private VersionedClient client;
    private VersionedDocuments<Ids> documents;

    interface Harm {
        void harm() throws Exception;
    }

    @BeforeAll
    void start() {
        cluster = Cluster.start(version);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @BeforeEach
    void makeIndex() {
        cluster.awaitGreen(3, 0);
        cluster.node(0).delete("/" + INDEX);
        cluster.node(0)
                .put(
                        "/" + INDEX,
                        "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":1,"
                                + "\"index.unassigned.node_left.delayed_timeout\":\"0s\"}}")
                .ok();
        cluster.awaitGreen(3, 0);
    }

    @Test
    void aPrimaryIsKilled() throws Exception {
        Outcome outcome = underLoad(() -> killPrimary(1));
        assertThat(outcome.verdict().correct()).as(outcome.verdict().toString()).isTrue();
    }

    @Test
    @Tag("outcomes-long")
    void tenPrimariesAreKilledAndItsOwnConflictsAreFound() throws Exception {
        ownConflicts.set(0);
        Outcome outcome = underLoad(() -> {
            for (int i = 1; i <= 10 || (ownConflicts.get() == 0 && i <= 20); i++) {
                killPrimary(i);
            }
        });
        assertThat(outcome.verdict().correct()).as(outcome.verdict().toString()).isTrue();
        assertThat(ownConflicts).as("conflicts with a write of its own").hasPositiveValue();
        assertThat(outcome.recovered()).isPositive();
    }

    @Test
    @Tag("outcomes-long")
    void aPrimaryHangsForAMinuteAndComesBack() throws Exception {
        Outcome outcome = underLoad(() -> {
            int primary = cluster.nodeOfPrimary(INDEX);
            cluster.pause(primary);
            TimeUnit.SECONDS.sleep(60); // the others take 30 s to give it up
            cluster.resume(primary);
            // right after, it does not know yet that it is the primary no more
            System.out.println("cluster: it still answers "
                    + cluster.node(primary)
                            .get("/" + INDEX + "/_doc/0?_source=false")
                            .body());
            cluster.awaitGreen(3, primary);
        });
        assertThat(outcome.verdict().correct()).as(outcome.verdict().toString()).isTrue();
    }

    @Test
    @Tag("outcomes-long")
    void nodesAreRestartedInTurn() throws Exception {
        Outcome outcome = underLoad(() -> {
            for (int node = 0; node < 3; node++) {
                cluster.restart(node);
                cluster.awaitGreen(3, node);
            }
        });
        assertThat(outcome.verdict().correct()).as(outcome.verdict().toString()).isTrue();
    }

    @Test
    @Tag("outcomes-long")
    void theQuorumIsLostForAWhile() throws Exception {
        Outcome outcome = underLoad(() -> {
            cluster.kill(1);
            cluster.kill(2);
            TimeUnit.SECONDS.sleep(10);
            cluster.restart(1);
            cluster.restart(2);
            cluster.awaitGreen(3, 0);
        });
        assertThat(outcome.verdict().correct()).as(outcome.verdict().toString()).isTrue();
    }

    @Test
    void writesAreBlockedForAWhile() throws Exception {
        Outcome outcome = underLoad(() -> {
            for (String block : new String[] {"read_only_allow_delete", "write"}) {
                setBlock(block, "true");
                TimeUnit.SECONDS.sleep(2);
                setBlock(block, "null");
                TimeUnit.SECONDS.sleep(1);
            }
        });
        assertThat(outcome.verdict().correct()).as(outcome.verdict().toString()).isTrue();
        assertThat(outcome.failures()).as("refused while blocked").containsKey("RequestRejectedException");
    }

    private void setBlock(String block, String value) {
        System.out.println("cluster: index.blocks." + block + "=" + value);
        cluster.node(0)
                .put("/" + INDEX + "/_settings", "{\"index.blocks." + block + "\":" + value + "}")
                .ok();
    }

    private void killPrimary(int round) throws InterruptedException {
        int primary = cluster.nodeOfPrimary(INDEX);
        int other = (primary + 1) % 3;
        System.out.println("cluster: round " + round);
        cluster.kill(primary);
        cluster.awaitPrimaries(other);
        TimeUnit.MILLISECONDS.sleep(500); // of load on what is left
        cluster.restart(primary);
        cluster.awaitGreen(3, primary);
    }

    private Outcome underLoad(Harm harm) throws Exception {
        long start = System.nanoTime();
        ListAppend lists = new ListAppend(cluster.node(0), INDEX, DOCUMENTS);
        client = VersionedClient.connect(o -> o.hosts(cluster.urls()).requestTimeout(Duration.ofSeconds(5)));
        try {
            documents = client.documents(INDEX, Ids.class)
                    .with(o -> o.writeLedger(WriteLedger.standard())
                            .retry(RetryPolicy.sharedDocument().withDeadline(Duration.ofMinutes(2)))
                            .waitForActiveShards(1));
            documents.putLedgerMapping();
            documents.unwrap(Retry.class).getEventPublisher().onRetry(e -> {
                if (e.getLastThrowable() instanceof VersionConflictException) {
                    ownConflicts.incrementAndGet();
                }
            });
            AtomicBoolean goOn = new AtomicBoolean(true);
            CompletableFuture<Void> load =
                    CompletableFuture.runAsync(() -> lists.appendToOwn(documents, WRITERS, goOn::get));
            try {
                TimeUnit.MILLISECONDS.sleep(500); // of load before the harm
                harm.harm();
                TimeUnit.MILLISECONDS.sleep(1000); // and after it
            } finally {
                goOn.set(false);
                load.get(3, TimeUnit.MINUTES);
            }
            cluster.awaitGreen(3, 0);
            Outcome outcome = lists.outcome(0, 0, 0, 0, start);
            System.out.println("cluster: own conflicts=" + ownConflicts + " " + outcome);
            outcome.reasons().stream().limit(5).forEach(r -> System.out.println("  unknown: " + r));
            return outcome;
        } finally {
            client.close();
        }
    }
}

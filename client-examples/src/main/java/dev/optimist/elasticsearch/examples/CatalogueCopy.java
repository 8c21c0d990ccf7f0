package dev.optimist.elasticsearch.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.sync.Checkpoints;
import dev.optimist.elasticsearch.sync.SyncIndex;
import dev.optimist.elasticsearch.sync.SyncJob;
import dev.optimist.elasticsearch.sync.SyncStatus;
import dev.optimist.elasticsearch.sync.verify.Difference;
import dev.optimist.elasticsearch.sync.verify.Verifier;
import dev.optimist.elasticsearch.sync.verify.VerifyReport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The index that is kept equal to the {@link ProductTable}: this is what of the example is to be copied. */
final class CatalogueCopy implements AutoCloseable {
    /** Deletes are in there as tombstones. */
    static final String INDEX = "catalogue";

    /** Where to search. */
    static final String SEARCH = "catalogue-search";

    /** Where the job has its position. */
    static final String POSITIONS = "catalogue-positions";

    private static final int PATIENCE_SECONDS = 120;

    private final VersionedClient client;
    private final VersionedDocuments<ObjectNode> documents;
    private final ProductTable products;
    private final SyncJob<ObjectNode> job;
    private final SyncJob<ObjectNode> backfill;
    private final AtomicLong deletes = new AtomicLong();
    private final CountDownLatch first;
    private final CountDownLatch last = new CountDownLatch(1);

    /**
     * Prepares it.
     *
     * @param howMany there are at the beginning
     * @param lastId when this document is written, everything is
     */
    CatalogueCopy(VersionedClient client, ProductTable products, int howMany, String lastId) {
        this.first = new CountDownLatch(howMany);
        this.client = client;
        this.products = products;
        this.documents = client.documents(INDEX, ObjectNode.class);
        this.job = SyncJob.of(
                documents,
                products.changes(),
                Checkpoints.inElasticsearch(client, POSITIONS, "catalogue"),
                o -> o.name("catalogue").writer(w -> w.listener(result -> count(result, lastId))));
        this.backfill = SyncJob.of(
                documents,
                products.backfill(),
                Checkpoints.inElasticsearch(client, POSITIONS, "catalogue-backfill"),
                o -> o.name("catalogue-backfill"));
    }

    private void count(ExternalResult<ObjectNode> result, String lastId) {
        if (result.outcome() == Outcome.APPLIED && result.operation().isDelete()) {
            deletes.incrementAndGet();
        }
        if (result.isSettled()) {
            first.countDown();
            if (result.operation().id().equals(lastId)) {
                last.countDown();
            }
        }
    }

    /** Gives the index the field of the tombstones, and the alias that hides them. */
    void setUp() {
        SyncIndex.of(client, INDEX).setUp(SEARCH);
    }

    void start() {
        job.start();
    }

    SyncStatus status() {
        return job.status();
    }

    /** Returns how many tombstones were written. */
    long deletes() {
        return deletes.get();
    }

    /** Brings all rows once more, beside the job that runs. */
    void startBackfill() {
        backfill.start();
    }

    /** Waits for the end of that. */
    SyncStatus awaitBackfill() throws InterruptedException {
        return backfill.await();
    }

    /** Returns whether all is there that was at the beginning; waits for that. */
    boolean awaitFirst() throws InterruptedException {
        return await(first);
    }

    /** Returns whether the last change is there; waits for that. */
    boolean awaitLast() throws InterruptedException {
        return await(last);
    }

    private boolean await(CountDownLatch latch) throws InterruptedException {
        for (int second = 0; second < PATIENCE_SECONDS; second++) {
            if (latch.await(1, TimeUnit.SECONDS)) {
                return true;
            }
            if (job.status().state() == SyncStatus.State.FAILED) {
                var unused = job.await(); // throws why
            }
        }
        return false;
    }

    /** Ends the job; everything that was read is written then. */
    SyncStatus stop() throws InterruptedException {
        return job.stop();
    }

    /** Compares index and database, documents included. */
    VerifyReport verify(Consumer<Difference> told) throws Exception {
        try (var inventory = products.inventory()) {
            return Verifier.of(
                            client,
                            INDEX,
                            inventory,
                            o -> o.tombstones(Tombstones.standard())
                                    .compareContent(true)
                                    .settle(Duration.ofSeconds(1))
                                    .listener(told))
                    .verify();
        }
    }

    /** A change that somebody had forgotten to send. */
    Outcome sendLate(String id, ObjectNode product, long version) throws InterruptedException {
        try (var writer = documents.externalVersionWriter(o -> o.tombstones(Tombstones.standard()))) {
            var result = writer.index(id, product, version);
            writer.flush();
            return result.join().outcome();
        }
    }

    @Override
    public void close() {
        backfill.close();
        job.close();
    }
}

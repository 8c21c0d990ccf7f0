package dev.optimist.elasticsearch.sync;

import dev.optimist.elasticsearch.ExternalResult.Outcome;
import dev.optimist.elasticsearch.VersionedDocuments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the changes of a {@link Source} into an index, and remembers where it was.
 *
 * <pre>{@code
 * SyncIndex.of(client, "products").setUp("products-search");
 * try (SyncJob<Product> job = SyncJob.of(
 *         client.documents("products", Product.class),
 *         source,
 *         Checkpoints.inElasticsearch(client, "sync", "products"),
 *         o -> o.name("products"))) {
 *     job.run();
 * }
 * }</pre>
 *
 * <p>A position is stored only when every operation that the source gave before it has an outcome: it is in the index, or
 * something newer is; or, within limits that you set, it is in the {@link DeadLetters}. So a job that is killed at any moment
 * and started again brings what is missing; what comes twice is recognized by its version.
 *
 * <p>Any number of jobs may write to one index, each with a checkpoint of its own: partitions of the ids, a backfill beside the
 * live changes. Nothing but the versions decides between them, in whatever order they come.
 *
 * <p>What ends a job by an error, as {@link SyncException}: what the source throws; an operation that is
 * {@link Outcome#UNRESOLVED}; more that are {@code REJECTED} or {@code SUSPICIOUS} than {@link SyncOptions} allows; another
 * job with the same checkpoint; checkpoints that cannot be stored for 5 minutes.
 *
 * <p>It holds what the writer holds (see {@link dev.optimist.elasticsearch.ExternalOptions#requestsInFlight}), and nothing for
 * each operation beyond. It has two daemon threads beside the writer's, and runs once. Thread-safe.
 *
 * @param <T> the class of the documents
 */
public final class SyncJob<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SyncJob.class);

    private final Source<T> source;
    private final Checkpoints checkpoints;
    private final SyncOptions<T> options;
    private final Supplier<Writing<T>> writers;

    /** Null before the start. */
    private @Nullable Run<T> run;

    private boolean closed;

    SyncJob(Source<T> source, Checkpoints checkpoints, SyncOptions<T> options, Supplier<Writing<T>> writers) {
        this.source = source;
        this.checkpoints = checkpoints;
        this.options = options.checked();
        this.writers = writers;
    }

    /**
     * Returns a job, which does not run yet.
     *
     * @param documents the index, by its name or by an alias that has one
     * @param source belongs to the job, which closes it at its end
     * @param checkpoints where the position is, for this job alone
     * @param options sets what is not to be as by default
     * @param <T> the class of the documents
     * @throws IllegalArgumentException if an option is out of its bounds
     */
    public static <T> SyncJob<T> of(
            VersionedDocuments<T> documents,
            Source<T> source,
            Checkpoints checkpoints,
            Consumer<SyncOptions<T>> options) {
        SyncOptions<T> set = new SyncOptions<>();
        options.accept(set);
        return new SyncJob<>(source, checkpoints, set, () -> Writing.by(documents.externalVersionWriter(set::applyTo)));
    }

    /**
     * Starts, and returns.
     *
     * @throws IllegalStateException if it was started or closed before, or another job has the dead letters
     * @throws java.io.UncheckedIOException if the dead letters cannot be opened
     */
    public synchronized void start() {
        if (run != null || closed) {
            throw new IllegalStateException(
                    options.name() + ": a job runs once; this one was started or closed before");
        }
        DeadLetterFile file = deadLetters();
        run = new Run<>(options, source, checkpoints, writers.get(), file);
        run.start();
    }

    private @Nullable DeadLetterFile deadLetters() {
        DeadLetters letters = options.deadLetters();
        try {
            return letters == null ? null : letters.open();
        } catch (IOException e) {
            throw new UncheckedIOException(letters + " cannot be opened: " + e, e);
        }
    }

    /**
     * Starts, and waits for the end: until the source has no more, {@link #stop} is called, or an error comes. If the calling
     * thread is interrupted, the job is asked to end, and not waited for.
     *
     * @return how it has ended
     * @throws SyncException if it ended by an error
     */
    public SyncStatus run() throws InterruptedException {
        start();
        return await();
    }

    /**
     * Waits for the end of a job that was started. If the calling thread is interrupted, the job is asked to end, and not
     * waited for.
     *
     * @return how it has ended
     * @throws SyncException if it ended by an error
     * @throws IllegalStateException if it was not started
     */
    public SyncStatus await() throws InterruptedException {
        Run<T> started = started();
        if (started == null) {
            throw new IllegalStateException(options.name() + " was not started");
        }
        try {
            while (!started.await(Long.MAX_VALUE)) {
                // 292 years are over
            }
        } catch (InterruptedException e) {
            started.askToEnd();
            throw e;
        }
        return ended(started);
    }

    /**
     * Lets the job come to its end: the source stops where it suits it, what is under way gets its outcome, the position is
     * stored. Takes as long as {@link SyncOptions#stopWithin} says, and the same again, and a minute, where the server does
     * not answer. Does nothing to a job that has ended or never began.
     *
     * @return how it has ended. What was not written by then is read again at the next start.
     * @throws SyncException if it ended by an error, or has not ended in time
     */
    public SyncStatus stop() throws InterruptedException {
        Run<T> started = started();
        if (started == null) {
            return status();
        }
        started.askToEnd();
        long limit = options.stopWithin().toNanos();
        if (!started.await(limit / 2)) {
            started.interruptSource();
            if (!started.await(limit / 2 + limit + TimeUnit.MINUTES.toNanos(1))) {
                throw new SyncException(
                        options.name() + " has not ended in time: its source or its checkpoints do not return", null);
            }
        }
        return ended(started);
    }

    /** Stops it if it runs, as {@link #stop} does; an error that it has ended with is not thrown again. */
    @Override
    public void close() {
        synchronized (this) {
            if (run == null && !closed) {
                source.close();
            }
            closed = true;
        }
        try {
            var unused = stop();
        } catch (SyncException e) {
            LOG.debug("{} was closed after its error", options.name(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns how it is doing. */
    public SyncStatus status() {
        Run<T> started = started();
        return started == null ? SyncStatus.ofNew(options.name()) : started.status();
    }

    private synchronized @Nullable Run<T> started() {
        return run;
    }

    private static SyncStatus ended(Run<?> run) {
        SyncException failure = run.failure();
        if (failure != null) {
            throw failure;
        }
        return run.status();
    }

    @Override
    public String toString() {
        return "SyncJob[" + options.name() + "]";
    }
}

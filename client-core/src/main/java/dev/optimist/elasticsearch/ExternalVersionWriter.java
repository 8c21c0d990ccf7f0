package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.ExternalResult.Outcome;
import dev.optimist.elasticsearch.internal.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Writes the changes of a primary database by the database's own versions ({@code version_type=external}), so that the index
 * ends at the highest version of each document, in whatever order and however often the changes come.
 *
 * <pre>{@code
 * try (ExternalVersionWriter<Product> writer = products.externalVersionWriter(o -> o.tombstones(Tombstones.standard()))) {
 *     writer.index("4711", product, 5);
 *     writer.delete("4712", 6);
 * }
 * }</pre>
 *
 * <p>Operations are gathered into requests. Every one has exactly one {@link ExternalResult}; a version conflict is a result,
 * too. What no server took, and what got no answer, is sent again with growing pauses and full jitter, as an external write
 * may be repeated safely. Operations on one document are sent in the order in which they were given, one after the other's
 * outcome: none overtakes another. That is why this is not built on elasticsearch-java's {@code BulkIngester}, which puts what
 * failed behind what came later.
 *
 * <p>Thread-safe. Has one thread of its own, on which listeners are told and results completed; close it to end that thread.
 *
 * @param <T> the class of the documents
 * @see <a href="https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-index">Index API: external versions</a>
 */
public final class ExternalVersionWriter<T> implements AutoCloseable {
    private final Writes<T> writes;
    private final ExternalOptions<T> options;
    private final Pace pace;
    private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);
    private final Thread thread;
    private final ExternalInbox<T, ExternalRun.Answered<T>> inbox;
    private final ExternalRun<T> run;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    ExternalVersionWriter(Writes<T> writes, ExternalOptions<T> options) {
        this.writes = writes;
        this.options = options;
        Exchange exchange = writes.reader().exchange();
        this.pace = exchange.pace();
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
        this.inbox = new ExternalInbox<>(options.operations(), options.bytes(), options.requestsInFlight());
        this.run = new ExternalRun<>(exchange, options, inbox, counts);
        this.thread = new Thread(
                running(run, ended), "optimist-external-" + writes.reader().target());
        thread.setDaemon(true);
        thread.start();
    }

    private static Runnable running(Runnable run, CompletableFuture<Void> ended) {
        return () -> {
            try {
                run.run();
            } finally {
                ended.complete(null);
            }
        };
    }

    /**
     * Stores the state of a document since this version; see {@link #write}.
     *
     * @param id the {@code _id}
     * @param document the whole document, which must not change until this returns
     * @param version 0 … {@code Long.MAX_VALUE - 1}
     */
    public CompletableFuture<ExternalResult<T>> index(String id, T document, long version) throws InterruptedException {
        return write(ExternalOperation.index(id, document, version));
    }

    /**
     * Says that there is no such document since this version; see {@link #write}.
     *
     * @param id the {@code _id}
     * @param version 0 … {@code Long.MAX_VALUE - 1}
     */
    public CompletableFuture<ExternalResult<T>> delete(String id, long version) throws InterruptedException {
        return write(ExternalOperation.delete(id, version));
    }

    /**
     * Takes an operation. Waits while as many are under way as {@link ExternalOptions#requestsInFlight} says, unless it is
     * called on the writer's own thread.
     *
     * @return its one outcome. It never fails, and cancelling it changes nothing. A document that has no form in JSON is
     *     {@link Outcome#REJECTED}.
     * @throws InterruptedException if the thread is interrupted while it waits; the operation is not taken then
     * @throws IllegalStateException if the writer is closed
     */
    public CompletableFuture<ExternalResult<T>> write(ExternalOperation<T> operation) throws InterruptedException {
        ExternalItem<T> item = item(operation);
        if (isOwnThread()) {
            inbox.put(item);
        } else {
            inbox.put(item, Long.MAX_VALUE);
        }
        return item.result;
    }

    /**
     * The same for who must not wait for long: takes an operation, if there is room for it within a time.
     *
     * <pre>{@code
     * if (writer.offer(ExternalOperation.index(id, edited, version), Duration.ofSeconds(3)).isEmpty()) {
     *     throw new IllegalStateException("Elasticsearch is too slow; come again");
     * }
     * }</pre>
     *
     * @param patience how long to wait for room: 0, which is not at all, to 365 days. On the writer's own thread nothing is
     *     waited for
     * @return its one outcome, as {@link #write} returns it; empty if there was no room, and the operation is not taken
     * @throws InterruptedException if the thread is interrupted while it waits; the operation is not taken then
     * @throws IllegalStateException if the writer is closed
     */
    public Optional<CompletableFuture<ExternalResult<T>>> offer(ExternalOperation<T> operation, Duration patience)
            throws InterruptedException {
        long nanos = Bounds.notNull("patience", patience).isZero()
                ? 0
                : Bounds.positive("patience", patience).toNanos();
        ExternalItem<T> item = item(operation);
        return inbox.put(item, isOwnThread() ? 0 : nanos) ? Optional.of(item.result) : Optional.empty();
    }

    private ExternalItem<T> item(ExternalOperation<T> operation) {
        Bounds.notNull("operation", operation);
        Write write = null;
        IllegalArgumentException refused = null;
        try {
            write = toWrite(operation);
        } catch (IllegalArgumentException e) {
            refused = e;
        }
        long end = pace.clock().nanoTime() + options.giveUpAfter().toNanos();
        return new ExternalItem<>(operation, write, refused, end);
    }

    private Write toWrite(ExternalOperation<T> operation) {
        WriteCondition version = WriteCondition.external(operation.version());
        T document = operation.document();
        if (document != null) {
            return writes.index(operation.id(), document, version, operation.routing());
        }
        Tombstones tombstones = options.tombstones();
        return tombstones == null
                ? writes.delete(operation.id(), version, operation.routing())
                : writes.source(operation.id(), tombstones.document(Instant.now()), version, operation.routing());
    }

    /**
     * Sends what waits for company, and waits until everything that was given before has its outcome.
     *
     * @throws InterruptedException if the thread is interrupted while it waits; all goes on then
     * @throws IllegalStateException on the writer's own thread, which would wait for itself
     */
    public void flush() throws InterruptedException {
        refuseOnOwnThread("flush");
        try {
            inbox.flushed().get();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    /** Returns how operations have ended until now. */
    public ExternalCounts counts() {
        return new ExternalCounts(
                count(Outcome.APPLIED),
                count(Outcome.SUPERSEDED),
                count(Outcome.DUPLICATE),
                count(Outcome.SUSPICIOUS),
                count(Outcome.REJECTED),
                count(Outcome.UNRESOLVED),
                inbox.open());
    }

    private long count(Outcome outcome) {
        return Objects.requireNonNull(counts.get(outcome)).sum();
    }

    /**
     * Takes no more, and waits until everything has its outcome: at most as long as {@link ExternalOptions#giveUpAfter} and a
     * request take. If the thread is interrupted meanwhile, what is open ends as {@link Outcome#UNRESOLVED} at once, and the
     * thread stays interrupted. May be called again.
     *
     * @throws IllegalStateException on the writer's own thread, which would wait for itself
     */
    @Override
    public void close() {
        closed(null);
    }

    /**
     * The same, with less patience: after this time, what is open ends as {@link Outcome#UNRESOLVED}.
     *
     * @param patience longer than 0, at most 365 days
     * @return whether everything had its outcome in time
     */
    public boolean close(Duration patience) {
        return closed(Bounds.positive("patience", patience));
    }

    private boolean closed(@Nullable Duration patience) {
        refuseOnOwnThread("close");
        inbox.close();
        boolean whole = false;
        try {
            if (patience == null) {
                ended.get();
            } else {
                ended.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            }
            whole = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            run.abandon("the writer was closed, and the thread that waited for it was interrupted");
        } catch (TimeoutException e) {
            run.abandon("the writer was closed before there was an answer");
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
        ended.join();
        return whole;
    }

    private boolean isOwnThread() {
        return Thread.currentThread() == thread;
    }

    private void refuseOnOwnThread(String method) {
        if (isOwnThread()) {
            throw new IllegalStateException(method + " on the writer's own thread would wait for itself");
        }
    }
}

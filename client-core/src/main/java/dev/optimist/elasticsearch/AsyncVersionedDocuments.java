package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Write;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The same as {@link VersionedDocuments}, without waiting: each method returns a future, which fails with what the method of
 * the same name throws. Bad arguments are thrown at once.
 *
 * <p>No thread waits for an answer. Functions run on two threads of this client's, which end when there is nothing to do. A
 * function that runs for more than 200 to 400 ms gets its thread for itself, and another serves the other documents (64 such
 * threads at most; beyond that the others wait, though not beyond their deadlines). What a function needs of the calling thread's context
 * (logging, security), capture it in the lambda. Futures are completed on {@link
 * java.util.concurrent.ForkJoinPool#commonPool()}, so what depends on them may wait. Documents that are changed at the same
 * time are read and written by common requests.
 *
 * <p>Cancelling a future ends its attempts. A write that was sent already may still be applied; only this future is
 * cancelled, not what is derived from it the other way round.
 *
 * <p>At most {@link ConnectOptions#asyncOperations} are under way; a call beyond that waits for one of them to end, for the
 * request time-out at most, and then its future fails with {@link ServerUnavailableException}.
 *
 * <p>Immutable and thread-safe.
 *
 * <pre>{@code
 * stock.async().readModifyWrite(id, Stock::sellOne)
 *         .thenAccept(sold -> log.info("{} left", sold.source().pieces()));
 * }</pre>
 *
 * @param <T> the class of the documents
 */
public final class AsyncVersionedDocuments<T> {
    /**
     * The common pool, behind a lambda: on one or two processors a future takes a new thread each time instead of the pool,
     * even of one that is given the pool itself.
     */
    private static final Executor COMPLETING = ForkJoinPool.getCommonPoolParallelism() > 0
            ? task -> ForkJoinPool.commonPool().execute(task)
            : new CompletableFuture<>().defaultExecutor();

    private final VersionedDocuments<T> documents;

    AsyncVersionedDocuments(VersionedDocuments<T> documents) {
        this.documents = documents;
    }

    /** Reads a document, as {@link VersionedDocuments#get}. */
    public CompletableFuture<Optional<VersionedDocument<T>>> get(String id) {
        Address address = documents.address(id);
        Exchange exchange = documents.client().exchange();
        return begin(address, documents.begin(OperationEvent.Operation.GET, id), () -> {
            Repeating<dev.optimist.elasticsearch.internal.Stored> read = new Repeating<>(
                    documents.client(),
                    time -> exchange.dialect().get(address, time),
                    Exchange::isReadHarmless,
                    failure -> Exchange.readFailed(address, failure));
            return new Begun<>(
                    read.begin().thenApply(stored -> {
                        State state = documents.reader().state(address, stored);
                        return state.token() == null
                                ? Optional.empty()
                                : Optional.of(documents.reader().document(address, state));
                    }),
                    read::cancel,
                    (seen, found) ->
                            seen.read(found.map(VersionedDocument::token).orElse(null)),
                    null);
        });
    }

    /** Stores a new document, as {@link VersionedDocuments#create}. */
    public CompletableFuture<WriteResult> create(String id, T document) {
        Bounds.notNull("document", document);
        if (documents.reader().ledger() == null) {
            return sent(documents.writes().create(id, document, null));
        }
        return modified(
                OperationEvent.Operation.CREATE,
                id,
                null,
                documents.creating(id, document),
                result -> documents.created(id, result));
    }

    /** Stores a document if the condition holds, as {@link VersionedDocuments#index}. */
    public CompletableFuture<WriteResult> index(String id, T document, WriteCondition condition) {
        return sent(documents.writes().index(id, document, condition, null));
    }

    /** Deletes a document if the condition holds, as {@link VersionedDocuments#delete}. */
    public CompletableFuture<WriteResult> delete(String id, WriteCondition condition) {
        return sent(documents.writes().delete(id, condition, null));
    }

    /** Reads, applies the function, and writes, as {@link VersionedDocuments#readModifyWrite(String, UnaryOperator)}. */
    public CompletableFuture<ModificationResult<T>> readModifyWrite(String id, UnaryOperator<T> modifier) {
        return modified(id, null, documents.ofPresent(id, modifier));
    }

    /** The same with a name, as {@link VersionedDocuments#readModifyWrite(String, String, UnaryOperator)}. */
    public CompletableFuture<ModificationResult<T>> readModifyWrite(
            String id, String writeId, UnaryOperator<T> modifier) {
        String name = documents.supplied(writeId);
        return modified(id, name, documents.ofPresent(id, modifier));
    }

    /** The same where there may be no document, as {@link VersionedDocuments#readModifyWriteOptional(String, Function)}. */
    public CompletableFuture<ModificationResult<T>> readModifyWriteOptional(
            String id, Function<Optional<T>, Modification<T>> modifier) {
        return modified(id, null, documents.ofAny(id, modifier));
    }

    /** The same with a name, as {@link VersionedDocuments#readModifyWriteOptional(String, String, Function)}. */
    public CompletableFuture<ModificationResult<T>> readModifyWriteOptional(
            String id, String writeId, Function<Optional<T>, Modification<T>> modifier) {
        String name = documents.supplied(writeId);
        return modified(id, name, documents.ofAny(id, modifier));
    }

    /** Returns the same documents with methods that wait. */
    public VersionedDocuments<T> blocking() {
        return documents;
    }

    @Override
    public String toString() {
        return "Async" + documents;
    }

    private CompletableFuture<WriteResult> sent(Write write) {
        return begin(write.address(), documents.begin(write), () -> {
            Repeating<dev.optimist.elasticsearch.internal.Written> sent = new Repeating<>(
                    documents.client(),
                    time -> documents.client().exchange().send(write, time),
                    Exchange::isWriteHarmless,
                    failure -> Exchange.failed(write, 1, failure));
            return new Begun<>(
                    sent.begin().thenApply(answer -> documents.writes().result(write, answer)),
                    sent::cancel,
                    Observation::written,
                    null);
        });
    }

    private CompletableFuture<ModificationResult<T>> modified(
            String id, @Nullable String writeId, Modifier<T> modifier) {
        return modified(OperationEvent.Operation.READ_MODIFY_WRITE, id, writeId, modifier, Function.identity());
    }

    private <R> CompletableFuture<R> modified(
            OperationEvent.Operation operation,
            String id,
            @Nullable String writeId,
            Modifier<T> modifier,
            Function<ModificationResult<T>, R> map) {
        Steps<T> steps = documents.steps(id);
        return begin(steps.address(), documents.begin(operation, id), () -> {
            Call<T> call = documents.loop().begin(steps.address(), steps, modifier, writeId);
            return new Begun<>(
                    call.outcome().thenApply(done -> map.apply(call.result(done))),
                    call::cancel,
                    (seen, result) -> seen.modified(call),
                    call);
        });
    }

    private record Begun<R>(
            CompletableFuture<R> outcome,
            Runnable cancel,
            BiConsumer<Observation, R> ended,
            @Nullable Call<?> call) {}

    private <R> CompletableFuture<R> begin(Address address, Observation seen, Supplier<Begun<R>> begin) {
        InFlight inFlight = documents.client().inFlight();
        try {
            inFlight.enter(address, documents.client().exchange().requestTimeout());
        } catch (ServerUnavailableException e) {
            seen.failed(e, null);
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<R> theirs = new CompletableFuture<>();
        Begun<R> begun;
        try {
            begun = begin.get();
        } catch (Throwable t) {
            inFlight.leave();
            seen.failed(t, null);
            throw t;
        }
        var ended = begun.outcome().whenComplete((result, failed) -> {
            seen.stop();
            inFlight.leave();
        });
        var unused = ended.whenCompleteAsync(
                (result, failed) -> {
                    if (failed == null) {
                        begun.ended().accept(seen, result);
                        theirs.complete(result);
                    } else {
                        Throwable cause = Repeating.cause(failed);
                        seen.failed(cause, begun.call());
                        theirs.completeExceptionally(cause);
                    }
                },
                COMPLETING);
        var unusedToo = theirs.whenComplete((result, failed) -> {
            if (theirs.isCancelled()) {
                begun.cancel().run();
            }
        });
        return theirs;
    }
}

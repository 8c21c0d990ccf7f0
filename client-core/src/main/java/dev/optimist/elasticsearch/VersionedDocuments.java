package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Conflict;
import dev.optimist.elasticsearch.internal.DocumentCodec;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Write.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The documents of one index as objects of one class: read with their version, written on a condition.
 *
 * <p>Every method throws {@link IllegalArgumentException} before anything is sent if an argument is out of its bounds
 * (an {@code id} has 1 to 512 bytes in UTF-8; a document is a JSON object without NaN or infinite numbers), and otherwise
 * one of the {@link OptimistException}s; those that a method does not name are {@link RequestRejectedException} and
 * {@link ServerUnavailableException}, and for writes {@link OutcomeUnknownException}.
 *
 * <p>Immutable and thread-safe; make one for each index and class and keep it.
 *
 * @param <T> the class of the documents
 */
public final class VersionedDocuments<T> {
    private final Client client;
    private final Reader<T> reader;
    private final DocumentOptions options;
    private final Writes<T> writes;
    private final ReadModifyWrite<T> readModifyWrite;

    /** What all documents of one client share. */
    record Client(
            Exchange exchange,
            WriteIds writeIds,
            Lanes lanes,
            InFlight inFlight,
            Incarnations incarnations,
            Observer observer) {
        Client(Exchange exchange, WriteIds writeIds, Lanes lanes, InFlight inFlight, Observer observer) {
            this(exchange, writeIds, lanes, inFlight, new Incarnations(exchange), observer);
        }
    }

    VersionedDocuments(Client client, DocumentCodec<T> codec, String target, DocumentOptions options) {
        this(
                client,
                new Reader<>(
                        client.exchange(),
                        codec,
                        target,
                        options.mappingType(),
                        options.routing(),
                        options.writeLedger()),
                options,
                options.writeLedger() == null ? null : new LedgerEvidence());
    }

    private VersionedDocuments(Client client, Reader<T> reader, DocumentOptions options, @Nullable Evidence evidence) {
        this.client = client;
        this.reader = reader;
        this.options = options.copy();
        this.writes = new Writes<>(reader, options.parameters(), client.writeIds());
        this.readModifyWrite = new ReadModifyWrite<>(
                "readModifyWrite " + reader.target(),
                options,
                client.exchange().pace(),
                evidence,
                client.writeIds()::lease,
                client.lanes());
    }

    /** Judges in another way, to see what comes of it; for tests only. */
    VersionedDocuments<T> judgedBy(Evidence evidence) {
        return new VersionedDocuments<>(client, reader, options, evidence);
    }

    /**
     * Returns the same documents with other parameters; those that are not set stay as they are.
     *
     * <pre>{@code
     * carts.with(o -> o.routing(customer).refresh(Refresh.WaitFor)).readModifyWrite(id, Cart::checkout);
     * }</pre>
     *
     * @param options sets them
     * @throws IllegalArgumentException if one is out of its bounds
     */
    public VersionedDocuments<T> with(Consumer<DocumentOptions> options) {
        DocumentOptions set = this.options.copy();
        options.accept(set);
        return new VersionedDocuments<>(client, reader.codec(), reader.target(), set);
    }

    /**
     * Reads a document in real time: writes that were acknowledged before are seen, refreshed or not.
     *
     * @param id the {@code _id}
     * @return the document, or empty if there is none; a missing index is a {@link RequestRejectedException}
     * @throws RequestRejectedException also if the document does not map to the class, or its index does not keep
     *     {@code _source}
     */
    public Optional<VersionedDocument<T>> get(String id) {
        Address address = address(id);
        Observation seen = begin(OperationEvent.Operation.GET, id);
        Optional<VersionedDocument<T>> read;
        DocumentToken token;
        try {
            State state = reader.state(
                    address, reader.exchange().get(address, reader.exchange().requestTimeout()));
            token = state.token();
            read = token == null ? Optional.empty() : Optional.of(reader.document(address, state));
        } catch (Throwable t) {
            seen.failed(t, null);
            throw t;
        }
        seen.read(token);
        return read;
    }

    /** Returns tokens of these documents as text, for forms and HTTP; nothing is sent. Their {@code routing} is a part of them. */
    public DocumentTokens tokens() {
        return new DocumentTokens(client.incarnations(), reader.target(), reader.routing(), new TokenFormat());
    }

    /**
     * Returns a writer of the changes of a primary database to these documents, with their {@code routing}, {@code refresh}
     * and {@code pipeline}. Close it.
     *
     * @param options sets how it gathers operations, and what it makes of what it finds
     * @throws IllegalArgumentException if one is out of its bounds, or these documents have a {@link WriteLedger}: an external
     *     write may be repeated without one
     */
    public ExternalVersionWriter<T> externalVersionWriter(Consumer<ExternalOptions<T>> options) {
        ExternalOptions<T> set = new ExternalOptions<>();
        options.accept(set);
        if (reader.ledger() != null) {
            throw new IllegalArgumentException("writeLedger: external writes do without; leave it out");
        }
        return new ExternalVersionWriter<>(writes, set);
    }

    /**
     * Stores a new document ({@code op_type=create}). With a {@link WriteLedger} it is read before, and looked for if the
     * answer was lost.
     *
     * @param id the {@code _id}
     * @param document the whole document
     * @throws VersionConflictException of kind {@code EXISTS} if there is a document with this id
     */
    public WriteResult create(String id, T document) {
        Bounds.notNull("document", document);
        if (reader.ledger() == null) {
            return sent(writes.create(id, document, null));
        }
        return created(id, run(OperationEvent.Operation.CREATE, id, null, creating(id, document)));
    }

    Modifier<T> creating(String id, T document) {
        return read -> {
            if (read.isPresent()) {
                throw exists(id, read.token());
            }
            return Modification.index(document);
        };
    }

    WriteResult created(String id, ModificationResult<T> result) {
        return result.token() == null
                ? new WriteResult(Result.NoOp, reader.noToken(address(id)))
                : new WriteResult(Result.Created, result.token());
    }

    private VersionConflictException exists(String id, @Nullable DocumentToken current) {
        long version = current == null ? 1 : current.version(); // without one, it was made by a call in the same batch
        String reason = "[" + id + "]: version conflict, document already exists (current version [" + version + "])";
        Conflict conflict = Conflict.parse(reason, Operation.CREATE, WriteCondition.none());
        return new VersionConflictException(reader.target(), id, conflict, 1, null);
    }

    /**
     * Stores a document if the condition holds, in place of the whole document that is there.
     *
     * @param id the {@code _id}
     * @param document the whole document
     * @param condition what must be true; {@link WriteCondition#none()} to overwrite whatever is there
     * @throws VersionConflictException if the condition does not hold
     * @throws IllegalArgumentException also if the condition's token is of another document, index or routing
     */
    public WriteResult index(String id, T document, WriteCondition condition) {
        return sent(writes.index(id, document, condition, null));
    }

    /**
     * Deletes a document if the condition holds.
     *
     * <p>Elasticsearch remembers the version of a deleted document for {@code index.gc_deletes} (60 s) only, and not over
     * a restart: after that an older {@code external} version brings the document back.
     *
     * @param id the {@code _id}
     * @param condition what must be true; {@link WriteCondition#none()} to delete whatever is there
     * @return with {@code NotFound} if there was no such document
     * @throws VersionConflictException if the condition does not hold
     * @throws IllegalArgumentException also if the condition's token is of another document, index or routing
     */
    public WriteResult delete(String id, WriteCondition condition) {
        return sent(writes.delete(id, condition, null));
    }

    /**
     * Does many writes with few requests; each has its own condition and its own outcome, and none stops the others.
     *
     * <pre>{@code
     * List<BulkItemResult<Stock>> results = stock.bulk(List.of(
     *         BulkOperation.index("4711", counted, WriteCondition.unchangedSince(read)),
     *         BulkOperation.create("4712", new Stock(10)),
     *         BulkOperation.delete("4713", WriteCondition.version(3))));
     * }</pre>
     *
     * <p>A conflict is an outcome, and is not tried again. What certainly was not applied (429 of a full queue, for the
     * request or for a single operation) is sent again as any write is, at most four times in all. Operations on one
     * {@code _id} are applied in the order given, each after the one before has its outcome, whatever that is; others in any
     * order. Requests are cut as {@link BulkOptions#standard()} says. If the request as a whole has no answer, each of its
     * operations is {@code UNKNOWN}: some may be applied, some not.
     *
     * <p>An interrupt of the calling thread keeps what is not sent from being sent ({@code NOT_APPLIED}, with
     * {@link BulkItemResult#sends() sends} 0 if it never was). What is under way is awaited, which the request time-out
     * bounds, and told as always; the flag stays set.
     *
     * @param operations any number; see {@link BulkOperation}
     * @return one result an operation, in the same order; it is up to you to look at them
     * @throws IllegalArgumentException if one is out of its bounds, naming its position; nothing was sent then
     */
    public List<BulkItemResult<T>> bulk(List<? extends BulkOperation<T>> operations) {
        return new Bulk<>(writes, client.observer()).all(Bounds.notNull("operations", operations));
    }

    /**
     * The same for any number of operations, in bounded memory.
     *
     * <p>Everything happens on the calling thread: operations are taken one by one, as there is room for them, and results
     * are told in between; while the source keeps you waiting, so do the results. Results come as answers do, those of one
     * {@code _id} in their order. Each operation that was taken has exactly one.
     *
     * <p>An operation that is out of its bounds (but for null, which ends the bulk) is {@code REJECTED} and stops nothing.
     * If the source, {@code results} or the progress listener throws, no more is taken or sent; what is under way is awaited
     * and told, the rest of what was taken is told as {@code NOT_APPLIED}, and then it is thrown. An interrupt does the same,
     * but nothing is thrown: {@link BulkProgress#complete()} is false then.
     *
     * @param operations each is asked for once
     * @param options how it is cut into requests
     * @param results is told every result, on the calling thread
     * @return what became of all
     */
    public BulkProgress bulk(
            Iterable<? extends BulkOperation<T>> operations,
            BulkOptions options,
            Consumer<? super BulkItemResult<T>> results) {
        return new Bulk<>(writes, client.observer())
                .each(
                        Bounds.notNull("operations", operations).iterator(),
                        Bounds.notNull("options", options),
                        Bounds.notNull("results", results));
    }

    /**
     * The same for a stream, which is not closed.
     *
     * @param operations each is asked for once
     * @param options how it is cut into requests
     * @param results is told every result, on the calling thread
     * @return what became of all
     */
    public BulkProgress bulk(
            Stream<? extends BulkOperation<T>> operations,
            BulkOptions options,
            Consumer<? super BulkItemResult<T>> results) {
        return new Bulk<>(writes, client.observer())
                .each(
                        Bounds.notNull("operations", operations).iterator(),
                        Bounds.notNull("options", options),
                        Bounds.notNull("results", results));
    }

    /**
     * Reads the latest version, applies the function, and writes the result if nobody has changed the document since;
     * after a conflict, again, as the {@link RetryPolicy} says. If the function returns a document equal as JSON to the
     * stored one, nothing is written.
     *
     * <pre>{@code
     * stock.readModifyWrite("4711", s -> s.withPieces(s.pieces() - 1));
     * }</pre>
     *
     * <p>Calls of one client on one document, at the same time, go together: one write carries all who wait ({@link
     * Contention#COMBINE}).
     *
     * <p>The function <b>may run more than once</b>, each time on a fresh object; on the calling thread if nobody else is at
     * work on the document, else on one of the client's. Keep it free of side effects, and short: those who wait for the same
     * document wait for it, too, though not beyond their deadlines. What it throws is passed on untouched, and nothing is
     * written. An interrupt of the calling thread ends the call at once, with {@link AttemptsExhaustedException} if nothing of
     * it is in flight; the flag stays set.
     *
     * @param id the {@code _id}
     * @param modifier from the latest document to the one to store; may change and return its argument
     * @throws DocumentMissingException if there is no such document
     * @throws AttemptsExhaustedException if attempts or time ran out, or the thread was interrupted; nothing was written
     * @throws OutcomeUnknownException if a write was sent and its outcome cannot be known; it is not tried again
     */
    public ModificationResult<T> readModifyWrite(String id, UnaryOperator<T> modifier) {
        return run(id, null, ofPresent(id, modifier));
    }

    /**
     * The same as one business operation with a name: called again with the same write id, in this process or after a
     * restart, it finds the id in the document and does not apply the function again; the result then is
     * {@linkplain ModificationResult#recovered() recovered}. That holds as long as the {@link WriteLedger} keeps the id,
     * and is forgotten when the document is deleted or replaced by {@link #index} or by a writer without the ledger. A call
     * that wrote nothing leaves no id.
     *
     * <pre>{@code
     * stock.readModifyWrite("4711", order.id(), s -> s.withPieces(s.pieces() - 1));
     * }</pre>
     *
     * @param id the {@code _id}
     * @param writeId 1 to 256 characters, yours alone: no other operation on this document may have it
     * @param modifier as in {@link #readModifyWrite(String, UnaryOperator)}
     * @throws IllegalArgumentException also if the write ledger is off
     */
    public ModificationResult<T> readModifyWrite(String id, String writeId, UnaryOperator<T> modifier) {
        return run(id, supplied(writeId), ofPresent(id, modifier));
    }

    Modifier<T> ofPresent(String id, UnaryOperator<T> modifier) {
        Bounds.notNull("modifier", modifier);
        return read -> {
            if (!read.isPresent()) {
                throw new DocumentMissingException(reader.target(), id);
            }
            T modified = modifier.apply(decoded(id, read));
            if (modified == null) {
                throw new NullPointerException(
                        "modifier returned null; to delete the document, use readModifyWriteOptional");
            }
            return Modification.index(modified);
        };
    }

    private T decoded(String id, State read) {
        try {
            return reader.codec().read(read.document());
        } catch (IOException e) {
            throw reader.unmapped(address(id), e);
        }
    }

    /**
     * The same where there may be no document, or it is to be deleted: the function gets the document if there is one,
     * and returns what to do. The index must be there: a misspelt name makes none.
     *
     * <pre>{@code
     * counters.readModifyWriteOptional(page, current -> Modification.index(
     *         current.map(Counter::increment).orElseGet(Counter::first)));
     * }</pre>
     *
     * @param id the {@code _id}
     * @param modifier from the latest document, or none, to what to do
     * @throws AttemptsExhaustedException as {@link #readModifyWrite}
     * @throws OutcomeUnknownException as {@link #readModifyWrite}
     */
    public ModificationResult<T> readModifyWriteOptional(String id, Function<Optional<T>, Modification<T>> modifier) {
        return run(id, null, ofAny(id, modifier));
    }

    /**
     * The same as one business operation with a name; see {@link #readModifyWrite(String, String, UnaryOperator)}.
     *
     * @param id the {@code _id}
     * @param writeId 1 to 256 characters, yours alone
     * @param modifier from the latest document, or none, to what to do
     * @throws IllegalArgumentException also if the write ledger is off
     */
    public ModificationResult<T> readModifyWriteOptional(
            String id, String writeId, Function<Optional<T>, Modification<T>> modifier) {
        return run(id, supplied(writeId), ofAny(id, modifier));
    }

    Modifier<T> ofAny(String id, Function<Optional<T>, Modification<T>> modifier) {
        Bounds.notNull("modifier", modifier);
        return read -> modifier.apply(!read.isPresent() ? Optional.empty() : Optional.of(decoded(id, read)));
    }

    /**
     * Does a {@link #readModifyWrite(String, UnaryOperator) readModifyWrite} on each of many documents, with few requests.
     *
     * <pre>{@code
     * for (ModifiedItem<Stock> item : stock.readModifyWriteAll(ids, s -> s.withPrice(s.price() * 1.1))) {
     *     item.orThrow();
     * }
     * }</pre>
     *
     * <p>Documents are read by mget and written by conditional bulk requests, several at a time; only those that met a
     * conflict are read again. Each is a call of its own, with the {@link RetryPolicy}, the {@link WriteLedger} and the outcome
     * of one. The function runs on two threads of this client's. An id that comes twice is modified twice, in order.
     *
     * @param ids the {@code _id}s
     * @param modifier as in {@link #readModifyWrite(String, UnaryOperator)}
     * @return one outcome an id, in the same order; it is up to you to look at them
     */
    public List<ModifiedItem<T>> readModifyWriteAll(List<String> ids, UnaryOperator<T> modifier) {
        List<ModifiedItem<T>> items = new ArrayList<>();
        var unused = readModifyWriteAll(Bounds.notNull("ids", ids), modifier, items::add);
        items.sort(Comparator.comparingLong(ModifiedItem::position));
        return items;
    }

    /**
     * The same for any number of documents, in bounded memory: ids are taken as there is room for them.
     *
     * <p>Ids and results are asked for and told on the calling thread, results as they come. If {@code ids} or
     * {@code results} throws, no more is taken; what is under way is awaited and told, and then it is thrown. An interrupt
     * does the same, but nothing is thrown: {@link ModifiedTotal#complete()} is false then, and the flag is set.
     *
     * @param ids each is asked for once
     * @param modifier as in {@link #readModifyWrite(String, UnaryOperator)}
     * @param results is told every outcome, on the calling thread
     * @return what became of all
     */
    public ModifiedTotal readModifyWriteAll(
            Iterable<String> ids, UnaryOperator<T> modifier, Consumer<? super ModifiedItem<T>> results) {
        return modifyAll(Bounds.notNull("ids", ids).iterator(), modifier, results);
    }

    /**
     * The same for a stream, which is not closed.
     *
     * @param ids each is asked for once
     * @param modifier as in {@link #readModifyWrite(String, UnaryOperator)}
     * @param results is told every outcome, on the calling thread
     * @return what became of all
     */
    public ModifiedTotal readModifyWriteAll(
            Stream<String> ids, UnaryOperator<T> modifier, Consumer<? super ModifiedItem<T>> results) {
        return modifyAll(Bounds.notNull("ids", ids).iterator(), modifier, results);
    }

    private ModifiedTotal modifyAll(
            Iterator<String> ids, UnaryOperator<T> modifier, Consumer<? super ModifiedItem<T>> results) {
        Bounds.notNull("modifier", modifier);
        return new ModifyAll<>(this, id -> ofPresent(id, modifier), Bounds.notNull("results", results)).run(ids);
    }

    /**
     * Adds the field of the {@link WriteLedger} to the mapping of the index, {@code enabled: false}: kept with the document,
     * not indexed. Does nothing if it is there already. Needs the privilege {@code manage} on the index, so it is for what
     * sets up indices, and not for every start.
     *
     * @throws IllegalArgumentException if the write ledger is off
     * @throws RequestRejectedException if the field is there with another mapping, or the mapping must not be changed
     */
    public void putLedgerMapping() {
        WriteLedger ledger = ledger("putLedgerMapping");
        reader.exchange().putDisabledObject(reader.target(), reader.mappingType(), ledger.field());
    }

    /**
     * Returns what works behind these documents, if it is of that class: {@code io.github.resilience4j.retry.Retry}, for
     * its metrics and its events, one of which is published for every conflict. Its class may change in any release.
     *
     * @param type the class
     * @param <U> the class
     * @throws IllegalArgumentException if there is nothing of that class
     */
    public <U> U unwrap(Class<U> type) {
        if (type.isInstance(readModifyWrite.retry())) {
            return type.cast(readModifyWrite.retry());
        }
        throw new IllegalArgumentException("type: there is no " + type.getName() + " behind these documents");
    }

    @Override
    public String toString() {
        return "VersionedDocuments[" + reader.target() + ", "
                + reader.codec().type().toCanonical() + "]";
    }

    private ModificationResult<T> run(String id, @Nullable String writeId, Modifier<T> modifier) {
        return run(OperationEvent.Operation.READ_MODIFY_WRITE, id, writeId, modifier);
    }

    private ModificationResult<T> run(
            OperationEvent.Operation operation, String id, @Nullable String writeId, Modifier<T> modifier) {
        Steps<T> steps = steps(id);
        return readModifyWrite.run(steps.address(), steps, modifier, writeId, begin(operation, id));
    }

    Observation begin(OperationEvent.Operation operation, String id) {
        return client.observer().begin(operation, reader.target(), id);
    }

    Observation begin(Write write) {
        return begin(
                switch (write.operation()) {
                    case INDEX -> OperationEvent.Operation.INDEX;
                    case CREATE -> OperationEvent.Operation.CREATE;
                    case DELETE -> OperationEvent.Operation.DELETE;
                },
                write.address().id());
    }

    Steps<T> steps(String id) {
        return new DocumentSteps<>(reader, address(id), writes.parameters(), null);
    }

    Client client() {
        return client;
    }

    Reader<T> reader() {
        return reader;
    }

    Writes<T> writes() {
        return writes;
    }

    ReadModifyWrite<T> loop() {
        return readModifyWrite;
    }

    /** Returns the same documents with the same names of methods, each of which returns at once. */
    public AsyncVersionedDocuments<T> async() {
        return new AsyncVersionedDocuments<>(this);
    }

    String supplied(String writeId) {
        if (ledger("writeId").size() < 2) {
            throw new IllegalArgumentException(
                    "writeId: needs a write ledger of at least 2 ids, as each write leaves one of its own, too");
        }
        return Bounds.writeId(writeId);
    }

    private WriteLedger ledger(String needs) {
        if (reader.ledger() == null) {
            throw new IllegalArgumentException(
                    needs + ": needs the write ledger; set it by with(o -> o.writeLedger(WriteLedger.standard()))");
        }
        return reader.ledger();
    }

    private WriteResult sent(Write write) {
        Observation seen = begin(write);
        WriteResult result;
        try {
            result = writes.result(
                    write, reader.exchange().write(write, 1, reader.exchange().requestTimeout()));
        } catch (Throwable t) {
            seen.failed(t, null);
            throw t;
        }
        seen.written(result);
        return result;
    }

    Address address(String id) {
        return reader.address(id, reader.routing());
    }
}

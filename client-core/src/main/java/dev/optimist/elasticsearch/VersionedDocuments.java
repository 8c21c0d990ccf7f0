package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Conflict;
import dev.optimist.elasticsearch.internal.DocumentCodec;
import dev.optimist.elasticsearch.internal.Ledger;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Write.Operation;
import dev.optimist.elasticsearch.internal.Written;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
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
    private final Reader<T> reader;
    private final Write.Parameters parameters;
    private final RetryPolicy policy;
    private final Contention contention;
    private final boolean reuseLastWrite;
    private final Client client;
    private final ReadModifyWrite<T> readModifyWrite;

    /** What all documents of one client share. */
    record Client(Exchange exchange, WriteIds writeIds, Lanes lanes) {}

    VersionedDocuments(Client client, DocumentCodec<T> codec, String target, DocumentOptions options) {
        this(
                new Reader<>(client.exchange(), codec, target, options.routing(), options.writeLedger()),
                options.parameters(),
                options.retry(),
                options.contention(),
                options.reuseLastWrite(),
                client,
                options.writeLedger() == null ? null : new LedgerEvidence());
    }

    private VersionedDocuments(
            Reader<T> reader,
            Write.Parameters parameters,
            RetryPolicy policy,
            Contention contention,
            boolean reuseLastWrite,
            Client client,
            @Nullable Evidence evidence) {
        this.reader = reader;
        this.parameters = parameters;
        this.policy = policy;
        this.contention = contention;
        this.reuseLastWrite = reuseLastWrite;
        this.client = client;
        this.readModifyWrite = new ReadModifyWrite<>(
                "readModifyWrite " + reader.target(),
                policy,
                reader.exchange().pace(),
                evidence,
                contention,
                client.writeIds()::lease,
                client.lanes(),
                reuseLastWrite ? new LastWrites(reader.exchange().pace().clock()) : null);
    }

    /** Judges in another way, to see what comes of it; for tests only. */
    VersionedDocuments<T> judgedBy(Evidence evidence) {
        return new VersionedDocuments<>(reader, parameters, policy, contention, reuseLastWrite, client, evidence);
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
        DocumentOptions set =
                new DocumentOptions(reader.routing(), parameters, policy, reader.ledger(), contention, reuseLastWrite);
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
        State state = reader.state(
                address, reader.exchange().get(address, reader.exchange().requestTimeout()));
        return state.token() == null ? Optional.empty() : Optional.of(reader.document(address, state));
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
            Write write = new Write(
                    Operation.CREATE,
                    address(id),
                    WriteCondition.none(),
                    parameters,
                    reader.codec().write(document));
            return sent(write);
        }
        ModificationResult<T> result = run(id, null, read -> {
            if (read.isPresent()) {
                throw exists(id, read.token());
            }
            return Modification.index(document);
        });
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
        byte[] source = reader.codec().write(Bounds.notNull("document", document));
        if (reader.ledger() != null) { // begun anew, which a write that is unresolved takes notice of
            source = reader.ledgerField()
                    .join(source, Ledger.after(null, client.writeIds().unique(), null, reader.ledgerSize()));
        }
        return write(Operation.INDEX, id, condition, source);
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
        return write(Operation.DELETE, id, condition, null);
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
     * <p>The function <b>may run more than once</b>, each time on a fresh object; it runs on the calling thread. Keep it
     * free of side effects. What it throws is passed on untouched, and nothing is written. An interrupt of the calling
     * thread ends the call at once, with {@link AttemptsExhaustedException} if nothing is in flight; the flag stays set.
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

    private Modifier<T> ofPresent(String id, UnaryOperator<T> modifier) {
        Bounds.notNull("modifier", modifier);
        return read -> {
            if (!read.isPresent()) {
                throw new DocumentMissingException(reader.target(), id);
            }
            T modified = modifier.apply(reader.decoded(address(id), read.document()));
            if (modified == null) {
                throw new NullPointerException(
                        "modifier returned null; to delete the document, use readModifyWriteOptional");
            }
            return Modification.index(modified);
        };
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

    private Modifier<T> ofAny(String id, Function<Optional<T>, Modification<T>> modifier) {
        Bounds.notNull("modifier", modifier);
        return read -> modifier.apply(
                !read.isPresent() ? Optional.empty() : Optional.of(reader.decoded(address(id), read.document())));
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
        reader.exchange().putDisabledObject(reader.target(), ledger.field());
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
        Steps<T> steps = new DocumentSteps<>(reader, address(id), parameters, null);
        return readModifyWrite.run(new Lanes.Key(reader.target(), id, reader.routing()), steps, modifier, writeId);
    }

    private String supplied(String writeId) {
        ledger("writeId");
        return Bounds.writeId(writeId);
    }

    private WriteLedger ledger(String needs) {
        if (reader.ledger() == null) {
            throw new IllegalArgumentException(
                    needs + ": needs the write ledger; set it by with(o -> o.writeLedger(WriteLedger.standard()))");
        }
        return reader.ledger();
    }

    private WriteResult write(Operation operation, String id, WriteCondition condition, byte @Nullable [] source) {
        Bounds.notNull("condition", condition);
        Write write = condition instanceof WriteCondition.UnchangedSince since
                ? toConcreteIndex(operation, checked(since.token(), id), source)
                : new Write(operation, address(id), condition, parameters, source);
        return sent(write);
    }

    /** A token is of use only for the document that it is of; an alias may have moved on, so its own index is written. */
    private DocumentToken checked(DocumentToken token, String id) {
        same("id", Bounds.id(id), token.id());
        same("index", reader.target(), token.target());
        if (reader.routing() != null) { // without one, the document's own is taken, which the token knows
            same("routing", reader.routing(), token.routing());
        }
        return token;
    }

    private static void same(String parameter, @Nullable String wanted, @Nullable String ofToken) {
        if (!Objects.equals(wanted, ofToken)) {
            throw new IllegalArgumentException(
                    parameter + ": the write is for [" + wanted + "], but the token was read for [" + ofToken + "]");
        }
    }

    private Write toConcreteIndex(Operation operation, DocumentToken token, byte @Nullable [] source) {
        WriteCondition unchanged = WriteCondition.unchangedSince(token);
        return new Write(operation, address(token.id()), unchanged, parameters, source)
                .toIndexOfRead(token.index(), token.routing(), unchanged);
    }

    private WriteResult sent(Write write) {
        Written written = reader.exchange().write(write, 1, reader.exchange().requestTimeout());
        DocumentToken token = reader.token(write.address(), written);
        if (written.result() != Result.NoOp && write.condition() instanceof WriteCondition.UnchangedSince since) {
            reader.checkIncarnation(since.token(), token);
        }
        return new WriteResult(written.result(), token);
    }

    private Address address(String id) {
        return new Address(reader.target(), Bounds.id(id), reader.routing());
    }
}

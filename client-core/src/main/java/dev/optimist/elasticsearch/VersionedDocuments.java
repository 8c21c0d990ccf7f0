package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.DocumentCodec;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Write.Operation;
import dev.optimist.elasticsearch.internal.Written;
import java.io.IOException;
import java.time.Duration;
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
    private final Exchange exchange;
    private final DocumentCodec<T> codec;
    private final String target;
    private final @Nullable String routing;
    private final Write.Parameters parameters;
    private final RetryPolicy policy;
    private final Pace pace;
    private final ReadModifyWrite<T> readModifyWrite;

    VersionedDocuments(Exchange exchange, DocumentCodec<T> codec, String target, DocumentOptions options, Pace pace) {
        this.exchange = exchange;
        this.codec = codec;
        this.target = target;
        this.routing = options.routing();
        this.parameters = options.parameters();
        this.policy = options.retry();
        this.pace = pace;
        this.readModifyWrite = new ReadModifyWrite<>("readModifyWrite " + target, policy, pace);
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
        DocumentOptions set = new DocumentOptions(routing, parameters, policy);
        options.accept(set);
        return new VersionedDocuments<>(exchange, codec, target, set, pace);
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
        return get(address(id), exchange.requestTimeout());
    }

    /**
     * Stores a new document ({@code op_type=create}).
     *
     * @param id the {@code _id}
     * @param document the whole document
     * @throws VersionConflictException of kind {@code EXISTS} if there is a document with this id
     */
    public WriteResult create(String id, T document) {
        Write write = new Write(
                Operation.CREATE,
                address(id),
                WriteCondition.none(),
                parameters,
                codec.write(Bounds.notNull("document", document)));
        return result(write, exchange.write(write, 1, exchange.requestTimeout()));
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
        byte[] source = codec.write(Bounds.notNull("document", document));
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
        Bounds.notNull("modifier", modifier);
        return run(id, read -> {
            T current = read.orElseThrow(() -> new DocumentMissingException(target, id))
                    .source();
            T modified = modifier.apply(current);
            if (modified == null) {
                throw new NullPointerException(
                        "modifier returned null; to delete the document, use readModifyWriteOptional");
            }
            return Modification.index(modified);
        });
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
        Bounds.notNull("modifier", modifier);
        return run(id, read -> modifier.apply(read.map(VersionedDocument::source)));
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
        return "VersionedDocuments[" + target + ", " + codec.type().toCanonical() + "]";
    }

    private ModificationResult<T> run(String id, Function<Optional<VersionedDocument<T>>, Modification<T>> modifier) {
        return readModifyWrite.run(target, id, new Steps(address(id)), modifier);
    }

    private Optional<VersionedDocument<T>> get(Address address, Duration limit) {
        Stored stored = exchange.get(address, limit);
        return stored.found() ? Optional.of(document(address, stored, source(address, stored))) : Optional.empty();
    }

    private byte[] source(Address address, Stored stored) {
        byte[] source = stored.source();
        if (source == null) {
            throw refused(
                    address,
                    "the document is there, but its _source is not kept, so it cannot be read, and writing it back would"
                            + " wipe it",
                    null);
        }
        return source;
    }

    private VersionedDocument<T> document(Address address, Stored stored, byte[] source) {
        String storedRouting = stored.routing() == null ? routing : stored.routing();
        DocumentToken token = new DocumentToken(
                target,
                stored.index(),
                address.id(),
                storedRouting,
                stored.version(),
                stored.seqNo(),
                stored.primaryTerm());
        return new VersionedDocument<>(token, decoded(address, source));
    }

    private T decoded(Address address, byte[] source) {
        try {
            return codec.read(source);
        } catch (IOException e) {
            String type = codec.type().toCanonical();
            throw refused(address, "the stored document does not map to " + type + ": " + e.getMessage(), e);
        }
    }

    private static RequestRejectedException refused(Address address, String reason, @Nullable Throwable cause) {
        return Exchange.rejected(address, new Failure(Failure.Outcome.PERMANENT, 0, null, reason, null, cause));
    }

    private WriteResult write(Operation operation, String id, WriteCondition condition, byte @Nullable [] source) {
        Bounds.notNull("condition", condition);
        Write write = condition instanceof WriteCondition.UnchangedSince since
                ? toConcreteIndex(operation, checked(since.token(), id), source)
                : new Write(operation, address(id), condition, parameters, source);
        return result(write, exchange.write(write, 1, exchange.requestTimeout()));
    }

    /** A token is of use only for the document that it is of; an alias may have moved on, so its own index is written. */
    private DocumentToken checked(DocumentToken token, String id) {
        same("id", Bounds.id(id), token.id());
        same("index", target, token.target());
        if (routing != null) { // without one, the document's own is taken, which the token knows
            same("routing", routing, token.routing());
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

    private WriteResult result(Write write, Written written) {
        return new WriteResult(written.result(), token(write.address(), written));
    }

    private DocumentToken token(Address address, Written written) {
        return new DocumentToken(
                target,
                written.index(),
                address.id(),
                address.routing(),
                written.version(),
                written.seqNo(),
                written.primaryTerm());
    }

    private Address address(String id) {
        return new Address(target, Bounds.id(id), routing);
    }

    /** The steps of one call of readModifyWrite; keeps what was read, to compare, and to tell it as it was. */
    private final class Steps implements ReadModifyWrite.Steps<T> {
        private final Address address;
        private @Nullable DocumentToken readToken;
        private byte[] readSource = {};

        Steps(Address address) {
            this.address = address;
        }

        @Override
        public Optional<VersionedDocument<T>> read(Duration limit) {
            Stored stored = exchange.get(address, limit);
            if (!stored.found()) {
                readToken = null;
                return Optional.empty();
            }
            readSource = source(address, stored);
            VersionedDocument<T> read = document(address, stored, readSource);
            readToken = read.token();
            if (!readToken.hasSeqNo()) {
                throw refused(
                        address,
                        "index " + stored.index() + " keeps no sequence numbers (index.disable_sequence_numbers), so"
                                + " nothing can be written on the condition that it is unchanged;"
                                + " WriteCondition.external works there",
                        null);
            }
            return Optional.of(read);
        }

        /** Read from the bytes again, as the function may have changed the object. */
        @Override
        public ModificationResult<T> unchanged(int attempt) {
            T source = readToken == null ? null : decoded(address, readSource);
            return new ModificationResult<>(Result.NoOp, readToken, source, attempt);
        }

        @Override
        public ModificationResult<T> write(Modification<T> wanted, int attempt, Duration limit) {
            if (!(wanted instanceof Modification.Index<T> index)) {
                DocumentToken token = Objects.requireNonNull(readToken, "a delete without a read is a noop");
                return send(toConcreteIndex(Operation.DELETE, token, null), null, attempt, limit);
            }
            byte[] source = codec.write(index.document());
            if (readToken == null) {
                Write create = new Write(Operation.CREATE, address, WriteCondition.none(), parameters, source);
                return send(create, index.document(), attempt, limit);
            }
            if (DocumentCodec.sameJson(readSource, source)) {
                return unchanged(attempt);
            }
            return send(toConcreteIndex(Operation.INDEX, readToken, source), index.document(), attempt, limit);
        }

        private ModificationResult<T> send(Write write, @Nullable T document, int attempt, Duration limit) {
            Written written = exchange.write(write, attempt, limit);
            if (written.result() == Result.NoOp) { // dropped by an ingest pipeline, and the token is none
                return unchanged(attempt);
            }
            return new ModificationResult<>(written.result(), token(write.address(), written), document, attempt);
        }
    }
}

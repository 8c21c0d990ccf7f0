package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.DocumentCodec;
import dev.optimist.elasticsearch.internal.Ledger;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Write.Operation;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one call on one document of the server.
 *
 * @param lease the write id to leave in the document, or null
 */
record DocumentSteps<T>(Reader<T> reader, Address address, Write.Parameters parameters, WriteIds.@Nullable Lease lease)
        implements Steps<T> {
    private static final String STRICT_MAPPING = "strict_dynamic_mapping_exception";

    @Override
    public Steps<T> withWriteId(WriteIds.Lease id) {
        return new DocumentSteps<>(reader, address, parameters, id);
    }

    @Override
    public State read(Duration limit) {
        State read = reader.state(address, limit);
        if (read.token() != null && !read.token().hasSeqNo()) {
            throw Reader.refused(
                    address,
                    "index " + read.index() + " keeps no sequence numbers (index.disable_sequence_numbers), so"
                            + " nothing can be written on the condition that it is unchanged;"
                            + " WriteCondition.external works there",
                    null);
        }
        return read;
    }

    /** Read from the bytes again, as the function may have changed the object. */
    @Override
    public ModificationResult<T> unchanged(State read, int attempt) {
        T source = read.token() == null ? null : reader.decoded(address, read.document());
        return new ModificationResult<>(Result.NoOp, read.token(), source, attempt);
    }

    @Override
    public Prepared<T> prepare(State read, Modification<T> wanted) {
        DocumentToken token = read.token();
        if (wanted instanceof Modification.Index<T> index) {
            byte[] document = reader.codec().write(index.document());
            if (token != null && DocumentCodec.sameJson(read.document(), document)) {
                return nothing();
            }
            return prepared(read, document, index.document());
        }
        if (wanted instanceof Modification.Noop || token == null) {
            return nothing();
        }
        return new Request(read, write(Operation.DELETE, token, null), null, null);
    }

    @Override
    public Prepared<T> confirm(State read) {
        return prepared(read, read.document(), reader.decoded(address, read.document()));
    }

    private Prepared<T> prepared(State read, byte[] document, T object) {
        byte[] source = document;
        if (lease != null) {
            Ledger after = Ledger.after(read.ledger(), lease.born(), lease.id(), lease.settled(), reader.ledgerSize());
            source = reader.ledgerField().join(document, after);
        }
        DocumentToken token = read.token();
        Write write = token == null
                ? new Write(Operation.CREATE, address, WriteCondition.none(), parameters, source)
                : write(Operation.INDEX, token, source);
        return new Request(read, write, document, object);
    }

    private Write write(Operation operation, DocumentToken token, byte @Nullable [] source) {
        WriteCondition unchanged = WriteCondition.unchangedSince(token);
        return new Write(operation, address, unchanged, parameters, source)
                .toIndexOfRead(token.index(), token.routing(), unchanged);
    }

    private Prepared<T> nothing() {
        return new Request(null, null, null, null);
    }

    /** Without a write if nothing is to be done. */
    private final class Request implements Prepared<T> {
        private final @Nullable State read;
        private final @Nullable Write write;
        private final byte @Nullable [] document;
        private final @Nullable T object;

        Request(@Nullable State read, @Nullable Write write, byte @Nullable [] document, @Nullable T object) {
            this.read = read;
            this.write = write;
            this.document = document;
            this.object = object;
        }

        @Override
        public boolean isWrite() {
            return write != null;
        }

        @Override
        public byte @Nullable [] document() {
            return document;
        }

        @Override
        public String operation() {
            return Exchange.name(written());
        }

        @Override
        public WriteCondition condition() {
            return written().condition();
        }

        @Override
        public ModificationResult<T> send(int attempt, Duration limit) {
            Written answer = answer(attempt, limit);
            if (answer.result() == Result.NoOp) { // dropped by an ingest pipeline, and the token is none
                return unchanged(Objects.requireNonNull(read), attempt);
            }
            DocumentToken token = reader.token(written().address(), answer);
            DocumentToken required = Objects.requireNonNull(read).token();
            if (required != null) {
                reader.checkIncarnation(required, token);
            }
            return new ModificationResult<>(answer.result(), token, object, attempt);
        }

        private Written answer(int attempt, Duration limit) {
            try {
                return reader.exchange().write(written(), attempt, limit);
            } catch (RequestRejectedException e) {
                if (lease != null && e.type().filter(STRICT_MAPPING::equals).isPresent()) {
                    throw new RequestRejectedException(
                            e.getMessage()
                                    + ". If that is the field of the write ledger: call putLedgerMapping() once, or"
                                    + " add \"" + reader.ledgerField().name()
                                    + "\": {\"type\": \"object\", \"enabled\": false} to the properties of the mapping",
                            e.index(),
                            e.id(),
                            e.status().orElse(0),
                            STRICT_MAPPING,
                            e);
                }
                throw e;
            }
        }

        private Write written() {
            return Objects.requireNonNull(write, "nothing to write");
        }
    }
}

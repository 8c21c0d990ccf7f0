package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.DocumentCodec;
import dev.optimist.elasticsearch.internal.Ledger;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Write.Operation;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.List;
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
        return read(reader.exchange().get(address, limit));
    }

    @Override
    public State read(Stored answer) {
        State read = reader.state(address, answer);
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

    @Override
    public T decoded(byte[] document) {
        return reader.decoded(address, document);
    }

    @Override
    public Prepared<T> prepare(State read, Modification<T> wanted, List<String> names) {
        DocumentToken token = read.token();
        if (wanted instanceof Modification.Index<T> index) {
            byte[] document = reader.codec().write(index.document());
            if (read.isPresent() && DocumentCodec.sameJson(read.document(), document)) {
                return nothing();
            }
            return new Request(
                    read, token == null ? Operation.CREATE : Operation.INDEX, document, index.document(), names);
        }
        if (wanted instanceof Modification.Noop || !read.isPresent()) {
            return nothing();
        }
        return new Request(read, Operation.DELETE, null, null, names);
    }

    @Override
    public Prepared<T> confirm(State read, List<String> names) {
        Operation operation = read.token() == null ? Operation.CREATE : Operation.INDEX;
        return new Request(read, operation, read.document(), null, names);
    }

    private @Nullable Ledger ledger(State read, List<String> names) {
        if (lease == null) {
            return null;
        }
        return Ledger.after(read.ledger(), lease.born(), lease.id(), names, lease.settled(), reader.ledgerSize());
    }

    private Prepared<T> nothing() {
        return new Request(State.NONE, null, null, null, List.of());
    }

    /** Without a write if nothing is to be done. */
    private final class Request implements Prepared<T> {
        private final State read;
        private final @Nullable Operation operation;
        private final byte @Nullable [] document;
        private final @Nullable T object;
        private final List<String> names;
        private @Nullable Ledger ledger;
        private @Nullable Write write;

        Request(
                State read,
                @Nullable Operation operation,
                byte @Nullable [] document,
                @Nullable T object,
                List<String> names) {
            this.read = read;
            this.operation = operation;
            this.document = document;
            this.object = object;
            this.names = names;
        }

        @Override
        public boolean isWrite() {
            return operation != null;
        }

        @Override
        public byte @Nullable [] document() {
            return document;
        }

        @Override
        public @Nullable T object() {
            return object;
        }

        @Override
        public String operation() {
            return Exchange.name(write());
        }

        @Override
        public WriteCondition condition() {
            return write().condition();
        }

        /** Made once, as the same write may be sent again; and not before, as most of those in a batch are not sent. */
        @Override
        public Write write() {
            if (write == null) {
                write = made(Objects.requireNonNull(operation, "nothing to write"));
            }
            return write;
        }

        private Write made(Operation what) {
            byte[] source = document;
            if (source != null) {
                ledger = ledger(read, names);
                source = ledger == null ? source : reader.ledgerField().join(source, ledger);
            }
            DocumentToken token = read.token();
            if (token == null) {
                return new Write(what, address, WriteCondition.none(), parameters, source);
            }
            WriteCondition unchanged = WriteCondition.unchangedSince(token);
            return new Write(what, address, unchanged, parameters, source)
                    .toIndexOfRead(token.index(), token.routing(), unchanged);
        }

        @Override
        public State after(DocumentToken token) {
            return new State(token.index(), token, Objects.requireNonNull(document), ledger);
        }

        @Override
        public Acknowledged send(int attempt, Duration limit) {
            try {
                return acknowledged(reader.exchange().write(write(), attempt, limit));
            } catch (RequestRejectedException e) {
                throw explained(e);
            }
        }

        @Override
        public Acknowledged acknowledged(Written answer) {
            if (answer.result() == Result.NoOp) { // dropped by an ingest pipeline, and the token is none
                return new Acknowledged(Result.NoOp, read.token());
            }
            DocumentToken token = reader.token(write().address(), answer);
            if (read.token() != null) {
                reader.checkIncarnation(read.token(), token);
            }
            return new Acknowledged(answer.result(), token);
        }

        @Override
        public RequestRejectedException explained(RequestRejectedException e) {
            if (lease == null || e.type().filter(STRICT_MAPPING::equals).isEmpty()) {
                return e;
            }
            return new RequestRejectedException(
                    e.getMessage()
                            + ". If that is the field of the write ledger: call putLedgerMapping() once, or add \""
                            + reader.ledgerField().name()
                            + "\": {\"type\": \"object\", \"enabled\": false} to the properties of the mapping",
                    e.index(),
                    e.id(),
                    e.status().orElse(0),
                    STRICT_MAPPING,
                    e);
        }
    }
}

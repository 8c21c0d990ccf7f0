package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.DocumentCodec;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Ledger;
import dev.optimist.elasticsearch.internal.LedgerField;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.Written;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From what the server answers to documents of the user's class, the write ledger taken out.
 *
 * @param target the index or alias as the user named it
 * @param mappingType the handle's, or null
 * @param routing the handle's, or null
 * @param ledger null if the write ledger is off
 */
record Reader<T>(
        Exchange exchange,
        DocumentCodec<T> codec,
        String target,
        @Nullable String mappingType,
        @Nullable String routing,
        @Nullable WriteLedger ledger) {

    Address address(String id, @Nullable String itsRouting) {
        return new Address(target, Bounds.id(id), itsRouting, mappingType);
    }

    State state(Address address, Stored stored) {
        if (!stored.found()) {
            return new State(stored.index(), null, new byte[0], null);
        }
        byte[] source = stored.source();
        if (source == null) {
            throw refused(
                    address,
                    "the document is there, but its _source is not kept, so it cannot be read, and writing it back would"
                            + " wipe it",
                    null);
        }
        byte[] document = source;
        Ledger found = null;
        if (ledger != null) {
            try {
                LedgerField.Parts parts = ledgerField().split(source);
                document = parts.document();
                found = parts.ledger();
            } catch (IOException e) {
                throw refused(
                        address,
                        "its field [" + ledger.field() + "] is reserved for the write ledger and holds something else"
                                + " (with synthetic _source also its own remains, unless putLedgerMapping() was called"
                                + " before): " + e.getMessage(),
                        e);
            }
        }
        return new State(stored.index(), token(address, stored), document, found);
    }

    VersionedDocument<T> document(Address address, State state) {
        return new VersionedDocument<>(Objects.requireNonNull(state.token()), decoded(address, state.document()));
    }

    T decoded(Address address, byte[] document) {
        try {
            return codec.read(document);
        } catch (IOException e) {
            throw unmapped(address, e);
        }
    }

    RequestRejectedException unmapped(Address address, IOException e) {
        String type = codec.type().toCanonical();
        return refused(address, "the stored document does not map to " + type + ": " + e.getMessage(), e);
    }

    LedgerField ledgerField() {
        return new LedgerField(Objects.requireNonNull(ledger).field());
    }

    int ledgerSize() {
        return Objects.requireNonNull(ledger).size();
    }

    DocumentToken token(Address address, Written written) {
        return new DocumentToken(
                target,
                written.index(),
                address.id(),
                address.routing(),
                written.version(),
                written.seqNo(),
                written.primaryTerm());
    }

    /** As Elasticsearch has it for a document that an ingest pipeline dropped. */
    DocumentToken noToken(Address address) {
        return new DocumentToken(target, target, address.id(), address.routing(), -3, -2, 0);
    }

    private DocumentToken token(Address address, Stored stored) {
        String storedRouting = stored.routing() == null ? routing : stored.routing();
        return new DocumentToken(
                target,
                stored.index(),
                address.id(),
                storedRouting,
                stored.version(),
                stored.seqNo(),
                stored.primaryTerm());
    }

    /** A write that depended on a sequence number makes the next version of the very document that was read. */
    void checkIncarnation(DocumentToken required, DocumentToken written) {
        if (written.version() != required.version() + 1 || !written.index().equals(required.index())) {
            throw new IncarnationChangedException(target, required.id(), required, written);
        }
    }

    static RequestRejectedException refused(Address address, String reason, @Nullable Throwable cause) {
        return Exchange.rejected(address, new Failure(Failure.Outcome.PERMANENT, 0, null, reason, null, cause));
    }
}

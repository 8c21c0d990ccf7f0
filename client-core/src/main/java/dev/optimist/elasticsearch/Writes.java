package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Ledger;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Write.Operation;
import dev.optimist.elasticsearch.internal.Written;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One write as the user has stated it, its arguments checked, and what its answer says; the same alone and in a bulk.
 *
 * <p>A {@code routing} of null is the handle's.
 */
record Writes<T>(Reader<T> reader, Write.Parameters parameters, WriteIds writeIds) {

    Write index(String id, T document, WriteCondition condition, @Nullable String routing) {
        return write(Operation.INDEX, id, condition, source(document), routing);
    }

    Write create(String id, T document, @Nullable String routing) {
        return new Write(Operation.CREATE, address(id, routing), WriteCondition.none(), parameters, source(document));
    }

    Write delete(String id, WriteCondition condition, @Nullable String routing) {
        return write(Operation.DELETE, id, condition, null, routing);
    }

    /** With a document that is JSON already. */
    Write source(String id, String json, WriteCondition condition, @Nullable String routing) {
        return write(Operation.INDEX, id, condition, json.getBytes(StandardCharsets.UTF_8), routing);
    }

    Write of(BulkOperation<T> operation) {
        String routing = Bounds.text("routing", operation.routing());
        if (operation instanceof BulkOperation.Index<T> index) {
            return index(index.id(), index.document(), index.condition(), routing);
        } else if (operation instanceof BulkOperation.Create<T> create) {
            return create(create.id(), create.document(), routing);
        }
        BulkOperation.Delete<T> delete = (BulkOperation.Delete<T>) operation;
        return delete(delete.id(), delete.condition(), routing);
    }

    /** The ledger is begun anew, which a write that is unresolved takes notice of. */
    private byte[] source(T document) {
        byte[] source = reader.codec().write(Bounds.notNull("document", document));
        return reader.ledger() == null
                ? source
                : reader.ledgerField().join(source, Ledger.after(null, writeIds.unique(), null, reader.ledgerSize()));
    }

    private Write write(
            Operation operation,
            String id,
            WriteCondition condition,
            byte @Nullable [] source,
            @Nullable String routing) {
        Bounds.notNull("condition", condition);
        Address address = address(id, routing);
        if (!(condition instanceof WriteCondition.UnchangedSince since)) {
            return new Write(operation, address, condition, parameters, source);
        }
        DocumentToken token = checked(since.token(), address);
        return new Write(operation, address, since, parameters, source)
                .toIndexOfRead(token.index(), token.routing(), since);
    }

    /** A token is of use only for the document that it is of; an alias may have moved on, so its own index is written. */
    private static DocumentToken checked(DocumentToken token, Address address) {
        same("id", address.id(), token.id());
        same("index", address.index(), token.target());
        if (address.routing() != null) { // without one, the document's own is taken, which the token knows
            same("routing", address.routing(), token.routing());
        }
        return token;
    }

    static void same(String parameter, @Nullable String wanted, @Nullable String ofToken) {
        if (!Objects.equals(wanted, ofToken)) {
            throw new IllegalArgumentException(
                    parameter + ": the write is for [" + wanted + "], but the token was read for [" + ofToken + "]");
        }
    }

    private Address address(String id, @Nullable String routing) {
        return reader.address(id, routing == null ? reader.routing() : routing);
    }

    /**
     * Returns what the answer says.
     *
     * @throws IncarnationChangedException if the write was applied to a document of another incarnation of its index
     */
    WriteResult result(Write write, Written written) {
        DocumentToken token = reader.token(write.address(), written);
        if (written.result() != Result.NoOp && write.condition() instanceof WriteCondition.UnchangedSince since) {
            reader.checkIncarnation(since.token(), token);
        }
        return new WriteResult(written.result(), token);
    }
}

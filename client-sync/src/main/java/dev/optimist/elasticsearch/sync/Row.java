package dev.optimist.elasticsearch.sync;

import dev.optimist.elasticsearch.ExternalOperation;
import org.jspecify.annotations.Nullable;

/**
 * What the primary database has for one document, now.
 *
 * <pre>{@code
 * Row<Product> row = new Row<>("4711", null, 5L, product);
 * Row<Product> deleted = new Row<>("4712", null, 6L, null);
 * }</pre>
 *
 * @param id the {@code _id}
 * @param routing the {@code routing}, or null
 * @param version its version; null if the database knows none, and documents have to be compared themselves
 * @param document the whole document; null if it is deleted
 * @param <T> the class of the document
 */
public record Row<T>(
        String id,
        @Nullable String routing,
        @Nullable Long version,
        @Nullable T document) {

    /**
     * Returns the operation that brings the index to this state, at its own version.
     *
     * @throws IllegalArgumentException if it has none, or {@link ExternalOperation} refuses it
     */
    public ExternalOperation<T> toOperation() {
        return toOperation(ownVersion());
    }

    long ownVersion() {
        if (version == null) {
            throw new IllegalArgumentException("row " + id + " has no version");
        }
        return version;
    }

    /**
     * Returns the operation that brings the index to this state.
     *
     * @throws IllegalArgumentException if {@link ExternalOperation} refuses it
     */
    public ExternalOperation<T> toOperation(long atVersion) {
        return new ExternalOperation<>(id, routing, atVersion, document);
    }
}

package dev.optimist.elasticsearch;

import org.jspecify.annotations.Nullable;

/**
 * One change of the primary database, as {@link ExternalVersionWriter} writes it: the document of a row and the version that
 * the database gave it, or that the row is gone since this version.
 *
 * <p>Immutable and thread-safe, as far as the document is.
 *
 * <pre>{@code
 * writer.write(ExternalOperation.index(id, edited, version).withRouting(customer));
 * writer.write(ExternalOperation.delete(id, version + 1));
 * }</pre>
 *
 * @param id the {@code _id}: 1 to 512 bytes in UTF-8
 * @param routing the {@code routing}; null for that of the {@link VersionedDocuments}
 * @param version the version, 0 … {@code Long.MAX_VALUE - 1}; a later state of one document has a higher one
 * @param document the whole document, which must not change until the outcome is known; null if it is deleted
 * @param <T> the class of the document
 */
public record ExternalOperation<T>(
        String id,
        @Nullable String routing,
        long version,
        @Nullable T document) {

    /** Checks id, routing and version, naming what is wrong. */
    public ExternalOperation {
        Bounds.id(id);
        Bounds.text("routing", routing);
        Bounds.version("version", version, 0);
    }

    /** Returns the state of a document since this version. */
    public static <T> ExternalOperation<T> index(String id, T document, long version) {
        return new ExternalOperation<>(id, null, version, Bounds.notNull("document", document));
    }

    /** Returns that there is no such document since this version. */
    public static <T> ExternalOperation<T> delete(String id, long version) {
        return new ExternalOperation<>(id, null, version, null);
    }

    /** Returns a copy with a {@code routing} of its own. */
    public ExternalOperation<T> withRouting(@Nullable String value) {
        return new ExternalOperation<>(id, value, version, document);
    }

    /** Returns whether the document is gone since this version. */
    public boolean isDelete() {
        return document == null;
    }
}

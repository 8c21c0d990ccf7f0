package dev.optimist.elasticsearch;

import java.util.Objects;

/**
 * What the function of {@link VersionedDocuments#readModifyWriteOptional} wants done.
 *
 * <pre>{@code
 * stock.readModifyWriteOptional(id, current -> current
 *         .map(s -> s.pieces() > 1 ? Modification.index(s.sellOne()) : Modification.<Stock>delete())
 *         .orElse(Modification.noop()));
 * }</pre>
 *
 * @param <T> the class of the document
 */
public sealed interface Modification<T> {

    /**
     * Store this document, in place of the one that was read or, if there was none, as a new one.
     *
     * @param document the whole document
     * @param <T> its class
     */
    static <T> Modification<T> index(T document) {
        return new Index<>(document);
    }

    /** Delete the document that was read. If there was none, this is a noop. */
    static <T> Modification<T> delete() {
        return new Delete<>();
    }

    /** Leave everything as it is. */
    static <T> Modification<T> noop() {
        return new Noop<>();
    }

    /**
     * See {@link #index}.
     *
     * @param document the whole document
     */
    record Index<T>(T document) implements Modification<T> {
        /** Checks that there is a document. */
        public Index {
            Objects.requireNonNull(document, "document: to delete it, return Modification.delete()");
        }
    }

    /** See {@link #delete}. */
    record Delete<T>() implements Modification<T> {}

    /** See {@link #noop}. */
    record Noop<T>() implements Modification<T> {}
}

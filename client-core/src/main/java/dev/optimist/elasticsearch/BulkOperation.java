package dev.optimist.elasticsearch;

import org.jspecify.annotations.Nullable;

/**
 * One write of a {@link VersionedDocuments#bulk(java.util.List) bulk}: what the method of the same name does, for one of
 * many. What is wrong with it is said when it is given to {@code bulk}.
 *
 * <p>Immutable and thread-safe, as far as the document is.
 *
 * <pre>{@code
 * List<BulkOperation<Stock>> operations = List.of(
 *         BulkOperation.index("1", edited, WriteCondition.unchangedSince(read)),
 *         BulkOperation.<Stock>delete("2", WriteCondition.version(3)).withRouting(customer));
 * }</pre>
 *
 * @param <T> the class of the documents
 */
public sealed interface BulkOperation<T> {

    /**
     * Stores a document if the condition holds, as {@link VersionedDocuments#index}.
     *
     * @param id the {@code _id}
     * @param document the whole document; it must not change until its outcome is known
     * @param condition what must be true; {@link WriteCondition#none()} to overwrite whatever is there
     * @param <T> the class of the document
     */
    static <T> BulkOperation<T> index(String id, T document, WriteCondition condition) {
        return new Index<>(id, document, condition, null);
    }

    /**
     * Stores a new document ({@code op_type=create}). With a {@link WriteLedger} the document begins one; but a lost answer
     * is not looked for, as {@link VersionedDocuments#create} does.
     *
     * @param id the {@code _id}
     * @param document the whole document; it must not change until its outcome is known
     * @param <T> the class of the document
     */
    static <T> BulkOperation<T> create(String id, T document) {
        return new Create<>(id, document, null);
    }

    /**
     * Deletes a document if the condition holds, as {@link VersionedDocuments#delete}.
     *
     * @param id the {@code _id}
     * @param condition what must be true; {@link WriteCondition#none()} to delete whatever is there
     * @param <T> the class of the documents
     */
    static <T> BulkOperation<T> delete(String id, WriteCondition condition) {
        return new Delete<>(id, condition, null);
    }

    /** Returns the {@code _id}. */
    String id();

    /** Returns the {@code routing} of this operation; null for that of the {@link VersionedDocuments}. */
    @Nullable
    String routing();

    /** Returns a copy with a {@code routing} of its own, not empty; null for that of the {@link VersionedDocuments}. */
    BulkOperation<T> withRouting(@Nullable String value);

    /**
     * See {@link #index}.
     *
     * @param id the {@code _id}
     * @param document the whole document
     * @param condition what must be true
     * @param routing its own, or null
     */
    record Index<T>(
            String id,
            T document,
            WriteCondition condition,
            @Nullable String routing) implements BulkOperation<T> {
        @Override
        public Index<T> withRouting(@Nullable String value) {
            return new Index<>(id, document, condition, value);
        }
    }

    /**
     * See {@link #create}.
     *
     * @param id the {@code _id}
     * @param document the whole document
     * @param routing its own, or null
     */
    record Create<T>(String id, T document, @Nullable String routing) implements BulkOperation<T> {
        @Override
        public Create<T> withRouting(@Nullable String value) {
            return new Create<>(id, document, value);
        }
    }

    /**
     * See {@link #delete}.
     *
     * @param id the {@code _id}
     * @param condition what must be true
     * @param routing its own, or null
     */
    record Delete<T>(
            String id, WriteCondition condition, @Nullable String routing) implements BulkOperation<T> {
        @Override
        public Delete<T> withRouting(@Nullable String value) {
            return new Delete<>(id, condition, value);
        }
    }
}

package dev.optimist.elasticsearch;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one final outcome of one document of a {@link VersionedDocuments#readModifyWriteAll readModifyWriteAll}: what
 * {@code readModifyWrite} returns, or what it throws.
 *
 * <pre>{@code
 * for (ModifiedItem<Stock> item : stock.readModifyWriteAll(ids, Stock::sellOne)) {
 *     if (item.failure() != null) {
 *         log.warn("{}", item.id(), item.failure());
 *     }
 * }
 * }</pre>
 *
 * @param <T> the class of the documents
 * @param position which it was, from 0, in the order in which the ids were given
 * @param id the {@code _id}
 * @param result what was done; null if it failed
 * @param failure an {@link OptimistException}, what your function has thrown, or an {@link IllegalArgumentException} if the
 *     id is out of its bounds; null if it did not fail
 */
public record ModifiedItem<T>(
        long position,
        String id,
        @Nullable ModificationResult<T> result,
        @Nullable Throwable failure) {

    /** Checks that it is one of both. */
    public ModifiedItem {
        if ((result == null) == (failure == null)) {
            throw new IllegalArgumentException("result, failure: exactly one of them is null");
        }
    }

    /**
     * Returns what was done.
     *
     * @throws RuntimeException what {@code readModifyWrite} would have thrown; an {@link Error} of the function, too
     */
    public ModificationResult<T> orThrow() {
        if (failure instanceof Error e) {
            throw e;
        } else if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure != null) {
            throw new IllegalStateException(failure);
        }
        return Objects.requireNonNull(result);
    }
}

package dev.optimist.elasticsearch.sync.verify;

import dev.optimist.elasticsearch.sync.Row;
import org.jspecify.annotations.Nullable;

/**
 * Both sides of one document: the index first, the database after it.
 *
 * @param row null if there is none, or if it is at another routing
 * @param versionNow what was the source's version before the row was read, if somebody knows
 */
record Look<T>(
        Key key,
        Indexed indexed,
        @Nullable Row<T> row,
        @Nullable Long versionNow) {

    Difference difference(Difference.Kind kind) {
        return new Difference(
                kind, key.id(), key.routing(), row == null ? null : row.version(), indexed.versionOrNull());
    }
}

package dev.optimist.elasticsearch.sync.verify;

import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.sync.verify.Difference.Kind;
import org.jspecify.annotations.Nullable;

/**
 * How one difference is mended. Nothing is written at a version that a change still to come may have, and nothing without a
 * version.
 *
 * @param row what the database has; null if it has nothing
 * @param version at which version to write that; null if nothing is to be written
 * @param same whether it replaces what has the same version ({@code external_gte})
 * @param reason why nothing is to be written; null else
 */
record Plan<T>(
        Difference difference,
        @Nullable Row<T> row,
        @Nullable Long version,
        boolean same,
        @Nullable String reason) {

    static <T> Plan<T> of(Suspects.Found<T> found) {
        Difference difference = found.difference();
        Look<T> look = found.look();
        Row<T> row = look.row();
        Long own = row == null ? null : row.version();
        if (difference.kind() == Kind.AHEAD) {
            return listed(difference, "the index is ahead of the database: find out who wrote this version");
        }
        if (own != null) {
            return write(difference, row, own, difference.kind() == Kind.CONTENT);
        }
        if (look.versionNow() != null) {
            return write(difference, row, look.versionNow(), false);
        }
        if (look.indexed().isPresent()) {
            return write(difference, row, look.indexed().version(), true);
        }
        return listed(difference, "the row has no version, and versionNow is not set");
    }

    private static <T> Plan<T> write(Difference difference, @Nullable Row<T> row, long version, boolean same) {
        return version < 0 || version == Long.MAX_VALUE
                ? listed(difference, "version " + version + " cannot be written")
                : new Plan<>(difference, row, version, same, null);
    }

    private static <T> Plan<T> listed(Difference difference, String reason) {
        return new Plan<>(difference, null, null, false, reason);
    }

    @Nullable
    T document() {
        return row == null ? null : row.document();
    }

    Repair ended(Repair.Outcome outcome, @Nullable String why) {
        return new Repair(difference, outcome, version, why);
    }
}

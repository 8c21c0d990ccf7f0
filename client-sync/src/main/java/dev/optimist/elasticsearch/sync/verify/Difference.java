package dev.optimist.elasticsearch.sync.verify;

import org.jspecify.annotations.Nullable;

/**
 * One document in which index and database differ, and did so at two looks or three.
 *
 * <pre>{@code
 * VerifyReport report = verifier.verify();
 * for (Difference difference : report.examples()) {
 *     log.warn("{} {}", difference.kind(), difference.id());
 * }
 * }</pre>
 *
 * @param kind how
 * @param id the {@code _id}
 * @param routing the {@code routing}, or null
 * @param rowVersion the version that the database has, at the last look; null if it has no such row, or no versions
 * @param indexVersion the {@code _version} of the document or tombstone in the index, at the last look; null if there is none
 */
public record Difference(
        Kind kind,
        String id,
        @Nullable String routing,
        @Nullable Long rowVersion,
        @Nullable Long indexVersion) {

    /** How they differ. */
    public enum Kind {
        /** There is a row, and no document, or a tombstone of a lower version. */
        MISSING,
        /** The document is of a lower version than the row; or a tombstone is, of a delete that came later. */
        STALE,
        /** The database remembers the delete, and the document is there, of a lower version. */
        NOT_DELETED,
        /** The database remembers the delete, and the index has neither document nor tombstone, while tombstones are kept. */
        TOMBSTONE_MISSING,
        /** There is a document, and neither a row nor a delete that is remembered. */
        ORPHAN,
        /**
         * The same version, and another document; or a tombstone on one side only. Documents are compared on request, and
         * where rows have no versions, and then it says no more than that they differ.
         */
        CONTENT,
        /** The index has a higher version than the database: that cannot come from this source. Never repaired. */
        AHEAD
    }

    @Override
    public String toString() {
        return kind + " [" + id + "]" + (routing == null ? "" : " routing [" + routing + "]") + ": database "
                + (rowVersion == null ? "has no version" : "has version " + rowVersion) + ", index "
                + (indexVersion == null ? "has nothing" : "has version " + indexVersion);
    }
}

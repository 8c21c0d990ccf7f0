package dev.optimist.elasticsearch;

import java.time.Instant;

/**
 * How a delete is kept: as a document at the version of the delete, in place of the one that is gone. Elasticsearch itself
 * forgets deletes after {@code index.gc_deletes} (60 s by default), and all of them when an index is closed or a node
 * restarts; a late write of an older version then brings the document back. A tombstone refuses it for as long as it is there.
 *
 * <p>A tombstone is {@code {"<field>": {"deleted_at": "2026-01-01T00:00:00Z"}}}. Searches leave it out by a filter on the
 * field; {@code get} by its id finds it.
 *
 * <pre>{@code
 * ExternalVersionWriter<Stock> writer = stock.externalVersionWriter(o -> o.tombstones(Tombstones.standard()));
 * }</pre>
 *
 * @param field the top-level field that marks one; {@code optimist_tombstone} by default. No document of your own may have it.
 */
public record Tombstones(String field) {
    /** The field inside {@link #field} that says when the tombstone was written. */
    public static final String DELETED_AT = "deleted_at";

    private static final Tombstones DEFAULT = new Tombstones("optimist_tombstone");

    /** Checks the name. */
    public Tombstones {
        if (!Bounds.notNull("field", field).matches("[A-Za-z0-9_-]+")) {
            throw new IllegalArgumentException("field must be letters, digits, _ and -, is " + field);
        }
    }

    /** Returns tombstones marked by {@code optimist_tombstone}. */
    public static Tombstones standard() {
        return DEFAULT;
    }

    /** Returns the document that says so, as JSON. */
    String document(Instant deletedAt) {
        return "{\"" + field + "\":{\"" + DELETED_AT + "\":\"" + deletedAt + "\"}}";
    }
}

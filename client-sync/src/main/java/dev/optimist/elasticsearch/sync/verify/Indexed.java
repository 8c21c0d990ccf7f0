package dev.optimist.elasticsearch.sync.verify;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What the index has for a {@link Key}.
 *
 * @param version {@code _version}; means nothing if it is absent
 * @param seqNo {@code _seq_no}, as far as the index keeps them
 * @param routing {@code _routing}; where shards are few, a document is found under other routings than its own
 * @param source the whole document, if it was asked for
 */
record Indexed(
        Presence presence,
        long version,
        @Nullable Long seqNo,
        @Nullable String routing,
        @Nullable JsonNode source) {
    static final Indexed ABSENT = new Indexed(Presence.ABSENT, -1, null, null, null);

    enum Presence {
        ABSENT,
        TOMBSTONE,
        DOCUMENT
    }

    boolean isPresent() {
        return presence != Presence.ABSENT;
    }

    @Nullable
    Long versionOrNull() {
        return isPresent() ? (Long) version : null;
    }

    Indexed withoutSource() {
        return new Indexed(presence, version, seqNo, routing, null);
    }
}

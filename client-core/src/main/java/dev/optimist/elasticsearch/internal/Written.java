package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.Result;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an acknowledged write.
 *
 * @param index the concrete index
 * @param id the {@code _id}, or null where it was compared already
 * @param result what it did
 * @param version {@code _version}
 * @param seqNo {@code _seq_no}, -2 if the index keeps none
 * @param primaryTerm {@code _primary_term}, 0 if the index keeps none
 */
public record Written(String index, @Nullable String id, Result result, long version, long seqNo, long primaryTerm) {

    /** With the {@code _id} that was asked for. */
    public Written(String index, Result result, long version, long seqNo, long primaryTerm) {
        this(index, null, result, version, seqNo, primaryTerm);
    }
}

package dev.optimist.elasticsearch.internal;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a read.
 *
 * @param index the concrete index
 * @param found whether there is a document; if not, the numbers mean nothing
 * @param routing {@code _routing}, null if the document was stored without
 * @param version {@code _version}
 * @param seqNo {@code _seq_no}, -2 if the index keeps none
 * @param primaryTerm {@code _primary_term}, 0 if the index keeps none
 * @param source the bytes of {@code _source}, or null if there is no document or its {@code _source} is not kept
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; read once
public record Stored(
        String index,
        boolean found,
        @Nullable String routing,
        long version,
        long seqNo,
        long primaryTerm,
        byte @Nullable [] source) {
    /** What stands for "no sequence number", in Elasticsearch's own numbers. */
    public static final long NO_SEQ_NO = -2;

    /** What stands for "no document", or for an answer that does not tell its version. */
    public static final long NO_VERSION = -1;

    /** What stands for "no primary term", in Elasticsearch's own numbers. */
    public static final long NO_PRIMARY_TERM = 0;
}

package dev.optimist.elasticsearch.internal;

import org.jspecify.annotations.Nullable;

/** What to do instead, after the words of a server that does not say it. */
final class Hints {
    /** Of an error about a name that is that of a data stream: it may only be searched, and created in. */
    static final String EXCLUDED_DATA_STREAM = "excluded_ds";

    private static final String BACKING_INDEX =
            " in its backing index, which a search names as _index and create as the index of its token";

    private static final String ONLY_CREATE = "only write ops with an op_type of create are allowed in data streams";

    private static final String NO_SEQ_NO = "o_c_c_not_supported_exception";

    private Hints() {}

    /** For an answer to a write. */
    static String added(@Nullable String type, String reason) {
        if (reason.endsWith(ONLY_CREATE)) {
            return reason + "; a document that is there is replaced or deleted" + BACKING_INDEX;
        }
        return NO_SEQ_NO.equals(type)
                ? reason + " (index.disable_sequence_numbers); WriteCondition.external works there"
                : reason;
    }

    /** For the reason of an error that came with {@link #EXCLUDED_DATA_STREAM}. */
    static String ofDataStream(String reason) {
        return reason + ": it is a data stream, and a document is read by its _id only" + BACKING_INDEX;
    }
}

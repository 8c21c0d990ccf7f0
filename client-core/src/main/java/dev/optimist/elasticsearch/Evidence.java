package dev.optimist.elasticsearch;

import org.jspecify.annotations.Nullable;

/** Decides by a later read whether a write was applied that nobody has acknowledged. */
interface Evidence {

    /**
     * A write that was sent and not acknowledged.
     *
     * @param on what it depended on: of all writes with one token at most one is ever applied
     * @param first what the first write under the same id depended on: if that was proven absent by a read that a fail-over
     *     took back, it may be what is in the document now
     * @param sent the user's part of the source, null for a delete
     * @param failure the first sign that nobody has acknowledged it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Pending(State on, State first, byte @Nullable [] sent, OptimistException failure) {}

    /** What is known, and why. */
    record Verdict(Finding finding, String why) {}

    /** What a read says about an unacknowledged write. */
    enum Finding {
        /** It is in the document, or was. */
        APPLIED,
        /** It is not, and never will be. */
        NOT_APPLIED,
        /** Nothing has changed: it may still come, and the same write on the same token is safe. */
        OPEN,
        /** No later read can tell either. */
        UNDECIDABLE
    }

    /**
     * Judges by {@code now}, a read that began after the write was sent.
     *
     * @param pending null if this call has sent nothing, and an earlier one may have, under the same id
     */
    Verdict judge(@Nullable Pending pending, State now, String writeId);
}

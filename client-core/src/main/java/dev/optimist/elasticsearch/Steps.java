package dev.optimist.elasticsearch;

import java.time.Duration;

/**
 * What a {@link Call} does with one document. A limit is the time that is left.
 *
 * @param <T> the class of the document
 */
interface Steps<T> {
    State read(Duration limit);

    /** Says that the document is as it was read. */
    ModificationResult<T> unchanged(State read, int attempt);

    /** Makes the write of what is wanted, conditional on what was read; without a write if nothing would change. */
    Prepared<T> prepare(State read, Modification<T> wanted);

    /** Makes a write of the document as it is, conditional on what was read: once acknowledged, all before it is durable. */
    Prepared<T> confirm(State read);

    /** Returns the same steps, leaving this id in what they write. */
    Steps<T> withWriteId(WriteIds.Lease lease);

    /** A write, ready to be sent any number of times: with one token, at most one of them is applied. */
    interface Prepared<T> {
        /** Returns whether there is anything to write. */
        boolean isWrite();

        /** Returns the user's part of the source; null for a delete. */
        byte @org.jspecify.annotations.Nullable [] document();

        ModificationResult<T> send(int attempt, Duration limit);

        /** Returns what is written: {@code index}, {@code create} or {@code delete}. */
        String operation();

        WriteCondition condition();
    }
}

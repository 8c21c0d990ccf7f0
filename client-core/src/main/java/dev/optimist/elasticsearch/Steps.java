package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done with one document. A limit is the time that is left.
 *
 * @param <T> the class of the document
 */
interface Steps<T> {
    State read(Duration limit);

    /** Returns what to read, for one who does it himself. */
    Address address();

    /** Makes of the answer to that what {@link #read(Duration)} returns. */
    State read(Stored answer);

    /** Makes an object of a document's bytes. */
    T decoded(byte[] document);

    /**
     * Makes the write of what is wanted, conditional on what was read; without a write if nothing would change.
     *
     * @param names the callers' own write ids that it carries
     */
    Prepared<T> prepare(State read, Modification<T> wanted, List<String> names);

    /**
     * Makes a write of the document as it is, conditional on what was read: once acknowledged, all before it is durable.
     *
     * @param names the callers' own write ids that it carries
     */
    Prepared<T> confirm(State read, List<String> names);

    /** Returns the same steps, leaving this id in what they write. */
    Steps<T> withWriteId(WriteIds.Lease lease);

    /** A write, ready to be sent any number of times: with one token, at most one of them is applied. */
    interface Prepared<T> {
        /** Returns whether there is anything to write. */
        boolean isWrite();

        /** Returns the user's part of the source; null for a delete. */
        byte @Nullable [] document();

        /** Returns the object that the document was made from; null for a delete. */
        @Nullable
        T object();

        /** Sends it and waits; {@code attempt} goes into a conflict. */
        Acknowledged send(int attempt, Duration limit);

        /** Returns what to send, for one who does it himself. */
        Write write();

        /** Makes of the answer to {@link #write} what {@link #send} returns. */
        Acknowledged acknowledged(Written answer);

        /** Makes of a refusal what the user can do something about. */
        RequestRejectedException explained(RequestRejectedException e);

        /** Returns the document as it is once this is acknowledged with this token. */
        State after(DocumentToken token);

        /** Returns what is written: {@code index}, {@code create} or {@code delete}. */
        String operation();

        WriteCondition condition();
    }
}

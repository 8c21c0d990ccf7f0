package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * A document as a read found it: what the next write depends on, and what a write without an answer is looked for in.
 *
 * @param index the concrete index that answered
 * @param token null if there is no document
 * @param document the user's part of the source; empty if there is no document
 * @param ledger null if the document has none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record State(
        String index,
        @Nullable DocumentToken token,
        byte[] document,
        @Nullable Ledger ledger) {

    /** No document, of no index. */
    static final State NONE = new State("", null, new byte[0], null);

    /** Returns whether there is a document, stored or by a call that comes before in the same batch. */
    boolean isPresent() {
        return document.length > 0;
    }

    /** Returns the same with another document, to be stored under the same condition. */
    State with(byte[] other) {
        return new State(index, token, other, ledger);
    }

    /** Returns whether the write with this id is remembered. */
    boolean contains(String writeId) {
        return ledger != null && ledger.contains(writeId);
    }

    /** Returns whether a copy answered that lags behind what was read before; tokens of one index only ever grow. */
    boolean isOlderThan(@Nullable State other) {
        return other != null
                && token != null
                && other.token != null
                && index.equals(other.index)
                && token.seqNo() < other.token.seqNo()
                && token.primaryTerm() <= other.token.primaryTerm();
    }

    long version() {
        return token == null ? 0 : token.version();
    }
}

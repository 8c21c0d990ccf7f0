package dev.optimist.elasticsearch;

/**
 * How the calls of {@code readModifyWrite} of one client on one document, at the same time, go about it.
 *
 * <pre>{@code
 * VersionedDocuments<Stock> oneByOne = stock.with(o -> o.contention(Contention.SERIALIZE));
 * }</pre>
 */
public enum Contention {
    /**
     * Together: one read at most, all functions in the order of their calls, one conditional write, and every caller gets the
     * document that was stored. The more calls wait, the more of them a write carries. The default.
     */
    COMBINE,

    /** One after the other, in the order of their calls, with a write each: for documents whose every version counts. */
    SERIALIZE,

    /** Each for itself, against the others, as if they came from different clients. */
    NONE
}

package dev.optimist.elasticsearch.observability;

/**
 * A document that more than one wanted to change at the same time.
 *
 * @param index the index or alias that it was addressed by
 * @param id the {@code _id}
 * @param conflicts how many conflicts were met on it
 * @param together how many calls of this client went in one write with others
 */
public record HotDocument(String index, String id, long conflicts, long together) {
    /** Returns how much it is fought for: conflicts and calls that went together. */
    public long heat() {
        return conflicts + together;
    }
}

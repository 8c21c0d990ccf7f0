package dev.optimist.elasticsearch.observability;

/**
 * A document that more than one wanted to change at the same time.
 *
 * <pre>{@code
 * for (HotDocument document : hot.top(10)) {
 *     log.info("[{}][{}]: {}", document.index(), document.id(), document.heat());
 * }
 * }</pre>
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

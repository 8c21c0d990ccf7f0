package dev.optimist.elasticsearch;

/**
 * How far a bulk has come. Immutable and thread-safe.
 *
 * <pre>{@code
 * BulkOptions options = BulkOptions.standard().withProgress(p -> log.info("{} done, {} of them applied", p.done(), p.applied()));
 * }</pre>
 *
 * @param taken operations that were taken from what was given
 * @param applied of those that are done, how many {@linkplain BulkItemResult.Outcome#APPLIED were applied}
 * @param conflicts … whose condition did not hold
 * @param rejected … were refused for good
 * @param notApplied … were not applied, for want of a server that took them in time, or as the bulk was ended before
 * @param unknown … nobody can tell of
 * @param incarnationChanged … were applied to a document of an index that was created again
 * @param dropped … were dropped by an ingest pipeline
 * @param sentAgain how often an operation was sent again, as the server had refused it for the time being
 * @param complete whether all that was given was taken and is done; false if the bulk was ended before
 */
public record BulkProgress(
        long taken,
        long applied,
        long conflicts,
        long rejected,
        long notApplied,
        long unknown,
        long incarnationChanged,
        long dropped,
        long sentAgain,
        boolean complete) {

    /** Returns how many operations have their final outcome. */
    public long done() {
        return applied + conflicts + rejected + notApplied + unknown + incarnationChanged + dropped;
    }
}

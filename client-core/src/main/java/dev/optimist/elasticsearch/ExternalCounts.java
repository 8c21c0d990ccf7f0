package dev.optimist.elasticsearch;

/**
 * How many operations of an {@link ExternalVersionWriter} ended in which way until now, and how many have not.
 *
 * <pre>{@code
 * ExternalCounts counts = writer.counts();
 * log.info("{} applied, {} superseded", counts.applied(), counts.superseded());
 * }</pre>
 *
 * @param applied {@link ExternalResult.Outcome#APPLIED}
 * @param superseded {@link ExternalResult.Outcome#SUPERSEDED}
 * @param duplicate {@link ExternalResult.Outcome#DUPLICATE}
 * @param suspicious {@link ExternalResult.Outcome#SUSPICIOUS}
 * @param rejected {@link ExternalResult.Outcome#REJECTED}
 * @param unresolved {@link ExternalResult.Outcome#UNRESOLVED}
 * @param open without an outcome yet
 */
public record ExternalCounts(
        long applied, long superseded, long duplicate, long suspicious, long rejected, long unresolved, long open) {

    /** Returns how many have ended. */
    public long ended() {
        return applied + superseded + duplicate + suspicious + rejected + unresolved;
    }
}

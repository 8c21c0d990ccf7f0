package dev.optimist.elasticsearch.sync.verify;

import org.jspecify.annotations.Nullable;

/**
 * What became of one difference.
 *
 * <pre>{@code
 * for (Repair repair : verifier.repair(products, o -> o.dryRun(false)).left()) {
 *     log.warn("{}: {}", repair.difference(), repair.reason());
 * }
 * }</pre>
 *
 * @param difference what was different
 * @param outcome what became of it
 * @param version the version at which it is written; null if it is not
 * @param reason why it is not repaired, in words; null if it is
 */
public record Repair(
        Difference difference,
        Outcome outcome,
        @Nullable Long version,
        @Nullable String reason) {

    /** What became of it. */
    public enum Outcome {
        /** It would be repaired: this was a dry run. */
        PLANNED,
        /** The index is as the database was. */
        REPAIRED,
        /** Something newer, or the same, had come to the index before. */
        OVERTAKEN,
        /** It is left to you. */
        LISTED,
        /** It was to be repaired, and Elasticsearch refused it or did not answer. Running the repair again is safe. */
        FAILED
    }
}

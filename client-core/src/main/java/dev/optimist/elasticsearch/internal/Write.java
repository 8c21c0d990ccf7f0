package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.Refresh;
import dev.optimist.elasticsearch.WriteCondition;
import org.jspecify.annotations.Nullable;

/**
 * One write, as it is wanted.
 *
 * @param operation what to do
 * @param address where; for a condition on a token, the concrete index
 * @param condition what must be true; {@link WriteCondition#none()} for {@link Operation#CREATE}, which is its own
 *     condition
 * @param parameters the other parameters
 * @param source the document as JSON, or null for {@link Operation#DELETE}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; sent once
public record Write(
        Operation operation,
        Address address,
        WriteCondition condition,
        Parameters parameters,
        byte @Nullable [] source) {

    /** What to do with the document. */
    public enum Operation {
        /** Store it. */
        INDEX,
        /** Store it if there is none ({@code op_type=create}). */
        CREATE,
        /** Delete it. */
        DELETE
    }

    /**
     * Parameters that do not decide whether a write is applied, each null for Elasticsearch's default.
     *
     * @param refresh {@code refresh}
     * @param waitForActiveShards {@code wait_for_active_shards}: a number or {@code all}
     * @param pipeline {@code pipeline}
     * @param requireAlias {@code require_alias}
     */
    public record Parameters(
            @Nullable Refresh refresh,
            @Nullable String waitForActiveShards,
            @Nullable String pipeline,
            @Nullable Boolean requireAlias) {
        /** Elasticsearch's defaults. */
        public static final Parameters DEFAULT = new Parameters(null, null, null, null);
    }

    /**
     * Returns the same write, to the concrete index that a read by this write's name came from, and with the routing that
     * the read answered: an alias may have one of its own, which the index does not know. A name that is not that index's
     * own was an alias, so {@code require_alias} is met, and would be refused for the index itself.
     */
    public Write toIndexOfRead(String concreteIndex, @Nullable String readRouting, WriteCondition sinceRead) {
        Address concrete = address.in(concreteIndex, readRouting == null ? address.routing() : readRouting);
        if (concreteIndex.equals(address.index())) {
            return new Write(operation, concrete, sinceRead, parameters, source);
        }
        Parameters met =
                new Parameters(parameters.refresh(), parameters.waitForActiveShards(), parameters.pipeline(), null);
        return new Write(operation, concrete, sinceRead, met, source);
    }
}

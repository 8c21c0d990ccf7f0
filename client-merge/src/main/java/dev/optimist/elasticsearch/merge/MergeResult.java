package dev.optimist.elasticsearch.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.List;

/**
 * What comes of a {@link ThreeWayMerge}.
 *
 * <pre>{@code
 * MergeResult result = ThreeWayMerge.of(ArrayRule.WHOLE).merge(base, mine, theirs);
 * if (result.isClean()) {
 *     documents.index(id, result.merged(), WriteCondition.unchangedSince(latest));
 * }
 * }</pre>
 *
 * @param merged the merged document; with theirs where there is a conflict
 * @param conflicts what both sides have changed; empty if all is merged
 */
public record MergeResult(ObjectNode merged, List<MergeConflict> conflicts) implements Serializable {

    /** Copies the list. */
    public MergeResult {
        conflicts = List.copyOf(conflicts);
    }

    /** Returns whether all is merged. */
    public boolean isClean() {
        return conflicts.isEmpty();
    }
}

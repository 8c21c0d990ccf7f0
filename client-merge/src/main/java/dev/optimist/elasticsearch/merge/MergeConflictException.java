package dev.optimist.elasticsearch.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Both sides have changed the same, so that a person has to decide. <b>Nothing was written.</b> Show {@link #conflicts()}, and
 * merge again with {@link #theirs()} as the base and what was decided as mine.
 *
 * <p>The message has the paths, and no values.
 *
 * <pre>{@code
 * try {
 *     merging.merge(id, base, mine);
 * } catch (MergeConflictException e) {
 *     log.info("not written: {}", e.conflicts());
 * }
 * }</pre>
 */
public final class MergeConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final MergeResult result;
    private final ObjectNode theirs;

    MergeConflictException(MergeResult result, ObjectNode theirs) {
        super("changed on both sides: "
                + result.conflicts().stream().map(c -> c.path().toString()).collect(Collectors.joining(", ")));
        this.result = result;
        this.theirs = theirs;
    }

    /** Returns what both sides have changed, with the three values of each; at least one. */
    public List<MergeConflict> conflicts() {
        return result.conflicts();
    }

    /** Returns the latest document, as it was read. */
    public ObjectNode theirs() {
        return theirs;
    }

    /** Returns the latest document with all of mine that is not in conflict. */
    public ObjectNode merged() {
        return result.merged();
    }
}

package dev.optimist.elasticsearch.merge;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A place where both sides have changed the document, and not to the same value. A value that is null is absent: not there yet,
 * or removed. JSON's own null is a {@code NullNode}.
 *
 * <pre>{@code
 * for (MergeConflict conflict : result.conflicts()) {
 *     log.info("{}: was {}, mine {}, theirs {}", conflict.path(), conflict.base(), conflict.mine(), conflict.theirs());
 * }
 * }</pre>
 *
 * @param path where, as a JSON Pointer (RFC 6901): {@code /address/city}
 * @param base what was there before
 * @param mine what this side wants
 * @param theirs what is there now
 */
@SuppressWarnings("serial") // every node is serializable, though their common class does not say so
public record MergeConflict(
        JsonPointer path,
        @Nullable JsonNode base,
        @Nullable JsonNode mine,
        @Nullable JsonNode theirs) implements Serializable {

    /** Checks that the path is there. */
    public MergeConflict {
        Objects.requireNonNull(path, "path");
    }
}

package dev.optimist.elasticsearch.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A JSON merge patch (RFC 7396, {@code application/merge-patch+json}) as a function for {@code readModifyWrite}: a document
 * with nothing but the fields to change, null for those to remove. What a user changes in a form and nothing else, so that
 * two who change different fields both win; who changes the same one last wins.
 *
 * <pre>{@code
 * documents.readModifyWrite(id, MergePatch.of(patch));
 * }</pre>
 *
 * <p>An array is replaced as a whole, and a field cannot be set to null: that is what the format can say.
 *
 * <p>Immutable and thread-safe.
 */
public final class MergePatch implements UnaryOperator<ObjectNode> {
    private final ObjectNode patch;

    private MergePatch(ObjectNode patch) {
        this.patch = patch;
    }

    /**
     * Returns a patch.
     *
     * @param patch copied
     * @throws IllegalArgumentException if it is not an object, which would replace the document by something that is none
     */
    public static MergePatch of(JsonNode patch) {
        if (patch instanceof ObjectNode object) {
            return new MergePatch(object.deepCopy());
        }
        throw new IllegalArgumentException("patch: a merge patch of a document must be a JSON object");
    }

    /** Returns the document with the patch applied; the one that is given is not changed. */
    @Override
    public ObjectNode apply(ObjectNode document) {
        return (ObjectNode) applied(document.deepCopy(), patch);
    }

    /** The function of RFC 7396, section 2; a target may be changed. */
    static JsonNode applied(@Nullable JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode object)) {
            return patch.deepCopy();
        }
        ObjectNode changed = target instanceof ObjectNode o ? o : object.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getValue().isNull()) {
                changed.remove(field.getKey());
            } else {
                changed.set(field.getKey(), applied(changed.get(field.getKey()), field.getValue()));
            }
        }
        return changed;
    }
}

package dev.optimist.elasticsearch.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.flipkart.zjsonpatch.InvalidJsonPatchException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JSON patch (RFC 6902, {@code application/json-patch+json}) as a function for {@code readModifyWrite}: operations
 * {@code add}, {@code remove}, {@code replace}, {@code move}, {@code copy} and {@code test}, all or none of which are applied to
 * the latest version. With a {@code test} of what the user saw, it is a condition on some fields and not on the whole
 * document.
 *
 * <pre>{@code
 * documents.readModifyWrite(id, JsonPatch.of(patch));
 * }</pre>
 *
 * <p>Positions in arrays mean those of the latest version, which others may have changed; put a {@code test} before.
 *
 * <p>Immutable and thread-safe.
 */
public final class JsonPatch implements UnaryOperator<ObjectNode> {
    private static final Pattern POINTER = Pattern.compile("(/([^/~]|~[01])*)*");

    private final ArrayNode patch;

    private JsonPatch(ArrayNode patch) {
        this.patch = patch;
    }

    /**
     * Returns a patch.
     *
     * @param patch copied
     * @throws IllegalArgumentException if it is not an array of operations, each with what it needs
     */
    public static JsonPatch of(JsonNode patch) {
        try {
            com.flipkart.zjsonpatch.JsonPatch.validate(patch);
        } catch (InvalidJsonPatchException | IllegalArgumentException e) {
            throw new IllegalArgumentException("patch: " + e.getMessage(), e);
        }
        for (JsonNode operation : patch) {
            for (String field : new String[] {"path", "from"}) {
                String pointer = operation.path(field).asText();
                if (!POINTER.matcher(pointer).matches()) {
                    throw new IllegalArgumentException("patch: " + field + " must be a JSON Pointer, is " + pointer);
                }
            }
        }
        return new JsonPatch(patch.deepCopy());
    }

    /**
     * Returns the document with the patch applied; the one that is given is not changed.
     *
     * @throws PatchFailedException if an operation does not fit it
     */
    @Override
    public ObjectNode apply(ObjectNode document) {
        JsonNode patched = document.deepCopy();
        for (int i = 0; i < patch.size(); i++) {
            patched = applied(i, patched);
        }
        if (patched instanceof ObjectNode object) {
            return object;
        }
        throw failed(patch.size() - 1, "it leaves no JSON object", null);
    }

    private JsonNode applied(int i, JsonNode document) {
        JsonNode operation = patch.get(i);
        String op = operation.path("op").asText();
        JsonNode found = document;
        if (!op.equals("add")) { // the library takes some of these for done
            String needed = operation
                    .path(op.equals("move") || op.equals("copy") ? "from" : "path")
                    .asText();
            found = document.at(needed);
            if (found.isMissingNode()) {
                throw failed(i, needed + " is not there", null);
            }
        }
        if (op.equals("test")) { // numbers by value, which the library's does not
            if (!Json.same(found, operation.get("value"))) {
                throw failed(i, "it has another value", null);
            }
            return document;
        }
        try {
            return com.flipkart.zjsonpatch.JsonPatch.apply(patch.arrayNode().add(operation), document);
        } catch (RuntimeException e) { // of several kinds, for a path that is not there
            throw failed(i, String.valueOf(e.getMessage()), e);
        }
    }

    private PatchFailedException failed(int i, String why, @Nullable RuntimeException cause) {
        JsonNode operation = patch.get(i);
        return new PatchFailedException(
                i, operation.path("op").asText(), operation.path("path").asText(), why, cause);
    }
}

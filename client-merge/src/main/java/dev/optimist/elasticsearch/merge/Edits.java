package dev.optimist.elasticsearch.merge;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For those who edit objects of a class: what has changed of the object, on the JSON that it was made of. Fields that the class
 * does not know stay, and what the class writes otherwise than it was stored, or adds by itself, is no change.
 *
 * <pre>{@code
 * VersionedDocument<ObjectNode> base = documents.get(id).orElseThrow();
 * Stock stock = edits.read(base.source());                              // into the form
 * merging.merge(base, edits.apply(base.source(), stock.withPieces(7)));
 * }</pre>
 *
 * <p>Immutable, and as thread-safe as the object mapper is.
 *
 * @param <T> the class
 */
public final class Edits<T> {
    private final ObjectMapper mapper;
    private final Class<T> type;

    private Edits(ObjectMapper mapper, Class<T> type) {
        this.mapper = Objects.requireNonNull(mapper, "mapper");
        this.type = Objects.requireNonNull(type, "type");
    }

    /**
     * Returns edits of objects of a class.
     *
     * @param mapper maps them
     * @param type the class; written as a JSON object
     * @param <T> the class
     */
    public static <T> Edits<T> of(ObjectMapper mapper, Class<T> type) {
        return new Edits<>(mapper, type);
    }

    /**
     * Returns a document as an object, whatever other fields it has.
     *
     * @throws IllegalArgumentException if it does not map to the class
     */
    public T read(ObjectNode document) {
        try {
            return mapper.readerFor(type)
                    .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(document);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "document: does not map to " + type.getName() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns the document with what the object has otherwise than {@link #read} of that document.
     *
     * @param base as it was when the edit began; not changed
     * @param edited what was made of {@code read(base)}
     * @throws IllegalArgumentException if one does not map, or an array was changed whose objects have fields that the class does
     *     not know: which object they then belong to cannot be told
     */
    public ObjectNode apply(ObjectNode base, T edited) {
        ObjectNode before = mapper.valueToTree(read(base));
        ObjectNode after = mapper.valueToTree(edited);
        return carried(JsonPointer.empty(), before, after, base.deepCopy());
    }

    private static ObjectNode carried(JsonPointer path, ObjectNode before, ObjectNode after, ObjectNode onto) {
        Set<String> names = new LinkedHashSet<>();
        before.fieldNames().forEachRemaining(names::add);
        after.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            JsonNode was = before.get(name);
            JsonNode is = after.get(name);
            JsonNode stored = onto.get(name);
            if (Json.same(was, is)) {
                continue;
            }
            JsonPointer at = path.appendProperty(name);
            if (was instanceof ObjectNode w && is instanceof ObjectNode i && stored instanceof ObjectNode s) {
                carried(at, w, i, s);
                continue;
            }
            if (stored != null && stored.isArray()) {
                refuseUnknown(at, stored, was);
            }
            if (is == null) {
                onto.remove(name);
            } else {
                onto.set(name, is);
            }
        }
        return onto;
    }

    private static void refuseUnknown(JsonPointer path, JsonNode stored, @Nullable JsonNode known) {
        for (int i = 0; stored.isArray() && i < stored.size(); i++) {
            refuseUnknown(path.appendIndex(i), stored.get(i), known == null ? null : known.get(i));
        }
        for (Map.Entry<String, JsonNode> field : stored.properties()) {
            JsonPointer at = path.appendProperty(field.getKey());
            JsonNode same = known == null ? null : known.get(field.getKey());
            if (same == null) {
                throw new IllegalArgumentException(
                        "edited: an array was changed that holds what the class does not know: " + at);
            }
            refuseUnknown(at, field.getValue(), same);
        }
    }
}

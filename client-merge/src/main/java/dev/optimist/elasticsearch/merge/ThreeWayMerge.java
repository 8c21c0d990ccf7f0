package dev.optimist.elasticsearch.merge;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Merges what two sides have made of one document: what only one has changed is taken from that one, what both have changed
 * to the same is taken, and everything else is a {@link MergeConflict}.
 *
 * <pre>{@code
 * MergeResult result = ThreeWayMerge.of(ArrayRule.WHOLE).with("/tags", ArrayRule.SET).merge(base, mine, theirs);
 * }</pre>
 *
 * <p>Objects are merged field by field, also one that both have added. To remove a field and to change it, or something in it,
 * are in conflict. Numbers are compared by value: 1 and 1.0 are the same, and a change of one into the other is none; what is
 * there stays as it is written. A field that is null is another than one that is absent.
 *
 * <p>Immutable and thread-safe. Nodes that are given are not changed, and share nothing with those that come out.
 */
public final class ThreeWayMerge {
    private final ArrayRule rule;
    private final Map<JsonPointer, ArrayRule> rules;

    private ThreeWayMerge(ArrayRule rule, Map<JsonPointer, ArrayRule> rules) {
        this.rule = rule;
        this.rules = rules;
    }

    /**
     * Returns a merge that treats all arrays alike.
     *
     * @param rule what becomes of an array that both have changed
     */
    public static ThreeWayMerge of(ArrayRule rule) {
        return new ThreeWayMerge(Objects.requireNonNull(rule, "rule"), Map.of());
    }

    /**
     * Returns the same with a rule of its own for one array.
     *
     * @param path where, as a JSON Pointer (RFC 6901): {@code /tags}
     * @param rule what becomes of it if both have changed it
     * @throws IllegalArgumentException if the path is not a JSON Pointer
     */
    public ThreeWayMerge with(String path, ArrayRule rule) {
        Map<JsonPointer, ArrayRule> more = new HashMap<>(rules);
        more.put(JsonPointer.compile(path), Objects.requireNonNull(rule, "rule"));
        return new ThreeWayMerge(this.rule, Map.copyOf(more));
    }

    /**
     * Merges three states of one document.
     *
     * @param base the state that both have begun with
     * @param mine what one side has made of it
     * @param theirs what the other has made of it: for a document in Elasticsearch, the latest version
     */
    public MergeResult merge(ObjectNode base, ObjectNode mine, ObjectNode theirs) {
        List<MergeConflict> conflicts = new ArrayList<>();
        JsonNode merged = merge(JsonPointer.empty(), base, mine, theirs, conflicts);
        return new MergeResult((ObjectNode) Objects.requireNonNull(merged), conflicts);
    }

    /**
     * Returns the merge as a function from the latest version, for {@code readModifyWrite} of any kind. It throws
     * {@link MergeConflictException} if it is not clean.
     *
     * @param base the document as it was when the edit began; copied
     * @param mine what was made of it; copied
     */
    public UnaryOperator<ObjectNode> onto(ObjectNode base, ObjectNode mine) {
        ObjectNode before = base.deepCopy();
        ObjectNode wanted = mine.deepCopy();
        return theirs -> {
            MergeResult result = merge(before, wanted, theirs);
            if (!result.isClean()) {
                throw new MergeConflictException(result, theirs.deepCopy());
            }
            return result.merged();
        };
    }

    private @Nullable JsonNode merge(
            JsonPointer path,
            @Nullable JsonNode base,
            @Nullable JsonNode mine,
            @Nullable JsonNode theirs,
            List<MergeConflict> conflicts) {
        if (Json.same(mine, theirs) || Json.same(base, mine)) {
            return Json.copy(theirs);
        }
        if (Json.same(base, theirs)) {
            return Json.copy(mine);
        }
        if (mine instanceof ObjectNode m
                && theirs instanceof ObjectNode t
                && (base == null || base instanceof ObjectNode)) {
            return fields(path, base, m, t, conflicts);
        }
        if (base instanceof ArrayNode b && mine instanceof ArrayNode m && theirs instanceof ArrayNode t) {
            ArrayNode merged = switch (rules.getOrDefault(path, rule)) {
                case WHOLE -> null;
                case SET -> set(b, m, t);
                case BY_INDEX -> byIndex(path, b, m, t, conflicts);
                case APPEND -> appended(b, m, t);
            };
            if (merged != null) {
                return merged;
            }
        }
        conflicts.add(new MergeConflict(path, Json.copy(base), Json.copy(mine), Json.copy(theirs)));
        return Json.copy(theirs);
    }

    /** Theirs in their order, then what only mine has. */
    private ObjectNode fields(
            JsonPointer path,
            @Nullable JsonNode base,
            ObjectNode mine,
            ObjectNode theirs,
            List<MergeConflict> conflicts) {
        Set<String> names = new LinkedHashSet<>();
        theirs.fieldNames().forEachRemaining(names::add);
        mine.fieldNames().forEachRemaining(names::add);
        ObjectNode merged = theirs.objectNode();
        for (String name : names) {
            JsonNode value = merge(
                    path.appendProperty(name),
                    base == null ? null : base.get(name),
                    mine.get(name),
                    theirs.get(name),
                    conflicts);
            if (value != null) {
                merged.set(name, value);
            }
        }
        return merged;
    }

    private @Nullable ArrayNode byIndex(
            JsonPointer path, ArrayNode base, ArrayNode mine, ArrayNode theirs, List<MergeConflict> conflicts) {
        if (base.size() != mine.size() || base.size() != theirs.size()) {
            return null;
        }
        ArrayNode merged = theirs.arrayNode();
        for (int i = 0; i < base.size(); i++) {
            merged.add(merge(path.appendIndex(i), base.get(i), mine.get(i), theirs.get(i), conflicts));
        }
        return merged;
    }

    private static @Nullable ArrayNode set(ArrayNode base, ArrayNode mine, ArrayNode theirs) {
        if (!isSet(base) || !isSet(mine) || !isSet(theirs)) {
            return null;
        }
        ArrayNode merged = theirs.arrayNode();
        for (JsonNode element : theirs) {
            if (contains(mine, element) || !contains(base, element)) {
                merged.add(element);
            }
        }
        for (JsonNode element : mine) {
            if (!contains(base, element) && !contains(theirs, element)) {
                merged.add(element);
            }
        }
        return merged;
    }

    private static boolean isSet(ArrayNode array) {
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i).isContainerNode() || first(array, array.get(i)) != i) {
                return false;
            }
        }
        return true;
    }

    private static boolean contains(ArrayNode array, JsonNode element) {
        return first(array, element) >= 0;
    }

    private static int first(ArrayNode array, JsonNode element) {
        for (int i = 0; i < array.size(); i++) {
            if (Json.same(array.get(i), element)) {
                return i;
            }
        }
        return -1;
    }

    private static @Nullable ArrayNode appended(ArrayNode base, ArrayNode mine, ArrayNode theirs) {
        if (!beginsWith(mine, base) || !beginsWith(theirs, base)) {
            return null;
        }
        ArrayNode merged = theirs.deepCopy();
        for (int i = base.size(); i < mine.size(); i++) {
            merged.add(mine.get(i).<JsonNode>deepCopy());
        }
        return merged;
    }

    private static boolean beginsWith(ArrayNode array, ArrayNode beginning) {
        if (array.size() < beginning.size()) {
            return false;
        }
        for (int i = 0; i < beginning.size(); i++) {
            if (!Json.same(array.get(i), beginning.get(i))) {
                return false;
            }
        }
        return true;
    }
}

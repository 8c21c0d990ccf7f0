package dev.optimist.elasticsearch.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random documents and what two users make of them. */
class MergePropertyTest {
    private static final int PAIRS = 10_000;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String[] NAMES = {"a", "b", "c", "d", "name", "", "a/b", "m~n", "0", "é日本"};

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private int values;

    /** Sets the value at a path, or removes it. */
    private record Edit(List<Object> path, @Nullable JsonNode value) {
        void apply(ObjectNode document) {
            JsonNode at = document;
            for (Object step : path.subList(0, path.size() - 1)) {
                at = step instanceof Integer i ? at.get(i) : at.get((String) step);
            }
            Object last = path.get(path.size() - 1);
            if (at instanceof ArrayNode array) {
                array.set((Integer) last, value);
            } else if (value == null) {
                ((ObjectNode) at).remove((String) last);
            } else {
                ((ObjectNode) at).set((String) last, value.deepCopy());
            }
        }

        JsonPointer pointer() {
            return MergePropertyTest.pointer(path);
        }
    }

    private static JsonPointer pointer(List<Object> path) {
        JsonPointer pointer = JsonPointer.empty();
        for (Object step : path) {
            pointer = step instanceof Integer i ? pointer.appendIndex(i) : pointer.appendProperty((String) step);
        }
        return pointer;
    }

    @Test
    void disjointEditsMergeToTheSameAsBothApplied() {
        int pairs = 0;
        int edits = 0;
        while (pairs < PAIRS) {
            ArrayRule rule = random.nextBoolean() ? ArrayRule.WHOLE : ArrayRule.BY_INDEX;
            ObjectNode base = document();
            List<Edit> mine = new ArrayList<>();
            List<Edit> theirs = new ArrayList<>();
            List<List<Object>> taken = new ArrayList<>();
            int wanted = 2 + random.nextInt(6);
            for (List<Object> path : places(base, rule)) {
                if (taken.size() < wanted && taken.stream().noneMatch(t -> overlap(t, path))) {
                    taken.add(path);
                    (random.nextBoolean() ? mine : theirs).add(edit(base, path));
                }
            }
            if (mine.isEmpty() || theirs.isEmpty()) {
                continue;
            }
            pairs++;
            edits += taken.size();
            ObjectNode both = applied(applied(base, mine), theirs);
            assertThat(both).isEqualTo(applied(applied(base, theirs), mine));
            ObjectNode ofMine = applied(base, mine);
            ObjectNode ofTheirs = applied(base, theirs);
            List<ObjectNode> before = List.of(base.deepCopy(), ofMine.deepCopy(), ofTheirs.deepCopy());
            MergeResult result = ThreeWayMerge.of(rule).merge(base, ofMine, ofTheirs);
            assertThat(result.conflicts()).as("seed %d, pair %d", seed, pairs).isEmpty();
            assertThat(result.merged()).as("seed %d, pair %d", seed, pairs).isEqualTo(both);
            assertThat(List.of(base, ofMine, ofTheirs)).isEqualTo(before);
        }
        System.out.printf("merge: seed %d, %d pairs, %d edits, all merged%n", seed, pairs, edits);
    }

    @Test
    void overlappingEditsAreAlwaysReported() {
        int pairs = 0;
        int conflicts = 0;
        while (pairs < PAIRS) {
            ArrayRule rule = random.nextBoolean() ? ArrayRule.WHOLE : ArrayRule.BY_INDEX;
            ObjectNode base = document();
            List<List<Object>> places = places(base, rule);
            List<Object> place = places.get(random.nextInt(places.size()));
            List<List<Object>> inside =
                    places.stream().filter(p -> startsWith(p, place)).toList();
            List<Object> other = inside.get(random.nextInt(inside.size()));
            Edit over = new Edit(place, canBeRemoved(base, place) && random.nextInt(3) == 0 ? null : scalar());
            Edit under = edit(base, other);
            if (over.value == null && under.value == null && place.equals(other)) {
                continue; // the same
            }
            pairs++;
            List<Edit> more = new ArrayList<>(); // of mine, elsewhere
            for (List<Object> path : places) {
                if (more.size() < 2 && !overlap(path, place) && more.stream().noneMatch(e -> overlap(e.path, path))) {
                    more.add(edit(base, path));
                }
            }
            boolean mineIsOver = random.nextBoolean();
            List<Edit> mine = new ArrayList<>(more);
            mine.add(mineIsOver ? over : under);
            ObjectNode ofMine = applied(base, mine);
            ObjectNode ofTheirs = applied(base, List.of(mineIsOver ? under : over));
            MergeResult result = ThreeWayMerge.of(rule).merge(base, ofMine, ofTheirs);
            assertThat(result.conflicts()).as("seed %d, pair %d", seed, pairs).hasSize(1);
            MergeConflict conflict = result.conflicts().get(0);
            conflicts++;
            assertThat(conflict.path()).as("seed %d, pair %d", seed, pairs).isEqualTo(over.pointer());
            assertThat(conflict.base()).isEqualTo(at(base, conflict.path()));
            assertThat(conflict.mine()).isEqualTo(at(ofMine, conflict.path()));
            assertThat(conflict.theirs()).isEqualTo(at(ofTheirs, conflict.path()));
            assertThat(result.merged()).as("the rest").isEqualTo(applied(ofTheirs, more));
        }
        System.out.printf("merge: seed %d, %d overlapping pairs, %d conflicts%n", seed, pairs, conflicts);
    }

    private static @Nullable JsonNode at(ObjectNode document, JsonPointer path) {
        JsonNode found = document.at(path);
        return found.isMissingNode() ? null : found;
    }

    private static ObjectNode applied(ObjectNode document, List<Edit> edits) {
        ObjectNode edited = document.deepCopy();
        edits.forEach(e -> e.apply(edited));
        return edited;
    }

    /** A real change: a value that is nowhere yet, or a removal. */
    private Edit edit(ObjectNode base, List<Object> path) {
        boolean removes = canBeRemoved(base, path) && random.nextInt(4) == 0;
        return new Edit(
                path, removes ? null : random.nextInt(5) == 0 ? JSON.arrayNode().add(scalar()) : scalar());
    }

    private static boolean canBeRemoved(ObjectNode base, List<Object> path) {
        return path.get(path.size() - 1) instanceof String
                && !base.at(pointer(path)).isMissingNode();
    }

    private JsonNode scalar() {
        values++;
        return switch (random.nextInt(3)) {
            case 0 -> JSON.numberNode(values);
            case 1 -> JSON.numberNode(values + 0.5);
            default -> JSON.textNode("v" + values);
        };
    }

    private static boolean overlap(List<Object> one, List<Object> other) {
        return startsWith(one, other) || startsWith(other, one);
    }

    private static boolean startsWith(List<Object> path, List<Object> beginning) {
        return path.size() >= beginning.size()
                && path.subList(0, beginning.size()).equals(beginning);
    }

    /** Where an edit may be: all fields, fields that are not there, and by that rule the elements of arrays; in random order. */
    private List<List<Object>> places(ObjectNode base, ArrayRule rule) {
        List<List<Object>> places = new ArrayList<>();
        collect(List.of(), base, rule, places);
        Collections.shuffle(places, random);
        return places;
    }

    private void collect(List<Object> path, JsonNode node, ArrayRule rule, List<List<Object>> places) {
        if (node instanceof ObjectNode object) {
            for (String name : NAMES) {
                JsonNode value = object.get(name);
                if (value != null || random.nextInt(4) == 0) {
                    places.add(with(path, name));
                }
                if (value != null) {
                    collect(with(path, name), value, rule, places);
                }
            }
        } else if (node instanceof ArrayNode array && rule == ArrayRule.BY_INDEX) {
            for (int i = 0; i < array.size(); i++) {
                places.add(with(path, i));
                collect(with(path, i), array.get(i), rule, places);
            }
        }
    }

    private static List<Object> with(List<Object> path, Object step) {
        List<Object> longer = new ArrayList<>(path);
        longer.add(step);
        return longer;
    }

    private ObjectNode document() {
        ObjectNode document = (ObjectNode) node(0);
        if (document.isEmpty()) {
            document.set("a", scalar()); // not 1, which the first edit may set, and would be none
        }
        return document;
    }

    private JsonNode node(int depth) {
        int kind = depth == 0 ? 0 : random.nextInt(depth > 3 ? 4 : 7);
        if (kind == 1) {
            return JSON.nullNode();
        } else if (kind == 2) {
            return JSON.booleanNode(random.nextBoolean());
        } else if (kind == 3) {
            return scalar();
        } else if (kind == 4) {
            ArrayNode array = JSON.arrayNode();
            for (int i = random.nextInt(4); i > 0; i--) {
                array.add(node(depth + 1));
            }
            return array;
        }
        ObjectNode object = JSON.objectNode();
        for (int i = random.nextInt(6); i > 0; i--) {
            object.set(NAMES[random.nextInt(NAMES.length)], node(depth + 1));
        }
        return object;
    }
}

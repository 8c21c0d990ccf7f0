package dev.optimist.elasticsearch.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import java.math.BigDecimal;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** When two values are the same. */
final class Json {
    /** Numbers by value: 1, 1.0 and 1e0 are one, as they are to Elasticsearch, whatever class they were read with. */
    private static final Comparator<JsonNode> BY_VALUE = (a, b) -> a.equals(b) || sameNumber(a, b) ? 0 : 1;

    private Json() {}

    /** Returns whether both are the same value, or both absent; an object's fields have no order. */
    static boolean same(@Nullable JsonNode a, @Nullable JsonNode b) {
        if (a == null || b == null) {
            return a == null && b == null;
        }
        return a.equals(BY_VALUE, b);
    }

    private static boolean sameNumber(JsonNode a, JsonNode b) {
        return isFinite(a) && isFinite(b) && decimal(a).compareTo(decimal(b)) == 0;
    }

    private static boolean isFinite(JsonNode node) {
        return node instanceof NumericNode number && !number.isNaN(); // which is said of infinite ones, too
    }

    /** A float's own value as a decimal has digits that nobody wrote. */
    private static BigDecimal decimal(JsonNode number) {
        return number.isFloat() ? new BigDecimal(number.asText()) : number.decimalValue();
    }

    static @Nullable JsonNode copy(@Nullable JsonNode node) {
        return node == null ? null : node.deepCopy();
    }
}

package dev.optimist.elasticsearch.sync.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Every column a field. */
final class JsonRow implements RowMapper<ObjectNode> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Set<String> except = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    JsonRow(String... except) {
        this.except.addAll(Set.of(except));
    }

    @Override
    public ObjectNode map(ResultSet row) throws SQLException {
        ResultSetMetaData columns = row.getMetaData();
        ObjectNode document = NODES.objectNode();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            String name = columns.getColumnLabel(i);
            if (!except.contains(name)) {
                document.set(name, field(row, i, columns, name));
            }
        }
        return document;
    }

    private static JsonNode field(ResultSet row, int i, ResultSetMetaData columns, String name) throws SQLException {
        JsonNode value = switch (columns.getColumnType(i)) {
            case Types.BOOLEAN, Types.BIT ->
                columns.getPrecision(i) > 1 ? text(row.getString(i)) : NODES.booleanNode(row.getBoolean(i));
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER -> NODES.numberNode(row.getLong(i));
            case Types.BIGINT ->
                columns.isSigned(i)
                        ? NODES.numberNode(row.getLong(i))
                        : NODES.numberNode(row.getBigDecimal(i)); // may be more than a long
            case Types.NUMERIC, Types.DECIMAL -> NODES.numberNode(row.getBigDecimal(i));
            case Types.REAL -> finite(name, row.getFloat(i), NODES.numberNode(row.getFloat(i)));
            case Types.FLOAT, Types.DOUBLE -> finite(name, row.getDouble(i), NODES.numberNode(row.getDouble(i)));
            case Types.DATE -> text(row.getObject(i, LocalDate.class));
            case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE ->
                Scalar.hasZone(columns, i)
                        ? utc(row.getObject(i, OffsetDateTime.class))
                        : text(row.getObject(i, LocalDateTime.class));
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
                isNamed(columns, i, "uuid") ? text(row.getString(i)) : NODES.binaryNode(row.getBytes(i));
            case Types.ARRAY -> elements(row.getArray(i));
            default ->
                isNamed(columns, i, "json") || isNamed(columns, i, "jsonb")
                        ? parsed(name, row.getString(i))
                        : text(row.getString(i));
        };
        return row.wasNull() || value == null ? NODES.nullNode() : value;
    }

    private static boolean isNamed(ResultSetMetaData columns, int i, String type) throws SQLException {
        return columns.getColumnTypeName(i).toLowerCase(Locale.ROOT).equals(type);
    }

    /** Jackson writes the others as text, and Elasticsearch stores that. */
    private static JsonNode finite(String name, double value, JsonNode node) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("column " + name + " is " + value + ", which JSON has not");
        }
        return node;
    }

    private static @Nullable JsonNode text(@Nullable String value) {
        return value == null ? null : NODES.textNode(value);
    }

    private static @Nullable JsonNode text(@Nullable TemporalAccessor value) {
        return value == null ? null : NODES.textNode(value.toString());
    }

    private static @Nullable JsonNode utc(@Nullable OffsetDateTime value) {
        return value == null ? null : NODES.textNode(value.toInstant().toString());
    }

    private static @Nullable JsonNode elements(@Nullable Array array) throws SQLException {
        if (array == null) {
            return null;
        }
        ArrayNode nodes = NODES.arrayNode();
        for (Object element : (Object[]) array.getArray()) {
            nodes.add(JSON.<JsonNode>valueToTree(
                    element == null || element instanceof Number || element instanceof Boolean
                            ? element
                            : element.toString()));
        }
        array.free();
        return nodes;
    }

    private static @Nullable JsonNode parsed(String name, @Nullable String json) {
        try {
            return json == null ? null : JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("column " + name + " is not JSON", e);
        }
    }
}

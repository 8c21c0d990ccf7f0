package dev.optimist.elasticsearch.sync.debezium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.debezium.data.Json;
import io.debezium.data.VariableScaleDecimal;
import io.debezium.time.Date;
import io.debezium.time.MicroTime;
import io.debezium.time.MicroTimestamp;
import io.debezium.time.Time;
import io.debezium.time.Timestamp;
import io.debezium.time.ZonedTimestamp;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** What Debezium makes of rows, as JSON: numbers as numbers, times in ISO 8601. */
final class JsonStruct {
    /** What stands for a value that was too long to be logged with the row, as it has not changed. */
    static final String UNAVAILABLE = "__optimist_unavailable_value";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ByteBuffer UNAVAILABLE_BYTES =
            ByteBuffer.wrap(UNAVAILABLE.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
    private static final String UNAVAILABLE_UUID =
            UUID.nameUUIDFromBytes(UNAVAILABLE.getBytes(StandardCharsets.UTF_8)).toString();

    private JsonStruct() {}

    /** Returns a field for each column. */
    static ObjectNode of(Struct struct) {
        ObjectNode object = NODES.objectNode();
        for (Field field : struct.schema().fields()) {
            object.set(field.name(), node(field.name(), field.schema(), struct.get(field)));
        }
        return object;
    }

    /** Returns the columns whose value is not known. */
    static List<String> unavailable(Struct struct) {
        List<String> columns = new ArrayList<>();
        for (Field field : struct.schema().fields()) {
            if (isUnavailable(struct.get(field))) {
                columns.add(field.name());
            }
        }
        return columns;
    }

    private static boolean isUnavailable(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.size() == 1 ? isUnavailable(list.get(0)) : isUnavailableBytes(list);
        }
        if (value instanceof byte[] bytes) {
            return UNAVAILABLE_BYTES.equals(ByteBuffer.wrap(bytes));
        }
        return UNAVAILABLE.equals(value)
                || UNAVAILABLE_UUID.equals(value)
                || UNAVAILABLE_BYTES.equals(value)
                || (value instanceof Map<?, ?> map && map.containsKey(UNAVAILABLE))
                || ("{\"" + UNAVAILABLE + "\":\"" + UNAVAILABLE + "\"}").equals(value);
    }

    /** An array of numbers has one for each byte. */
    private static boolean isUnavailableBytes(List<?> list) {
        if (list.size() != UNAVAILABLE_BYTES.limit()) {
            return false;
        }
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof Number number) || number.longValue() != UNAVAILABLE_BYTES.get(i)) {
                return false;
            }
        }
        return true;
    }

    private static JsonNode node(String name, Schema schema, @Nullable Object value) {
        if (value == null) {
            return NODES.nullNode();
        }
        if (schema.name() != null) {
            JsonNode special = special(name, schema.name(), value);
            if (special != null) {
                return special;
            }
        }
        if (value instanceof Struct struct) {
            return of(struct);
        }
        if (value instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode();
            list.forEach(element -> array.add(node(name, schema.valueSchema(), element)));
            return array;
        }
        return plain(name, value);
    }

    private static JsonNode plain(String name, Object value) {
        if (value instanceof Float || value instanceof Double) {
            if (!Double.isFinite(((Number) value).doubleValue())) {
                // Jackson writes it as text, and Elasticsearch stores that
                throw new IllegalArgumentException("column " + name + " is " + value + ", which JSON has not");
            }
            return value instanceof Float some ? NODES.numberNode(some) : NODES.numberNode((Double) value);
        }
        if (value instanceof Number number) {
            return NODES.numberNode(number.longValue());
        }
        if (value instanceof Boolean bool) {
            return NODES.booleanNode(bool);
        }
        if (value instanceof byte[] bytes) {
            return NODES.binaryNode(bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return NODES.binaryNode(bytes);
        }
        return value instanceof Map<?, ?> ? JSON.valueToTree(value) : NODES.textNode(value.toString());
    }

    private static @Nullable JsonNode special(String name, String type, Object value) {
        return switch (type) {
            case org.apache.kafka.connect.data.Decimal.LOGICAL_NAME -> NODES.numberNode((BigDecimal) value);
            case VariableScaleDecimal.LOGICAL_NAME ->
                NODES.numberNode(VariableScaleDecimal.toLogical((Struct) value)
                        .getDecimalValue()
                        .orElseThrow());
            case Date.SCHEMA_NAME -> text(LocalDate.ofEpochDay((Integer) value));
            case Time.SCHEMA_NAME -> time(((Integer) value) * 1_000_000L);
            case MicroTime.SCHEMA_NAME -> time(((Long) value) * 1_000L);
            case Timestamp.SCHEMA_NAME -> timestamp((Long) value, ChronoUnit.MILLIS);
            case MicroTimestamp.SCHEMA_NAME -> timestamp((Long) value, ChronoUnit.MICROS);
            case ZonedTimestamp.SCHEMA_NAME ->
                text(OffsetDateTime.parse((String) value).toInstant());
            case Json.LOGICAL_NAME -> parsed(name, (String) value);
            default -> null;
        };
    }

    private static JsonNode text(Object value) {
        return NODES.textNode(value.toString());
    }

    private static JsonNode time(long nanoseconds) {
        return text(DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(nanoseconds)));
    }

    private static JsonNode timestamp(long units, ChronoUnit unit) {
        return text(LocalDateTime.ofInstant(Instant.EPOCH.plus(units, unit), ZoneOffset.UTC));
    }

    private static JsonNode parsed(String name, String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("column " + name + " is not JSON", e);
        }
    }
}

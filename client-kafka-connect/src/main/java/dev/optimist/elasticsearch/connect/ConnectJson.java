package dev.optimist.elasticsearch.connect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * A value of Connect's as the document that it is, written without a tree between: numbers as numbers, times in ISO 8601, as
 * the sync without Kafka has them, too.
 */
final class ConnectJson extends JsonSerializable.Base {
    private static final String VARIABLE_SCALE = "io.debezium.data.VariableScaleDecimal";
    private static final String JSON_TEXT = "io.debezium.data.Json";

    private final Object value;
    private final DocumentRules rules;

    /**
     * @param value a {@link Struct} or a map
     * @param rules for its fields
     */
    ConnectJson(Object value, DocumentRules rules) {
        this.value = value;
        this.rules = rules;
    }

    @Override
    public void serialize(JsonGenerator json, SerializerProvider provider) throws IOException {
        if (value instanceof Struct struct) {
            struct(json, struct, rules);
        } else {
            map(json, (Map<?, ?>) value, null, rules);
        }
    }

    @Override
    public void serializeWithType(JsonGenerator json, SerializerProvider provider, TypeSerializer types)
            throws IOException {
        serialize(json, provider);
    }

    private static void struct(JsonGenerator json, Struct struct, @Nullable DocumentRules rules) throws IOException {
        json.writeStartObject();
        for (Field field : struct.schema().fields()) {
            if (rules == null || rules.keeps(field.name(), struct.get(field))) {
                json.writeFieldName(field.name());
                write(json, field.schema(), struct.get(field));
            }
        }
        json.writeEndObject();
    }

    private static void map(JsonGenerator json, Map<?, ?> map, @Nullable Schema schema, @Nullable DocumentRules rules)
            throws IOException {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String name = String.valueOf(entry.getKey());
            if (rules == null || rules.keeps(name, entry.getValue())) {
                json.writeFieldName(name);
                write(json, schema == null ? null : schema.valueSchema(), entry.getValue());
            }
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, @Nullable Schema schema, @Nullable Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (schema == null || schema.name() == null || !special(json, schema.name(), value)) {
            plain(json, schema, value);
        }
    }

    private static boolean special(JsonGenerator json, String type, Object value) throws IOException {
        String time = Times.text(type, value);
        if (time != null) {
            json.writeString(time);
            return true;
        }
        switch (type) {
            case Decimal.LOGICAL_NAME -> json.writeNumber((BigDecimal) value);
            case VARIABLE_SCALE -> {
                Struct struct = (Struct) value;
                json.writeNumber(new BigDecimal(new BigInteger(struct.getBytes("value")), struct.getInt32("scale")));
            }
            case JSON_TEXT -> {
                try (JsonParser parser = JsonFields.JSON.createParser((String) value)) {
                    parser.nextToken();
                    json.copyCurrentStructureExact(parser);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void plain(JsonGenerator json, @Nullable Schema schema, Object value) throws IOException {
        if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Number number) {
            number(json, number);
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof Struct struct) {
            struct(json, struct, null);
        } else if (value instanceof Map<?, ?> map) {
            map(json, map, schema, null);
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(json, schema == null ? null : schema.valueSchema(), element);
            }
            json.writeEndArray();
        } else if (value instanceof byte[] bytes) {
            json.writeBinary(bytes);
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            json.writeBinary(bytes);
        } else {
            json.writeString(value instanceof Date date ? date.toInstant().toString() : value.toString());
        }
    }

    private static void number(JsonGenerator json, Number number) throws IOException {
        if (number instanceof Double value) {
            json.writeNumber(value);
        } else if (number instanceof Float value) {
            json.writeNumber(value);
        } else if (number instanceof BigDecimal value) {
            json.writeNumber(value);
        } else if (number instanceof BigInteger value) {
            json.writeNumber(value);
        } else {
            json.writeNumber(number.longValue());
        }
    }
}

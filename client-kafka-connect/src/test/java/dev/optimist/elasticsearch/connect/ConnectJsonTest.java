package dev.optimist.elasticsearch.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;

/** Types of Connect's and Debezium's in documents. */
class ConnectJsonTest {
    private static final long MILLIS = 1_700_000_000_123L;

    private static String json(Schema schema, Object value) {
        Schema whole = SchemaBuilder.struct().field("f", schema).build();
        Struct struct = new Struct(whole).put("f", value);
        byte[] document = Converted.of(
                        Records.withSchemas(Schema.STRING_SCHEMA, "1", whole, struct), "version.from", "offset")
                .bytes();
        String text = new String(document, UTF_8);
        return text.substring("{\"f\":".length(), text.length() - 1);
    }

    private static Schema named(SchemaBuilder schema, String name) {
        return schema.name("io.debezium." + name).build();
    }

    @Test
    void primitives() {
        assertThat(json(Schema.INT64_SCHEMA, Long.MAX_VALUE)).isEqualTo("9223372036854775807");
        assertThat(json(Schema.INT8_SCHEMA, (byte) -1)).isEqualTo("-1");
        assertThat(json(Schema.FLOAT32_SCHEMA, 1.1f)).isEqualTo("1.1");
        assertThat(json(Schema.FLOAT64_SCHEMA, 0.1)).isEqualTo("0.1");
        assertThat(json(Schema.BOOLEAN_SCHEMA, true)).isEqualTo("true");
        assertThat(json(Schema.STRING_SCHEMA, "ä\"\n")).isEqualTo("\"ä\\\"\\n\"");
        assertThat(json(Schema.BYTES_SCHEMA, new byte[] {1, 2})).isEqualTo("\"AQI=\"");
        assertThat(json(SchemaBuilder.array(Schema.INT32_SCHEMA).build(), List.of(1, 2)))
                .isEqualTo("[1,2]");
        assertThat(json(
                        SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA)
                                .build(),
                        Map.of("a", 1)))
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void numbersKeepTheirDigits() {
        assertThat(json(Decimal.schema(2), new BigDecimal("1.10"))).isEqualTo("1.10");
        Schema variable = SchemaBuilder.struct()
                .name("io.debezium.data.VariableScaleDecimal")
                .field("scale", Schema.INT32_SCHEMA)
                .field("value", Schema.BYTES_SCHEMA)
                .build();
        Struct value = new Struct(variable)
                .put("scale", 3)
                .put("value", new BigDecimal("-12.345").unscaledValue().toByteArray());
        assertThat(json(variable, value)).isEqualTo("-12.345");
        assertThat(json(named(SchemaBuilder.string(), "data.Json"), "{\"a\": [1.10, 1e400]}"))
                .isEqualTo("{\"a\":[1.10,1E+400]}");
    }

    @Test
    @SuppressWarnings("JavaUtilDate") // it is Connect's type
    void timesAreInIso8601() {
        assertThat(json(Timestamp.SCHEMA, Date.from(Instant.ofEpochMilli(MILLIS))))
                .isEqualTo("\"2023-11-14T22:13:20.123Z\"");
        assertThat(json(org.apache.kafka.connect.data.Date.SCHEMA, Date.from(Instant.ofEpochSecond(86_400))))
                .isEqualTo("\"1970-01-02\"");
        assertThat(json(org.apache.kafka.connect.data.Time.SCHEMA, Date.from(Instant.ofEpochSecond(3_600))))
                .isEqualTo("\"01:00:00\"");
        assertThat(json(named(SchemaBuilder.int32(), "time.Date"), 1)).isEqualTo("\"1970-01-02\"");
        assertThat(json(named(SchemaBuilder.int32(), "time.Time"), 3_600_000)).isEqualTo("\"01:00:00\"");
        assertThat(json(named(SchemaBuilder.int64(), "time.MicroTime"), 3_600_000_001L))
                .isEqualTo("\"01:00:00.000001\"");
        assertThat(json(named(SchemaBuilder.int64(), "time.NanoTime"), 1L)).isEqualTo("\"00:00:00.000000001\"");
        assertThat(json(named(SchemaBuilder.int64(), "time.Timestamp"), MILLIS))
                .isEqualTo("\"2023-11-14T22:13:20.123\"");
        assertThat(json(named(SchemaBuilder.int64(), "time.MicroTimestamp"), MILLIS * 1000))
                .isEqualTo("\"2023-11-14T22:13:20.123\"");
        assertThat(json(named(SchemaBuilder.int64(), "time.NanoTimestamp"), MILLIS * 1_000_000))
                .isEqualTo("\"2023-11-14T22:13:20.123\"");
        assertThat(json(named(SchemaBuilder.string(), "time.ZonedTimestamp"), "2023-11-14T23:13:20.5+01:00"))
                .isEqualTo("\"2023-11-14T22:13:20.500Z\"");
    }
}

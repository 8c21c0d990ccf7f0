package dev.optimist.elasticsearch.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** Records for tests. */
final class Records {
    static final String TOPIC = "shop";

    static final Schema ROW = SchemaBuilder.struct()
            .name("shop.public.product.Value")
            .optional()
            .field("id", Schema.INT64_SCHEMA)
            .field("name", Schema.OPTIONAL_STRING_SCHEMA)
            .field("version", Schema.OPTIONAL_INT64_SCHEMA)
            .build();
    static final Schema SOURCE = SchemaBuilder.struct()
            .name("io.debezium.connector.postgresql.Source")
            .field("connector", Schema.STRING_SCHEMA)
            .field("snapshot", Schema.OPTIONAL_STRING_SCHEMA)
            .field("lsn", Schema.OPTIONAL_INT64_SCHEMA)
            .build();
    static final Schema EVENT = SchemaBuilder.struct()
            .name("shop.public.product.Envelope")
            .field("before", ROW)
            .field("after", ROW)
            .field("source", SOURCE)
            .field("op", Schema.STRING_SCHEMA)
            .build();
    static final Schema KEY = SchemaBuilder.struct()
            .name("shop.public.product.Key")
            .field("id", Schema.INT64_SCHEMA)
            .build();

    private Records() {}

    /** A record with its version in a header. */
    static SinkRecord of(
            int partition, long offset, @Nullable Object key, @Nullable Object version, @Nullable Object value) {
        ConnectHeaders headers = new ConnectHeaders();
        if (version != null) {
            headers.add("version", version, null);
        }
        return new SinkRecord(TOPIC, partition, null, key, null, value, offset, 1L, TimestampType.CREATE_TIME, headers);
    }

    static SinkRecord withSchemas(Schema keySchema, Object key, Schema schema, @Nullable Object value) {
        return new SinkRecord(TOPIC, 0, keySchema, key, schema, value, 7, 1L, TimestampType.CREATE_TIME);
    }

    static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(UTF_8);
    }

    static Struct row(long id, String name, long version) {
        return new Struct(ROW).put("id", id).put("name", name).put("version", version);
    }

    static Struct event(String op, @Nullable Struct before, @Nullable Struct after, long lsn) {
        return new Struct(EVENT)
                .put("before", before)
                .put("after", after)
                .put("op", op)
                .put("source", new Struct(SOURCE).put("connector", "postgresql").put("lsn", lsn));
    }

    /** Without schemas, as JSON has it. */
    static Map<String, @Nullable Object> map(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return map;
    }
}

package dev.optimist.elasticsearch.connect;

import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Of a value with a schema. */
record StructFields(Struct struct) implements Fields {
    @Override
    public @Nullable Object get(String name) {
        Field field = struct.schema().field(name);
        if (field == null) {
            return null;
        }
        Object value = struct.get(field);
        return value == null ? null : Fields.of(Times.instant(field.schema(), value));
    }

    @Override
    public List<String> names() {
        return struct.schema().fields().stream().map(Field::name).toList();
    }
}

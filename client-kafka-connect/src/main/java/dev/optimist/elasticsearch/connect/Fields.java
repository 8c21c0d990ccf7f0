package dev.optimist.elasticsearch.connect;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** An object as the connector looks into it, whatever form it has. */
interface Fields {
    /** Returns a value: one with fields as {@link Fields}, a point in time as an {@code Instant}; null if there is none. */
    @Nullable
    Object get(String name);

    /** Returns the names of all fields. */
    List<String> names();

    /** Returns what has fields as such, and anything else as it is. */
    static @Nullable Object of(@Nullable Object value) {
        if (value instanceof Struct struct) {
            return new StructFields(struct);
        }
        return value instanceof Map<?, ?> map ? new MapFields(map) : value;
    }

    /** Returns the value at the end of a path; null if there is none. */
    static @Nullable Object at(Fields fields, List<String> path) {
        Object value = fields;
        for (String name : path) {
            if (!(value instanceof Fields inner)) {
                return null;
            }
            value = inner.get(name);
        }
        return value;
    }
}

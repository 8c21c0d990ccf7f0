package dev.optimist.elasticsearch.connect;

import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** What Debezium's ExtractNewRecordState leaves of an event beside its row: {@code add.fields} and {@code add.headers}. */
final class Unwrapped {
    static final String DELETED = "__deleted";
    static final String OP = "__op";

    /** The operation of a row that was read from the table. */
    static final String SNAPSHOT = "r";

    private Unwrapped() {}

    /** Returns a value of the source's block: of {@code add.headers} if it is there, else of {@code add.fields}. */
    static @Nullable Object source(SinkRecord record, Change change, String name) {
        Object value = get(record, change, "__source_" + name);
        return value == null ? get(record, change, "__" + name) : value;
    }

    static boolean isSnapshot(SinkRecord record, Change change) {
        return change.isSnapshot() || SNAPSHOT.equals(get(record, change, OP));
    }

    private static @Nullable Object get(SinkRecord record, Change change, String name) {
        Header header = record.headers().lastWithName(name);
        if (header != null && header.value() != null) {
            return header.value();
        }
        return change.row() == null ? null : change.row().get(name);
    }
}

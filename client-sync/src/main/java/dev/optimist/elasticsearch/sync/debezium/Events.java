package dev.optimist.elasticsearch.sync.debezium;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Debezium's records say. */
final class Events<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);

    private final DebeziumOptions options;
    private final Slot slot;
    private final Function<ObjectNode, T> mapper;

    Events(DebeziumOptions options, Slot slot, Function<ObjectNode, T> mapper) {
        this.options = options;
        this.slot = slot;
        this.mapper = mapper;
    }

    /**
     * Returns the state of a row after a change; null for anything else.
     *
     * @param floor the version of a row that was read, and not logged
     */
    @Nullable
    Row<T> row(SourceRecord record, long floor) throws SQLException {
        Struct event = envelope(record);
        String op = event == null ? "" : event.getString("op");
        if (event == null || op.equals("m")) {
            return null;
        }
        if (op.equals("t")) {
            throw new IllegalStateException("table " + options.table()
                    + " was truncated, and the log does not say which rows that were; empty the index, delete the"
                    + " checkpoint and drop replication slot " + options.slot() + ", so that the table is read anew");
        }
        if (!(record.key() instanceof Struct key)) {
            throw new IllegalStateException(
                    "table " + options.table() + " has no primary key, of which the _id is made");
        }
        String id = Objects.requireNonNull(options.id().apply(JsonStruct.of(key)), "id must not give null");
        if (op.equals("d")) {
            return new Row<>(id, null, version(event, "before", floor) + (isOwnVersion() ? 1 : 0), null);
        }
        Struct after = event.getStruct("after");
        List<String> unavailable = JsonStruct.unavailable(after);
        if (!unavailable.isEmpty()) {
            skipIfGone(key, unavailable);
            return null;
        }
        return new Row<>(
                id,
                null,
                version(event, "after", floor),
                Objects.requireNonNull(mapper.apply(JsonStruct.of(after)), "the mapper must not give null"));
    }

    /**
     * PostgreSQL does not log long values that have not changed; Debezium has then read them from the row. If that is gone by
     * now, what became of it is still to come.
     */
    private void skipIfGone(Struct key, List<String> unavailable) throws SQLException {
        Map<String, String> values = new LinkedHashMap<>();
        JsonStruct.of(key)
                .properties()
                .forEach(field -> values.put(field.getKey(), field.getValue().asText()));
        if (slot.hasRow(values)) {
            throw new IllegalStateException("columns " + unavailable + " of " + options.table()
                    + " could not be read; ALTER TABLE … REPLICA IDENTITY FULL has them logged always");
        }
        LOG.debug(
                "a row of {} is gone by now, and its change is skipped: its delete is still to come", options.table());
    }

    private boolean isOwnVersion() {
        return options.versionColumn() != null;
    }

    private long version(Struct event, String state, long floor) {
        String column = options.versionColumn();
        if (column == null) {
            return event.getString("op").equals("r")
                    ? floor
                    : event.getStruct("source").getInt64("lsn");
        }
        Struct row = event.getStruct(state);
        Object value = row == null || row.schema().field(column) == null ? null : row.get(column);
        if (!(value instanceof Number number) || value instanceof Double || value instanceof Float) {
            throw new IllegalStateException("version column " + column + " of " + options.table() + " is " + value
                    + (state.equals("before") ? " in what a delete tells; ALTER TABLE … REPLICA IDENTITY FULL" : ""));
        }
        return number.longValue();
    }

    /** Returns whether the snapshot is complete, and all of it was before this. */
    static boolean isEndOfSnapshot(SourceRecord record) {
        return record.topic().equals(Connector.NOTIFICATIONS)
                && record.value() instanceof Struct notification
                && "Initial Snapshot".equals(notification.getString("aggregate_type"))
                && "COMPLETED".equals(notification.getString("type"));
    }

    /** Returns whether this was put into the log by the run of this name. */
    static boolean isMark(SourceRecord record, String run) {
        Struct event = envelope(record);
        if (event == null || !event.getString("op").equals("m")) {
            return false;
        }
        Object content = event.getStruct("message").get("content");
        return content instanceof ByteBuffer bytes
                && StandardCharsets.UTF_8.decode(bytes.duplicate()).toString().equals(run);
    }

    /** Returns where the log can be taken up so that everything comes that is after this; null if it does not say. */
    static @Nullable LogPosition position(SourceRecord record) {
        return record.sourceOffset().get(LogPosition.COMMIT) instanceof Long lsn ? new LogPosition(lsn) : null;
    }

    /** A tombstone, for Kafka, has no value; heartbeats and notifications are of another kind. */
    private static @Nullable Struct envelope(SourceRecord record) {
        return record.value() instanceof Struct value
                        && value.schema().field("op") != null
                        && value.schema().field("source") != null
                ? value
                : null;
    }
}

package dev.optimist.elasticsearch.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * Understands values: with a schema, without one, or as JSON in bytes or text; documents as they are, Debezium's events, and what
 * its ExtractNewRecordState makes of those.
 */
final class ValueReader {
    private static final Set<String> OWN =
            Set.of("op", "source", "before", "after", "schema", "payload", Unwrapped.DELETED, Unwrapped.OP);

    private final Set<String> wanted;

    /** @param wanted the fields of documents that others are going to ask for */
    ValueReader(Set<String> wanted) {
        Set<String> all = new HashSet<>(OWN);
        all.addAll(wanted);
        this.wanted = Set.copyOf(all);
    }

    /**
     * Returns what a record's value says.
     *
     * @throws BadRecordException if it can be no document
     */
    Change read(SinkRecord record) {
        Object value = record.value();
        if (value == null) {
            return Change.NOTHING;
        }
        byte[] text = bytes(value);
        if (text != null) {
            return text(JsonFields.read(text, wanted));
        }
        if (Fields.of(value) instanceof Fields fields) {
            return change(fields);
        }
        throw new BadRecordException("the value is of " + value.getClass().getSimpleName() + ", and no object");
    }

    static byte @Nullable [] bytes(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        if (value instanceof String text) {
            return text.getBytes(UTF_8);
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        return null;
    }

    private static Change text(JsonFields fields) {
        Object payload = fields.payload();
        if (payload instanceof Fields inner) {
            return change(inner);
        }
        return payload == null && fields.isNullPayload() ? Change.NOTHING : change(fields);
    }

    private static Change change(Fields fields) {
        if (fields.get("op") instanceof String op
                && fields.get("source") instanceof Fields source
                && source.get("connector") != null) {
            return event(op, fields, source);
        }
        Object deleted = fields.get(Unwrapped.DELETED);
        boolean isDelete = Boolean.TRUE.equals(deleted) || "true".equals(deleted);
        return new Change(
                isDelete ? Change.Kind.DELETE : Change.Kind.STATE,
                fields,
                null,
                Unwrapped.SNAPSHOT.equals(fields.get(Unwrapped.OP)));
    }

    private static Change event(String op, Fields event, Fields source) {
        switch (op) {
            case "c", "u", Unwrapped.SNAPSHOT -> {
                if (!(event.get("after") instanceof Fields row)) {
                    throw new BadRecordException("an event of Debezium's with op " + op + " has no after");
                }
                return new Change(Change.Kind.STATE, row, source, op.equals(Unwrapped.SNAPSHOT));
            }
            case "d" -> {
                Fields row = event.get("before") instanceof Fields before ? before : null;
                return new Change(Change.Kind.DELETE, row, source, false);
            }
            case "t" ->
                throw new BadRecordException(
                        "the table was truncated, and its log does not say which documents that were; make the index anew");
            default -> throw new BadRecordException("an event of Debezium's with op " + op + " is of no document");
        }
    }
}

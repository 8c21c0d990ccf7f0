package dev.optimist.elasticsearch.connect;

import dev.optimist.elasticsearch.ExternalVersions;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** Where the version of a record comes from. */
interface VersionSource {
    /** No version. */
    long NONE = -1;

    /**
     * Returns the version of a record; {@link #NONE} if it has none.
     *
     * @throws IllegalArgumentException if what is there is no version
     * @throws BadRecordException the same
     */
    long of(SinkRecord record, Change change);

    /** Returns what to add where there is none. */
    String hint();

    /** Returns the fields of a document that it asks for, at its top. */
    default Set<String> fields() {
        return Set.of();
    }

    /** A header. */
    record OfHeader(String name) implements VersionSource {
        @Override
        public long of(SinkRecord record, Change change) {
            Header header = record.headers().lastWithName(name);
            Object value = header == null ? null : header.value();
            return value == null ? NONE : Numbers.version("header " + name, value);
        }

        @Override
        public String hint() {
            return "there is no header " + name;
        }
    }

    /** A field of the document. */
    record OfField(List<String> path) implements VersionSource {
        @Override
        public long of(SinkRecord record, Change change) {
            Object value = change.row() == null ? null : Fields.at(change.row(), path);
            return value == null ? NONE : afterDelete(change, Numbers.version(words(path), value));
        }

        /** The row of a delete is the last one, whose version was written before. */
        static long afterDelete(Change change, long version) {
            return change.kind() == Change.Kind.DELETE ? version + 1 : version;
        }

        static String words(List<String> path) {
            return "field " + String.join(".", path);
        }

        @Override
        public String hint() {
            return "there is no " + words(path)
                    + " in the document; for deletes of PostgreSQL, ALTER TABLE … REPLICA IDENTITY"
                    + " FULL has it told";
        }

        @Override
        public Set<String> fields() {
            return Set.of(path.get(0));
        }
    }

    /**
     * Debezium's position in PostgreSQL's log. A row that was read from the table has a version that is set, below all that is
     * logged: the position of the reading would be over that of a change which was logged before and committed after.
     */
    record OfPostgresLsn(long snapshot) implements VersionSource {
        @Override
        public long of(SinkRecord record, Change change) {
            Object lsn = change.source() == null
                    ? Unwrapped.source(record, change, "lsn")
                    : change.source().get("lsn");
            if (Unwrapped.isSnapshot(record, change)) {
                return snapshot;
            }
            if (lsn == null) {
                return NONE;
            }
            return lsn instanceof String text && text.indexOf('/') >= 0
                    ? ExternalVersions.ofPostgresLsn(text)
                    : Numbers.version("lsn", lsn);
        }

        @Override
        public String hint() {
            return "there is no source.lsn of Debezium's, and no __source_lsn in headers or fields, where"
                    + " ExtractNewRecordState puts it with add.headers or add.fields=op,source.lsn";
        }

        @Override
        public Set<String> fields() {
            return Set.of("__source_lsn", "__lsn");
        }
    }

    /** Debezium's position in MySQL's binary log, which goes by commits: that of a reading is in the right place. */
    record OfMySqlBinlog() implements VersionSource {
        @Override
        public long of(SinkRecord record, Change change) {
            Object file = get(record, change, "file");
            Object position = get(record, change, "pos");
            if (file == null || position == null) {
                return NONE;
            }
            Object row = get(record, change, "row");
            return ExternalVersions.ofMySqlBinlog(
                    file.toString(),
                    Numbers.whole("pos", position),
                    row == null ? 0 : Math.toIntExact(Numbers.whole("row", row)));
        }

        private static @Nullable Object get(SinkRecord record, Change change, String name) {
            return change.source() == null
                    ? Unwrapped.source(record, change, name)
                    : change.source().get(name);
        }

        @Override
        public String hint() {
            return "there are no source.file and source.pos of Debezium's, and no __source_file, __source_pos and __source_row"
                    + " in headers or fields, where ExtractNewRecordState puts them with add.headers or add.fields";
        }

        @Override
        public Set<String> fields() {
            return Set.of("__source_file", "__source_pos", "__source_row", "__file", "__pos", "__row");
        }
    }

    /** A time and a counter. */
    record OfTimestamp(List<String> path, @Nullable List<String> counter) implements VersionSource {
        @Override
        public long of(SinkRecord record, Change change) {
            Object time = change.row() == null ? null : Fields.at(change.row(), path);
            if (change.row() == null || time == null) {
                return NONE;
            }
            long count = 0;
            if (counter != null) {
                Object value = Fields.at(change.row(), counter);
                if (value == null) {
                    return NONE;
                }
                count = Numbers.whole(OfField.words(counter), value);
            }
            return OfField.afterDelete(change, ExternalVersions.ofTimestampAndCounter(instant(time), count));
        }

        private Instant instant(Object time) {
            if (time instanceof Instant instant) {
                return instant;
            }
            if (time instanceof String text && text.indexOf('-', 1) > 0) {
                try {
                    return OffsetDateTime.parse(text).toInstant();
                } catch (DateTimeParseException e) {
                    throw new BadRecordException(
                            OfField.words(path) + " is no time in ISO 8601 with its zone: " + text, e);
                }
            }
            return Instant.ofEpochMilli(Numbers.whole(OfField.words(path), time));
        }

        @Override
        public String hint() {
            return "there is no " + OfField.words(path) + (counter == null ? "" : " or no " + OfField.words(counter))
                    + " in the document";
        }

        @Override
        public Set<String> fields() {
            Set<String> names = new HashSet<>();
            names.add(path.get(0));
            if (counter != null) {
                names.add(counter.get(0));
            }
            return names;
        }
    }

    /** The record's offset. */
    record OfOffset() implements VersionSource {
        @Override
        public long of(SinkRecord record, Change change) {
            return record.originalKafkaOffset();
        }

        @Override
        public String hint() {
            return "it has no offset";
        }
    }
}

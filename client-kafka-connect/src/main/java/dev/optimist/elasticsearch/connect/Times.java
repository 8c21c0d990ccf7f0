package dev.optimist.elasticsearch.connect;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** The types of Connect's and Debezium's for times, by the names of their schemas. */
final class Times {
    private static final long MILLI = 1_000_000;
    private static final long MICRO = 1_000;

    private Times() {}

    /** Returns a point in time as an {@link Instant}, and anything else as it is. */
    static Object instant(Schema schema, Object value) {
        String type = schema.name();
        if (type == null) {
            return value;
        }
        return switch (type) {
            case "io.debezium.time.Timestamp" -> Instant.EPOCH.plus((Long) value, ChronoUnit.MILLIS);
            case "io.debezium.time.MicroTimestamp" -> Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS);
            case "io.debezium.time.NanoTimestamp" -> Instant.EPOCH.plusNanos((Long) value);
            case "io.debezium.time.ZonedTimestamp" ->
                OffsetDateTime.parse((String) value).toInstant();
            case "org.apache.kafka.connect.data.Timestamp" -> ((Date) value).toInstant();
            default -> value;
        };
    }

    /** Returns a time in ISO 8601, without a zone where the type has none; null for what is no time. */
    static @Nullable String text(String type, Object value) {
        return switch (type) {
            case "io.debezium.time.Date" ->
                LocalDate.ofEpochDay((Integer) value).toString();
            case "io.debezium.time.Time" -> time((Integer) value * MILLI);
            case "io.debezium.time.MicroTime" -> time((Long) value * MICRO);
            case "io.debezium.time.NanoTime" -> time((Long) value);
            case "io.debezium.time.Timestamp" -> local(Instant.EPOCH.plus((Long) value, ChronoUnit.MILLIS));
            case "io.debezium.time.MicroTimestamp" -> local(Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS));
            case "io.debezium.time.NanoTimestamp" -> local(Instant.EPOCH.plusNanos((Long) value));
            case "io.debezium.time.ZonedTimestamp" ->
                OffsetDateTime.parse((String) value).toInstant().toString();
            case "org.apache.kafka.connect.data.Date" ->
                LocalDate.ofInstant(((Date) value).toInstant(), ZoneOffset.UTC).toString();
            case "org.apache.kafka.connect.data.Time" ->
                time(((Date) value).toInstant().toEpochMilli() * MILLI);
            case "org.apache.kafka.connect.data.Timestamp" ->
                ((Date) value).toInstant().toString();
            default -> null;
        };
    }

    private static String time(long nanoseconds) {
        return DateTimeFormatter.ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(nanoseconds));
    }

    private static String local(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
    }
}

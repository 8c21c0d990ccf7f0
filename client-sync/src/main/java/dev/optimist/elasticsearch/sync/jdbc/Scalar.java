package dev.optimist.elasticsearch.sync.jdbc;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a column may be that rows are ordered and found by: read and bound in its own type, so that its index serves. */
enum Scalar {
    INTEGER {
        @Override
        @Nullable
        Comparable<?> read(ResultSet row, int column) throws SQLException {
            long value = row.getLong(column);
            return row.wasNull() ? null : value;
        }

        @Override
        void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setLong(index, (Long) value);
        }

        @Override
        Comparable<?> parse(String text) {
            return Long.parseLong(text);
        }

        @Override
        long version(Object value) {
            return (Long) value;
        }

        @Override
        Comparable<?> minus(Object value, long overlap) {
            long less = (Long) value - overlap;
            return less > (Long) value ? Long.MIN_VALUE : less;
        }
    },
    DECIMAL {
        @Override
        @Nullable
        Comparable<?> read(ResultSet row, int column) throws SQLException {
            return row.getBigDecimal(column);
        }

        @Override
        void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setBigDecimal(index, (BigDecimal) value);
        }

        @Override
        Comparable<?> parse(String text) {
            return new BigDecimal(text);
        }

        @Override
        long version(Object value) {
            return ((BigDecimal) value).longValueExact();
        }

        @Override
        Comparable<?> minus(Object value, long overlap) {
            return ((BigDecimal) value).subtract(BigDecimal.valueOf(overlap));
        }
    },
    /** PostgreSQL's numbers of transactions, which compare with their own kind only. */
    XID8 {
        @Override
        @Nullable
        Comparable<?> read(ResultSet row, int column) throws SQLException {
            String text = row.getString(column);
            return text == null ? null : Long.valueOf(text);
        }

        @Override
        void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value.toString(), Types.OTHER);
        }

        @Override
        Comparable<?> parse(String text) {
            return Long.parseLong(text);
        }

        @Override
        long version(Object value) {
            return (Long) value;
        }

        @Override
        Comparable<?> minus(Object value, long overlap) {
            return Math.max(0, (Long) value - overlap);
        }
    },
    TIMESTAMP {
        @Override
        @Nullable
        Comparable<?> read(ResultSet row, int column) throws SQLException {
            return row.getObject(column, LocalDateTime.class);
        }

        @Override
        void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value);
        }

        @Override
        Comparable<?> parse(String text) {
            return LocalDateTime.parse(text);
        }

        @Override
        long version(Object value) {
            return micros(((LocalDateTime) value).toInstant(ZoneOffset.UTC));
        }

        @Override
        Comparable<?> minus(Object value, Duration overlap) {
            return ((LocalDateTime) value).minus(overlap);
        }
    },
    TIMESTAMP_WITH_ZONE {
        @Override
        @Nullable
        Comparable<?> read(ResultSet row, int column) throws SQLException {
            OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
            return value == null ? null : value.toInstant();
        }

        @Override
        void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, ((Instant) value).atOffset(ZoneOffset.UTC));
        }

        @Override
        Comparable<?> parse(String text) {
            return Instant.parse(text);
        }

        @Override
        long version(Object value) {
            return micros((Instant) value);
        }

        @Override
        Comparable<?> minus(Object value, Duration overlap) {
            return ((Instant) value).minus(overlap);
        }
    },
    TEXT {
        @Override
        @Nullable
        Comparable<?> read(ResultSet row, int column) throws SQLException {
            return row.getString(column);
        }

        @Override
        void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setString(index, (String) value);
        }

        @Override
        Comparable<?> parse(String text) {
            return text;
        }
    },
    IDENTIFIER {
        @Override
        @Nullable
        Comparable<?> read(ResultSet row, int column) throws SQLException {
            return row.getObject(column, UUID.class);
        }

        @Override
        void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value);
        }

        @Override
        Comparable<?> parse(String text) {
            return UUID.fromString(text);
        }
    };

    /** Returns what a column is, or null if it is nothing that rows can be ordered by. */
    static @Nullable Scalar of(ResultSetMetaData columns, int i) throws SQLException {
        String name = columns.getColumnTypeName(i).toLowerCase(Locale.ROOT);
        if (name.equals("uuid")) {
            return IDENTIFIER;
        }
        return switch (columns.getColumnType(i)) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> INTEGER;
            case Types.NUMERIC, Types.DECIMAL -> DECIMAL;
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR, Types.NVARCHAR, Types.LONGNVARCHAR -> TEXT;
            case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE ->
                hasZone(columns, i) ? TIMESTAMP_WITH_ZONE : TIMESTAMP;
            default -> name.equals("xid8") ? XID8 : null;
        };
    }

    /** PostgreSQL's driver gives both kinds one number. */
    static boolean hasZone(ResultSetMetaData columns, int i) throws SQLException {
        return columns.getColumnType(i) == Types.TIMESTAMP_WITH_TIMEZONE
                || columns.getColumnTypeName(i).equalsIgnoreCase("timestamptz");
    }

    abstract @Nullable Comparable<?> read(ResultSet row, int column) throws SQLException;

    abstract void bind(PreparedStatement statement, int index, Object value) throws SQLException;

    /** Reads what {@code toString} has written, or what an {@code _id} says. */
    abstract Comparable<?> parse(String text);

    /** Returns the version of {@code _version}. */
    long version(Object value) {
        throw new IllegalStateException(this + " is no version: " + value);
    }

    /** Returns what is so much before. */
    Comparable<?> minus(Object value, long overlap) {
        throw new IllegalArgumentException("overlap must be a Duration, as the cursor is a " + this);
    }

    /** Returns what is so long before. */
    Comparable<?> minus(Object value, Duration overlap) {
        throw new IllegalArgumentException("overlap must be a number, as the cursor is an " + this);
    }

    boolean isVersion() {
        return this != TEXT && this != IDENTIFIER;
    }

    @SuppressWarnings("unchecked")
    static int compare(Comparable<?> one, Comparable<?> other) {
        return ((Comparable<Object>) one).compareTo(other);
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}

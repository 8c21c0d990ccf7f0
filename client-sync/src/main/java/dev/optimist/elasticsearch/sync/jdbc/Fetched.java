package dev.optimist.elasticsearch.sync.jdbc;

import dev.optimist.elasticsearch.sync.Row;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row that was read.
 *
 * @param place where it is in the order of changes
 * @param version its version
 * @param row what it says
 */
record Fetched<T>(Place place, long version, Row<T> row) {
    private static final Set<String> NO = Set.of("", "0", "f", "false", "n", "no");

    /** Reads the rows of one relation. */
    record Reader<T>(Relation relation, @Nullable RowMapper<T> mapper) implements Query.Row<Fetched<T>> {

        @Override
        public Fetched<T> of(ResultSet result) throws SQLException {
            String id = result.getString(relation.id().label());
            try {
                Comparable<?> key = value("id", relation.id(), result);
                long version = relation.version().ordered().version(value("version", relation.version(), result));
                Comparable<?> cursor = value("cursor", relation.cursor(), result);
                Relation.Column routing = relation.routing();
                T document = mapper == null || isDeleted(result) ? null : mapper.map(result);
                Row<T> row =
                        new Row<>(id, routing == null ? null : result.getString(routing.label()), version, document);
                return new Fetched<>(new Place(cursor, key), version, row);
            } catch (RuntimeException e) {
                throw new IllegalStateException("row " + id + " of " + relation.name() + ": " + e.getMessage(), e);
            }
        }

        private static Comparable<?> value(String parameter, Relation.Column column, ResultSet result)
                throws SQLException {
            Comparable<?> value = column.ordered().read(result, result.findColumn(column.label()));
            if (value == null) {
                throw new IllegalArgumentException(parameter + ": column " + column.label() + " must not be null");
            }
            return value;
        }

        private boolean isDeleted(ResultSet result) throws SQLException {
            Relation.Column deleted = relation.deleted();
            Object value = deleted == null ? null : result.getObject(deleted.label());
            if (value instanceof Boolean bool) {
                return bool;
            }
            if (value instanceof Number number) {
                return number.doubleValue() != 0;
            }
            return value != null && !NO.contains(value.toString().strip().toLowerCase(Locale.ROOT));
        }
    }
}

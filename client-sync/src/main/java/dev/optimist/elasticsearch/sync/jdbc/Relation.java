package dev.optimist.elasticsearch.sync.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table or query, as the database has it.
 *
 * @param from what stands after {@code from}; its alias is {@code r}
 * @param name for messages
 */
record Relation(
        Dialect dialect,
        String from,
        String name,
        Column id,
        Column version,
        Column cursor,
        @Nullable Column routing,
        @Nullable Column deleted) {

    /**
     * A column.
     *
     * @param sql as it is written in SQL
     * @param label as it is looked up in a result
     * @param type null if it is none that rows are ordered by
     */
    record Column(String sql, String label, @Nullable Scalar type) {
        Scalar ordered() {
            if (type == null) {
                throw new IllegalStateException(label);
            }
            return type;
        }
    }

    /** What a job reads. */
    record Both(Relation rows, @Nullable Relation deletes) {}

    /** Looks at what there is. */
    static Both of(JdbcTable<?> table, Connection connection) throws SQLException {
        Dialect dialect = Dialect.of(connection);
        JdbcOptions options = table.options();
        String query = options.query();
        Relation rows = query == null
                ? of(connection, dialect, "table", Names.sql(table.table(), dialect.quote()), table.table(), options)
                : of(connection, dialect, "query", "(" + query + ")", "the query of " + table.table(), options);
        String gone = options.deletes();
        if (gone == null) {
            return new Both(rows, null);
        }
        Relation deletes = of(connection, dialect, "deletes", Names.sql(gone, dialect.quote()), gone, options);
        sameType("id", rows.id, rows, deletes.id, deletes);
        sameType("cursor", rows.cursor, rows, deletes.cursor, deletes);
        return new Both(rows, deletes);
    }

    private static void sameType(String parameter, Column one, Relation of, Column other, Relation ofOther) {
        if (one.type != other.type) {
            throw new IllegalArgumentException(parameter + ": column " + one.label + " is " + one.type + " in "
                    + of.name + " and " + other.type + " in " + ofOther.name + ", must be one type");
        }
    }

    private static Relation of(
            Connection connection, Dialect dialect, String parameter, String from, String name, JdbcOptions options)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select r.* from " + from + " r where 1 = 0")) {
            Query.limit(statement, options);
            try (ResultSet none = statement.executeQuery()) {
                Columns columns = new Columns(none.getMetaData(), dialect, name);
                String deleted = parameter.equals("deletes") ? null : options.deleted();
                return new Relation(
                        dialect,
                        from,
                        name,
                        columns.ordered("id", options.id(), false),
                        columns.ordered("version", options.version(), true),
                        columns.ordered("cursor", options.cursor(), true),
                        options.routing() == null ? null : columns.find("routing", options.routing()),
                        deleted == null ? null : columns.find("deleted", deleted));
            }
        } catch (SQLException e) {
            String state = e.getSQLState();
            if (state != null && state.startsWith("42")) { // syntax error or access rule violation
                throw new IllegalArgumentException(parameter + ": cannot read " + name + ": " + e.getMessage(), e);
            }
            throw e;
        }
    }

    /** The columns of one relation. */
    private record Columns(ResultSetMetaData metaData, Dialect dialect, String name) {
        Column ordered(String parameter, String column, boolean counts) throws SQLException {
            Column found = find(parameter, column);
            Scalar type = found.type;
            if (type == null || (counts && !type.isVersion())) {
                int i = index(parameter, column);
                throw new IllegalArgumentException(
                        parameter + ": column " + found.label + " of " + name + " is " + metaData.getColumnTypeName(i)
                                + ", must be " + (counts ? "a whole number or a time" : "text, a number or a UUID"));
            }
            return found;
        }

        Column find(String parameter, String column) throws SQLException {
            int i = index(parameter, column);
            return new Column(
                    "r." + Names.sql(column, dialect.quote()), metaData.getColumnLabel(i), Scalar.of(metaData, i));
        }

        private int index(String parameter, String column) throws SQLException {
            String label = Names.label(column);
            List<String> labels = new ArrayList<>();
            for (int i = 1; i <= metaData.getColumnCount(); i++) {
                labels.add(metaData.getColumnLabel(i));
            }
            for (int i = 0; i < labels.size(); i++) {
                if (labels.get(i).equalsIgnoreCase(label)) {
                    return i + 1;
                }
            }
            throw new IllegalArgumentException(
                    parameter + ": there is no column " + label + " in " + name + ", which has " + labels);
        }
    }
}

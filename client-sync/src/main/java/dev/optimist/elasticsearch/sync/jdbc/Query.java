package dev.optimist.elasticsearch.sync.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A select that grows, with its parameters in order. */
final class Query {
    private static final int SECOND_NANOS = 1_000_000_000;

    private final StringBuilder sql;
    private final List<Parameter> parameters = new ArrayList<>();
    private boolean where;

    private record Parameter(Scalar type, Object value) {}

    /** What is made of one row. */
    interface Row<R> {
        R of(ResultSet row) throws SQLException;
    }

    Query(String select) {
        this.sql = new StringBuilder(select);
    }

    /** Adds a condition. */
    Query and(String condition) {
        sql.append(where ? " and " : " where ").append(condition);
        where = true;
        return this;
    }

    Query with(Scalar type, Object value) {
        parameters.add(new Parameter(type, value));
        return this;
    }

    /** Ends with an order and the most rows. */
    Query first(Dialect dialect, String order, int rows) {
        String ordered = sql + " order by " + order;
        sql.setLength(0);
        sql.append(dialect.limited(ordered, rows));
        return this;
    }

    static void limit(PreparedStatement statement, JdbcOptions options) throws SQLException {
        statement.setQueryTimeout(
                (int) options.queryTimeout().plusNanos(SECOND_NANOS - 1).toSeconds());
    }

    <R> List<R> list(Connection connection, JdbcOptions options, Row<? extends R> row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            statement.setFetchSize(options.fetchSize());
            statement.setQueryTimeout(
                    (int) options.queryTimeout().plusNanos(SECOND_NANOS - 1).toSeconds());
            for (int i = 0; i < parameters.size(); i++) {
                parameters
                        .get(i)
                        .type()
                        .bind(statement, i + 1, parameters.get(i).value());
            }
            List<R> found = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    found.add(row.of(result));
                }
            }
            return found;
        }
    }
}

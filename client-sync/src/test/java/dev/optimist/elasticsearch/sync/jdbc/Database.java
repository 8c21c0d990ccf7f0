package dev.optimist.elasticsearch.sync.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** An H2 of its own, in memory. */
final class Database implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final JdbcDataSource dataSource = new JdbcDataSource();
    private final Connection open;

    Database() throws SQLException {
        dataSource.setURL("jdbc:h2:mem:sync" + NUMBER.incrementAndGet());
        open = dataSource.getConnection(); // it lasts as long as somebody is connected
    }

    DataSource dataSource() {
        return dataSource;
    }

    /** Runs a statement in a transaction of its own. */
    void run(String sql, Object... parameters) {
        try {
            run(open, sql, parameters);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    static void run(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.execute();
        }
    }

    /** Begins a transaction that lasts. */
    Connection begin() throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    public void close() throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute("shutdown");
        }
    }
}

package dev.optimist.elasticsearch.sync.debezium;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replication slot and the publication of a table, and what is to be known of the log before a snapshot. */
final class Slot {
    private static final Logger LOG = LoggerFactory.getLogger(Slot.class);
    private static final String CONNECTION = "database.";
    private static final long PAUSE = 100;

    private final DebeziumOptions options;

    Slot(DebeziumOptions options) {
        this.options = options;
    }

    /** Makes what is not there, and returns from where on the slot has all changes. */
    LogPosition prepare() throws SQLException {
        try (Connection connection = connect()) {
            String confirmed = confirmed(connection);
            publish(connection, confirmed == null);
            if (confirmed == null) {
                confirmed = text(
                        connection,
                        "SELECT lsn::text FROM pg_create_logical_replication_slot(?, 'pgoutput')",
                        options.slot());
                LOG.info("made replication slot {} at {}", options.slot(), confirmed);
            }
            return LogPosition.ofText(required(confirmed));
        }
    }

    private @Nullable String confirmed(Connection connection) throws SQLException {
        return text(
                connection,
                "SELECT confirmed_flush_lsn::text FROM pg_replication_slots WHERE slot_name = ?",
                options.slot());
    }

    private void publish(Connection connection, boolean isNew) throws SQLException {
        String[] table = options.table().split("\\.", 2);
        if (text(connection, "SELECT pubname FROM pg_publication WHERE pubname = ?", options.publication()) == null) {
            if (!isNew) {
                throw new IllegalStateException("replication slot " + options.slot() + " is older than publication "
                        + options.publication() + ", which is not there yet, and so cannot be read; drop it");
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE PUBLICATION \"" + options.publication() + "\" FOR TABLE \"" + table[0]
                        + "\".\"" + table[1] + "\"");
            }
            LOG.info("made publication {} of {}", options.publication(), options.table());
        }
        if (text(
                        connection,
                        "SELECT tablename FROM pg_publication_tables WHERE pubname = ? AND schemaname = ? AND tablename = ?",
                        options.publication(),
                        table[0],
                        table[1])
                == null) {
            throw new IllegalStateException(
                    "publication " + options.publication() + " is there, but without " + options.table());
        }
        if (text(
                        connection,
                        "SELECT pubname FROM pg_publication WHERE pubname = ?"
                                + " AND pubinsert AND pubupdate AND pubdelete AND pubtruncate",
                        options.publication())
                == null) {
            throw new IllegalStateException("publication " + options.publication()
                    + " must publish insert, update, delete and truncate, and does not");
        }
    }

    /**
     * Checks that the slot still has everything from a position on.
     *
     * @throws IllegalStateException if it does not
     */
    void requireAfter(LogPosition position) throws SQLException {
        try (Connection connection = connect()) {
            String confirmed = confirmed(connection);
            if (confirmed == null || LogPosition.ofText(confirmed).lsn() > position.lsn()) {
                throw new IllegalStateException(
                        "the changes after " + position + " are lost: "
                                + (confirmed == null
                                        ? "there is no replication slot " + options.slot()
                                        : "replication slot " + options.slot() + " begins at " + confirmed)
                                + ". Delete the checkpoint, so that the table is read anew, and repair what was deleted meanwhile");
            }
        }
    }

    /**
     * Waits until every transaction has ended that runs now, and returns a version below that of each change that a snapshot
     * from then on does not see; and above that of each change from before, but for those that it sees.
     *
     * <p>The position of the snapshot itself would not do: a transaction that is open while it is taken has written its change
     * to the log before, and commits it after.
     *
     * @return empty if there is no more time for it
     */
    OptionalLong floor(BooleanSupplier isStopping) throws SQLException, InterruptedException {
        try (Connection connection = connect()) {
            long now = LogPosition.ofText(required(text(connection, "SELECT pg_current_wal_lsn()::text")))
                    .lsn();
            // a number of our own, taken after: whoever has written before has a lower one
            String number = required(text(connection, "SELECT pg_current_xact_id()::text"));
            for (int polls = 0; !isStopping.getAsBoolean(); polls++) {
                if (text(connection, "SELECT 'ended' WHERE pg_snapshot_xmin(pg_current_snapshot()) >= ?::xid8", number)
                        != null) {
                    return OptionalLong.of(now - 1); // a record may begin at this very byte
                }
                if (polls == 0) {
                    LOG.info("waiting for the end of the transactions that are open, before the snapshot");
                }
                Thread.sleep(PAUSE);
            }
            return OptionalLong.empty();
        }
    }

    /** Returns whether there is a row with these values of the primary key now. */
    boolean hasRow(Map<String, String> key) throws SQLException {
        String[] table = options.table().split("\\.", 2);
        String where = key.keySet().stream()
                .map(column -> "\"" + column.replace("\"", "\"\"") + "\"::text = ?")
                .collect(Collectors.joining(" AND "));
        try (Connection connection = connect()) {
            return text(
                            connection,
                            "SELECT 'there' FROM \"" + table[0] + "\".\"" + table[1] + "\" WHERE " + where,
                            key.values().toArray(String[]::new))
                    != null;
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", options.user());
        String password = options.password();
        if (password != null) {
            properties.setProperty("password", password);
        }
        options.properties().forEach((name, value) -> {
            if (name.startsWith(CONNECTION)) {
                properties.setProperty(name.substring(CONNECTION.length()), value);
            }
        });
        return DriverManager.getConnection(
                "jdbc:postgresql://" + options.host() + ":" + options.port() + "/" + options.database(), properties);
    }

    private static @Nullable String text(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    private static String required(@Nullable String value) {
        if (value == null) {
            throw new IllegalStateException("PostgreSQL does not answer what was asked");
        }
        return value;
    }
}

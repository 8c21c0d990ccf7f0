package dev.optimist.elasticsearch.sync.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.sync.Source;
import dev.optimist.elasticsearch.sync.cli.SyncConfig.CdcSection;
import dev.optimist.elasticsearch.sync.cli.SyncConfig.DatabaseSection;
import dev.optimist.elasticsearch.sync.cli.SyncConfig.TableSection;
import dev.optimist.elasticsearch.sync.debezium.DebeziumOptions;
import dev.optimist.elasticsearch.sync.debezium.DebeziumSource;
import dev.optimist.elasticsearch.sync.jdbc.JdbcTable;
import dev.optimist.elasticsearch.sync.jdbc.RowMapper;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** By PostgreSQL's log; the rows themselves by queries. */
final class Logged implements Rows {
    private static final String BACKFILL = "_backfill";
    private static final Duration UNTIL_UNREAD = Duration.ofSeconds(30);
    private static final String NO_VERSION = "optimist_no_version";

    private final ConfigFile file;
    private final DatabaseSection login;
    private final TableSection table;
    private final CdcSection cdc;
    private final DataSource database;

    Logged(ConfigFile file, DataSource database) {
        this.file = file;
        this.login = file.config().database();
        this.table = file.config().table();
        this.cdc = Objects.requireNonNull(file.config().cdc());
        this.database = database;
    }

    @Override
    public Source<ObjectNode> source(boolean once) {
        return source(once, cdc.slotName());
    }

    /** The log's position is the version, so the backfill reads the log, too, by a slot that goes when it is over. */
    @Override
    public Source<ObjectNode> backfill() {
        return source(true, cdc.slotName() + BACKFILL);
    }

    private Source<ObjectNode> source(boolean once, String slot) {
        URI url = URI.create(login.url().substring("jdbc:".length()));
        String host = url.getHost();
        if (host == null || url.getPath().length() < 2) {
            throw file.text().wrong("database.url", "must be jdbc:postgresql://host:port/database for cdc");
        }
        return DebeziumSource.postgres(
                options -> {
                    options.host(host)
                            .port(url.getPort() < 0 ? 5432 : url.getPort())
                            .database(url.getPath().substring(1))
                            .table(table.name())
                            .slot(slot)
                            .publication(cdc.publicationName())
                            .once(once);
                    Setup.set(login.user(), options::user);
                    Setup.set(login.password(), password -> options.password(password.reveal()));
                    Setup.set(table.version(), options::versionColumn);
                    Setup.set(table.id(), column -> options.id(key -> id(key, column)));
                    Setup.set(cdc.properties(), all -> all.forEach((name, value) -> property(options, name, value)));
                },
                row -> row.without(table.excluded()));
    }

    private static String id(ObjectNode key, String column) {
        if (key.size() != 1 || !key.has(column)) {
            throw new IllegalArgumentException("table.id: " + column + " must be the primary key, which is "
                    + String.join(", ", (Iterable<String>) key::fieldNames));
        }
        return key.get(column).asText();
    }

    private void property(DebeziumOptions options, String name, String value) {
        try {
            options.property(name, value);
        } catch (IllegalArgumentException e) {
            throw file.text().wrong("cdc.properties." + name, "is set by the source itself");
        }
    }

    /** PostgreSQL notices some time after us that nobody reads a slot any more, and drops none that is read. */
    @Override
    public void clearBackfill() throws SQLException, InterruptedException {
        String slot = cdc.slotName() + BACKFILL;
        long end = System.nanoTime() + UNTIL_UNREAD.toNanos();
        try (Connection connection = database.getConnection()) {
            while (!dropped(connection, slot)) {
                if (System.nanoTime() - end >= 0) {
                    throw new SQLException("replication slot " + slot + " is read by somebody else, and stays: until it"
                            + " is dropped, the database keeps its log for it");
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private static boolean dropped(Connection connection, String slot) throws SQLException {
        try (PreparedStatement drop = connection.prepareStatement("select pg_drop_replication_slot(slot_name)"
                        + " from pg_replication_slots where slot_name = ? and not active");
                PreparedStatement there =
                        connection.prepareStatement("select 1 from pg_replication_slots where slot_name = ?")) {
            drop.setString(1, slot);
            drop.execute();
            there.setString(1, slot);
            try (ResultSet row = there.executeQuery()) {
                return !row.next();
            }
        }
    }

    /** Without a column, no row knows its version, and documents are compared. */
    @Override
    public Inventory<ObjectNode> inventory() {
        List<String> excluded = new ArrayList<>(table.excluded());
        excluded.add(NO_VERSION);
        boolean hasVersion = table.version() != null;
        Inventory<ObjectNode> rows = JdbcTable.of(
                        database, table.name(), RowMapper.json(excluded.toArray(String[]::new)), options -> {
                            Rows.apply(table, options);
                            if (!hasVersion) {
                                options.query("select t.*, 0 as " + NO_VERSION + " from " + table.name() + " t")
                                        .version(NO_VERSION);
                            }
                        })
                .inventory();
        return hasVersion ? rows : new Unversioned(rows);
    }

    private record Unversioned(Inventory<ObjectNode> rows) implements Inventory<ObjectNode> {
        @Override
        public void forEach(Consumer<? super Row<ObjectNode>> consumer) throws Exception {
            rows.forEach(row -> consumer.accept(without(row)));
        }

        @Override
        public Map<String, Row<ObjectNode>> find(Collection<String> ids) throws Exception {
            Map<String, Row<ObjectNode>> found = new HashMap<>(rows.find(ids));
            found.replaceAll((id, row) -> without(row));
            return found;
        }

        private static Row<ObjectNode> without(Row<ObjectNode> row) {
            @Nullable Long none = null;
            return new Row<>(row.id(), row.routing(), none, row.document());
        }

        @Override
        public long size() throws Exception {
            return rows.size();
        }

        @Override
        public void close() {
            rows.close();
        }
    }
}

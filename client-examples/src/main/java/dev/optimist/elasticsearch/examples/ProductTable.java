package dev.optimist.elasticsearch.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.examples.CatalogueOptions.From;
import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.Source;
import dev.optimist.elasticsearch.sync.debezium.DebeziumSource;
import dev.optimist.elasticsearch.sync.jdbc.JdbcOptions;
import dev.optimist.elasticsearch.sync.jdbc.JdbcTable;
import dev.optimist.elasticsearch.sync.jdbc.RowMapper;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The primary database: a table whose triggers give each change a version by a sequence, and the number of its transaction,
 * by which changes are found; deletes are remembered in a table of their own.
 */
final class ProductTable {
    private static final String TABLE = "product";

    /** A column that is of no use in the index. */
    private static final String CHANGED = "changed";

    private static final String SCHEMA = """
            create sequence product_version;
            create table product (
                id bigint primary key, name text not null, cents bigint not null,
                version bigint not null, changed xid8 not null);
            create index on product (changed, id);
            create table product_deleted (id bigint not null, version bigint not null, changed xid8 not null);
            create index on product_deleted (changed, id);
            create index on product_deleted (id);
            create function product_changes() returns trigger language plpgsql as $$
            begin
                new.version := nextval('product_version');
                new.changed := pg_current_xact_id();
                return new;
            end $$;
            create trigger changes before insert or update on product
                for each row execute function product_changes();
            create function product_goes() returns trigger language plpgsql as $$
            begin
                insert into product_deleted values (old.id, nextval('product_version'), pg_current_xact_id());
                return old;
            end $$;
            create trigger goes before delete on product for each row execute function product_goes();
            """;

    /** For Debezium: with a delete the row's last version is in the log. */
    private static final String LOGGED = "alter table product replica identity full";

    private final PostgresServer postgres;
    private final From from;

    ProductTable(PostgresServer postgres, From from) {
        this.postgres = postgres;
        this.from = from;
    }

    /** Makes the tables, with so many products. */
    void create(int products) throws SQLException {
        postgres.execute(SCHEMA + LOGGED);
        postgres.execute("insert into product (id, name, cents)"
                + " select n, 'product ' || n, 100 + n % 900 from generate_series(1, " + products + ") n");
    }

    /** Returns all changes, from the first on, without an end. */
    Source<ObjectNode> changes() {
        return switch (from) {
            case JDBC ->
                table(o -> o.cursor(CHANGED)
                                // below it all transactions have ended
                                .safeUpTo("select pg_snapshot_xmin(pg_current_snapshot())")
                                .deletes("product_deleted")
                                .pollInterval(Duration.ofMillis(250)))
                        .source();
            case LOG ->
                DebeziumSource.postgres(o -> o.host("127.0.0.1")
                        .port(postgres.port())
                        .user(PostgresServer.USER)
                        .database(PostgresServer.DATABASE)
                        .table("public." + TABLE)
                        .slot("catalogue")
                        .versionColumn("version")
                        .property("column.exclude.list", "public." + TABLE + "." + CHANGED));
        };
    }

    /** Returns all rows once. */
    Source<ObjectNode> backfill() {
        return table(o -> o.overlap(0).once(true)).source();
    }

    /** Returns what there is, to compare; with the log, a tombstone has the version of the last row and not of the delete. */
    Inventory<ObjectNode> inventory() {
        return table(o -> {
                    if (from == From.JDBC) {
                        o.deletes("product_deleted");
                    }
                })
                .inventory();
    }

    private JdbcTable<ObjectNode> table(Consumer<JdbcOptions> options) {
        return JdbcTable.of(postgres.dataSource(), TABLE, RowMapper.json(CHANGED), options);
    }

    /** Returns the answer to a question with one number; 0 if there is none. */
    long ask(String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    long count() throws SQLException {
        return ask("select count(*) from product");
    }

    /** Returns the id of one that is gone. */
    long deleted() throws SQLException {
        return ask("select id from product_deleted where id not in (select id from product) limit 1");
    }

    /** Changes one, as the last of all changes. */
    void put(long id, String name) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            Clerks.put(connection, id, name, 1);
        }
    }
}

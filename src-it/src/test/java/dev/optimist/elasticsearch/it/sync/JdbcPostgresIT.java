package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.sync.Checkpoints;
import dev.optimist.elasticsearch.sync.SyncIndex;
import dev.optimist.elasticsearch.sync.SyncJob;
import dev.optimist.elasticsearch.sync.SyncStatus;
import dev.optimist.elasticsearch.sync.jdbc.JdbcInventory;
import dev.optimist.elasticsearch.sync.jdbc.JdbcOptions;
import dev.optimist.elasticsearch.sync.jdbc.JdbcTable;
import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A table of a real PostgreSQL into a real Elasticsearch, with transactions that end in another order than they began. */
@ExtendWith(ElasticsearchExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("once")
class JdbcPostgresIT {
    private static final AtomicInteger INDICES = new AtomicInteger();

    private PostgresServer postgres;
    private ElasticsearchServer server;
    private VersionedClient client;
    private Shop shop;
    private String index;

    @BeforeAll
    void start(ElasticsearchServer running) {
        server = running;
        client = VersionedClient.connect(server.url());
        postgres = PostgresServer.start();
        shop = new Shop(postgres.dataSource());
    }

    @BeforeEach
    void create() throws SQLException {
        shop.create();
        index = "jdbc-" + INDICES.incrementAndGet();
        SyncIndex.of(client, index).setUp();
    }

    @AfterAll
    void stop() {
        postgres.close();
        client.close();
    }

    /** Polls once, from where the last one has ended. */
    private SyncStatus sync(JdbcTable<ObjectNode> table) throws InterruptedException {
        try (SyncJob<ObjectNode> job = SyncJob.of(
                client.documents(index, ObjectNode.class),
                table.source(),
                Checkpoints.inElasticsearch(client, "jdbc-checkpoints", index),
                o -> o.name(index))) {
            return job.run();
        }
    }

    private JdbcTable<ObjectNode> shop(Consumer<JdbcOptions> options) {
        return Shop.table(
                postgres.dataSource(), o -> options.accept(o.once(true).pageSize(3)));
    }

    @Test
    void aLongTransactionIsLostWithoutABound() throws Exception {
        assertThat(differencesAfterALongTransaction(shop(o -> o.overlap(0)))).hasSize(2);
    }

    @Test
    void aLongTransactionIsNotLostBelowABound() throws Exception {
        assertThat(differencesAfterALongTransaction(shop(o -> o.safeUpTo(Shop.SAFE_UP_TO))))
                .isEmpty();
    }

    @Test
    void aLongTransactionIsNotLostWithAnOverlapThatIsLongEnough() throws Exception {
        assertThat(differencesAfterALongTransaction(shop(o -> o.overlap(100)))).isEmpty();
    }

    /** One that inserts a row and deletes one, while others go on and are synced. */
    private List<String> differencesAfterALongTransaction(JdbcTable<ObjectNode> table) throws Exception {
        try (Connection connection = postgres.dataSource().getConnection()) {
            for (int id = 0; id < 10; id++) {
                Shop.put(connection, id, "old");
            }
        }
        sync(table);
        try (Connection late = postgres.dataSource().getConnection();
                Connection others = postgres.dataSource().getConnection()) {
            late.setAutoCommit(false);
            Shop.put(late, 100, "late");
            Shop.delete(late, 5);
            for (int id = 20; id < 30; id++) {
                Shop.put(others, id, "new");
            }
            Shop.delete(others, 7);
            sync(table);
            late.commit();
        }
        sync(table);
        sync(table);
        return shop.differences(server.url(), index);
    }

    /** Why the number of a transaction is no good version: the earlier transaction may write later. */
    @Test
    void aRowThatAnEarlierTransactionInsertsAgainIsLostIfItsNumberIsTheVersion() throws Exception {
        assertThat(afterInsertingAgain(o -> o.version("changed"))).endsWith(" null");
    }

    @Test
    void aRowThatAnEarlierTransactionInsertsAgainIsNotLostIfASequenceIsTheVersion() throws Exception {
        assertThat(afterInsertingAgain(o -> {})).endsWith(" again");
    }

    private String afterInsertingAgain(Consumer<JdbcOptions> options) throws Exception {
        try (Connection earlier = postgres.dataSource().getConnection();
                Connection later = postgres.dataSource().getConnection()) {
            Shop.put(later, 1, "first");
            earlier.setAutoCommit(false);
            Shop.put(earlier, 2, "takes a number");
            Shop.delete(later, 1);
            Shop.put(earlier, 1, "again");
            earlier.commit();
        }
        sync(shop(o -> options.accept(o.safeUpTo(Shop.SAFE_UP_TO))));
        return shop.indexed(server.url(), index).get(1L);
    }

    @Test
    void aQueryWhoseConnectionIsCutIsRepeated() throws Exception {
        shop.run("insert into products (id, name) values (1, 'a')");
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (Connection locks = postgres.dataSource().getConnection()) {
            locks.setAutoCommit(false);
            // only the page needs the table, and waits for this
            Shop.run(locks, "lock table products in access exclusive mode");
            Future<SyncStatus> synced = threads.submit(
                    () -> sync(shop(o -> o.safeUpTo(Shop.SAFE_UP_TO).queryTimeout(Duration.ofMinutes(1)))));
            for (int i = 0; i < 2; i++) {
                cutTheOneThatWaits();
            }
            locks.commit();
            assertThat(synced.get(1, TimeUnit.MINUTES).applied()).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
        assertThat(shop.differences(server.url(), index)).isEmpty();
    }

    private void cutTheOneThatWaits() throws SQLException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet cut = statement.executeQuery(
                        "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'")) {
                    if (cut.next()) {
                        return;
                    }
                }
                assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            }
        }
    }

    @Test
    void aQueryThatTakesTooLongIsRepeated() throws Exception {
        shop.run("insert into products (id, name) values (1, 'a')");
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (Connection locks = postgres.dataSource().getConnection()) {
            locks.setAutoCommit(false);
            Shop.run(locks, "lock table products in access exclusive mode");
            long begin = System.nanoTime();
            Future<SyncStatus> synced = threads.submit(() -> sync(shop(o -> o.overlap(0)
                    .queryTimeout(Duration.ofMillis(200)) // one second
                    .giveUpAfter(Duration.ofSeconds(2)))));
            assertThat(synced)
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withStackTraceContaining("canceling statement");
            assertThat(System.nanoTime() - begin)
                    .isGreaterThan(Duration.ofSeconds(1).toNanos());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void columnsOfPostgresBecomeFields() throws Exception {
        shop.run("""
                drop table products;
                create table products (id uuid primary key, version int, flag boolean, price numeric(10, 2), at timestamptz,
                    local timestamp, day date, data jsonb, tags text[], raw bytea, nothing text, ratio float8);
                insert into products values ('00000000-0000-0000-0000-0000000000ff', 1, true, 9.90,
                    '2026-01-31 23:59:58.5+02', '2026-01-31 23:59:58', '2026-01-31', '{"a": [1]}', '{x,NULL}', '\\x00ff',
                    null, 0.5)""");
        JdbcTable<ObjectNode> table = JdbcTable.of(
                postgres.dataSource(), "public.products", o -> o.overlap(0).once(true));
        sync(table);
        String id = "00000000-0000-0000-0000-0000000000ff";
        ObjectNode document =
                client.documents(index, ObjectNode.class).get(id).orElseThrow().source();
        assertThat(document)
                .hasToString("{\"id\":\"" + id + "\",\"version\":1,\"flag\":true,\"price\":9.90,"
                        + "\"at\":\"2026-01-31T21:59:58.500Z\",\"local\":\"2026-01-31T23:59:58\","
                        + "\"day\":\"2026-01-31\",\"data\":{\"a\":[1]},\"tags\":[\"x\",null],\"raw\":\"AP8=\","
                        + "\"nothing\":null,\"ratio\":0.5}");
        assertThat(table.inventory().find(List.of(id, UUID.randomUUID().toString(), "x")))
                .containsOnlyKeys(id);
    }

    @Test
    void theInventoryOfTextInAnyOrderAndOfDeletesIsWhole() throws Exception {
        shop.run("""
                drop table products, products_deleted;
                create table products (id text collate "en-x-icu" primary key, version int, changed int);
                create table products_deleted (id text collate "en-x-icu", version int, changed int);
                insert into products select chr(65 + n % 26 + 32 * (n % 2)) || '-' || n, n, n from generate_series(0, 999) n;
                insert into products_deleted select upper(id), version, changed from products where version % 5 = 0""");
        JdbcInventory<ObjectNode> inventory = Shop.table(
                        postgres.dataSource(), o -> o.overlap(0).pageSize(70))
                .inventory();
        List<String> ids = new ArrayList<>();
        inventory.forEach(row -> ids.add(row.id()));
        assertThat(ids).doesNotHaveDuplicates();
        // those of an even number are in capitals already, and exist
        assertThat(ids).hasSize(1_000 + 100);
        assertThat(inventory.find(ids)).hasSize(1_100);
    }
}

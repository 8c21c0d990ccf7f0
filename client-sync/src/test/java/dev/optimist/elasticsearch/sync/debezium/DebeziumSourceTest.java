package dev.optimist.elasticsearch.sync.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a real PostgreSQL's log says, in what order and with which versions, and until when it is kept. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DebeziumSourceTest {
    private static final AtomicInteger SLOTS = new AtomicInteger();

    private PostgresServer postgres;
    private String slot;

    @BeforeAll
    void start() {
        postgres = PostgresServer.start();
    }

    @BeforeEach
    void newTable() throws SQLException {
        slot = "slot_" + SLOTS.incrementAndGet();
        sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active");
        sql("DROP TABLE IF EXISTS product; CREATE TABLE product (id int PRIMARY KEY, name text)");
    }

    @AfterAll
    void stop() {
        postgres.close();
    }

    private void sql(String sql) throws SQLException {
        postgres.execute(sql);
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Whoever read it has gone, which the server notices a moment later. */
    private void awaitFreeSlot() throws SQLException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!query("SELECT count(*) FROM pg_replication_slots WHERE active AND slot_name = '" + slot + "'")
                .equals("0")) {
            assertThat(System.nanoTime() - deadline).as("nanoseconds late").isNegative();
        }
    }

    private String query(String sql) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    private DebeziumSource<ObjectNode> source(Consumer<DebeziumOptions> more) {
        return DebeziumSource.postgres(o -> more.accept(o.host("127.0.0.1")
                .port(postgres.port())
                .table("public.product")
                .slot(slot)
                .property("heartbeat.interval.ms", "100")));
    }

    private SourceRun run(@Nullable String position) {
        return new SourceRun(source(o -> {}), position);
    }

    /** Returns the last state of each id by version, whatever the order; or that it is deleted. */
    private static Map<String, String> state(List<ExternalOperation<ObjectNode>> operations) {
        Map<String, ExternalOperation<ObjectNode>> newest = new TreeMap<>();
        for (ExternalOperation<ObjectNode> operation : operations) {
            newest.merge(operation.id(), operation, (old, some) -> some.version() > old.version() ? some : old);
        }
        Map<String, String> names = new TreeMap<>();
        newest.forEach((id, operation) -> {
            ObjectNode document = operation.document();
            names.put(id, document == null ? "deleted" : document.path("name").asText());
        });
        return names;
    }

    private static Map<String, String> names(String... pairs) {
        Map<String, String> names = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            names.put(pairs[i], pairs[i + 1]);
        }
        return names;
    }

    @Test
    void rowsThenChangesThenDeletesAndEveryPositionIsAPlaceToStart() throws Exception {
        sql("INSERT INTO product VALUES (1, 'one'), (2, 'two'), (3, 'three')");
        List<String> positions;
        try (SourceRun run = run(null)) {
            run.catchUp();
            assertThat(state(run.operations)).isEqualTo(names("1", "one", "2", "two", "3", "three"));
            sql("UPDATE product SET name = 'deux' WHERE id = 2");
            run.catchUp();
            sql("DELETE FROM product WHERE id = 3");
            sql("UPDATE product SET id = 4 WHERE id = 1");
            run.catchUp();
            sql("INSERT INTO product VALUES (3, 'tres')");
            run.catchUp();
            assertThat(state(run.operations)).isEqualTo(names("1", "deleted", "2", "deux", "3", "tres", "4", "one"));
            positions = List.copyOf(run.positions);
            assertThat(run.stop()).isLessThan(Duration.ofSeconds(3));
        }
        sql("UPDATE product SET name = 'quatre' WHERE id = 4");
        try (SourceRun again = run(positions.get(0))) {
            again.catchUp();
            assertThat(state(again.operations))
                    .isEqualTo(names("1", "deleted", "2", "deux", "3", "tres", "4", "quatre"));
        }
        try (SourceRun last = run(positions.get(positions.size() - 1))) {
            last.catchUp();
            assertThat(state(last.operations)).isEqualTo(names("4", "quatre"));
        }
    }

    @Test
    void versionsOfARowGrowWhateverTransactionsDo() throws Exception {
        sql("INSERT INTO product SELECT n, 'old' FROM generate_series(1, 100) n");
        try (Connection open = postgres.dataSource().getConnection();
                Connection other = postgres.dataSource().getConnection()) {
            open.setAutoCommit(false);
            other.setAutoCommit(false);
            try (SourceRun run = run(null)) {
                run.catchUp();
                run(open, "UPDATE product SET name = 'first' WHERE id <= 50");
                run(other, "UPDATE product SET name = 'overtakes' WHERE id = 60");
                run(open, "UPDATE product SET name = 'second' WHERE id <= 50");
                other.commit();
                run(open, "UPDATE product SET name = 'waits for the other' WHERE id = 60");
                run(open, "DELETE FROM product WHERE id = 7");
                run(open, "INSERT INTO product VALUES (7, 'again')");
                open.commit();
                run.catchUp();

                Map<String, List<Long>> versions = new TreeMap<>();
                run.operations.forEach(o -> versions.computeIfAbsent(o.id(), id -> new ArrayList<>())
                        .add(o.version()));
                assertThat(versions).hasSize(100);
                assertThat(versions.get("1")).hasSize(3);
                assertThat(versions.get("7")).hasSize(5);
                assertThat(versions.get("60")).hasSize(3);
                assertThat(versions.values())
                        .allSatisfy(some -> assertThat(some).isSorted().doesNotHaveDuplicates());
            }
        }
    }

    /** Its change is in the log before the place of the snapshot, and committed after it. */
    @Test
    void aTransactionThatIsOpenDuringTheFirstReadingIsNotLost() throws Exception {
        sql("INSERT INTO product VALUES (1, 'old')");
        long before = Long.parseLong(query("SELECT pg_current_wal_lsn() - '0/0'"));
        try (Connection open = postgres.dataSource().getConnection()) {
            open.setAutoCommit(false);
            // the slot is there already, so that only the reading itself has to wait
            sql("CREATE PUBLICATION " + slot + " FOR TABLE product");
            sql("SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
            run(open, "UPDATE product SET name = 'new' WHERE id = 1");
            for (int i = 0; i < 100; i++) {
                sql("SELECT pg_logical_emit_message(false, 'other', repeat('x', 100))");
            }
            try (SourceRun run = run(null)) {
                run.await(
                        "it waits for the end of the transaction",
                        () -> query("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_snapshot_xmin%'"
                                        + " AND pid <> pg_backend_pid()")
                                .equals("1"));
                assertThat(run.operations).isEmpty();
                open.commit();
                run.catchUp();
                assertThat(state(run.operations)).isEqualTo(names("1", "new"));
                assertThat(run.operations)
                        .allSatisfy(o -> assertThat(o.version()).isGreaterThan(before));
            }
        }
    }

    @Test
    void postgresKeepsItsLogUntilThePositionIsStored() throws Exception {
        sql("INSERT INTO product VALUES (1, 'one')");
        DebeziumSource<ObjectNode> source = source(o -> {});
        try (SourceRun run = new SourceRun(source, null)) {
            run.catchUp();
            String first = run.positions.get(0);
            for (int i = 0; i < 3; i++) {
                sql("UPDATE product SET name = 'name " + i + "' WHERE id = 1");
                run.catchUp();
            }
            assertThat(run.positions).hasSizeGreaterThan(3);
            assertThat(lsn(first)).isEqualTo(confirmed()); // nothing is stored yet

            String stored = run.positions.get(2);
            source.stored(stored);
            run.await("PostgreSQL is told", () -> confirmed() > lsn(first));
            run.catchUp();
            assertThat(confirmed()).isEqualTo(lsn(stored));
            assertThat(run.stop()).isLessThan(Duration.ofSeconds(3));
            assertThat(confirmed()).isEqualTo(lsn(stored));
        }
    }

    /** No position was stored, so the rows are read again, and those that are gone by then are not among them. */
    @Test
    void whoIsKilledWhileItReadsTheRowsMissesNoDelete() throws Exception {
        sql("INSERT INTO product VALUES (1, 'one'), (2, 'two')");
        List<ExternalOperation<ObjectNode>> both = new ArrayList<>();
        try (SourceRun run = run(null)) {
            run.catchUp();
            both.addAll(run.operations);
        }
        sql("DELETE FROM product WHERE id = 2");
        try (SourceRun run = run(null)) {
            run.catchUp();
            both.addAll(run.operations);
        }
        assertThat(state(both)).isEqualTo(names("1", "one", "2", "deleted"));
    }

    @Test
    void aPositionInTheMiddleOfATransactionBringsAllThatIsLeftOfIt() throws Exception {
        sql("INSERT INTO product SELECT n, 'old' FROM generate_series(1, 60) n");
        Consumer<DebeziumOptions> small = o -> o.property("max.batch.size", "5").property("max.queue.size", "10");
        try (SourceRun run = new SourceRun(source(small), null)) {
            run.catchUp();
            sql("UPDATE product SET name = 'first'; UPDATE product SET name = 'second' WHERE id > 30");
            run.catchUp();
            assertThat(run.operations).hasSize(150);
            assertThat(run.stop()).isLessThan(Duration.ofSeconds(3));
            List<String> all = run.operations.stream().map(Object::toString).toList();
            for (int i = 0; i < run.positions.size(); i += Math.max(1, run.positions.size() / 4)) {
                try (SourceRun again = run(run.positions.get(i))) {
                    again.catchUp();
                    assertThat(again.operations)
                            .extracting(Object::toString)
                            .containsAll(all.subList(run.before.get(i), all.size()));
                }
            }
        }
    }

    @Test
    void theVersionOfRowsThatAreReadIsBelowWhatReadersDoNotSee() throws Exception {
        sql("INSERT INTO product VALUES (1, 'one'), (2, 'two')");
        DebeziumSource<ObjectNode> source = source(o -> {});
        try (SourceRun run = new SourceRun(source, null)) {
            run.catchUp();
            sql("UPDATE product SET name = 'before' WHERE id = 1");
            long now = source.versionNow();
            sql("UPDATE product SET name = 'after' WHERE id = 2");
            run.catchUp();
            assertThat(run.operations.get(2).version()).isLessThan(now);
            assertThat(run.operations.get(3).version()).isGreaterThan(now);
        }
    }

    @Test
    void aLostConnectionIsMadeAnew() throws Exception {
        try (SourceRun run = run(null)) {
            run.catchUp();
            sql("INSERT INTO product VALUES (1, 'before')");
            run.catchUp();
            sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '" + slot + "'");
            sql("INSERT INTO product VALUES (2, 'after')");
            run.catchUp();
            assertThat(state(run.operations)).isEqualTo(names("1", "before", "2", "after"));
            List<Long> positions =
                    run.positions.stream().map(DebeziumSourceTest::lsn).toList();
            assertThat(positions).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void aTruncateEndsIt() throws Exception {
        sql("INSERT INTO product VALUES (1, 'one')");
        try (SourceRun run = run(null)) {
            run.catchUp();
            sql("TRUNCATE product");
            assertThat(run.failure()).hasMessageStartingWith("table public.product was truncated");
        }
    }

    @Test
    void aSlotThatIsLostEndsIt() throws Exception {
        String position;
        try (SourceRun run = run(null)) {
            run.catchUp();
            position = run.positions.get(0);
        }
        awaitFreeSlot();
        sql("SELECT pg_replication_slot_advance('" + slot + "', pg_current_wal_lsn())");
        try (SourceRun run = run(position)) {
            assertThat(run.failure()).hasMessageContaining("begins at").hasMessageContaining("are lost");
        }
        awaitFreeSlot();
        sql("SELECT pg_drop_replication_slot('" + slot + "')");
        try (SourceRun run = run(position)) {
            assertThat(run.failure()).hasMessageContaining("there is no replication slot " + slot);
        }
        try (SourceRun run = run("{\"page\":1}")) {
            assertThat(run.failure()).hasMessageContaining("not a position");
        }
    }

    @Test
    void whatIsNotAsItHasToBeIsNamed() throws Exception {
        sql("CREATE TABLE keyless (name text); INSERT INTO keyless VALUES ('one')");
        try (SourceRun run = new SourceRun(source(o -> o.table("public.keyless")), null)) {
            assertThat(run.failure()).hasMessageContaining("has no primary key");
        }
        try (SourceRun run = run(null)) {
            assertThat(run.failure()).hasMessage("publication " + slot + " is there, but without public.product");
        }
        sql("CREATE PUBLICATION inserts_" + slot + " FOR TABLE product WITH (publish = 'insert')");
        try (SourceRun run = new SourceRun(source(o -> o.publication("inserts_" + slot)), null)) {
            assertThat(run.failure()).hasMessageContaining("must publish insert, update, delete and truncate");
        }
        sql("DROP PUBLICATION " + slot);
        try (SourceRun run = run(null)) {
            assertThat(run.failure()).hasMessageContaining("is older than publication");
        }
    }

    @Test
    void documentsIdsAndColumnsOfVersions() throws Exception {
        sql(
                "DROP TABLE product; CREATE TABLE product (shop text, code numeric, revision bigint NOT NULL, price numeric(8,2),"
                        + " weight numeric, amount real, made date, sold timestamp, seen timestamptz, at time, tags text[],"
                        + " more jsonb, raw bytea, on_sale boolean, ref uuid, PRIMARY KEY (shop, code))");
        sql("ALTER TABLE product REPLICA IDENTITY FULL");
        sql(
                "INSERT INTO product VALUES ('a|b', 1.5, 10, 12.50, 0.001, 1.25, '2026-01-02', '2026-01-02 03:04:05.678901',"
                        + " '2026-01-02 03:04:05+02', '10:00', '{x,y}', '{\"a\": [1, null]}', '\\x0102', true,"
                        + " '00000000-0000-0000-0000-000000000001')");
        String expected = "{'shop':'a|b','code':1.5,'revision':10,'price':12.50,'weight':0.001,'amount':1.25,"
                + "'made':'2026-01-02','sold':'2026-01-02T03:04:05.678901','seen':'2026-01-02T01:04:05Z','at':'10:00:00',"
                + "'tags':['x','y'],'more':{'a':[1,null]},'raw':'AQI=','on_sale':true,"
                + "'ref':'00000000-0000-0000-0000-000000000001'}";
        try (SourceRun run = new SourceRun(source(o -> o.versionColumn("revision")), null)) {
            run.catchUp();
            sql("UPDATE product SET revision = 11");
            sql("DELETE FROM product");
            run.catchUp();
            assertThat(run.operations).extracting(ExternalOperation::id).containsOnly("a\\|b|1.5");
            assertThat(run.operations).extracting(ExternalOperation::version).containsExactlyInAnyOrder(10L, 11L, 12L);
            assertThat(run.operations.get(2).isDelete()).isTrue();
            assertThat(run.operations.get(0).document()).hasToString(expected.replace('\'', '"'));
            assertThat(run.operations.get(1).document())
                    .hasToString(
                            expected.replace("'revision':10", "'revision':11").replace('\'', '"'));
        }
    }

    /** The job rejects them: one such row must not hold up the log. */
    @Test
    void rowsThatElasticsearchCannotTakeAreDeliveredAndPassed() throws Exception {
        sql("DROP TABLE product; CREATE TABLE product (id text PRIMARY KEY, revision bigint NOT NULL)");
        sql("ALTER TABLE product REPLICA IDENTITY FULL; INSERT INTO product VALUES ('', 1), ('a', 1)");
        String tooLong = "x".repeat(513);
        try (SourceRun run = new SourceRun(source(o -> o.versionColumn("revision")), null)) {
            run.catchUp();
            sql("INSERT INTO product VALUES ('" + tooLong + "', 2), ('b', -3); UPDATE product SET revision = 4"
                    + " WHERE id = 'a'; DELETE FROM product WHERE id = ''");
            run.catchUp();
            assertThat(run.operations).extracting(ExternalOperation::version).containsExactly(1L, 4L);
            assertThat(run.refused).extracting(Row::id).containsExactly("", tooLong, "b", "");
            assertThat(run.refused).extracting(Row::version).containsExactly(1L, 2L, -3L, 2L);
            assertThat(run.refused.get(3).document()).isNull();
            assertThat(run.positions).isNotEmpty();
        }
    }

    /** PostgreSQL does not log it again. */
    @Test
    void aLongValueThatIsNotChangedIsThere() throws Exception {
        sql("ALTER TABLE product ALTER COLUMN name SET STORAGE EXTERNAL, ADD COLUMN n int");
        sql("INSERT INTO product VALUES (1, repeat('x', 10000), 1), (2, repeat('y', 10000), 1)");
        try (SourceRun run = run(null)) {
            run.catchUp();
            run.operations.clear();
            sql("UPDATE product SET n = 2 WHERE id = 1");
            // gone before anybody can look
            sql("UPDATE product SET n = 2 WHERE id = 2; DELETE FROM product WHERE id = 2");
            run.catchUp();
            assertThat(state(run.operations)).isEqualTo(names("1", "x".repeat(10_000), "2", "deleted"));
            assertThat(run.operations.stream().filter(o -> o.id().equals("2"))).hasSize(1);
        }
    }

    @Test
    void itsPasswordIsNowhere() throws Exception {
        String password = "s3cret-" + slot;
        sql("CREATE ROLE " + slot + " LOGIN SUPERUSER PASSWORD 'another'");
        sql("COPY (SELECT 'host all " + slot + " 127.0.0.1/32 scram-sha-256' UNION ALL"
                + " SELECT 'host all all 127.0.0.1/32 trust') TO '" + query("SHOW hba_file") + "'");
        sql("SELECT pg_reload_conf()");
        DebeziumSource<ObjectNode> source = source(o -> o.user(slot).password(password));
        assertThat(source.toString()).doesNotContain(password);
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            try (SourceRun run = new SourceRun(source, null)) {
                assertThat(run.failure()).hasMessageContaining("password authentication failed");
                assertThat(run.failure()).hasStackTraceContaining("FATAL").satisfies(e -> {
                    StringWriter trace = new StringWriter();
                    e.printStackTrace(new PrintWriter(trace));
                    assertThat(trace.toString()).doesNotContain(password);
                });
            }
            sql("ALTER ROLE " + slot + " PASSWORD '" + password + "'");
            try (SourceRun run = new SourceRun(source, null)) {
                run.catchUp();
            }
        } finally {
            System.setErr(err);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("made replication slot " + slot)
                .doesNotContain(password);
    }

    private long confirmed() throws SQLException {
        return Long.parseLong(
                query("SELECT confirmed_flush_lsn - '0/0' FROM pg_replication_slots WHERE slot_name = '" + slot + "'"));
    }

    private static long lsn(String position) {
        return Long.parseLong(position.replaceAll("^\\{\"lsn\":(\\d+),.*$", "$1"));
    }
}

package dev.optimist.elasticsearch.sync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What never ends is a failure, too: a source polls until it is told not to. */
@Timeout(60)
class JdbcSourceTest {
    private Database database;

    @BeforeEach
    void create() throws SQLException {
        database = new Database();
        database.run("create table products(id varchar primary key, version bigint not null, name varchar)");
    }

    @AfterEach
    void drop() throws SQLException {
        database.close();
    }

    private JdbcSource<ObjectNode> source(Consumer<JdbcOptions> options) {
        return JdbcTable.of(
                        database.dataSource(),
                        "products",
                        o -> options.accept(o.pageSize(3).once(true)))
                .source();
    }

    private static Collected<ObjectNode> read(JdbcSource<ObjectNode> source, @Nullable String position)
            throws Exception {
        Collected<ObjectNode> changes = new Collected<>();
        source.read(position, changes);
        return changes;
    }

    private void product(String id, long version) {
        database.run("merge into products key (id) values (?, ?, ?)", id, version, "name " + version);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 9, 10})
    void rowsOfOneVersionAreAllReadWhereverAPageEnds(int rows) throws Exception {
        IntStream.range(0, rows).forEach(i -> product("p" + i, 7));
        Collected<ObjectNode> first = read(source(o -> o.overlap(0)), null);
        assertThat(first.ids())
                .containsExactlyElementsOf(
                        IntStream.range(0, rows).mapToObj(i -> "p" + i).toList());
        assertThat(first.caughtUp).isEqualTo(1);
        assertThat(read(source(o -> o.overlap(0)), first.position()).changes).isEmpty();
    }

    @Test
    void everyPositionLeadsToWhatCameAfterIt() throws Exception {
        IntStream.range(0, 10).forEach(i -> product("p" + i, i / 4));
        Collected<ObjectNode> all = read(source(o -> o.overlap(0)), null);
        assertThat(all.positions).hasSize(4); // pages of 3
        for (int i = 0; i < all.positions.size(); i++) {
            int taken = Math.min(10, 3 * (i + 1));
            assertThat(read(source(o -> o.overlap(0)), all.positions.get(i)).ids())
                    .containsExactlyElementsOf(all.ids().subList(taken, 10));
        }
    }

    @Test
    void rowsThatChangeWhilePagedOverComeWithTheirLastState() throws Exception {
        IntStream.range(0, 9).forEach(i -> product("p" + i, i));
        JdbcSource<ObjectNode> source = source(o -> o.overlap(0));
        Collected<ObjectNode> changes = new Collected<>();
        changes.onChange = change -> {
            if (change.id().equals("p3") && change.version() == 3) {
                product("p0", 20); // was read
                product("p4", 21); // is in the page that was read
                product("p8", 22); // is not read yet
                database.run("delete from products where id = 'p7'");
            }
        };
        source.read(null, changes);
        source.read(changes.position(), changes);
        assertThat(changes.said())
                .containsExactly("p0@0", "p1@1", "p2@2", "p3@3", "p4@4", "p5@5", "p6@6", "p0@20", "p4@21", "p8@22");
    }

    @Test
    void aTransactionThatEndsLateIsLostWithoutAnOverlapAndNotWithOne() throws Exception {
        assertThat(afterLateTransaction(o -> o.overlap(0))).containsExactly("early@1", "overtakes@3");
        assertThat(afterLateTransaction(o -> o.overlap(2))).containsExactly("early@1", "overtakes@3", "late@2");
    }

    private List<String> afterLateTransaction(Consumer<JdbcOptions> options) throws Exception {
        database.run("delete from products");
        product("early", 1);
        try (Connection late = database.begin()) {
            Database.run(late, "insert into products values ('late', 2, 'x')");
            product("overtakes", 3);
            Collected<ObjectNode> changes = new Collected<>();
            changes.onCaughtUp = () -> {
                changes.stopping = changes.caughtUp == 3;
                if (changes.caughtUp == 1) {
                    commit(late);
                }
            };
            JdbcTable.of(database.dataSource(), "products", o -> {
                        options.accept(o);
                        o.pollInterval(Duration.ofMillis(1));
                    })
                    .source()
                    .read(null, changes);
            return changes.said();
        }
    }

    private static void commit(Connection connection) {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPollThatLastsLongReadsNoFurtherThanItsBeginning() throws Exception {
        product("a", 1);
        product("b", 2);
        product("c", 3);
        try (Connection late = database.begin()) {
            Database.run(late, "insert into products values ('late', 4, 'x')");
            Collected<ObjectNode> changes = new Collected<>();
            changes.onChange = change -> {
                if (change.id().equals("c")) {
                    IntStream.range(5, 30)
                            .forEach(i -> product("p" + i, i)); // the overlap does not reach over all these
                }
            };
            JdbcSource<ObjectNode> source = source(o -> o.overlap(10));
            source.read(null, changes);
            assertThat(changes.ids()).containsExactly("a", "b", "c");
            late.commit();
            source.read(changes.position(), changes);
            assertThat(changes.ids()).contains("late", "p29");
        }
    }

    @Test
    void rowsAtTheBoundAndAboveAreLeftForLater() throws Exception {
        database.run("create table bound(n bigint)");
        database.run("insert into bound values (3)");
        IntStream.range(0, 6).forEach(i -> product("p" + i, i));
        JdbcSource<ObjectNode> source = source(o -> o.safeUpTo("select n from bound"));
        Collected<ObjectNode> changes = new Collected<>();
        source.read(null, changes);
        assertThat(changes.ids()).containsExactly("p0", "p1", "p2");
        assertThat(changes.caughtUp).as("there are rows at the bound").isZero();
        product("late", 3); // of the transaction that held it up
        database.run("update bound set n = 6");
        source.read(changes.position(), changes);
        assertThat(changes.ids()).containsExactly("p0", "p1", "p2", "late", "p3", "p4", "p5");
        assertThat(changes.caughtUp).isEqualTo(1);
    }

    @Test
    void caughtUpWithWhatThereWasAMomentAgoIsSaidAlthoughThereIsAlwaysMore() throws Exception {
        database.run("create table bound(n bigint)");
        database.run("insert into bound values (1)");
        product("p", 1);
        Collected<ObjectNode> changes = new Collected<>();
        changes.onLook = () -> {
            database.run("update products set version = version + 1");
            database.run("update bound set n = n + 1"); // the row is never below it
        };
        changes.onCaughtUp = () -> changes.stopping = true;
        JdbcTable.of(
                        database.dataSource(),
                        "products",
                        o -> o.safeUpTo("select n from bound").pollInterval(Duration.ofMillis(1)))
                .source()
                .read(null, changes);
        assertThat(changes.caughtUp).isEqualTo(1);
    }

    @Test
    void anIdleOverlapIsNotGivenAgainButAChangeInItIs() throws Exception {
        product("a", 1);
        product("b", 2);
        Collected<ObjectNode> changes = new Collected<>();
        changes.onCaughtUp = () -> {
            if (changes.caughtUp == 3) {
                database.run("update products set name = 'other' where id = 'a'"); // the version forgotten
            }
            changes.stopping = changes.caughtUp == 6;
        };
        JdbcTable.of(database.dataSource(), "products", o -> o.overlap(100).pollInterval(Duration.ofMillis(1)))
                .source()
                .read(null, changes);
        assertThat(changes.said()).containsExactly("a@1", "b@2", "a@1");
        assertThat(changes.positions)
                .as("nothing to store where nothing was new")
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "boolean; true; false",
                "boolean; true; null",
                "int; 1; 0",
                "char(1); 'Y'; 'N'",
                "varchar; 'true'; ''",
                "timestamp; timestamp '2026-01-01 00:00:00'; null"
            })
    void aDeletedColumnDeletes(String type, String yes, String no) throws Exception {
        database.run("alter table products add gone " + type);
        database.run("insert into products values ('a', 1, 'x', " + yes + "), ('b', 2, 'x', " + no + ")");
        assertThat(read(source(o -> o.overlap(0).deleted("gone")), null).said()).containsExactly("-a@1", "b@2");
    }

    @Test
    void deletesAreMergedBetweenTheRows() throws Exception {
        database.run("create table gone(id varchar, version bigint)");
        for (int i = 0; i < 20; i++) {
            if (i % 3 == 0) {
                database.run("insert into gone values (?, ?)", "p" + i, i);
            } else {
                product("p" + i, i);
            }
        }
        database.run("insert into gone values ('p1', 0)"); // of an earlier life
        Collected<ObjectNode> all = read(source(o -> o.overlap(0).deletes("gone")), null);
        List<String> expected = new ArrayList<>(IntStream.range(0, 20)
                .mapToObj(i -> (i % 3 == 0 ? "-" : "") + "p" + i + "@" + i)
                .toList());
        expected.add(1, "-p1@0");
        assertThat(all.said()).containsExactlyElementsOf(expected);
        for (int i = 0; i < all.positions.size(); i++) {
            int taken = Math.min(21, 3 * (i + 1));
            assertThat(read(source(o -> o.overlap(0).deletes("gone")), all.positions.get(i))
                            .said())
                    .containsExactlyElementsOf(expected.subList(taken, 21));
        }
    }

    @Test
    void cursorAndIdOfEveryTypeLeadOn() throws Exception {
        LocalDateTime noon = LocalDateTime.parse("2026-01-01T12:00:00.123456789");
        OffsetDateTime zoned = noon.atOffset(ZoneOffset.ofHours(2));
        leadsOn("bigint", "bigint", List.of(1L, 2L, 10L), List.of(5L, 5L, 6L));
        leadsOn("numeric(20)", "numeric(20)", List.of(1L, 2L, 10L), List.of(5L, 5L, 6L));
        leadsOn("uuid", "int", List.of(new UUID(0, 1), new UUID(0, 2), new UUID(1, 1)), List.of(5, 5, 6));
        leadsOn("varchar", "timestamp(9)", List.of("a", "é", "中"), List.of(noon, noon, noon.plusNanos(1_000)));
        leadsOn(
                "varchar",
                "timestamp(9) with time zone",
                List.of("a", "b", "c"),
                List.of(zoned, zoned, zoned.plusNanos(1_000)));
    }

    private void leadsOn(String idType, String versionType, List<?> ids, List<?> versions) throws Exception {
        database.run("drop table products");
        database.run("create table products(id " + idType + ", version " + versionType + ")");
        for (int i = 0; i < ids.size(); i++) {
            database.run("insert into products values (?, ?)", ids.get(i), versions.get(i));
        }
        JdbcSource<ObjectNode> source = source(o -> o.overlap(0).pageSize(1));
        Collected<ObjectNode> all = read(source, null);
        assertThat(all.ids())
                .containsExactlyElementsOf(
                        ids.stream().<String>map(Object::toString).toList());
        assertThat(all.changes.get(2).version())
                .isGreaterThan(all.changes.get(1).version());
        for (int i = 0; i < ids.size(); i++) {
            assertThat(read(source, all.positions.get(i)).ids())
                    .containsExactlyElementsOf(all.ids().subList(i + 1, ids.size()));
        }
    }

    @Test
    void aTimeIsAVersionInMicrosecondsAndOverlapsByADuration() throws Exception {
        database.run("drop table products");
        database.run("create table products(id int primary key, version timestamp(6) with time zone)");
        OffsetDateTime now = OffsetDateTime.parse("2026-01-01T00:00:00Z");
        database.run("insert into products values (1, ?)", now);
        JdbcSource<ObjectNode> source = source(o -> o.overlap(Duration.ofSeconds(10)));
        Collected<ObjectNode> changes = read(source, null);
        assertThat(changes.changes.get(0).version())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00Z").getEpochSecond() * 1_000_000);
        database.run("insert into products values (2, ?), (3, ?)", now.minusSeconds(10), now.minusSeconds(11));
        assertThat(read(source, changes.position()).ids()).containsExactly("2", "1");
    }

    @Test
    void cursorAndVersionMayBeTwoColumnsAndTheTableAQuery() throws Exception {
        database.run("create table \"Order Lines\"(\"Key\" int, shop varchar, row_version int, \"changed.at\" bigint)");
        database.run("insert into \"Order Lines\" values (1, 'x', 9, 1), (2, 'y', 3, 2)");
        Collected<ObjectNode> byName = new Collected<>();
        JdbcTable.of(
                        database.dataSource(),
                        "PUBLIC.\"Order Lines\"",
                        RowMapper.json("Changed.At", "shop"),
                        o -> o.id("\"Key\"")
                                .version("row_version")
                                .cursor("\"changed.at\"")
                                .routing("shop")
                                .overlap(0)
                                .once(true))
                .source()
                .read(null, byName);
        assertThat(byName.said()).containsExactly("1@9", "2@3");
        assertThat(byName.changes.get(1).routing()).isEqualTo("y");
        assertThat(byName.changes.get(1).document()).hasToString("{\"Key\":2,\"ROW_VERSION\":3}");

        Collected<ObjectNode> byQuery = read(
                source(o -> o.query("select \"Key\" * 10 as id, row_version as version from \"Order Lines\";")
                        .overlap(0)),
                null);
        assertThat(byQuery.said()).containsExactly("20@3", "10@9");
    }

    @Test
    void aRowThatCannotBeReadIsNamed() {
        product("p", 1);
        assertThatIllegalStateException()
                .isThrownBy(() -> JdbcTable.of(
                                database.dataSource(),
                                "products",
                                row -> {
                                    throw new IllegalArgumentException("no price");
                                },
                                o -> o.overlap(0).once(true))
                        .source()
                        .read(null, new Collected<>()))
                .withMessageContaining("row p of products")
                .withMessageContaining("no price");
    }

    /** The job rejects them: one such row must not hold up the table. */
    @Test
    void rowsThatElasticsearchCannotTakeAreDeliveredAndPassed() throws Exception {
        String tooLong = "é".repeat(257);
        product("a", 1);
        product("", 2);
        product(tooLong, 3);
        product("negative", -4);
        product("highest", Long.MAX_VALUE);
        product("z", 5);
        Collected<ObjectNode> changes = read(source(o -> o.overlap(0)), null);
        assertThat(changes.ids()).containsExactly("a", "z");
        assertThat(changes.refused).extracting(Row::id).containsExactly("negative", "", tooLong, "highest");
        assertThat(changes.refused).extracting(Row::version).containsExactly(-4L, 2L, 3L, Long.MAX_VALUE);
        assertThat(changes.refused.get(0).document())
                .hasToString("{\"ID\":\"negative\",\"VERSION\":-4,\"NAME\":\"name -4\"}");
        assertThat(read(source(o -> o.overlap(0)), changes.position()).refused).isEmpty();
    }

    @Test
    void theEndIsSeenWithinAPollInterval() throws Exception {
        Collected<ObjectNode> changes = new Collected<>();
        changes.onCaughtUp = () -> changes.stopping = true;
        long begin = System.nanoTime();
        JdbcTable.of(database.dataSource(), "products", o -> o.overlap(0).pollInterval(Duration.ofHours(1)))
                .source()
                .read(null, changes);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void theEndIsSeenWithinAPageAndThePositionIsThere() throws Exception {
        IntStream.range(0, 9).forEach(i -> product("p" + i, i));
        Collected<ObjectNode> changes = new Collected<>();
        changes.onChange = change -> changes.stopping = change.id().equals("p4");
        JdbcSource<ObjectNode> source = source(o -> o.overlap(0));
        source.read(null, changes);
        assertThat(changes.ids()).containsExactly("p0", "p1", "p2", "p3", "p4");
        assertThat(changes.caughtUp).isZero();
        assertThat(read(source, changes.position()).ids()).containsExactly("p5", "p6", "p7", "p8");
    }

    @Test
    void aPositionThatIsNoneIsRefused() {
        JdbcSource<ObjectNode> source = source(o -> o.overlap(0));
        for (String position : List.of("", "7", "{\"rows\":{\"cursor\":\"x\",\"id\":\"p\"}}", "{\"other\":1}")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> read(source, position))
                    .withMessageStartingWith("position");
        }
    }
}

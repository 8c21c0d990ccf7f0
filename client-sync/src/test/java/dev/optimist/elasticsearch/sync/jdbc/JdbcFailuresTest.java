package dev.optimist.elasticsearch.sync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the database refuses; a connection that fails in a given order cannot be had from a real one. */
class JdbcFailuresTest {
    private final AtomicLong clock = new AtomicLong();
    private final List<Long> bounds = new ArrayList<>();
    private final Deque<SQLException> failures = new ArrayDeque<>();
    private final Collected<ObjectNode> changes = new Collected<>();
    private Database database;

    @BeforeEach
    void create() throws SQLException {
        database = new Database();
        database.run("create table products(id varchar primary key, version bigint not null)");
        database.run("insert into products values ('a', 1), ('b', 2), ('c', 3)");
    }

    @AfterEach
    void drop() throws SQLException {
        database.close();
    }

    /** Time passes only while it is slept; a random number is the highest. */
    private JdbcTable<ObjectNode> table() {
        Pace pace = new Pace(clock::get, millis -> clock.addAndGet(millis * 1_000_000), bound -> {
            bounds.add(bound - 1);
            return bound - 1;
        });
        JdbcOptions options =
                new JdbcOptions().overlap(0).once(true).pageSize(2).giveUpAfter(Duration.ofMinutes(1));
        return new JdbcTable<>(failing(), "products", RowMapper.json(), options, pace);
    }

    private DataSource failing() {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    SQLException failure = failures.poll();
                    if (failure != null) {
                        throw failure;
                    }
                    try {
                        return method.invoke(database.dataSource(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void whatPassesIsRepeatedWithGrowingPauses() throws Exception {
        failures.add(new SQLTransientConnectionException("none free"));
        failures.add(new SQLRecoverableException("gone"));
        failures.add(new SQLException("link failure", "08006"));
        failures.add(new SQLException("shutting down", "57P01"));
        failures.add(new SQLException("wrapped", new SQLException("deadlock", "40P01")));
        table().source().read(null, changes);
        assertThat(changes.ids()).containsExactly("a", "b", "c");
        assertThat(bounds).containsExactly(100L, 200L, 400L, 800L, 1600L);
    }

    @Test
    void pausesAreAtMostTenSecondsAndTheyEnd() {
        SQLException first = new SQLException("first", "08006");
        SQLException last = new SQLException("last", "08001");
        failures.add(first);
        for (int i = 0; i < 11; i++) {
            failures.add(new SQLException("between", "08006"));
        }
        failures.add(last);
        assertThatThrownBy(() -> table().source().read(null, changes))
                .isInstanceOf(SQLException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(first));
        assertThat(bounds).startsWith(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L);
        assertThat(Duration.ofNanos(clock.get())).isLessThanOrEqualTo(Duration.ofMinutes(1));
        assertThat(failures).as("not all were asked for").isNotEmpty();
    }

    @Test
    void whatDoesNotPassIsThrownAtOnce() {
        SQLException failure = new SQLSyntaxErrorException("no", "42000");
        failures.add(failure);
        assertThatThrownBy(() -> table().source().read(null, changes)).isSameAs(failure);
        assertThat(clock).hasValue(0);
    }

    @Test
    void aFailingReadEndsWhenItIsToEnd() throws Exception {
        for (int i = 0; i < 5; i++) {
            failures.add(new SQLException("gone", "08006"));
        }
        changes.onLook = () -> changes.stopping = clock.get() > 0;
        table().source().read(null, changes);
        assertThat(changes.ids()).isEmpty();
        assertThat(failures).hasSize(4);
    }

    @Test
    void aReadBeginsAnewAndGivesNothingTwice() throws Exception {
        JdbcTable<ObjectNode> table = table();
        changes.onChange = change -> {
            if (change.id().equals("b")) {
                failures.add(new SQLException("gone", "08006")); // when the second page is read
            }
        };
        table.source().read(null, changes);
        assertThat(changes.ids()).containsExactly("a", "b", "c");
        assertThat(bounds).hasSize(1);
    }

    /** A pool of one connection with transactions: if one is left open, the next poll sees what the last one saw. */
    @Test
    void noTransactionIsLeftOpen() throws Exception {
        try (Connection connection = database.begin()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            DataSource pool = (DataSource) Proxy.newProxyInstance(
                    DataSource.class.getClassLoader(),
                    new Class<?>[] {DataSource.class},
                    (proxy, method, arguments) -> Proxy.newProxyInstance(
                            Connection.class.getClassLoader(),
                            new Class<?>[] {Connection.class},
                            (p, m, a) -> m.getName().equals("close") ? null : m.invoke(connection, a)));
            changes.onCaughtUp = () -> {
                changes.stopping = changes.caughtUp == 2;
                database.run("merge into products key (id) values ('d', 4)");
            };
            JdbcTable.of(pool, "products", o -> o.overlap(0).pollInterval(Duration.ofMillis(1)))
                    .source()
                    .read(null, changes);
            assertThat(changes.ids()).containsExactly("a", "b", "c", "d");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "products; drop table products",
                "products--",
                "a'b",
                "(select 1)",
                "a b",
                "",
                ".",
                "a.",
                "a.b.c.d",
                "\"a\"b\"",
                "\"",
                "\"a;b\"",
                "\"a`b\"",
                "\"a]b\"",
                "1a",
                "a\n"
            })
    void namesBringNoSqlWithThem(String name) {
        DataSource unused = database.dataSource();
        refused("table", () -> JdbcTable.of(unused, name, o -> o.overlap(0)));
        refused("deletes", () -> new JdbcOptions().deletes(name));
        refused("id", () -> new JdbcOptions().id(name));
        refused("version", () -> new JdbcOptions().version(name));
        refused("cursor", () -> new JdbcOptions().cursor(name));
        refused("routing", () -> new JdbcOptions().routing(name));
        refused("deleted", () -> new JdbcOptions().deleted(name));
    }

    @Test
    void aConfigurationThatDoesNotFitNamesItsParameter() {
        refused("query", () -> new JdbcOptions().query(" "));
        refused("safeUpTo", () -> new JdbcOptions().safeUpTo(""));
        refused("overlap", () -> new JdbcOptions().overlap(-1));
        refused("overlap", () -> new JdbcOptions().overlap(Duration.ofSeconds(-1)));
        refused("pageSize", () -> new JdbcOptions().pageSize(0));
        refused("pageSize", () -> new JdbcOptions().pageSize(100_001));
        refused("fetchSize", () -> new JdbcOptions().fetchSize(0));
        refused("pollInterval", () -> new JdbcOptions().pollInterval(Duration.ZERO));
        refused("queryTimeout", () -> new JdbcOptions().queryTimeout(Duration.ZERO));
        refused("giveUpAfter", () -> new JdbcOptions().giveUpAfter(Duration.ofDays(366)));
        refused("one of safeUpTo and overlap", () -> source(o -> {}));
        refused("one of safeUpTo and overlap", () -> source(o -> o.overlap(1).safeUpTo("select 1")));
    }

    @Test
    void aTableThatDoesNotFitNamesTheParameter() {
        database.run("create table odd(id varchar, version bigint, flag boolean, at timestamp)");
        database.run("create table by_number(id bigint, version bigint)");
        refused("table: cannot read missing", "missing", o -> {});
        refused("query: cannot read", "x", o -> o.query("select nothing from products"));
        refused("deletes: cannot read missing", "products", o -> o.deletes("missing"));
        refused("id: there is no column nr in products, which has [ID, VERSION]", "products", o -> o.id("nr"));
        refused("version: there is no column v", "products", o -> o.version("v"));
        refused("cursor: there is no column c", "products", o -> o.cursor("c"));
        refused("routing: there is no column r", "products", o -> o.routing("r"));
        refused("deleted: there is no column d", "products", o -> o.deleted("d"));
        refused("id: column FLAG of odd is BOOLEAN", "odd", o -> o.id("flag"));
        refused("version: column ID of odd is CHARACTER VARYING", "odd", o -> o.version("id"));
        refused("cursor: column FLAG of odd is BOOLEAN", "odd", o -> o.cursor("flag"));
        refused("id: column ID is TEXT in products and INTEGER in by_number", "products", o -> o.deletes("by_number"));
        database.run("insert into odd values ('a', 1, true, now())");
        refused("overlap must be a number", "odd", o -> {}, o -> o.overlap(Duration.ofSeconds(1)));
        refused("overlap must be a Duration", "odd", o -> o.cursor("at"), o -> o.overlap(1));
        refused("safeUpTo must give one row", "odd", o -> {}, o -> o.safeUpTo("select 1 where 1 = 0"));
    }

    private void refused(String message, String table, Consumer<JdbcOptions> options) {
        refused(message, table, options, o -> o.overlap(0));
    }

    private void refused(String message, String table, Consumer<JdbcOptions> options, Consumer<JdbcOptions> order) {
        refused(
                message,
                () -> JdbcTable.of(database.dataSource(), table, o -> {
                            options.accept(o);
                            order.accept(o.once(true));
                        })
                        .source()
                        .read(null, changes));
    }

    private JdbcSource<ObjectNode> source(Consumer<JdbcOptions> options) {
        return JdbcTable.of(database.dataSource(), "products", options).source();
    }

    private static void refused(String message, ThrowingCallable what) {
        assertThatThrownBy(what).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(message);
    }
}

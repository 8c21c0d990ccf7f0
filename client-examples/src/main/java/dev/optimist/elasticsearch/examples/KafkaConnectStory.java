package dev.optimist.elasticsearch.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.sync.SyncIndex;
import dev.optimist.elasticsearch.sync.verify.Verifier;
import dev.optimist.elasticsearch.sync.verify.VerifyReport;
import dev.optimist.elasticsearch.testkit.ConnectCluster;
import dev.optimist.elasticsearch.testkit.KafkaServer;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import io.debezium.connector.postgresql.PostgresConnector;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The steps of {@link KafkaConnect}. */
final class KafkaConnectStory implements AutoCloseable {
    static final String INDEX = "connect-shop";

    private static final String SEARCH = "connect-shop-search";
    private static final String SOURCE = "shop-source";
    private static final String SINK = "shop-sink";
    private static final int TASKS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Story story;
    private final PostgresServer postgres;
    private final VersionedClient client;
    private final String url;
    private final KafkaConnectOptions options;
    private final KafkaServer kafka;
    private final ConnectCluster connect;
    private final Clerks clerks;
    private final long highestId;

    KafkaConnectStory(
            Story story, PostgresServer postgres, VersionedClient client, String url, KafkaConnectOptions options) {
        this.story = story;
        this.postgres = postgres;
        this.client = client;
        this.url = url;
        this.options = options;
        this.highestId = options.products * 6L / 5;
        this.clerks = new Clerks(postgres.dataSource(), highestId);
        this.kafka = KafkaServer.start();
        try {
            this.connect = ConnectCluster.start(
                    kafka,
                    o -> o.workers(2)
                            .plugin(options.plugin())
                            .plugin("io.debezium:debezium-connector-postgres:" + debezium())
                            .setting("session.timeout.ms", 10_000));
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
    }

    /** The version that is in the class path, too. */
    private static String debezium() {
        return PostgresConnector.class.getPackage().getImplementationVersion();
    }

    void tell() throws Exception {
        database();
        index();
        connectors();
        changes();
        beginAnew();
        verify();
        search();
    }

    private void database() throws SQLException {
        story.step(options.products + " products in PostgreSQL; Kafka " + kafka.version() + " at "
                + kafka.bootstrapServers() + ", workers of Connect at " + connect.url(0) + " and " + connect.url(1));
        postgres.execute("create table product (id bigint primary key, name text not null, cents bigint not null);"
                + "insert into product select n, 'product ' || n, 100 + n % 900 from generate_series(1, "
                + options.products + ") n");
        story.expect("products", (long) options.products, products());
        story.so(
                "The table needs nothing for this: no version, no trigger. PostgreSQL writes every change to its log, and"
                        + " its place there is its version.");
    }

    private void index() {
        story.step("An index for them");
        SyncIndex.of(client, INDEX).setUp(SEARCH);
        story.so("A delete will be a small document there, a tombstone, so that nothing late brings a product back; the"
                + " alias " + SEARCH + " hides them.");
    }

    private void connectors() throws Exception {
        story.step("Two connectors: Debezium reads the log into a topic, and the sink writes the topic into the index");
        Map<String, String> source = new LinkedHashMap<>();
        source.put("connector.class", PostgresConnector.class.getName());
        source.put("database.hostname", "127.0.0.1");
        source.put("database.port", Integer.toString(postgres.port()));
        source.put("database.user", PostgresServer.USER);
        source.put("database.password", "none");
        source.put("database.dbname", PostgresServer.DATABASE);
        source.put("topic.prefix", "shop");
        source.put("table.include.list", "public.product");
        source.put("plugin.name", "pgoutput");
        source.put("topic.creation.default.partitions", Integer.toString(TASKS));
        source.put("topic.creation.default.replication.factor", "1");
        Map<String, String> sink = new LinkedHashMap<>();
        sink.put("connector.class", "dev.optimist.elasticsearch.connect.OptimisticSinkConnector");
        sink.put("tasks.max", Integer.toString(TASKS));
        sink.put("topics", "shop.public.product");
        sink.put("connection.url", url);
        sink.put("index", INDEX);
        sink.put("version.from", "postgres-lsn");
        sink.put("consumer.override.session.timeout.ms", "6000"); // so that a dead worker is noticed soon
        sink.put("consumer.override.heartbeat.interval.ms", "1500");
        put(SOURCE, source, 1);
        put(SINK, sink, TASKS);
        story.expect("all products are in the index", true, await(this::isFirstCopyThere));
        story.so("Debezium has read the rows that were there, and goes on with the log. The workers have shared "
                + TASKS + " tasks of the sink, one for each partition.");
    }

    private void put(String name, Map<String, String> settings, int tasks) {
        story.note("PUT " + connect.url(0) + "/connectors/" + name + "/config");
        settings.forEach((setting, value) -> story.note("  " + setting + " = " + value));
        connect.connectors().put(name, settings);
        connect.connectors().awaitRunning(name, tasks, PATIENCE);
    }

    private boolean isFirstCopyThere() throws Exception {
        return documents() >= options.products;
    }

    private void changes() throws Exception {
        story.step(Clerks.HOW_MANY + " clerks change and delete products for " + options.seconds
                + " s, and a worker is killed meanwhile");
        long begun = System.nanoTime();
        clerks.start(Duration.ofSeconds(options.seconds), options.rate, options.seed);
        watch(begun, options.seconds / 3);
        connect.killWorker(0);
        story.note("... worker 0 was killed (SIGKILL); " + running());
        int added = connect.addWorker();
        story.note("... worker " + added + " was started");
        watch(begun, Integer.MAX_VALUE);
        connect.connectors().awaitRunning(SINK, TASKS, PATIENCE);
        story.note("... " + running());
        put(highestId + 1, "the last change");
        story.expect("the last change is in the index", true, await(() -> has(highestId + 1)));
        story.note("the clerks  " + clerks.written() + " rows written, " + clerks.deleted() + " deleted, "
                + clerks.rolledBack() + " transactions rolled back");
        story.expect("rows written, more than 0", true, clerks.written() > 0);
        story.expect("rows deleted, more than 0", true, clerks.deleted() > 0);
        story.so("What the dead worker had read and not acknowledged was read again by another one. What it had written"
                + " already was refused by its version.");
    }

    private void beginAnew() throws Exception {
        story.step("The sink's offsets are reset: it reads the topic from the beginning");
        connect.connectors().stop(SINK);
        connect.connectors().deleteOffsets(SINK);
        connect.connectors().resume(SINK);
        connect.connectors().awaitRunning(SINK, TASKS, PATIENCE);
        put(highestId + 2, "the last change after that");
        story.expect("a later change is in the index", true, await(() -> has(highestId + 2)));
        story.so(
                "Every record came once more, in the middle of new ones, and none of them has replaced a newer state.");
    }

    private void verify() throws Exception {
        story.step("Verify: each row is looked up in the index, and each document in the database");
        VerifyReport report;
        try (RowsWithoutVersions inventory = new RowsWithoutVersions(postgres.dataSource(), "product")) {
            report = Verifier.of(
                            client,
                            INDEX,
                            inventory,
                            o -> o.tombstones(Tombstones.standard())
                                    .compareContent(true)
                                    .settle(Duration.ofSeconds(2))
                                    .listener(difference -> story.note("difference: " + difference)))
                    .verify();
        }
        story.note("rows         " + report.rows());
        story.note("documents    " + report.documents());
        story.note("tombstones   " + report.tombstones());
        story.note("differences  " + report.differences());
        story.expect("differences", 0L, report.differences());
        story.expect("rows", products(), report.rows());
        story.expect("tombstones, more than 0", true, report.tombstones() > 0);
        story.so("Index and database are equal.");
    }

    private void search() throws Exception {
        story.step("Search by the alias");
        Wire.Exchange count = story.send("GET", "/" + SEARCH + "/_count?filter_path=count", "");
        story.expect("count", "{\"count\":" + products() + "}", count.responseBody());
        story.so("As many as the table has: no tombstone is found.");
    }

    /** Tells each second how it goes, for so many seconds or until the clerks end. */
    private void watch(long begun, int seconds) throws Exception {
        for (int i = 0; i < seconds && !clerks.await(Duration.ofSeconds(1)); i++) {
            story.note("... " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + " s: " + clerks.written()
                    + " rows written, " + clerks.deleted() + " deleted; table " + products() + " rows, index "
                    + documents() + " documents");
        }
    }

    private String running() {
        Map<String, Integer> tasks = new LinkedHashMap<>();
        for (JsonNode task : connect.connectors().status(SINK).path("tasks")) {
            String where =
                    task.path("worker_id").asText() + " " + task.path("state").asText();
            tasks.merge(where, 1, Integer::sum);
        }
        return "tasks of the sink: " + tasks;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    /** Returns whether it comes to that in time. */
    private static boolean await(Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            if (condition.holds()) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return false;
    }

    private boolean has(long id) {
        return client.documents(INDEX, ObjectNode.class).get(Long.toString(id)).isPresent();
    }

    /** Returns how many can be found. */
    private long documents() throws Exception {
        client.elasticsearch().indices().refresh(r -> r.index(INDEX));
        return client.elasticsearch().count(c -> c.index(SEARCH)).count();
    }

    private long products() throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from product")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private void put(long id, String name) throws SQLException {
        try (Connection connection = postgres.dataSource().getConnection()) {
            Clerks.put(connection, id, name, 1);
        }
    }

    @Override
    public void close() {
        try (kafka;
                connect) {
            clerks.close();
        }
    }
}

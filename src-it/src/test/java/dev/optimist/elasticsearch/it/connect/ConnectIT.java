package dev.optimist.elasticsearch.it.connect;

import static dev.optimist.elasticsearch.it.connect.ConnectStack.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.examples.RowsWithoutVersions;
import dev.optimist.elasticsearch.it.sync.Catalogue;
import dev.optimist.elasticsearch.it.sync.Writers;
import dev.optimist.elasticsearch.sync.SyncIndex;
import dev.optimist.elasticsearch.sync.verify.Verifier;
import dev.optimist.elasticsearch.sync.verify.VerifyReport;
import dev.optimist.elasticsearch.testkit.ConnectCluster;
import dev.optimist.elasticsearch.testkit.Connectors;
import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import io.debezium.connector.postgresql.PostgresConnector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A table that changes all the time, Debezium, a topic of three partitions, and two workers, of which one is killed and another
 * one stands still until the others have done its work. The connector is paused and resumed, and once begins anew. In the end the
 * index is equal to the table. That of a sink without versions, on the same topic in the same workers, is not.
 */
@ExtendWith(ElasticsearchExtension.class)
class ConnectIT implements Writers.Table {
    private static final long SEED = Long.getLong("optimist.seed", System.nanoTime());
    private static final String TOPIC = "shop.public.item";
    private static final String SOURCE = "shop";
    private static final String GUARDED = "guarded";
    private static final String PLAIN = "plain";
    private static final int TASKS = 3;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Random random = new Random(SEED);
    private final long begun = System.nanoTime();
    private int target;
    private Writers writers;
    private ConnectStack stack;
    private ConnectCluster connect;
    private Connectors connectors;

    /**
     * What happens.
     *
     * @param changes of rows
     * @param ids that they are of
     * @param pauseMillis between the transactions of one writer, twice that on average
     */
    private record Plan(int changes, int ids, int pauseMillis) {}

    @Test
    @Tag("kafka-connect")
    @Tag("once")
    void theIndexIsEqualToTheTable(ElasticsearchServer server) throws Exception {
        survives(server, new Plan(24_000, 3_000, 60));
    }

    @Test
    @Tag("kafka-connect-long")
    void theIndexIsEqualToTheTableAfterTwoHundredThousandChanges(ElasticsearchServer server) throws Exception {
        survives(server, new Plan(200_000, 20_000, 40));
    }

    private void survives(ElasticsearchServer server, Plan plan) throws Exception {
        say("seed " + SEED + " (repeat with -Doptimist.seed=" + SEED + ")");
        target = plan.changes;
        try (PostgresServer postgres = PostgresServer.start(Map.of("wal_sender_timeout", "10s"));
                VersionedClient client = VersionedClient.connect(server.url());
                ConnectStack started = ConnectStack.start(
                        "whole",
                        o -> {},
                        o -> o.workers(2)
                                .setting("offset.flush.interval.ms", 3_000)
                                .plugin(SinkConnector.class, PlainSink.class, PlainSinkTask.class)
                                .plugin("io.debezium:debezium-connector-postgres:" + debezium()))) {
            stack = started;
            connect = started.connect;
            connectors = connect.connectors();
            say("servers run");
            Catalogue catalogue = new Catalogue(postgres.dataSource(), plan.ids / 2);
            for (String index : List.of(GUARDED, PLAIN)) {
                client.elasticsearch()
                        .indices()
                        .create(c -> c.index(index)
                                .settings(s -> s.numberOfShards("2").numberOfReplicas("0")));
            }
            SyncIndex.of(client, GUARDED).setUp(GUARDED + "-search");
            putConnectors(postgres, server);
            say("connectors run");
            long redelivered;
            try (Writers all = new Writers(postgres, this, random, plan.ids, plan.changes, plan.pauseMillis)) {
                writers = all;
                killOneAndAddAnother();
                pauseAndResume();
                redelivered = beginAnew();
                freezeOneUntilTheOthersAreDone(postgres, client, plan);
            }
            VerifyReport guarded = verify(postgres, client, GUARDED, true);
            VerifyReport plain = verify(postgres, client, PLAIN, false);
            say("guarded " + guarded);
            say("unguarded " + plain);
            String line = "connect: changes=" + writers.changes() + " redelivered=" + redelivered + " differences="
                    + guarded.differences() + " unguarded-differences=" + plain.differences();
            Files.writeString(Path.of("target/connect.txt"), line + "\n");
            System.out.println(line);
            assertThat(stack.topics.partitions(TOPIC)).isEqualTo(3);
            assertThat(writers.changes()).isGreaterThanOrEqualTo(plan.changes);
            assertThat(redelivered).isGreaterThan(plan.changes / 4);
            assertThat(guarded.isEqual()).as("%s", guarded).isTrue();
            assertThat(guarded.rows()).as("a comparison of nothing").isBetween(plan.ids / 4L, (long) plan.ids + 1);
            assertThat(guarded.tombstones()).isPositive();
            assertThat(catalogue.differences(server.url(), GUARDED))
                    .as("by plain means")
                    .isEmpty();
            assertThat(plain.differences()).as("without versions").isPositive();
        }
    }

    private void putConnectors(PostgresServer postgres, ElasticsearchServer server) {
        Map<String, String> source = new LinkedHashMap<>();
        source.put("connector.class", PostgresConnector.class.getName());
        source.put("tasks.max", "1");
        source.put("database.hostname", "127.0.0.1");
        source.put("database.port", Integer.toString(postgres.port()));
        source.put("database.user", PostgresServer.USER);
        source.put("database.password", "none");
        source.put("database.dbname", PostgresServer.DATABASE);
        source.put("topic.prefix", SOURCE);
        source.put("table.include.list", "public.item");
        source.put("plugin.name", "pgoutput");
        source.put("publication.autocreate.mode", "filtered");
        source.put(
                "slot.max.retries",
                "100"); // the server ends the connection of a worker that stands still only after a while
        source.put("slot.retry.delay.ms", "1000");
        source.put("poll.interval.ms", "50");
        source.put("topic.creation.default.partitions", "3");
        source.put("topic.creation.default.replication.factor", "1");
        source.putAll(withoutSchemas());
        connectors.put(SOURCE, source);
        Map<String, String> guarded = new LinkedHashMap<>(withoutSchemas());
        guarded.put("connection.url", server.url());
        guarded.put("index", GUARDED);
        guarded.put("version.from", "postgres-lsn");
        connectors.awaitRunning(SOURCE, 1, LIMIT);
        connectors.put(GUARDED, ConnectStack.sink(ConnectStack.CONNECTOR, TASKS, TOPIC, guarded));
        Map<String, String> plain = new LinkedHashMap<>(withoutSchemas());
        plain.put(PlainSink.URL, server.url());
        plain.put(PlainSink.INDEX, PLAIN);
        connectors.put(PLAIN, ConnectStack.sink(PlainSink.class.getName(), TASKS, TOPIC, plain));
        awaitSinks();
    }

    private static Map<String, String> withoutSchemas() {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String part : List.of("key", "value")) {
            settings.put(part + ".converter", "org.apache.kafka.connect.json.JsonConverter");
            settings.put(part + ".converter.schemas.enable", "false"); // read only beside the class
        }
        return settings;
    }

    private void awaitSinks() {
        connectors.awaitRunning(GUARDED, TASKS, LIMIT);
        connectors.awaitRunning(PLAIN, TASKS, LIMIT);
    }

    /** Lets the writers come to this percentage of all changes, and no further, and waits for it. */
    private void until(int percent) throws Exception {
        writers.allow(share(percent));
        awaitChanges(percent);
    }

    private int share(int percent) {
        return (int) ((long) target * percent / 100);
    }

    private void awaitChanges(int percent) throws Exception {
        int[] said = {writers.changes()};
        await(percent + " % of the changes", Duration.ofMinutes(30), () -> {
            if (writers.changes() - said[0] >= target / 10) {
                said[0] = writers.changes();
                sayHowFar();
            }
            return writers.changes() >= share(percent);
        });
        sayHowFar();
    }

    private void sayHowFar() throws Exception {
        say(writers.changes() + " of " + target + " changes, " + stack.topics.size(TOPIC) + " records, acknowledged "
                + stack.topics.acknowledged(GUARDED, TOPIC) + ", without versions "
                + stack.topics.acknowledged(PLAIN, TOPIC));
    }

    /** The writers go on meanwhile, as they do in all that follows. */
    private void killOneAndAddAnother() throws Exception {
        until(10 + random.nextInt(10));
        writers.allow(share(35));
        int killed = random.nextInt(2);
        connect.killWorker(killed);
        int added = connect.addWorker();
        awaitSinks();
        say("worker " + killed + " was killed, and worker " + added + " added");
    }

    private void pauseAndResume() throws Exception {
        until(35 + random.nextInt(10));
        writers.allow(share(55));
        for (String sink : List.of(GUARDED, PLAIN)) {
            connectors.pause(sink);
        }
        say("paused");
        Thread.sleep(random.nextInt(3_000)); // as long as it is chosen to be
        for (String sink : List.of(GUARDED, PLAIN)) {
            connectors.resume(sink);
        }
        awaitSinks();
        say("resumed");
    }

    /** Returns how many records come once more. */
    private long beginAnew() throws Exception {
        until(55 + random.nextInt(10));
        writers.allow(share(80));
        for (String sink : List.of(GUARDED, PLAIN)) {
            connectors.stop(sink);
        }
        long acknowledged = stack.topics.acknowledged(GUARDED, TOPIC);
        for (String sink : List.of(GUARDED, PLAIN)) {
            connectors.deleteOffsets(sink);
        }
        assertThat(stack.topics.acknowledged(GUARDED, TOPIC)).isZero();
        for (String sink : List.of(GUARDED, PLAIN)) {
            connectors.resume(sink);
        }
        awaitSinks();
        say("begins anew: " + acknowledged + " records come once more");
        return acknowledged;
    }

    /**
     * What a long pause of its garbage collector or its machine makes of a worker: when it goes on, it writes what it had
     * collected, and the others have written newer changes of the same rows long since.
     */
    private void freezeOneUntilTheOthersAreDone(PostgresServer postgres, VersionedClient client, Plan plan)
            throws Exception {
        until(80);
        awaitAllIsWritten();
        writers.allow(target);
        awaitChanges(82 + random.nextInt(4));
        int frozen = workerToFreeze();
        connect.pauseWorker(frozen);
        say("worker " + frozen + " stands still");
        writers.finish();
        long last = plan.ids + 1L;
        try (Connection connection = postgres.dataSource().getConnection()) {
            Catalogue.put(connection, last, "the last change");
        }
        await(
                "the last change is there",
                Duration.ofMinutes(10),
                () -> client.documents(GUARDED, ObjectNode.class)
                        .get(Long.toString(last))
                        .isPresent());
        awaitAllIsWritten();
        say("all else is written; worker " + frozen + " goes on");
        connect.resumeWorker(frozen);
        awaitSinks();
        await(
                "worker " + frozen + " has tasks again",
                LIMIT,
                () -> tasksOf(frozen, GUARDED) + tasksOf(frozen, PLAIN) > 0);
        awaitSinks();
    }

    /** Both sinks are at the end of the topic. */
    private void awaitAllIsWritten() throws Exception {
        await("all records are acknowledged", Duration.ofMinutes(15), () -> {
            long size = stack.topics.size(TOPIC);
            return stack.topics.acknowledged(GUARDED, TOPIC) >= size && stack.topics.acknowledged(PLAIN, TOPIC) >= size;
        });
        sayHowFar();
    }

    /** One with tasks of the sink without versions; if it can be, one that does not read the table. */
    private int workerToFreeze() {
        return connect.running().stream()
                .max(Comparator.comparingInt((Integer worker) -> tasksOf(worker, PLAIN))
                        .thenComparingInt(worker -> -tasksOf(worker, SOURCE)))
                .orElseThrow();
    }

    private int tasksOf(int worker, String connector) {
        int tasks = 0;
        for (JsonNode task : connectors.status(connector).path("tasks")) {
            if (task.path("worker_id").asText().equals(connect.workerId(worker))) {
                tasks++;
            }
        }
        return tasks;
    }

    private VerifyReport verify(PostgresServer postgres, VersionedClient client, String index, boolean tombstones)
            throws Exception {
        try (RowsWithoutVersions inventory = new RowsWithoutVersions(postgres.dataSource(), "item")) {
            return Verifier.of(client, index, inventory, o -> {
                        o.compareContent(true).settle(Duration.ofSeconds(3));
                        if (tombstones) {
                            o.tombstones(Tombstones.standard());
                        }
                    })
                    .verify();
        }
    }

    /** The version that this module has, too. */
    private static String debezium() {
        return PostgresConnector.class.getPackage().getImplementationVersion();
    }

    @Override
    public void put(Connection connection, long id, String name) throws SQLException {
        Catalogue.put(connection, id, name);
    }

    @Override
    public void delete(Connection connection, long id) throws SQLException {
        Catalogue.delete(connection, id);
    }

    private void say(String what) {
        System.out.printf("connect: %4d s: %s%n", (System.nanoTime() - begun) / 1_000_000_000, what);
    }
}

package dev.optimist.elasticsearch.connect;

import static dev.optimist.elasticsearch.connect.Records.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import dev.optimist.elasticsearch.testkit.ServerOptions;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task on a real Elasticsearch. Workers, brokers and Debezium are in src-it. */
@Timeout(120)
class SinkTaskIT {
    private static final long SEED = Long.getLong("optimist.seed", System.nanoTime());
    private static final TopicPartition FIRST = new TopicPartition(Records.TOPIC, 0);
    private static final int TOO_LARGE = 3_000_000;

    private static ElasticsearchServer server;
    private static VersionedClient client;

    private final ScriptedReporter reporter = new ScriptedReporter();

    @BeforeAll
    static void start() {
        System.out.println("sink task: seed " + SEED + " (repeat with -Doptimist.seed=" + SEED + ")");
        server = ElasticsearchServer.start(
                o -> own(o).setting("http.max_content_length", "2mb").setting("action.auto_create_index", "false"));
        client = VersionedClient.connect(server.url());
    }

    /** Settings of its own are for a server of its own. */
    private static ServerOptions own(ServerOptions options) {
        return System.getProperty("optimist.testkit.server", "").startsWith("http") ? options.server("auto") : options;
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    private static VersionedDocuments<ObjectNode> index(String name, String... settings) throws Exception {
        String more = settings.length == 0 ? "" : "," + settings[0];
        client.elasticsearch()
                .indices()
                .create(c -> c.index(name)
                        .withJson(new StringReader("{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0"
                                + more + "},\"mappings\":{\"properties\":{\"n\":{\"type\":\"long\"}}}}")));
        return client.documents(name, ObjectNode.class);
    }

    private RunningTask task(String url, String... settings) {
        Map<String, String> all = Converted.settings(settings);
        all.put("connection.url", url);
        return new RunningTask(reporter, all);
    }

    private static SinkRecord record(int partition, long offset, String id, long version, @Nullable Integer n) {
        return Records.of(partition, offset, id, version, n == null ? null : json("{'n':" + n + "}"));
    }

    private static long n(VersionedDocuments<ObjectNode> documents, String id) {
        return documents.get(id).orElseThrow().source().path("n").asLong(-1);
    }

    @Test
    void badRecordsOfTenKindsStopNothingAndEachIsAccountedFor() throws Exception {
        VersionedDocuments<ObjectNode> documents = index("bad");
        Map<String, SinkRecord> kinds = new LinkedHashMap<>();
        kinds.put("no key", Records.of(0, 0, null, 5L, json("{'n':1}")));
        kinds.put("null key", Records.of(0, 0, Records.map("id", null), 5L, json("{'n':1}")));
        kinds.put("no version", Records.of(0, 0, "a", null, json("{'n':1}")));
        kinds.put("negative version", Records.of(0, 0, "b", -3L, json("{'n':1}")));
        kinds.put("too long id", Records.of(0, 0, "x".repeat(513), 5L, json("{'n':1}")));
        kinds.put("mapping conflict", Records.of(0, 0, "c", 5L, json("{'n':'many'}")));
        kinds.put("too large document", Records.of(0, 0, "d", 5L, json("{'s':'" + "x".repeat(TOO_LARGE) + "'}")));
        kinds.put(
                "wrong schema",
                new SinkRecord(
                        Records.TOPIC,
                        0,
                        null,
                        "e",
                        Schema.INT32_SCHEMA,
                        5,
                        0,
                        1L,
                        TimestampType.CREATE_TIME,
                        new ConnectHeaders().addLong("version", 5)));
        kinds.put("unknown index", Records.of(0, 0, "f", 5L, json("{'n':1}")));
        kinds.put("malformed JSON", Records.of(0, 0, "g", 5L, json("{'n':1}\n{'index':{'_id':'planted'}}\n{'n':6}")));
        List<SinkRecord> bad = new ArrayList<>();
        List<SinkRecord> records = new ArrayList<>();
        List<Map.Entry<String, SinkRecord>> mixed = new ArrayList<>(kinds.entrySet());
        for (int i = 0; i < 200; i++) {
            mixed.add(Map.entry("good", Records.of(0, 0, "good-" + i % 100, 5L + i / 100, json("{'n':" + i + "}"))));
        }
        Collections.shuffle(mixed, new Random(SEED));
        for (int i = 0; i < mixed.size(); i++) {
            SinkRecord record = mixed.get(i).getValue();
            ConnectHeaders headers = new ConnectHeaders(record.headers());
            headers.addString("kind", mixed.get(i).getKey());
            String topic = mixed.get(i).getKey().equals("unknown index") ? "nowhere" : "bad";
            records.add(new SinkRecord(
                    topic,
                    0,
                    record.keySchema(),
                    record.key(),
                    record.valueSchema(),
                    record.value(),
                    i,
                    1L,
                    TimestampType.CREATE_TIME,
                    headers,
                    Records.TOPIC,
                    0,
                    i));
        }
        try (RunningTask task = task(server.url(), "index", "${topic}", "batch.bytes", "1000000")) {
            for (int i = 0; i < records.size(); i += 30) {
                task.deliver(records.subList(i, Math.min(records.size(), i + 30)));
            }
            task.settle();
            assertThat(task.committable()).containsExactly(Map.entry(0, 210L));
            Map<String, String> told = new TreeMap<>();
            for (int i = 0; i < reporter.records.size(); i++) {
                told.put(
                        String.valueOf(reporter.header(i, "kind")),
                        reporter.header(i, "optimist.outcome") + " " + reporter.header(i, "optimist.status"));
                assertThat(reporter.header(i, "optimist.reason")).asString().isNotBlank();
                bad.add(reporter.records.get(i));
            }
            assertThat(bad).hasSize(10);
            assertThat(told.keySet()).containsExactlyInAnyOrderElementsOf(kinds.keySet());
            assertThat(told.values()).allMatch(outcome -> outcome.startsWith("REJECTED "));
            assertThat(told)
                    .containsEntry("mapping conflict", "REJECTED 400")
                    .containsEntry("too large document", "REJECTED 413")
                    .containsEntry("unknown index", "REJECTED 404")
                    .containsEntry("no version", "REJECTED 0");
            assertThat(task.context.metric("records")).isEqualTo(210);
            assertThat(task.context.metric("dead-lettered")).isEqualTo(10);
            assertThat(task.context.metric("applied")
                            + task.context.metric("superseded")
                            + task.context.metric("duplicates"))
                    .isEqualTo(200);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(n(documents, "good-" + i)).isEqualTo(100 + i);
        }
        assertThat(documents.get("planted")).isEmpty();
        assertThat(documents.get("a")).isEmpty();
    }

    /** In any order, twice, with deletes among them: what is there is the highest version of each. */
    @Test
    void lateRecordsNeverWin() throws Exception {
        VersionedDocuments<ObjectNode> documents = index("late", "\"gc_deletes\":\"0s\"");
        Random random = new Random(SEED);
        Map<String, SinkRecord> highest = new HashMap<>();
        List<SinkRecord> all = new ArrayList<>();
        for (int id = 0; id < 50; id++) {
            for (int version = 0; version < 20; version++) {
                Integer n = random.nextInt(4) == 0 ? null : 100 * id + version;
                SinkRecord record = record(0, 0, "id-" + id, version, n);
                highest.put("id-" + id, record);
                all.add(record);
                all.add(record);
            }
        }
        Collections.shuffle(all, random);
        try (RunningTask task = task(server.url(), "index", "late", "batch.size", "50", "linger.ms", "10")) {
            List<SinkRecord> batch = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                SinkRecord record = all.get(i);
                batch.add(new SinkRecord(
                        Records.TOPIC,
                        i % 2,
                        null,
                        record.key(),
                        null,
                        record.value(),
                        i,
                        1L,
                        TimestampType.CREATE_TIME,
                        record.headers()));
                if (batch.size() == 70 || i == all.size() - 1) {
                    task.deliver(batch);
                    batch.clear();
                }
            }
            task.settle();
            assertThat(task.context.metric("records")).isEqualTo(2_000);
            assertThat(task.context.metric("applied")
                            + task.context.metric("superseded")
                            + task.context.metric("duplicates"))
                    .isEqualTo(2_000);
            assertThat(task.context.metric("superseded")).isPositive();
        }
        assertThat(reporter.records).isEmpty();
        highest.forEach((id, record) -> {
            VersionedDocument<ObjectNode> there = documents.get(id).orElseThrow();
            assertThat(there.version()).isEqualTo(19);
            JsonNode source = there.source();
            if (record.value() == null) {
                assertThat(source.path("optimist_tombstone").path("deleted_at").asText())
                        .isNotEmpty();
            } else {
                assertThat(source.toString()).isEqualTo(new String((byte[]) record.value(), UTF_8));
            }
        });
    }

    /** What tombstones are for: Elasticsearch's own deletes are forgotten. */
    @Test
    void aPlainDeleteIsForgottenAndATombstoneIsNot() throws Exception {
        VersionedDocuments<ObjectNode> kept = index("kept", "\"gc_deletes\":\"0s\"");
        VersionedDocuments<ObjectNode> forgotten = index("forgotten", "\"gc_deletes\":\"0s\"");
        for (String name : List.of("kept", "forgotten")) {
            try (RunningTask task =
                    task(server.url(), "index", name, "delete.mode", name.equals("kept") ? "tombstone" : "delete")) {
                task.deliver(List.of(record(0, 1, "1", 5, 1), record(0, 2, "1", 6, null)));
                task.settle();
            }
            // which forgets deletes at once, as time and restarts do
            client.elasticsearch().indices().close(c -> c.index(name));
            client.elasticsearch().indices().open(o -> o.index(name));
            try (RunningTask task = task(server.url(), "index", name)) {
                task.deliver(List.of(record(0, 1, "1", 5, 1)));
                task.settle();
                assertThat(task.context.metric(name.equals("kept") ? "superseded" : "applied"))
                        .isEqualTo(1);
            }
        }
        assertThat(kept.get("1").orElseThrow().source().has("optimist_tombstone"))
                .isTrue();
        assertThat(n(forgotten, "1")).as("it is back").isEqualTo(1);
    }

    @Test
    void whileElasticsearchIsAwayNothingIsLost() throws Exception {
        VersionedDocuments<ObjectNode> documents = index("away");
        try (FaultProxy proxy = FaultProxy.before(server.url());
                RunningTask task = task(
                        proxy.url(),
                        "index",
                        "away",
                        "batch.size",
                        "10",
                        "max.in.flight",
                        "1",
                        "linger.ms",
                        "10",
                        "connection.request.timeout.ms",
                        "500",
                        "put.timeout.ms",
                        "100",
                        "retry.timeout.ms",
                        "1500",
                        "retry.backoff.max.ms",
                        "200")) {
            List<SinkRecord> records = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                records.add(record(i % 2, i, "id-" + i, 5, i));
            }
            proxy.freeze();
            assertThatThrownBy(() -> task.put(records)).isInstanceOf(RetriableException.class);
            assertThat(task.context.timeout).isBetween(1L, 200L);
            // long enough for the writer to give up, and the task not to
            long begin = System.nanoTime();
            while (task.context.metric("sent-again") == 0) {
                assertThat(System.nanoTime() - begin).isLessThan(60_000_000_000L);
                assertThatThrownBy(() -> task.put(records)).isInstanceOf(RetriableException.class);
                Thread.sleep(task.context.timeout);
            }
            // who waits for room when the writer gives up gets it, and no one after him
            assertThat(task.context.metric("records"))
                    .as("twice as many as in a request")
                    .isLessThanOrEqualTo(20 + 1);
            assertThat(task.committable()).isEmpty();
            proxy.unfreeze();
            task.deliver(records);
            task.settle();
            assertThat(task.committable()).containsExactly(Map.entry(0, 99L), Map.entry(1, 100L));
            assertThat(task.context.metric("records")).isEqualTo(100);
            assertThat(task.context.metric("applied") + task.context.metric("duplicates"))
                    .isEqualTo(100);
            assertThat(task.deliveredAgain).isPositive();
        }
        for (int i = 0; i < 100; i++) {
            assertThat(n(documents, "id-" + i)).isEqualTo(i);
        }
    }

    @Test
    void outcomesOfARevokedPartitionAreNotOfItsNextOwner() throws Exception {
        VersionedDocuments<ObjectNode> documents = index("revoked");
        try (FaultProxy proxy = FaultProxy.before(server.url());
                RunningTask task = task(proxy.url(), "index", "revoked", "linger.ms", "10")) {
            proxy.freeze();
            task.put(List.of(record(0, 10, "a", 5, 1), record(1, 7, "b", 5, 1)));
            task.task.close(List.of(FIRST));
            task.put(List.of(record(0, 4, "c", 5, 1)));
            proxy.unfreeze();
            task.settle();
            assertThat(task.committable()).containsExactly(Map.entry(0, 5L), Map.entry(1, 8L));
            // Connect reads anew, without a word
            task.put(List.of(record(1, 6, "d", 5, 1)));
            task.settle();
            assertThat(task.committable()).containsExactly(Map.entry(0, 5L), Map.entry(1, 7L));
        }
        for (String id : List.of("a", "b", "c", "d")) {
            assertThat(n(documents, id)).isEqualTo(1);
        }
    }

    @Test
    void aTaskThatStopsWaitsForWhatItHasSent() throws Exception {
        VersionedDocuments<ObjectNode> documents = index("stopped");
        List<SinkRecord> records = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            records.add(record(0, i, "id-" + i, 5, i));
        }
        try (RunningTask task =
                task(server.url(), "index", "stopped", "linger.ms", "60000", "flush.timeout.ms", "30000")) {
            task.deliver(records);
        }
        for (int i = 0; i < 500; i++) {
            assertThat(n(documents, "id-" + i)).isEqualTo(i);
        }
    }

    @Test
    void anotherDocumentOfTheSameVersionIsSuspicious() throws Exception {
        index("suspicious");
        try (RunningTask task = task(server.url(), "index", "suspicious")) {
            task.deliver(List.of(record(0, 1, "1", 5, 1)));
            task.settle();
            task.deliver(List.of(record(0, 2, "1", 5, 1), record(0, 3, "1", 5, 2)));
            task.settle();
            assertThat(task.context.metric("duplicates")).isEqualTo(1);
            assertThat(reporter.header(0, "optimist.outcome")).isEqualTo("SUSPICIOUS");
            assertThat(reporter.records).hasSize(1);
        }
    }

    @Test
    void eventsOfDebeziumFromTheirDeleteToTheRecordAfterIt() throws Exception {
        VersionedDocuments<ObjectNode> documents = index("events");
        String source = "'source':{'connector':'postgresql','lsn':";
        SinkRecord created =
                Records.of(0, 1, "{\"id\":1}", null, json("{'op':'c','after':{'id':1,'n':1}," + source + "100}}"));
        SinkRecord deleted =
                Records.of(0, 2, "{\"id\":1}", null, json("{'op':'d','before':{'id':1}," + source + "200}}"));
        SinkRecord nothing = Records.of(0, 3, "{\"id\":1}", null, null);
        SinkRecord late =
                Records.of(0, 4, "{\"id\":1}", null, json("{'op':'u','after':{'id':1,'n':2}," + source + "150}}"));
        try (RunningTask task = task(server.url(), "index", "events", "version.from", "postgres-lsn")) {
            task.deliver(List.of(created, deleted, nothing, late));
            task.settle();
            assertThat(task.context.metric("applied")).isEqualTo(2);
            assertThat(task.context.metric("skipped")).isEqualTo(1);
            assertThat(task.context.metric("superseded")).isEqualTo(1);
        }
        VersionedDocument<ObjectNode> there = documents.get("1").orElseThrow();
        assertThat(there.version()).isEqualTo(200);
        assertThat(there.source().has("optimist_tombstone")).isTrue();
        assertThat(reporter.records).isEmpty();
    }

    @Test
    void whoIsNotLetInFailsAtOnce() {
        try (ElasticsearchServer secured = ElasticsearchServer.start(o -> own(o).password("correct horse"))) {
            Map<String, String> settings = Converted.settings(
                    "connection.url",
                    secured.url(),
                    "connection.username",
                    "elastic",
                    "connection.password",
                    "wrong horse",
                    "connection.ca.file",
                    secured.caCertificate().orElseThrow().toString());
            assertThatThrownBy(() -> new RunningTask(reporter, settings))
                    .isInstanceOf(ConnectException.class)
                    .isNotInstanceOf(RetriableException.class)
                    .hasMessageContaining("connection.password")
                    .hasMessageNotContaining("wrong horse");
            settings.put("connection.password", "correct horse");
            new RunningTask(reporter, settings).close();
            settings.remove("connection.ca.file");
            assertThatThrownBy(() -> new RunningTask(reporter, settings))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("connection.ca.file");
        }
    }

    /** It may come back, and a task that has failed would not. */
    @Test
    void aServerThatIsNotThereYetIsWaitedFor() {
        Map<String, String> settings = Converted.settings("connection.url", "http://localhost:1");
        new RunningTask(reporter, settings).close();
    }
}

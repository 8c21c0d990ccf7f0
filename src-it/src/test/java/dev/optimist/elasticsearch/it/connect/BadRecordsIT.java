package dev.optimist.elasticsearch.it.connect;

import static dev.optimist.elasticsearch.it.connect.ConnectStack.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Records that cannot be written come into the dead-letter topic with the reason, and stop nothing: those among them that can be
 * are written, and each one is accounted for.
 */
@Tag("once")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadRecordsIT {
    private static final long SEED = Long.getLong("optimist.seed", System.nanoTime());
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String CASE = "case";
    private static final int TOO_LARGE = 3_000_000;

    private final Random random = new Random(SEED);
    private ElasticsearchServer server;
    private VersionedClient client;
    private ConnectStack stack;

    /** A record, whose case comes along as a header. */
    private record Sent(String kind, ProducerRecord<byte[], byte[]> record) {
        static Sent of(
                String kind, String topic, byte @Nullable [] key, @Nullable String version, byte @Nullable [] value) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, value);
            record.headers().add(CASE, kind.getBytes(UTF_8));
            if (version != null) {
                record.headers().add("version", version.getBytes(UTF_8));
            }
            return new Sent(kind, record);
        }
    }

    @BeforeAll
    void start() throws Exception {
        System.out.println("bad records: seed " + SEED + " (repeat with -Doptimist.seed=" + SEED + ")");
        server = ElasticsearchServer.start(
                o -> o.setting("http.max_content_length", "2mb").setting("action.auto_create_index", "false"));
        client = VersionedClient.connect(server.url());
        stack = ConnectStack.start("bad-records", o -> o.setting("message.max.bytes", 8_000_000), o -> {});
    }

    @AfterAll
    void stop() {
        stack.close();
        client.close();
        server.close();
    }

    @Test
    void withSchemas() throws Exception {
        newIndex("typed");
        List<Sent> bad = List.of(
                Sent.of("no key", "typed", null, "1", value(1)),
                Sent.of("null key", "typed", bytes("{\"id\":null}"), "1", value(1)),
                Sent.of("key without the field", "typed", bytes("{\"number\":7}"), "1", value(1)),
                Sent.of("no version", "typed", key("no-version"), null, value(1)),
                Sent.of("negative version", "typed", key("negative"), "-3", value(1)),
                Sent.of("version that is none", "typed", key("text"), "three", value(1)),
                Sent.of("too long id", "typed", key("x".repeat(513)), "1", value(1)),
                Sent.of("mapping conflict", "typed", key("conflict"), "1", struct("string", "\"many\"")),
                Sent.of("too large document", "typed", key("large"), "1", struct("string", large())),
                Sent.of(
                        "wrong schema",
                        "typed",
                        key("schema"),
                        "1",
                        bytes("{\"schema\":{\"type\":\"int32\",\"optional\":false},\"payload\":5}")),
                Sent.of("malformed JSON", "typed", key("malformed"), "1", bytes("{\"schema\":{")),
                Sent.of("delete without a version", "typed", key("no-version"), null, null),
                Sent.of("unknown index", "nowhere", key("nowhere"), "1", value(1)));
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        settings.put("key.converter.schemas.enable", "false");
        settings.put("document.id", "${key.id}");
        settings.put("delete.null.value", "error");
        Map<String, List<ConsumerRecord<byte[], byte[]>>> dead =
                run("typed", List.of("typed", "nowhere"), settings, bad, n -> value(n), id -> key(id));

        assertThat(dead.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        bad.stream().map(Sent::kind).toList());
        assertThat(header(dead, "malformed JSON", "__connect.errors.exception.class.name"))
                .as("by Connect itself, before the sink")
                .contains("DataException");
        dead.remove("malformed JSON");
        dead.forEach((kind, records) -> assertThat(text(records.get(0).headers(), "optimist.reason"))
                .as(kind)
                .isNotBlank());
        assertThat(header(dead, "too long id", "optimist.reason")).contains("512");
        assertThat(header(dead, "mapping conflict", "optimist.outcome")).isEqualTo("REJECTED");
        assertThat(header(dead, "mapping conflict", "optimist.status")).isEqualTo("400");
        assertThat(header(dead, "too large document", "optimist.status")).isEqualTo("413");
        assertThat(header(dead, "unknown index", "optimist.status")).isEqualTo("404");
        assertThat(header(dead, "unknown index", "optimist.index")).isEqualTo("nowhere");
        assertThat(header(dead, "unknown index", "optimist.id")).isEqualTo("nowhere");
    }

    @Test
    void asTheyAre() throws Exception {
        newIndex("raw");
        Map<String, byte[]> values = new LinkedHashMap<>();
        values.put("cut off", bytes("{\"n\":"));
        values.put("text", bytes("nothing"));
        values.put("an array", bytes("[1]"));
        values.put("a number", bytes("5"));
        values.put("nothing", new byte[0]);
        values.put("two documents", bytes("{\"n\":1}{\"n\":2}"));
        values.put("not UTF-8", new byte[] {'{', '"', 'n', '"', ':', '"', (byte) 0xc3, (byte) 0x28, '"', '}'});
        values.put("a request of its own", bytes("{\"n\":1}\n{\"index\":{\"_id\":\"planted\"}}\n{\"n\":666}"));
        values.put("mapping conflict", bytes("{\"n\":\"many\"}"));
        values.put("too large document", bytes("{\"n\":" + large() + "}"));
        List<Sent> bad = new ArrayList<>();
        values.forEach((kind, value) -> bad.add(Sent.of(kind, "raw", bytes("bad " + kind), "1", value)));
        bad.add(Sent.of("no key", "raw", null, "1", bytes("{\"n\":1}")));
        bad.add(Sent.of("no version", "raw", bytes("no-version"), null, bytes("{\"n\":1}")));
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        settings.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        Map<String, List<ConsumerRecord<byte[], byte[]>>> dead =
                run("raw", List.of("raw"), settings, bad, n -> bytes("{\"n\": " + n + "}"), id -> bytes(id));

        assertThat(dead.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        bad.stream().map(Sent::kind).toList());
        dead.forEach((kind, records) -> {
            assertThat(text(records.get(0).headers(), "optimist.reason"))
                    .as(kind)
                    .isNotBlank();
            assertThat(records.get(0).value()).as(kind).isEqualTo(value(bad, kind));
        });
        assertThat(client.documents("raw", ObjectNode.class).get("planted")).isEmpty();
    }

    /**
     * Sends the bad ones among good ones, twice, and waits until all are acknowledged. The good ones have to be there, and all
     * have to be accounted for.
     *
     * @return what is in the dead-letter topic, by case
     */
    private Map<String, List<ConsumerRecord<byte[], byte[]>>> run(
            String name,
            List<String> topics,
            Map<String, String> own,
            List<Sent> bad,
            Function<Integer, byte[]> good,
            Function<String, byte[]> keys)
            throws Exception {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connection.url", server.url());
        settings.put("index", "${topic}");
        settings.put("version.from", "header");
        settings.put("version.header", "version");
        settings.put("batch.bytes", "1000000");
        settings.put("errors.tolerance", "all");
        settings.put("errors.deadletterqueue.topic.name", name + "-dead");
        settings.put("errors.deadletterqueue.topic.replication.factor", "1");
        settings.put("errors.deadletterqueue.context.headers.enable", "true");
        settings.put("producer.override.max.request.size", "8000000"); // of the dead letters
        settings.putAll(own);
        for (String topic : topics) {
            stack.topics.create(topic, 3);
        }
        stack.connect
                .connectors()
                .put(name, ConnectStack.sink(ConnectStack.CONNECTOR, 3, String.join(",", topics), settings));
        stack.connect.connectors().awaitRunning(name, 3, LIMIT);

        Map<String, Integer> expected = new TreeMap<>();
        long sent = send(name, bad, good, keys, expected);
        await("all are acknowledged", LIMIT, () -> acknowledged(name, topics) == sent);
        stack.connect.connectors().awaitRunning(name, 3, Duration.ofSeconds(10));

        VersionedDocuments<ObjectNode> documents = client.documents(name, ObjectNode.class);
        expected.forEach((id, n) -> assertThat(documents.get(id).map(VersionedDocument::source))
                .as(id)
                .hasValueSatisfying(
                        source -> assertThat(source.get("n").asInt()).isEqualTo(n)));
        List<ConsumerRecord<byte[], byte[]>> dead = stack.topics.read(name + "-dead");
        Map<String, Long> counts = Jmx.ofPlugin(stack.connect, 0, name);
        System.out.println("bad records: " + name + " " + counts);
        long converted = dead.stream()
                .filter(record -> text(record.headers(), "optimist.outcome") != null)
                .count();
        assertThat(dead.stream().map(record -> text(record.headers(), CASE)))
                .containsExactlyInAnyOrderElementsOf(bad.stream()
                        .flatMap(each -> Stream.of(each.kind, each.kind))
                        .toList());
        assertThat(counts.get("dead-lettered")).isEqualTo(converted);
        assertThat(counts.get("records")).isEqualTo(sent - (dead.size() - converted));
        assertThat(counts.get("applied") + counts.get("superseded") + counts.get("duplicates") + dead.size())
                .as("each is accounted for")
                .isEqualTo(sent);
        assertThat(counts.get("superseded")).isPositive();
        assertThat(counts.get("duplicates")).isPositive();
        return dead.stream()
                .collect(Collectors.groupingBy(
                        r -> String.valueOf(text(r.headers(), CASE)), TreeMap::new, Collectors.toList()));
    }

    private long acknowledged(String name, List<String> topics) throws Exception {
        long sum = 0;
        for (String topic : topics) {
            sum += stack.topics.acknowledged(name, topic);
        }
        return sum;
    }

    /** Of each good one an old version comes late, and the newest twice. */
    private long send(
            String topic,
            List<Sent> bad,
            Function<Integer, byte[]> good,
            Function<String, byte[]> keys,
            Map<String, Integer> expected)
            throws Exception {
        List<Sent> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String id = "good-" + i;
            for (int version : new int[] {2, 3, 1, 3}) {
                all.add(Sent.of("good", topic, keys.apply(id), Integer.toString(version), good.apply(version)));
            }
            expected.put(id, 3);
        }
        for (int round = 0; round < 2; round++) {
            bad.forEach(each -> all.add(random.nextInt(all.size()), each));
        }
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                stack.kafka.bootstrapServers(),
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                8_000_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Sent each : all) {
                var unused = producer.send(each.record);
            }
            producer.flush();
        }
        return all.size();
    }

    private void newIndex(String name) throws Exception {
        client.elasticsearch()
                .indices()
                .create(c -> c.index(name)
                        .settings(s -> s.numberOfShards("1").numberOfReplicas("0"))
                        .mappings(m -> m.withJson(new StringReader(
                                "{\"dynamic\":\"strict\",\"properties\":{\"n\":{\"type\":\"long\"}}}"))));
    }

    private static String large() {
        return "\"" + "x".repeat(TOO_LARGE) + "\"";
    }

    private static byte[] key(String id) {
        return bytes("{\"id\":\"" + id + "\"}");
    }

    private static byte[] value(int n) {
        return struct("int64", Integer.toString(n));
    }

    /** A document as JsonConverter has it with schemas. */
    private static byte[] struct(String type, String n) {
        return bytes("{\"schema\":{\"type\":\"struct\",\"optional\":false,\"fields\":[{\"field\":\"n\",\"type\":\""
                + type + "\",\"optional\":false}]},\"payload\":{\"n\":" + n + "}}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte @Nullable [] value(List<Sent> bad, String kind) {
        return bad.stream()
                .filter(each -> each.kind.equals(kind))
                .findFirst()
                .orElseThrow()
                .record
                .value();
    }

    private static @Nullable String header(
            Map<String, List<ConsumerRecord<byte[], byte[]>>> dead, String kind, String name) {
        return text(dead.get(kind).get(0).headers(), name);
    }

    private static @Nullable String text(Headers headers, String name) {
        return StreamSupport.stream(headers.headers(name).spliterator(), false)
                .map(header -> new String(header.value(), UTF_8))
                .findFirst()
                .orElse(null);
    }
}

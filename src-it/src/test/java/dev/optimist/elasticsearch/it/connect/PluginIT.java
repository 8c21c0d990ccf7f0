package dev.optimist.elasticsearch.it.connect;

import static dev.optimist.elasticsearch.it.connect.ConnectStack.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The zip in a worker, as users have it there: found, apart from the worker's own libraries, checked, measured, with secrets. */
@Tag("once")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PluginIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String PASSWORD = "hunter2-connect";
    private static final String SINK = "secured";

    @TempDir
    static Path folder;

    private ElasticsearchServer server;
    private ConnectStack stack;
    private Path loaded;

    @BeforeAll
    void start() throws Exception {
        server = ElasticsearchServer.start(o -> o.password(PASSWORD));
        loaded = folder.resolve("classes.log");
        stack = ConnectStack.start(
                "plugin",
                o -> o.version("4.4.0"), // all others run on the one that Debezium runs on
                o -> o.setting("config.providers", "file")
                        .setting(
                                "config.providers.file.class",
                                "org.apache.kafka.common.config.provider.FileConfigProvider")
                        .setting("plugin.discovery", "service_load")
                        .javaOptions("-Xmx256m", "-XX:+UseSerialGC", "-Xlog:class+load=info:file=" + loaded));
    }

    @AfterAll
    void stop() {
        stack.close();
        server.close();
    }

    @Test
    void theWorkerFindsItByItsManifest() {
        JsonNode plugins = stack.connect.connectors().request("GET", "/connector-plugins", null);
        assertThat(plugins)
                .filteredOn(plugin -> plugin.path("class").asText().equals(ConnectStack.CONNECTOR))
                .singleElement()
                .satisfies(plugin -> {
                    assertThat(plugin.path("type").asText()).isEqualTo("sink");
                    assertThat(plugin.path("version").asText()).matches("\\d+\\.\\d+\\.\\d+.*");
                });
    }

    @Test
    void wrongSettingsAreNamed() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connector.class", ConnectStack.CONNECTOR);
        settings.put("name", "wrong");
        settings.put("topics", "products");
        settings.put("connection.url", "ftp://nowhere");
        settings.put("version.from", "clock");
        settings.put("index.routes", "((:products");
        settings.put("max.in.flight", "0");
        settings.put("batch.size", "many");
        assertThat(errors(settings).keySet())
                .contains("connection.url", "version.from", "index.routes", "max.in.flight", "batch.size");

        settings.clear();
        settings.put("connector.class", ConnectStack.CONNECTOR);
        settings.put("name", "empty");
        settings.put("topics", "products");
        assertThat(errors(settings).keySet()).contains("connection.url", "version.from");

        settings.put("connection.url", server.url());
        settings.put("index", "products");
        settings.put("version.from", "header");
        settings.put("version.header", "version");
        assertThat(errors(settings)).isEmpty();
    }

    private Map<String, String> errors(Map<String, String> settings) {
        Map<String, String> errors = new TreeMap<>();
        for (JsonNode each : stack.connect
                .connectors()
                .validate("OptimisticSinkConnector", settings)
                .path("configs")) {
            JsonNode told = each.at("/value/errors");
            if (!told.isEmpty()) {
                String name = each.at("/value/name").asText();
                errors.put(name, told.toString());
                assertThat(told.toString()).as("names it").contains(name);
            }
        }
        return errors;
    }

    @Test
    void aSecretComesFromAFileAndIsNowhereElse() throws Exception {
        Path secrets = Files.writeString(folder.resolve("secrets.properties"), "elastic=" + PASSWORD + "\n");
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connection.url", server.url());
        settings.put("connection.username", "elastic");
        settings.put("connection.password", "${file:" + secrets + ":elastic}");
        settings.put("connection.ca.file", server.caCertificate().orElseThrow().toString());
        settings.put("index", "secured");
        settings.put("version.from", "header");
        settings.put("version.header", "version");
        settings.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        settings.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        stack.topics.create("products", 3);
        send(1_000);
        stack.connect.connectors().put(SINK, ConnectStack.sink(ConnectStack.CONNECTOR, 2, "products", settings));
        stack.connect.connectors().awaitRunning(SINK, 2, LIMIT);
        await("all are acknowledged", LIMIT, () -> stack.topics.acknowledged(SINK, "products") == 1_000);
        try (VersionedClient client = client()) {
            assertThat(client.documents("secured", ObjectNode.class)
                            .get("7")
                            .orElseThrow()
                            .version())
                    .isEqualTo(8);
        }
        itsMetricsAreShownByJmx();
        itsLibrariesAreItsOwn();

        String shown = stack.connect.connectors().request("GET", "/connectors/" + SINK + "/config", null)
                + stack.connect
                        .connectors()
                        .request("GET", "/connectors/" + SINK + "/tasks", null)
                        .toString()
                + stack.connect.connectors().validate("OptimisticSinkConnector", withName(settings))
                + Files.readString(Path.of("target/connect/plugin/worker-0.log"));
        assertThat(shown).doesNotContain(PASSWORD).contains("${file:");
    }

    private static Map<String, String> withName(Map<String, String> settings) {
        return ConnectStack.sink(ConnectStack.CONNECTOR, 2, "products", settings);
    }

    private VersionedClient client() {
        return VersionedClient.connect(o -> o.hosts(server.url())
                .basicAuth("elastic", PASSWORD)
                .caCertificate(server.caCertificate().orElseThrow()));
    }

    private void itsMetricsAreShownByJmx() throws Exception {
        Map<String, Long> metrics = Jmx.ofPlugin(stack.connect, 0, SINK);
        assertThat(metrics).containsEntry("records", 1_000L).containsEntry("applied", 1_000L);
        assertThat(metrics).containsEntry("superseded", 0L).containsEntry("dead-lettered", 0L);
    }

    /** What the JVM says where each class is from: Jackson from both, each its own; Kafka and slf4j from the worker alone. */
    private void itsLibrariesAreItsOwn() throws IOException {
        String mapper = "com.fasterxml.jackson.databind.ObjectMapper";
        assertThat(sources(mapper))
                .hasSize(2)
                .anyMatch(source -> source.contains("/optimist-kafka-connect-"))
                .anyMatch(source -> source.contains("jackson-databind-2.21"));
        for (String shared : List.of("org.apache.kafka.connect.sink.SinkTask", "org.slf4j.LoggerFactory")) {
            assertThat(sources(shared)).as(shared).singleElement().asString().doesNotContain("optimist-kafka-connect");
        }
        assertThat(sources("dev.optimist.elasticsearch.VersionedClient"))
                .singleElement()
                .asString()
                .contains("/optimist-kafka-connect-");
    }

    private List<String> sources(String name) throws IOException {
        try (Stream<String> lines = Files.lines(loaded)) {
            return lines.filter(line -> line.contains(" " + name + " source: "))
                    .map(line -> line.substring(line.indexOf("source: ")))
                    .toList();
        }
    }

    private void send(int records) {
        Map<String, Object> settings = Map.of("bootstrap.servers", stack.kafka.bootstrapServers());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                ProducerRecord<String, String> record =
                        new ProducerRecord<>("products", Integer.toString(i), "{\"n\":" + i + "}");
                record.headers().add("version", Integer.toString(i + 1).getBytes(UTF_8));
                var unused = producer.send(record);
            }
        }
    }
}

package dev.optimist.elasticsearch.it.connect;

import dev.optimist.elasticsearch.testkit.ConnectCluster;
import dev.optimist.elasticsearch.testkit.ConnectClusterOptions;
import dev.optimist.elasticsearch.testkit.KafkaOptions;
import dev.optimist.elasticsearch.testkit.KafkaServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;

/** A broker, and workers that have the connector's zip as a plugin. */
final class ConnectStack implements AutoCloseable {
    static final String CONNECTOR = "dev.optimist.elasticsearch.connect.OptimisticSinkConnector";

    final KafkaServer kafka;
    final ConnectCluster connect;
    final Topics topics;

    private ConnectStack(KafkaServer kafka, ConnectCluster connect) {
        this.kafka = kafka;
        this.connect = connect;
        this.topics = new Topics(kafka.bootstrapServers());
    }

    /** Starts it; its logs are in {@code target/connect/} of this name. */
    static ConnectStack start(String name, Consumer<KafkaOptions> broker, Consumer<ConnectClusterOptions> workers)
            throws IOException {
        Path zip = zip();
        Path logs = Path.of("target", "connect", name);
        KafkaServer kafka = KafkaServer.start(o -> broker.accept(o.logs(logs)));
        try {
            return new ConnectStack(
                    kafka,
                    ConnectCluster.start(
                            kafka,
                            o -> workers.accept(o.logs(logs).plugin(zip).setting("session.timeout.ms", 10_000))));
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
    }

    /** Returns what users get. */
    static Path zip() throws IOException {
        Path target = Path.of("..", "client-kafka-connect", "target");
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(f -> f.getFileName().toString().matches("optimist-kafka-connect-.*\\.zip"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(
                            "no plugin zip in " + target + ": mvn package makes it, also with -pl src-it -am"))
                    .toAbsolutePath()
                    .normalize();
        }
    }

    /** Returns the settings of a sink, which takes the tasks of a worker that is gone within seconds. */
    static Map<String, String> sink(String connector, int tasks, String topics, Map<String, String> own) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connector.class", connector);
        settings.put("tasks.max", Integer.toString(tasks));
        settings.put("topics", topics);
        settings.put("consumer.override.session.timeout.ms", "6000");
        settings.put("consumer.override.heartbeat.interval.ms", "1500");
        settings.putAll(own);
        return settings;
    }

    /** Waits for what processes do; they tell nobody. */
    static void await(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                Assertions.fail("not within " + limit.toSeconds() + " s: " + what);
            }
            Thread.sleep(100);
        }
    }

    @Override
    public void close() {
        try (kafka;
                connect) {
            topics.close();
        }
    }
}

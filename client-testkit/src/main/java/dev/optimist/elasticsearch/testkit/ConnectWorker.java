package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A worker of a {@link ConnectCluster}. */
final class ConnectWorker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KafkaProgram program;
    private final String url;
    private volatile boolean standsStill;
    private volatile boolean closed;

    private ConnectWorker(KafkaProgram program, String url) {
        this.program = program;
        this.url = url;
    }

    static ConnectWorker start(
            int number, KafkaServer kafka, ConnectClusterOptions options, Map<String, String> settings, int port)
            throws IOException {
        String title = "worker " + number + " of Kafka Connect " + kafka.version();
        KafkaProgram program =
                KafkaProgram.of(title, "worker-" + number, kafka.jars(), options.javaOptions(), options.logs());
        try {
            Path properties = program.write("worker.properties", settings);
            program.start("org.apache.kafka.connect.cli.ConnectDistributed", properties.toString());
            String url = "http://127.0.0.1:" + port;
            HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
            program.await(options.startTimeout(), () -> isHealthy(http, url));
            return new ConnectWorker(program, url);
        } catch (IOException | RuntimeException e) {
            program.close();
            throw e;
        }
    }

    /** It has read its topics then, and is a member of the group. */
    private static boolean isHealthy(HttpClient http, String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/health"))
                .timeout(PATIENCE)
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false; // the pause that follows throws
        }
    }

    String url() {
        return url;
    }

    long pid() {
        return program.process().pid();
    }

    boolean answers() {
        return !closed && !standsStill && program.process().isAlive();
    }

    void kill() {
        program.kill();
    }

    void pause() {
        program.signal("STOP");
        standsStill = true;
    }

    void resume() {
        program.signal("CONT");
        standsStill = false;
    }

    @Override
    public void close() {
        closed = true;
        program.close();
    }
}

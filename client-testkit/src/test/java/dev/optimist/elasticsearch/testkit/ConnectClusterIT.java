package dev.optimist.elasticsearch.testkit;

import static dev.optimist.elasticsearch.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is brought into a topic, and from there into another file, by workers that come and go. */
class ConnectClusterIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void itSurvivesTheLossOfWorkersAndLeavesNothing() throws Exception {
        Path source = Files.writeString(folder.resolve("source.txt"), "a\nb\n");
        Path sink = folder.resolve("sink.txt");
        List<ProcessHandle> processes = new ArrayList<>();
        try (KafkaServer kafka = KafkaServer.start(o -> o.logs(folder.resolve("logs")));
                ConnectCluster connect = ConnectCluster.start(
                        kafka,
                        o -> o.workers(2).logs(folder.resolve("logs")).plugin("org.apache.kafka:connect-file:4.3.0"))) {
            processes.add(ProcessHandle.of(kafka.pid()).orElseThrow());
            assertThat(connect.running()).containsExactly(0, 1);
            Connectors connectors = connect.connectors();
            connectors.put("source", settings("FileStreamSource", "topic", source));
            connectors.put("sink", settings("FileStreamSink", "topics", sink));
            connectors.awaitRunning("source", 1, LIMIT);
            connectors.awaitRunning("sink", 1, LIMIT);
            awaitLines(sink, 2);

            int killed = workerOf(connect, "sink");
            ProcessHandle process = ProcessHandle.of(connect.pid(killed)).orElseThrow();
            connect.killWorker(killed);
            assertThat(process.isAlive()).isFalse();
            assertThat(connect.running()).containsExactly(1 - killed);
            assertThat(connect.addWorker()).isEqualTo(2);
            Files.writeString(source, "c\n", StandardOpenOption.APPEND);
            awaitLines(sink, 3);

            int frozen = workerOf(connect, "sink");
            connect.pauseWorker(frozen);
            assertThat(connect.running()).hasSize(1).doesNotContain(frozen);
            eventually("another has its task", LIMIT, () -> workerOf(connect, "sink") != frozen);
            connect.resumeWorker(frozen);
            eventually(
                    "it is back",
                    LIMIT,
                    () -> connectors.request("GET", "/", null).has("version"));
            assertThat(connect.running()).hasSize(2);

            connectors.pause("sink");
            connectors.resume("sink");
            connectors.awaitRunning("sink", 1, LIMIT);
            connectors.stop("sink");
            assertThat(connectors.offsets("sink").isEmpty()).isFalse();
            connectors.deleteOffsets("sink");
            connectors.resume("sink");
            awaitLines(sink, 6);

            connect.stopWorker(2);
            assertThat(connect.running()).hasSize(1);
            assertThatThrownBy(() -> connectors.status("nobody")).hasMessageContaining("404");
            for (int worker = 0; worker < 3; worker++) {
                ProcessHandle.of(connect.pid(worker)).ifPresent(processes::add);
            }
        }
        assertThat(processes).hasSizeGreaterThan(1).noneMatch(ProcessHandle::isAlive);
        assertThat(folder.resolve("logs/kafka.log")).content().contains("started");
        assertThat(folder.resolve("logs/worker-2.log")).content().contains("Kafka Connect");
    }

    private static Map<String, String> settings(String connector, String topics, Path file) {
        return Map.of(
                "connector.class",
                connector,
                topics,
                "lines",
                "file",
                file.toString(),
                "key.converter",
                "org.apache.kafka.connect.storage.StringConverter",
                "value.converter",
                "org.apache.kafka.connect.storage.StringConverter");
    }

    private static int workerOf(ConnectCluster connect, String connector) {
        JsonNode task = connect.connectors().status(connector).at("/tasks/0");
        return Stream.iterate(0, i -> i + 1)
                .limit(3)
                .filter(i -> i < 2 || connect.running().contains(2))
                .filter(i -> connect.workerId(i).equals(task.path("worker_id").asText()))
                .findFirst()
                .orElse(-1);
    }

    private static void awaitLines(Path file, int count) throws Exception {
        eventually(count + " lines", LIMIT, () -> lines(file) >= count);
    }

    private static int lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    @Test
    void itEndsWithTheJvmThatIsKilled() throws Exception {
        try (ChildJvm jvm = ChildJvm.start(folder, KafkaMain.class)) {
            List<ProcessHandle> processes = Stream.of(jvm.report("pids").split(","))
                    .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                    .toList();
            assertThat(left(jvm)).hasSize(3); // of the broker, of the worker, of the plugins
            jvm.kill();
            eventually(
                    "both have ended",
                    Duration.ofSeconds(40),
                    () -> processes.stream().noneMatch(ProcessHandle::isAlive));
            eventually(
                    "no folder is left", Duration.ofSeconds(40), () -> left(jvm).isEmpty());
        }
    }

    private static List<Path> left(ChildJvm jvm) throws IOException {
        return jvm.files().stream()
                .filter(path -> path.getFileName().toString().startsWith("optimist-"))
                .toList();
    }

    @Test
    void saysWhyItCannotBeStarted() {
        assertThatThrownBy(() -> KafkaServer.start(o -> o.setting("log.retention.bytes", "much")))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("much");
    }
}

package dev.optimist.elasticsearch.testkit;

import static dev.optimist.elasticsearch.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProcessServerIT {
    private Set<ProcessHandle> before;
    private ElasticsearchServer server;

    @BeforeEach
    void start() {
        before = ProcessHandle.current().descendants().collect(Collectors.toSet());
        server = ElasticsearchServer.start(o -> o.server("process").version("7.17.29"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void saysWhatItIs() {
        assertThat(server.kind()).isEqualTo(ElasticsearchServer.Kind.PROCESS);
        assertThat(server.version()).isEqualTo("7.17.29");
        assertThat(server.urls()).containsExactly(server.url());
        assertThat(server.caCertificate()).isEmpty();
        assertThat(server.description())
                .startsWith("Elasticsearch 7.17.29 (as chosen) as local process (as chosen) at " + server.url())
                .containsPattern(", ready after [0-9.]+ s$");
        assertThat(server).hasToString(server.description());
    }

    @Test
    void pidsAreThoseOfTheNodes() throws Exception {
        JsonNode node = node();

        assertThat(server.pids())
                .containsExactly(node.path("process").path("id").asLong());
    }

    @Test
    void answersOnLoopbackOnly() throws Exception {
        URI http = URI.create(server.url());
        URI transport = URI.create("tcp://" + node().path("transport_address").asText());

        assertThat(List.of(http.getHost(), transport.getHost())).containsOnly("127.0.0.1");
        assertThat(Rest.get(server.url() + "/_cluster/health")
                        .path("number_of_nodes")
                        .asInt())
                .isEqualTo(1);
        for (InetAddress address : Rest.addressesOfThisMachine()) {
            for (int port : List.of(http.getPort(), transport.getPort())) {
                assertThatThrownBy(() -> Rest.connect(address, port))
                        .as("%s, port %s", address, port)
                        .isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void leavesNothingBehind() throws Exception {
        Path folder = folder();
        Set<ProcessHandle> started = ProcessHandle.current()
                .descendants()
                .filter(p -> !before.contains(p))
                .collect(Collectors.toSet());
        List<Long> pids = server.pids();
        assertThat(folder).isDirectory();
        assertThat(folder.getFileName().toString()).startsWith("optimist-elasticsearch-");
        assertThat(started).extracting(ProcessHandle::pid).containsAll(pids);

        server.close();

        assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
        assertThat(folder).doesNotExist();
        assertThat(server.pids()).isEmpty();
        eventually(
                "the watchdog has ended",
                Duration.ofSeconds(20),
                () -> started.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void closingASecondTimeDoesNothing() {
        server.close();

        assertThatCode(server::close).doesNotThrowAnyException();
        assertThat(server.description()).contains(server.url());
    }

    @Test
    void aKilledServerIsClosedLikeAnyOther() throws Exception {
        Path folder = folder();
        ProcessHandle node = ProcessHandle.of(server.pids().get(0)).orElseThrow();
        assertThat(node.destroyForcibly()).isTrue();
        eventually("the killed server is gone", Duration.ofSeconds(20), () -> !node.isAlive());

        server.close();

        assertThat(folder).doesNotExist();
    }

    private JsonNode node() throws Exception {
        return Rest.get(server.url() + "/_nodes/_local")
                .path("nodes")
                .elements()
                .next();
    }

    private Path folder() throws Exception {
        Path logs = Path.of(node().at("/settings/path/logs").asText());
        return logs.resolveSibling("").normalize();
    }
}

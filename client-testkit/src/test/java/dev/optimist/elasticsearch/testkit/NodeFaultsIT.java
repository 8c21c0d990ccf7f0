package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Single nodes of a cluster are killed, hung and started again. */
class NodeFaultsIT {

    @Test
    void aKilledNodeComesBackWithItsDataAndAddressAndNothingIsLeftBehind() throws Exception {
        List<Long> pids;
        try (ElasticsearchServer server = ElasticsearchServer.start(
                o -> o.server("process").version(Versions.NEWEST).nodes(3))) {
            List<String> urls = server.urls();
            long killed = server.pids().get(1);
            Rest.put(server.url() + "/kept", "{\"settings\":{\"number_of_replicas\":2}}");
            Rest.put(server.url() + "/kept/_doc/1?wait_for_active_shards=3", "{\"n\":1}");

            server.kill(1);
            assertThat(ProcessHandle.of(killed)).isEmpty();
            assertThatThrownBy(() -> Rest.get(urls.get(1) + "/_cluster/health")).isInstanceOf(IOException.class);
            awaitNodes(urls.get(0), 2);
            server.kill(1); // a second time does nothing
            assertThatThrownBy(() -> server.pause(1)).isInstanceOf(IllegalStateException.class);

            server.restart(1);
            awaitNodes(urls.get(1), 3);
            assertThat(server.urls()).isEqualTo(urls);
            assertThat(server.pids().get(1)).isNotEqualTo(killed);
            assertThat(Rest.get(urls.get(1) + "/kept/_doc/1?preference=_local")
                            .at("/_source/n")
                            .asInt())
                    .isEqualTo(1);

            server.restart(2); // one that runs is ended first
            awaitNodes(urls.get(2), 3);
            server.kill(0);
            server.pause(2);
            pids = server.pids();
        }
        assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
    }

    @Test
    void aHungNodeAnswersWhenItGoesOn() throws Exception {
        try (ElasticsearchServer server =
                ElasticsearchServer.start(o -> o.server("process").version(Versions.NEWEST))) {
            server.pause(0);
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/_cluster/health"))
                    .timeout(Duration.ofSeconds(1))
                    .build();
            assertThatThrownBy(() -> HttpClient.newHttpClient().send(request, BodyHandlers.ofString()))
                    .isInstanceOf(HttpTimeoutException.class);
            server.resume(0);
            awaitNodes(server.url(), 1);
            assertThat(server.nodeName(0)).isEqualTo("node-1");
            assertThatThrownBy(() -> server.kill(1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("node");
        }
    }

    private static void awaitNodes(String url, int count) throws Exception {
        Eventually.eventually(
                count + " nodes seen by " + url,
                Duration.ofMinutes(2),
                () -> Rest.get(url + "/_cluster/health?wait_for_nodes=" + count + "&timeout=10s")
                                .path("number_of_nodes")
                                .asInt()
                        == count);
    }
}

package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressIT {
    private static ElasticsearchServer running;

    @BeforeAll
    static void start() {
        running = ElasticsearchServer.start(o -> o.server("process").version("7.17.29"));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void aServerThatWasThereIsNotStopped() throws Exception {
        try (ElasticsearchServer server = ElasticsearchServer.start(o -> o.server(running.url()))) {
            assertThat(server.kind()).isEqualTo(ElasticsearchServer.Kind.ADDRESS);
            assertThat(server.version()).isEqualTo("7.17.29");
            assertThat(server.urls()).containsExactly(running.url());
            assertThat(server.pids()).isEmpty();
            assertThat(server.caCertificate()).isEmpty();
            assertThat(server.description()).contains("7.17.29", "server that was there", running.url());
        }
        assertThat(Rest.get(running.url() + "/_cluster/health")
                        .path("number_of_nodes")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void anAddressMayEndWithASlash() {
        try (ElasticsearchServer server =
                ElasticsearchServer.start(o -> o.server(running.url() + "/").startTimeout(Duration.ofSeconds(60)))) {
            assertThat(server.version()).isEqualTo("7.17.29");
        }
    }

    @Test
    void nobodyAnswers() throws Exception {
        String url;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            url = "http://127.0.0.1:" + free.getLocalPort();
        }
        assertThatThrownBy(() -> ElasticsearchServer.start(o -> o.server(url).startTimeout(Duration.ofSeconds(1))))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContainingAll("No Elasticsearch answers at " + url, "1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9200", "docker", "ftp://localhost"})
    void whatIsNoAddressIsRefused(String value) {
        assertThatThrownBy(() -> ElasticsearchServer.start(o -> o.server(value)))
                .isInstanceOf(ServerStartException.class)
                .hasMessage("optimist.testkit.server must be auto, container, process or an http address, is " + value);
    }

    @Test
    void anotherVersionThanTheChosenOneIsRefused() {
        assertThatThrownBy(() ->
                        ElasticsearchServer.start(o -> o.server(running.url()).version("9.5.3")))
                .isInstanceOf(ServerStartException.class)
                .hasMessage("optimist.testkit.version is 9.5.3, but at " + running.url() + " runs 7.17.29");
    }

    @Test
    void whatAServerThatWasThereCannotBeGivenIsRefused() {
        for (Consumer<ServerOptions> own : List.<Consumer<ServerOptions>>of(
                o -> o.nodes(3), o -> o.password("123456"), o -> o.setting("node.attr.a", "b"))) {
            assertThatThrownBy(() -> ElasticsearchServer.start(o -> own.accept(o.server(running.url()))))
                    .isInstanceOf(ServerStartException.class)
                    .hasMessage("nodes, setting and password cannot be had of a server that runs already: "
                            + running.url());
        }
    }
}

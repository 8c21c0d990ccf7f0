package dev.optimist.elasticsearch.testkit;

import static dev.optimist.elasticsearch.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Ports.Binding;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** Three nodes with a password, as containers where there is an engine. */
class SecureClusterIT {
    private static final String PASSWORD = "se cret";

    private static ElasticsearchServer server;
    private static HttpClient http;

    @BeforeAll
    static void start() throws IOException {
        server = ElasticsearchServer.start(o -> o.server("auto").nodes(3).password(PASSWORD));
        Path certificate = server.caCertificate().orElseThrow();
        http = HttpClient.newBuilder()
                .sslContext(Security.trust(Files.readAllBytes(certificate)))
                .build();
    }

    @AfterAll
    static void stop() throws IOException {
        Path certificate = server.caCertificate().orElseThrow();
        server.kill(0);
        server.pause(1);
        server.close();
        assertThat(certificate).doesNotExist();
        for (String url : server.urls()) {
            assertThatThrownBy(() -> send(url, "GET", "/", "")).as(url).isInstanceOf(ConnectException.class);
        }
        assertThatThrownBy(() -> server.pause(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The server is closed");
    }

    @Test
    void eachNodeIsInTheClusterAndAsksForThePasswordOverHttps() throws Exception {
        assertThat(server.urls()).hasSize(3).doesNotHaveDuplicates().allMatch(url -> url.startsWith("https://"));
        for (String url : server.urls()) {
            awaitNodes(url, 3);
            assertThat(send(url, "GET", "/_cluster/health", "", "wrong").statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void aPausedNodeAnswersNothingUntilItGoesOn() throws Exception {
        server.pause(1);
        server.pause(1); // a second time does nothing
        assertThatThrownBy(() -> send(server.urls().get(1), "GET", "/_nodes/_local/process", ""))
                .isInstanceOf(HttpTimeoutException.class);
        assertThat(send(server.url(), "GET", "/_nodes/_local/process", "").statusCode())
                .isEqualTo(200);
        server.resume(1);
        server.resume(1);
        awaitNodes(server.urls().get(1), 3);
    }

    @Test
    void aKilledNodeComesBackWithItsDataAndAddress() throws Exception {
        List<String> urls = server.urls();
        String shards = "{\"settings\":{\"number_of_replicas\":2}}";
        assertThat(send(urls.get(0), "PUT", "/kept", shards).statusCode()).isEqualTo(200);
        assertThat(send(urls.get(0), "PUT", "/kept/_doc/1?wait_for_active_shards=3", "{\"n\":1}")
                        .statusCode())
                .isEqualTo(201);

        server.kill(2);
        assertThatThrownBy(() -> send(urls.get(2), "GET", "/", "")).isInstanceOf(IOException.class);
        server.kill(2); // a second time does nothing
        assertThatThrownBy(() -> server.pause(2)).isInstanceOf(IllegalStateException.class);
        awaitNodes(urls.get(0), 2);

        server.restart(2);
        awaitNodes(urls.get(2), 3);
        eventually(
                "its copy is back",
                Duration.ofMinutes(2),
                () -> send(urls.get(2), "GET", "/kept/_doc/1?preference=_local", "")
                        .body()
                        .contains("\"n\":1"));
        assertThat(server.urls()).isEqualTo(urls);

        server.pause(2);
        server.kill(2); // a paused one can be killed
        server.restart(2);
        server.pause(2);
        server.restart(2); // one that runs, or is paused, is ended first
        awaitNodes(urls.get(2), 3);
    }

    @Test
    void onlyLoopbackIsListenedAt() throws Exception {
        for (String url : server.urls()) {
            for (InetAddress address : Rest.addressesOfThisMachine()) {
                assertThatThrownBy(() -> Rest.connect(address, URI.create(url).getPort()))
                        .as("%s", address)
                        .isInstanceOf(ConnectException.class);
            }
        }
        // also where the engine has been told to listen nowhere else
        assertThat(bindings()).allMatch(binding -> "127.0.0.1".equals(binding.getHostIp()));
        assertThat(bindings()).hasSize(server.kind() == ElasticsearchServer.Kind.CONTAINER ? 6 : 0);
    }

    /** Returns what the containers of the server were told to publish, if it is of containers. */
    private static List<Binding> bindings() {
        if (server.kind() != ElasticsearchServer.Kind.CONTAINER) {
            return List.of();
        }
        List<Integer> ports =
                server.urls().stream().map(url -> URI.create(url).getPort()).toList();
        DockerClient docker = DockerClientFactory.lazyClient();
        return docker.listContainersCmd().withLabelFilter(DockerClientFactory.DEFAULT_LABELS).exec().stream()
                .filter(c -> Stream.of(c.getPorts()).anyMatch(p -> ports.contains(p.getPublicPort())))
                .map(Container::getId)
                .map(id -> docker.inspectContainerCmd(id).exec().getHostConfig().getPortBindings())
                .flatMap(all -> all.getBindings().values().stream())
                .flatMap(Stream::of)
                .toList();
    }

    private static void awaitNodes(String url, int count) throws Exception {
        eventually(count + " nodes seen by " + url, Duration.ofMinutes(2), () -> {
            try {
                return send(url, "GET", "/_cluster/health", "").body().contains("\"number_of_nodes\":" + count + ",");
            } catch (HttpTimeoutException busy) {
                return false;
            }
        });
    }

    private static HttpResponse<String> send(String url, String method, String path, String body)
            throws IOException, InterruptedException {
        return send(url, method, path, body, PASSWORD);
    }

    private static HttpResponse<String> send(String url, String method, String path, String body, String password)
            throws IOException, InterruptedException {
        byte[] both = ("elastic:" + password).getBytes(StandardCharsets.UTF_8);
        Map<String, String> headers = Map.of(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(both),
                "Content-Type",
                "application/json");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(5));
        headers.forEach(request::header);
        return http.send(
                request.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}

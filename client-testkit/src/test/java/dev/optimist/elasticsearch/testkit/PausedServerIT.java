package dev.optimist.elasticsearch.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code pids()} is for. The newest version, where a launcher stands between this JVM and the server. */
class PausedServerIT {
    private ElasticsearchServer server;

    @BeforeEach
    void start() {
        server = ElasticsearchServer.start(o -> o.server("process").version(Versions.NEWEST));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aPausedServerAnswersOnlyWhenItGoesOn() throws Exception {
        long pid = server.pids().get(0);
        Signals.pause(pid);
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/_cluster/health"))
                .build();

        CompletableFuture<HttpResponse<String>> answer =
                HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
        HttpRequest impatient = HttpRequest.newBuilder(request.uri())
                .timeout(Duration.ofSeconds(3))
                .build();
        assertThat(HttpClient.newHttpClient().sendAsync(impatient, HttpResponse.BodyHandlers.ofString()))
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .withCauseInstanceOf(HttpTimeoutException.class);
        assertThat(answer).isNotDone();

        Signals.resume(pid);

        assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void aPausedServerCanBeClosed() throws Exception {
        List<ProcessHandle> processes = ProcessHandle.current().descendants().toList();
        List<Long> pids = server.pids();
        assertThat(processes).extracting(ProcessHandle::pid).containsAll(pids);
        Signals.pause(pids.get(0));

        server.close();

        assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
    }
}

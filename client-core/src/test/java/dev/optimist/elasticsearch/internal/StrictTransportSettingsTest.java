package dev.optimist.elasticsearch.internal;

import static dev.optimist.elasticsearch.internal.ScriptedServer.http;
import static dev.optimist.elasticsearch.internal.ScriptedServer.json;
import static dev.optimist.elasticsearch.internal.ScriptedServer.raw;
import static dev.optimist.elasticsearch.internal.ScriptedServer.silence;
import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch.core.GetResponse;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.StrictTransport.Settings;
import dev.optimist.elasticsearch.internal.Write.Operation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What holds for requests that users make with {@code VersionedClient.elasticsearch()} as well: no {@link Deadlines} end
 * these, and no {@link Sending} follows them.
 */
@Timeout(20)
class StrictTransportSettingsTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String FOUND = "{\"_index\":\"i\",\"_id\":\"1\",\"_version\":2,\"_seq_no\":1,"
            + "\"_primary_term\":1,\"found\":true,\"_source\":{\"n\":1}}";

    private ScriptedServer one;
    private ScriptedServer two;

    @BeforeEach
    void startServers() throws Exception {
        one = new ScriptedServer(json(200, FOUND));
        two = new ScriptedServer(json(200, FOUND));
    }

    @AfterEach
    void stopServers() throws Exception {
        one.close();
        two.close();
    }

    @Test
    void aRequestWithoutAnAnswerEnds() throws Exception {
        one.then(silence());
        try (ElasticsearchClient client = client(1, SHORT, one)) {
            assertThat(failure(get(client)).outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(get(client).get().found()).isTrue();
        }
    }

    @Test
    void aRequestThatWaitedTooLongForAConnectionIsNotSent() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> enough = new CompletableFuture<>();
        one.then(socket -> {
            raw("HTTP/1.1 200 OK\r\nX-Slow: ").to(socket);
            begun.complete(null);
            while (!isDone(enough)) {
                raw("x").to(socket); // an answer that goes on: no time-out of a socket ends it
            }
            raw("\r\nX-Elastic-Product: Elasticsearch\r\nContent-Type: application/json\r\nContent-Length: "
                            + FOUND.length() + "\r\n\r\n" + FOUND)
                    .to(socket);
        });
        try (ElasticsearchClient client = client(1, SHORT, one)) {
            CompletableFuture<?> slow = get(client);
            begun.get();
            CompletableFuture<?> late = get(client); // nobody looks at the time before a connection is given back
            enough.completeOnTimeout(null, 2 * SHORT.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(failure(late).outcome()).isEqualTo(Outcome.NOT_APPLIED);
            slow.get();
        }
        assertThat(one.received()).hasSize(1);
    }

    @Test
    void aConnectionHasTheTimeThatItWasGivenToBeMadeAndNoMore() throws Exception {
        Duration connect = Duration.ofMillis(1500); // Rest5Client gives 1000
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) { // says no word of TLS
            URI url = URI.create("https://127.0.0.1:" + mute.getLocalPort());
            Settings settings =
                    new Settings(List.of(url), null, null, new ObjectMapper(), connect, LONG, 1, false, null);
            try (ElasticsearchClient client = StrictTransport.open(settings).client()) {
                long begun = System.nanoTime();
                failure(get(client));
                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .isBetween(connect.minusMillis(100), LONG.dividedBy(2));
            }
        }
    }

    @Test
    void followsNoRedirectOfARead() throws Exception {
        one.then(http(301, "application/json", "{}", "Location: " + two.url() + "/i/_doc/1"));
        try (ElasticsearchClient client = client(1, LONG, one)) {
            failure(get(client));
        }
        assertThat(two.received()).isEmpty();
    }

    @Test
    void hasAsManyConnectionsToEachHostAsItWasTold() throws Exception {
        int perHost = 16; // Rest5Client has 10, and 30 in all
        CountDownLatch here = new CountDownLatch(2 * perHost);
        ScriptedServer.Answer together = socket -> {
            here.countDown();
            await(here);
            json(200, FOUND).to(socket);
        };
        IntStream.range(0, perHost).forEach(i -> {
            one.then(together);
            two.then(together);
        });
        try (ElasticsearchClient client = client(perHost, LONG, one, two)) {
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < 2 * perHost; i++) {
                all.add(get(client));
            }
            for (CompletableFuture<?> each : all) {
                each.get();
            }
        }
        assertThat(here.getCount()).isZero();
    }

    @Test
    void aRequestThatIsCancelledWhileItWaitsIsNotSentLater() throws Exception {
        CompletableFuture<Void> busy = holdTheConnection();
        try (ElasticsearchClient client = client(1, LONG, one)) {
            CompletableFuture<?> first = get(client);
            CompletableFuture<?> second = get(client);
            second.cancel(true);
            busy.complete(null);
            first.get();
            get(client).get();
        }
        assertThat(one.received()).hasSize(2);
    }

    /** Giving up and cancelling are two steps, and a connection may come between them. */
    @Test
    void aRequestThatWasGivenUpIsNotSentThoughNobodyCancelledIt() throws Exception {
        CompletableFuture<Void> busy = holdTheConnection();
        try (ElasticsearchClient client = client(1, LONG, one)) {
            CompletableFuture<?> first = get(client);
            Sending sending = new Sending();
            List<CompletableFuture<?>> waiting = new ArrayList<>();
            sending.during(() -> waiting.add(get(client)));
            assertThat(sending.cancelUnsent()).isTrue();
            busy.complete(null);
            first.get();
            assertThat(failure(waiting.get(0)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
            get(client).get(); // the connection is free
        }
        assertThat(one.received()).hasSize(2);
    }

    @Test
    void looksForIdleConnectionsUntilItIsClosed() throws Exception {
        List<Thread> before = evictors();
        ElasticsearchClient client = client(1, LONG, one);
        List<Thread> ours = new ArrayList<>(evictors());
        ours.removeAll(before);
        assertThat(ours).hasSize(1);
        client.close();
        ours.get(0).join(LONG.toMillis());
        assertThat(ours.get(0).isAlive()).isFalse();
    }

    private static List<Thread> evictors() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("idle-connection-evictor"))
                .toList();
    }

    private CompletableFuture<Void> holdTheConnection() {
        CompletableFuture<Void> busy = new CompletableFuture<>();
        one.then(socket -> {
            busy.join();
            json(200, FOUND).to(socket);
        });
        return busy;
    }

    private static boolean isDone(CompletableFuture<?> future) throws IOException {
        try {
            future.get(20, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException goOn) {
            return false;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** As a user makes one. */
    private static CompletableFuture<GetResponse<Object>> get(ElasticsearchClient client) {
        return new ElasticsearchAsyncClient(client._transport())
                .get(g -> g.index("i").id("1"), Object.class);
    }

    private static Failure failure(CompletableFuture<?> request) throws Exception {
        Throwable thrown = request.handle((ok, failed) -> failed).get(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(thrown).isNotNull();
        return Failures.classify(thrown, Operation.INDEX, WriteCondition.none());
    }

    private static ElasticsearchClient client(int maxConnections, Duration timeout, ScriptedServer... servers) {
        List<URI> hosts = Stream.of(servers).map(s -> URI.create(s.url())).toList();
        return StrictTransport.open(
                        new Settings(hosts, null, null, new ObjectMapper(), LONG, timeout, maxConnections, false, null))
                .client();
    }
}

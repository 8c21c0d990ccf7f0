package dev.optimist.elasticsearch.testkit;

import static dev.optimist.elasticsearch.testkit.Eventually.eventually;
import static dev.optimist.elasticsearch.testkit.RawClient.END;
import static dev.optimist.elasticsearch.testkit.RawClient.RESET;
import static dev.optimist.elasticsearch.testkit.RawClient.get;
import static dev.optimist.elasticsearch.testkit.RawClient.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each fault: what the client sees of it, what the server does, and whether the connection can be used after it. */
class FaultProxyTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String SEEN = "PUT /i/_doc/1 body";
    private static final String WHOLE = "seen body.";

    private TinyServer server;
    private FaultProxy proxy;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        server = new TinyServer();
        proxy = FaultProxy.before(server.url());
        client = new RawClient(proxy.url());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        proxy.close();
        server.close();
    }

    private RawClient harmed(Fault fault) throws IOException {
        return harmed(FaultPlan.next(1, fault));
    }

    private RawClient harmed(FaultPlan plan) throws IOException {
        proxy.plan(plan);
        return client.send(put("/i/_doc/1", "body"));
    }

    private void connectionIsUsable() throws IOException {
        assertThat(client.send(put("/i/_doc/2", "next")).readUntil("seen next."))
                .startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"DROP_BEFORE", "DROP_AFTER", "LATE"})
    void anOrderlyEndIsAllThatTheClientSees(Fault fault) throws IOException {
        FaultPlan plan = FaultPlan.next(1, fault).withLateAfter(Duration.ofMillis(50));
        assertThat(harmed(plan).readToEnd()).isEqualTo(END);
        assertThat(server.seen).isEqualTo(fault.mayBeApplied() ? List.of(SEEN) : List.of());
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"RESET_BEFORE", "RESET_AFTER"})
    void aResetIsAllThatTheClientSees(Fault fault) throws IOException {
        assertThat(harmed(fault).readToEnd()).isEqualTo(RESET);
        assertThat(server.seen).isEqualTo(fault.mayBeApplied() ? List.of(SEEN) : List.of());
    }

    @Test
    void whatIsHeldIsHeldUntilTheClientEndsIt() throws Exception {
        harmed(Fault.HOLD);
        eventually("the server has it", SOON, () -> server.seen.contains(SEEN));
        client.patience(300);
        assertThatThrownBy(() -> client.readToEnd()).isInstanceOf(SocketTimeoutException.class);
        client.close();
        eventually("only the acceptor is left", SOON, () -> FaultProxyEndsTest.threadsOf(proxy) == 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"DELAY_REQUEST", "DELAY_ANSWER"})
    void aDelayIsAsLongAsItWasDrawn(Fault fault) throws IOException {
        FaultPlan plan = FaultPlan.seeded(7, 1, Set.of(fault));
        FaultPlan.Draw draw = plan.begin().next(false);
        assertThat(draw).isNotNull();
        long begun = System.nanoTime();
        assertThat(harmed(plan).readUntil(WHOLE)).endsWith(WHOLE);
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isGreaterThanOrEqualTo(Duration.ofMillis(draw.delayMillis()));
        connectionIsUsable();
    }

    @Test
    void aDelayedRequestLandsThoughTheClientHasGone() throws Exception {
        harmed(Fault.DELAY_REQUEST).close();
        eventually("the server has it", SOON, () -> server.seen.contains(SEEN));
    }

    @Test
    void aLateRequestLandsThoughTheClientHasGoneAndAfterWhatItDidSince() throws Exception {
        harmed(FaultPlan.next(1, Fault.LATE).withLateAfter(Duration.ofMillis(1500)))
                .close();
        client = new RawClient(proxy.url());
        eventually("it has arrived at the proxy", SOON, () -> proxy.writes() == 1);
        connectionIsUsable();
        assertThat(server.seen).containsExactly("PUT /i/_doc/2 next");
        eventually("the server has it", SOON, () -> server.seen.contains(SEEN));
    }

    @Test
    void aTruncatedAnswerHasItsHeadAndHalfOfItsBody() throws IOException {
        String seen = harmed(Fault.TRUNCATE).readToEnd();
        assertThat(seen).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nseen " + END);
        assertThat(seen.toLowerCase(Locale.ROOT)).contains("content-length: 10\r\n");
        assertThat(server.seen).containsExactly(SEEN);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"BAD_GATEWAY_BEFORE", "BAD_GATEWAY_AFTER"})
    void aBadGatewayAnswersInHtml(Fault fault) throws IOException {
        assertThat(harmed(fault).readUntil("</html>\r\n"))
                .startsWith("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n");
        assertThat(server.seen).isEqualTo(fault.mayBeApplied() ? List.of(SEEN) : List.of());
        connectionIsUsable();
    }

    @Test
    void tooManyRequestsIsAnAnswerOfElasticsearch() throws IOException {
        String seen = harmed(FaultPlan.next(1, Fault.TOO_MANY_REQUESTS).withRetryAfter("3"))
                .readUntil("\"status\":429}");
        assertThat(seen)
                .startsWith("HTTP/1.1 429 ")
                .contains("\r\nContent-Type: application/json\r\n")
                .contains("\r\nX-Elastic-Product: Elasticsearch\r\n")
                .contains("\r\nRetry-After: 3\r\n")
                .contains("{\"error\":{\"root_cause\":[{\"type\":\"es_rejected_execution_exception\",");
        assertThat(server.seen).isEmpty();
        connectionIsUsable();
    }

    @Test
    void halfARequestIsAResetAndNeverAWholeOne() throws IOException {
        assertThat(harmed(Fault.HALF_REQUEST).readToEnd()).isEqualTo(RESET);
        client = new RawClient(proxy.url());
        connectionIsUsable();
        assertThat(server.seen).containsExactly("PUT /i/_doc/2 next");
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void readsAreSparedAndAllIsCounted(Fault fault) throws Exception {
        proxy.plan(FaultPlan.next(1, fault));
        for (String path : List.of("/i/_doc/1", "/i/_search?q=a", "/_mget")) {
            client.send(get(path)).readUntil("seen .");
        }
        client.send("POST /i/_search HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}").readUntil("seen {}.");
        client.send(put("/i/_doc/1?if_seq_no=1", "body"));
        eventually("it has arrived", SOON, () -> proxy.writes() == 1);
        assertThat(proxy.reads()).isEqualTo(4);
        assertThat(proxy.readLines()).contains("GET /i/_search?q=a", "POST /i/_search");
        assertThat(proxy.writeLines()).containsExactly("PUT /i/_doc/1?if_seq_no=1");
        assertThat(proxy.requests())
                .last()
                .isEqualTo(new FaultProxy.Sent("PUT", "/i/_doc/1?if_seq_no=1", false, fault));
        assertThat(proxy.injected()).isEqualTo(Map.of(fault, 1L));
        proxy.forget();
        assertThat(proxy.requests()).isEmpty();
        assertThat(proxy.reads() + proxy.writes()).isZero();
        assertThat(proxy.injected()).isEmpty();
    }
}

package dev.optimist.elasticsearch.testkit;

import static dev.optimist.elasticsearch.testkit.RawClient.END;
import static dev.optimist.elasticsearch.testkit.RawClient.RESET;
import static dev.optimist.elasticsearch.testkit.RawClient.get;
import static dev.optimist.elasticsearch.testkit.RawClient.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is not harmed passes as it came: bodies of each form, ends of connections, and nothing at all when frozen. */
class FaultProxyPassingTest {
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

    @Test
    void oneConnectionServesManyRequestsOnOneConnectionToTheServer() throws IOException {
        for (int i = 0; i < 20; i++) {
            client.send(put("/" + i, "n" + i)).readUntil("seen n" + i + ".");
        }
        assertThat(server.connections).hasSize(1);
        assertThat(server.seen).hasSize(20);
    }

    @Test
    void bodiesOfEveryFormPassUnchanged() throws IOException {
        try (RawClient direct = new RawClient(server.url())) {
            sameAs(direct, "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
            sameAs(direct, "DELETE /204 HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n");
            sameAs(direct, get("/chunked"), "\r\n0\r\n\r\n");
            sameAs(
                    direct,
                    "PUT /c HTTP/1.1\r\ntransfer-encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
                    "seen abc0123456789.");
            String large = "x".repeat(300_000);
            sameAs(direct, put("/large", large), large + ".");
            sameAs(direct, get("/a"), "seen .");
        }
    }

    private void sameAs(RawClient direct, String request, String last) throws IOException {
        String expected = withoutDate(direct.send(request).readUntil(last));
        assertThat(withoutDate(client.send(request).readUntil(last))).isEqualTo(expected);
        assertThat(server.seen.get(server.seen.size() - 1)).isEqualTo(server.seen.get(server.seen.size() - 2));
    }

    private static String withoutDate(String answer) {
        return answer.replaceFirst("(?i)\r\ndate: [^\r]*", "");
    }

    @Test
    void aRequestThatArrivesByteByByteIsOneRequest() throws IOException {
        for (char c : put("/i/_doc/1", "body").toCharArray()) {
            client.send(String.valueOf(c));
        }
        assertThat(client.readUntil("seen body.")).startsWith("HTTP/1.1 200");
        assertThat(proxy.writes()).isEqualTo(1);
    }

    @Test
    void nothingPassesAFrozenProxyAndAllDoesAfterwards() throws IOException {
        client.send(put("/1", "a")).readUntil("seen a.");
        proxy.freeze();
        client.patience(300);
        client.send(put("/2", "b"));
        assertThatThrownBy(() -> client.readToEnd()).isInstanceOf(SocketTimeoutException.class);
        assertThat(server.seen).hasSize(1);
        assertThat(proxy.writes()).isEqualTo(2);
        proxy.unfreeze();
        client.patience(10_000);
        assertThat(client.readUntil("seen b.")).startsWith("HTTP/1.1 200");
    }

    @Test
    void anAnswerThatTheServerGivesMeanwhileIsFrozenToo() throws IOException {
        try (ServerSocket own = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FaultProxy before = FaultProxy.before("http://localhost:" + own.getLocalPort());
                RawClient other = new RawClient(before.url())) {
            other.send(get("/"));
            try (Socket connection = asked(own)) {
                before.freeze();
                answer(connection);
                other.patience(300);
                assertThatThrownBy(() -> other.readToEnd()).isInstanceOf(SocketTimeoutException.class);
                before.unfreeze();
                other.patience(10_000);
                assertThat(other.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 204");
            }
        }
    }

    @Test
    void endsOfIdleConnectionsArePassedOnBothWays() throws IOException {
        try (ServerSocket own = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FaultProxy before = FaultProxy.before("http://localhost:" + own.getLocalPort())) {
            Socket first;
            try (RawClient ends = new RawClient(before.url())) {
                ends.send(get("/"));
                first = asked(own);
                answer(first);
                ends.readUntil("\r\n\r\n");
            }
            assertThat(first.getInputStream().read()).isEqualTo(-1);
            first.close();
            try (RawClient stays = new RawClient(before.url())) {
                stays.send(get("/"));
                try (Socket second = asked(own)) {
                    answer(second);
                }
                assertThat(stays.readToEnd()).endsWith("\r\n\r\n" + END);
            }
        }
    }

    private static Socket asked(ServerSocket own) throws IOException {
        Socket connection = own.accept();
        byte[] request = connection.getInputStream().readNBytes(get("/").length());
        assertThat(new String(request, StandardCharsets.ISO_8859_1)).isEqualTo(get("/"));
        return connection;
    }

    private static void answer(Socket connection) throws IOException {
        connection.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void anAnswerThatBreaksOffBreaksOffForTheClientToo() throws IOException {
        String half = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
        try (ServerSocket own = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FaultProxy before = FaultProxy.before("http://localhost:" + own.getLocalPort());
                RawClient other = new RawClient(before.url())) {
            other.send(get("/"));
            try (Socket connection = asked(own)) {
                connection.getOutputStream().write(half.getBytes(StandardCharsets.ISO_8859_1));
            }
            assertThat(other.readToEnd()).isEqualTo(half + END);
        }
    }

    @Test
    void halfARequestIsHalfOnTheWire() throws IOException {
        try (ServerSocket own = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FaultProxy before = FaultProxy.before("http://localhost:" + own.getLocalPort());
                RawClient other = new RawClient(before.url())) {
            before.plan(FaultPlan.next(1, Fault.HALF_REQUEST));
            String request = put("/i/_doc/1", "12345678");
            other.send(request);
            assertThat(other.readToEnd()).isEqualTo(RESET);
            try (Socket connection = own.accept()) {
                StringBuilder came = new StringBuilder();
                try {
                    int next;
                    while ((next = connection.getInputStream().read()) >= 0) {
                        came.append((char) next);
                    }
                    throw new AssertionError("an orderly end");
                } catch (IOException e) {
                    // a reset, which may take what was not yet read with it
                }
                assertThat(request.substring(0, request.length() - 4)).startsWith(came);
            }
        }
    }

    @Test
    void aServerThatIsNotThereIsAReset() throws IOException {
        server.close();
        assertThat(client.send(put("/1", "a")).readToEnd()).isEqualTo(RESET);
        assertThat(proxy.writes()).isEqualTo(1);
    }

    @Test
    void withManyClientsTheDrawsAreThoseOfThePlan() throws Exception {
        Set<Fault> answers = EnumSet.of(Fault.TOO_MANY_REQUESTS, Fault.BAD_GATEWAY_BEFORE, Fault.BAD_GATEWAY_AFTER);
        FaultPlan plan = FaultPlan.seeded(11, 0.1, answers);
        proxy.plan(plan);
        int clients = 8;
        int each = 250;
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            for (Future<?> done : IntStream.range(0, clients)
                    .mapToObj(n -> threads.submit(() -> write(each)))
                    .toList()) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        Map<Fault, Long> drawn = new HashMap<>();
        FaultPlan.Draws draws = plan.begin();
        int all = clients * each;
        int applied = 0;
        for (int i = 0; i < all; i++) {
            FaultPlan.Draw draw = draws.next(false);
            if (draw != null) {
                drawn.merge(draw.fault(), 1L, Long::sum);
            }
            if (draw == null || draw.fault().mayBeApplied()) {
                applied++;
            }
        }
        assertThat(proxy.injected()).isEqualTo(drawn).hasSize(answers.size());
        assertThat(proxy.writes()).isEqualTo(all);
        assertThat(server.seen).hasSize(applied);
    }

    private Void write(int count) throws IOException {
        try (RawClient mine = new RawClient(proxy.url())) {
            for (int i = 0; i < count; i++) {
                String answer = mine.send(put("/1", "a")).readUntil("seen a.", "</html>\r\n", "\"status\":429}");
                assertThat(answer).startsWith("HTTP/1.1 ");
            }
        }
        return null;
    }

    @Test
    void anAddressThatIsNoneIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> FaultProxy.before("https://localhost:9200"));
        assertThatIllegalArgumentException().isThrownBy(() -> FaultProxy.before("localhost:9200"));
    }
}

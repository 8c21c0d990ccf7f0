package dev.optimist.elasticsearch.internal;

import static dev.optimist.elasticsearch.internal.ScriptedServer.json;
import static dev.optimist.elasticsearch.internal.ScriptedServer.silence;
import static dev.optimist.elasticsearch.internal.StrictTransportTest.failure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.StrictTransport.Settings;
import dev.optimist.elasticsearch.internal.Write.Operation;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hc.core5.reactor.IOReactorShutdownException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that run out of time: whether they were sent, and where the next ones go. No real server freezes at will. */
@Timeout(30)
class SendingTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final String UPDATED =
            "{\"_index\":\"i\",\"_version\":2,\"result\":\"updated\",\"_seq_no\":1,\"_primary_term\":1,"
                    + "\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0}}";

    private ScriptedServer one;
    private ScriptedServer two;

    @BeforeEach
    void startServers() throws Exception {
        one = new ScriptedServer(json(200, UPDATED));
        two = new ScriptedServer(json(200, UPDATED));
    }

    @AfterEach
    void stopServers() throws Exception {
        one.close();
        two.close();
    }

    @Test
    void aRequestThatWaitedForAConnectionInVainWasNotAppliedAndNeverIsSent() throws Exception {
        CompletableFuture<Void> frozen = new CompletableFuture<>();
        try (StrictTransport client = client(1, one)) {
            RestDialect dialect = RestDialect.of(client);
            index(dialect, "0", LONG).get(); // so that the connection is a kept one, as mostly
            one.then(socket -> {
                frozen.join();
                json(200, UPDATED).to(socket);
            });
            CompletableFuture<Written> first = index(dialect, "1", LONG);
            List<CompletableFuture<Written>> waiting = new ArrayList<>();
            for (int i = 2; i < 7; i++) {
                waiting.add(index(dialect, Integer.toString(i), SHORT));
            }
            for (CompletableFuture<Written> each : waiting) {
                Failure failure = failure(each);
                assertThat(failure.outcome()).as(failure.toString()).isEqualTo(Outcome.NOT_APPLIED);
                assertThat(failure.reason()).isEqualTo("no free connection within 200 ms, so it was never sent");
            }
            frozen.complete(null); // and the connection is free
            first.get();
            for (int i = 0; i < 3; i++) {
                index(dialect, "0", LONG).get();
            }
            assertThat(dialect.requests())
                    .as("counted: what was sent")
                    .isEqualTo(one.received().size());
        }
        assertThat(one.received()).hasSize(5).noneMatch(r -> r.line().matches(".*_doc/[2-6].*"));
    }

    @Test
    void aRequestThatIsGivenUpWhileItWaitsForAConnectionWasNotAppliedAndNeverIsSent() throws Exception {
        CompletableFuture<Void> frozen = new CompletableFuture<>();
        try (StrictTransport client = client(1, one)) {
            index(client, "0", LONG).get(); // so that the connection is a kept one, as mostly
            one.then(socket -> {
                frozen.join();
                json(200, UPDATED).to(socket);
            });
            CompletableFuture<Written> first = index(client, "1", LONG);
            CompletableFuture<Written> waiting = index(client, "2", LONG);
            CompletableFuture<Written> derived = index(client, "3", LONG).thenApply(w -> w);
            waiting.cancel(true);
            derived.cancel(true);
            for (CompletableFuture<Written> each : List.of(waiting, derived)) {
                Failure failure = failure(each);
                assertThat(failure.outcome()).as(failure.toString()).isEqualTo(Outcome.NOT_APPLIED);
                // as Exchange looks for it
                assertThat(each.handle((ok, failed) -> failed).get()).isInstanceOf(CompletionException.class);
            }
            frozen.complete(null); // and the connection is free
            first.get();
            index(client, "0", LONG).get();
        }
        assertThat(one.received()).hasSize(3).noneMatch(r -> r.line().matches(".*_doc/[23].*"));
    }

    @Test
    void aRequestThatIsGivenUpAfterItWasSentIsUnknown() throws Exception {
        CompletableFuture<Void> read = new CompletableFuture<>();
        one.then(socket -> read.complete(null));
        try (StrictTransport client = client(1, one)) {
            CompletableFuture<Written> sent = index(client, "1", LONG);
            read.get();
            sent.cancel(true);
            assertThat(failure(sent).outcome()).isEqualTo(Outcome.UNKNOWN);
        }
    }

    @Test
    void aTransportThatThrowsInsteadOfBeginningIsClassified() throws Exception {
        IllegalStateException closed = new IllegalStateException("I/O reactor has been shut down");
        assertThat(thrown(closed, sending -> {}).outcome())
                .as("nobody knows how far another transport got")
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(thrown(closed, sending -> sending.waiting(() -> {})).outcome())
                .as("it still waited for a connection, and gets none any more")
                .isEqualTo(Outcome.NOT_APPLIED);
        assertThat(thrown(closed, sending -> {
                            sending.waiting(() -> {});
                            sending.send();
                        })
                        .outcome())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(thrown(new IOReactorShutdownException("closed"), sending -> sending.waiting(() -> {}))
                        .outcome())
                .as("and another attempt would not help")
                .isEqualTo(Outcome.PERMANENT);
    }

    private static Failure thrown(RuntimeException thrown, Consumer<Sending> first) throws Exception {
        Sent<String, String> sent =
                new Sent<>(LONG, Operation.INDEX, WriteCondition.none(), answer -> answer, new LongAdder());
        Failure failure = failure(sent.begin(
                () -> {
                    first.accept(Objects.requireNonNull(Sending.current()));
                    throw thrown;
                },
                new Deadlines()));
        assertThat(failure.cause()).isSameAs(thrown);
        return failure;
    }

    @Test
    void aRequestThatWasSentIsUnknown() throws Exception {
        one.then(silence());
        try (StrictTransport client = client(1, one)) {
            assertThat(failure(index(client, "1", Duration.ofMillis(500))).outcome())
                    .isEqualTo(Outcome.UNKNOWN);
        }
        assertThat(one.received()).hasSize(1);
    }

    @Test
    void aNodeThatDoesNotAnswerIsLeftOutByTheNextRequests() throws Exception {
        try (StrictTransport client = client(64, one, two)) {
            index(client, "0", LONG).get();
            index(client, "0", LONG).get();
            one.then(silence());
            two.then(silence());
            ScriptedServer slow = one;
            ScriptedServer other = two;
            assertThat(failure(index(client, "1", Duration.ofMillis(500))).outcome())
                    .isEqualTo(Outcome.UNKNOWN);
            if (two.received().size() == 2) {
                slow = two;
                other = one;
            }
            other.forget();
            for (int i = 0; i < 6; i++) {
                index(client, "2", LONG).get();
            }
            assertThat(slow.received()).hasSize(2);
            assertThat(other.received()).hasSize(7);
        }
    }

    /** As one that hangs does with TLS: a connection is there at once, but the handshake takes the node itself. */
    @Test
    void aNodeThatOpensNoConnectionIsLeftOutByTheNextRequests() throws Exception {
        try (ServerSocket hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                StrictTransport client =
                        client(64, URI.create("https://127.0.0.1:" + hangs.getLocalPort()), URI.create(two.url()))) {
            List<Outcome> failed = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                CompletableFuture<Written> sent = index(client, "1", Duration.ofSeconds(1));
                if (sent.handle((ok, e) -> e != null).get()) {
                    failed.add(failure(sent).outcome());
                }
            }
            assertThat(failed).containsExactly(Outcome.NOT_APPLIED);
            assertThat(two.received()).hasSize(5);
        }
    }

    @Test
    void aRequestThatNeverWasSentSaysNothingOfItsNode() throws Exception {
        CompletableFuture<Void> frozen = new CompletableFuture<>();
        ScriptedServer.Answer late = socket -> {
            frozen.join();
            json(200, UPDATED).to(socket);
        };
        one.then(late);
        two.then(late);
        try (StrictTransport client = client(1, one, two)) {
            CompletableFuture<Written> first = index(client, "1", LONG);
            CompletableFuture<Written> second = index(client, "2", LONG);
            assertThat(failure(index(client, "3", SHORT)).outcome()).isEqualTo(Outcome.NOT_APPLIED);
            frozen.complete(null);
            first.get();
            second.get();
            for (int i = 0; i < 4; i++) {
                index(client, "4", LONG).get();
            }
        }
        assertThat(one.received()).as("in turn: neither is left out").hasSize(3);
        assertThat(two.received()).hasSize(3);
    }

    @Test
    void aRefusedConnectionWasNotAppliedAndTheNextRequestGoesToTheOtherNode() throws Exception {
        one.close();
        try (StrictTransport client = client(64, one, two)) {
            List<Outcome> failed = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                CompletableFuture<Written> sent = index(client, "1", LONG);
                if (sent.handle((ok, e) -> e != null).get()) {
                    failed.add(failure(sent).outcome());
                }
            }
            assertThat(failed).containsExactly(Outcome.NOT_APPLIED);
            assertThat(two.received()).hasSize(5);
        }
    }

    @Test
    void isSentOrGivenUpButNotBoth() {
        Sending sent = new Sending();
        assertThat(sent.cancelUnsent())
                .as("through a transport that does not follow it")
                .isFalse();
        sent.waiting(() -> {});
        assertThat(sent.send()).isTrue();
        assertThat(sent.cancelUnsent()).isFalse();

        Sending givenUp = new Sending();
        givenUp.waiting(() -> {});
        assertThat(givenUp.cancelUnsent()).isTrue();
        assertThat(givenUp.send()).isFalse();
    }

    @Test
    void isFoundOnlyWhileTheExchangeBegins() {
        Sending sending = new Sending();
        sending.during(() -> assertThat(Sending.current()).isSameAs(sending));
        assertThat(Sending.current()).isNull();
        AtomicInteger leftOut = new AtomicInteger();
        sending.noAnswer(); // nobody to tell
        sending.waiting(leftOut::incrementAndGet);
        sending.noAnswer();
        assertThat(leftOut).hasValue(1);
    }

    private static CompletableFuture<Written> index(StrictTransport client, String id, Duration limit) {
        return index(RestDialect.of(client), id, limit);
    }

    private static CompletableFuture<Written> index(RestDialect dialect, String id, Duration limit) {
        Write write = new Write(
                Operation.INDEX,
                new Address("i", id, null),
                WriteCondition.ifSeqNo(0, 1),
                Write.Parameters.DEFAULT,
                "{\"n\":1}".getBytes(UTF_8));
        return dialect.index(write, limit);
    }

    private static StrictTransport client(int maxConnections, ScriptedServer... servers) {
        return client(
                maxConnections, Stream.of(servers).map(s -> URI.create(s.url())).toArray(URI[]::new));
    }

    private static StrictTransport client(int maxConnections, URI... hosts) {
        return StrictTransport.open(
                new Settings(List.of(hosts), null, null, new ObjectMapper(), LONG, LONG, maxConnections, false, null));
    }
}

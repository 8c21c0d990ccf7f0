package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.ServerUnavailableException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server acts and its answer is lost, late, or never comes: one send, an honest outcome, and an end in time. */
class LostAnswersIT extends ServerTest {
    private FaultProxy proxy;
    private VersionedClient behindProxy;
    private VersionedDocuments<Counter> lossy;
    private VersionedDocument<Counter> read;

    @BeforeEach
    void behindTheProxy() {
        proxy = FaultProxy.before(server.url());
        behindProxy = VersionedClient.connect(proxy.url());
        lossy = typed(behindProxy.documents(index, Counter.class));
        counters.create("1", new Counter(1));
        read = lossy.get("1").orElseThrow();
        proxy.forget();
    }

    @AfterEach
    void close() {
        proxy.unfreeze();
        behindProxy.close();
        proxy.close();
    }

    @Test
    void aConditionalIndexIsSentOnceAndIsNoConflictWithItself() {
        OutcomeUnknownException e = lost(() -> lossy.index("1", new Counter(2), WriteCondition.unchangedSince(read)));
        assertThat(e.operation()).isEqualTo("index");
        assertThat(e.condition()).isEqualTo(WriteCondition.unchangedSince(read));
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
        assertThat(sendsSeenByTheServer()).isEqualTo(2); // with the create that prepared it
    }

    /** What the tests here are worth: the default transport sends again, and the caller loses to himself. */
    @Test
    @ElasticsearchJava9
    @Since(
            value = "7.14",
            openSearch = false,
            because = "elasticsearch-java's own transport takes no answer without X-Elastic-Product")
    void withTheDefaultTransportItIsSentTwiceAndAConflictWithItself() throws Exception {
        try (ElasticsearchClient defaults = DefaultTransport.plainJson(proxy.url())) {
            VersionedDocuments<Counter> mine =
                    typed(VersionedClient.of(defaults).documents(index, Counter.class));
            VersionedDocument<Counter> now = mine.get("1").orElseThrow();
            loseAnswerToNextWrite(proxy);
            assertThatThrownBy(() -> mine.index("1", new Counter(2), WriteCondition.unchangedSince(now)))
                    .isInstanceOf(VersionConflictException.class);
        }
        assertThat(proxy.writeLines()).hasSize(2);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
        assertThat(sendsSeenByTheServer()).isEqualTo(3);
    }

    @Test
    void aConditionalDeleteIsSentOnce() {
        OutcomeUnknownException e = lost(() -> lossy.delete("1", WriteCondition.unchangedSince(read)));
        assertThat(e.operation()).isEqualTo("delete");
        assertThat(stored("1").path("found").asBoolean()).isFalse();
    }

    @Test
    void aCreateIsSentOnce() {
        OutcomeUnknownException e = lost(() -> lossy.create("2", new Counter(2)));
        assertThat(e.operation()).isEqualTo("create");
        assertThat(stored("2").path("_version").asInt()).isEqualTo(1);
    }

    @Test
    void aWriteAtAVersionIsSentOnce() {
        OutcomeUnknownException e = lost(() -> lossy.index("1", new Counter(2), WriteCondition.version(1)));
        assertThat(e.condition()).isEqualTo(WriteCondition.version(1));
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
    }

    @Test
    void anExternalWriteIsSentOnce() {
        lost(() -> lossy.index("1", new Counter(2), WriteCondition.external(9)));
        assertThat(stored("1").path("_version").asInt()).isEqualTo(9);
    }

    @Test
    void withSeveralHostsItDoesNotGoOnToTheNext() {
        try (FaultProxy other = FaultProxy.before(server.url());
                VersionedClient both = VersionedClient.connect(proxy.url(), other.url())) {
            VersionedDocuments<Counter> documents = typed(both.documents(index, Counter.class));
            loseAnswerToNextWrite(proxy);
            loseAnswerToNextWrite(other);
            assertThatThrownBy(() -> documents.index("1", new Counter(2), WriteCondition.unchangedSince(read)))
                    .isInstanceOf(OutcomeUnknownException.class);
            assertThat(proxy.writes() + other.writes()).isEqualTo(1);
        }
        assertThat(stored("1").path("_version").asInt()).isEqualTo(2);
    }

    @Test
    void readModifyWriteDoesNotTryAgain() {
        AtomicInteger runs = new AtomicInteger();
        lost(() -> lossy.readModifyWrite("1", c -> {
            runs.incrementAndGet();
            return c.plus(1);
        }));
        assertThat(runs).hasValue(1);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
    }

    @Test
    void aServerThatNeverAnswersTheReadIsLeftAtTheDeadline() {
        proxy.freeze();
        AttemptsExhaustedException e =
                inTime(AttemptsExhaustedException.class, () -> hurried().readModifyWrite("1", c -> c.plus(1)));
        assertThat(e.limit()).isEqualTo(Limit.DEADLINE);
        assertThat(e.attempts()).isEqualTo(1);
        assertThat(e).hasCauseInstanceOf(ServerUnavailableException.class);
    }

    @Test
    void aServerThatNeverAnswersTheWriteIsLeftAtTheDeadline() {
        inTime(
                OutcomeUnknownException.class,
                () -> hurried().readModifyWrite("1", c -> {
                    proxy.freeze();
                    return c.plus(1);
                }));
    }

    @Test
    void aServerThatNeverAnswersIsLeftAtTheTimeoutOfARequest() {
        try (VersionedClient patient =
                VersionedClient.connect(o -> o.hosts(proxy.url()).requestTimeout(Duration.ofMillis(300)))) {
            VersionedDocuments<Counter> documents = typed(patient.documents(index, Counter.class));
            proxy.freeze();
            inTime(ServerUnavailableException.class, () -> documents.get("1"));
            inTime(
                    OutcomeUnknownException.class,
                    () -> documents.index("1", new Counter(2), WriteCondition.unchangedSince(read)));
        }
    }

    @Test
    void aCallThatWasGivenUpFreesItsConnection() {
        try (VersionedClient narrow = VersionedClient.connect(
                o -> o.hosts(proxy.url()).maxConnectionsPerHost(1).requestTimeout(Duration.ofMillis(500)))) {
            VersionedDocuments<Counter> documents = typed(narrow.documents(index, Counter.class));
            proxy.freeze();
            for (int i = 0; i < 3; i++) {
                inTime(ServerUnavailableException.class, () -> documents.get("1"));
            }
            proxy.unfreeze();
            assertThat(documents.with(o -> {}).get("1")).isPresent();
        }
    }

    @Test
    @Since(value = "7", because = "version(n) is the server's own ?version=n before, and nothing is read")
    void anInterruptDuringTheReadOfAWriteAtAVersionKeepsItFromBeingSent() throws Exception {
        proxy.freeze();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread caller = new Thread(() -> thrown.complete(catchThrowableOfType(
                ServerUnavailableException.class, () -> lossy.index("1", new Counter(2), WriteCondition.version(1)))));
        caller.start();
        await(() -> waitsForAWrite(caller));

        caller.interrupt();

        assertThat(thrown.get(10, TimeUnit.SECONDS)).hasMessageContaining("nothing was written");
        proxy.unfreeze();
        assertThat(lossy.get("1").orElseThrow().version()).isEqualTo(1);
        assertThat(proxy.writeLines()).isEmpty();
    }

    @Test
    void anInterruptDuringAWriteLeavesItsOutcomeUnknown() throws Exception {
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            thrown.complete(catchThrowableOfType(
                    OutcomeUnknownException.class,
                    () -> lossy.readModifyWrite("1", c -> {
                        proxy.freeze();
                        return c.plus(1);
                    })));
            flag.complete(Thread.currentThread().isInterrupted());
        });
        caller.start();
        await(() -> waitsForAWrite(caller));

        long begun = System.nanoTime();
        caller.interrupt();

        assertThat(thrown.get(10, TimeUnit.SECONDS)).hasMessageContaining("interrupted while it waited");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(200));
        assertThat(flag.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private VersionedDocuments<Counter> hurried() {
        return lossy.with(o -> o.retry(RetryPolicy.sharedDocument().withDeadline(Duration.ofMillis(500))));
    }

    /** By a reset, as of a host that is gone: after an orderly end nobody sends again. */
    private static void loseAnswerToNextWrite(FaultProxy of) {
        of.plan(FaultPlan.next(1, Fault.RESET_AFTER));
    }

    /** Loses the answer to a write, which the server has applied. */
    private OutcomeUnknownException lost(ThrowingCallable write) {
        loseAnswerToNextWrite(proxy);
        OutcomeUnknownException e = catchThrowableOfType(OutcomeUnknownException.class, write);
        assertThat(e).as("outcome unknown").isNotNull();
        assertThat(e.index()).isEqualTo(index);
        assertThat(proxy.writeLines()).hasSize(1);
        return e;
    }

    private static <E extends Throwable> E inTime(Class<E> expected, ThrowingCallable call) {
        long begun = System.nanoTime();
        E thrown = catchThrowableOfType(expected, call);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
        assertThat(thrown).as(expected.getSimpleName()).isNotNull();
        return thrown;
    }

    /** Counted by the shard itself: writes that it applied and writes that it refused. */
    private int sendsSeenByTheServer() {
        var indexing = rest.get("/" + index + "/_stats/indexing").ok().body().at("/_all/primaries/indexing");
        return indexing.path("index_total").asInt()
                + indexing.path("index_failed").asInt();
    }

    private static boolean waitsForAWrite(Thread thread) {
        List<String> frames = List.of(thread.getStackTrace()).stream()
                .map(f -> f.getClassName().replaceFirst(".*\\.", "") + "." + f.getMethodName())
                .toList();
        return frames.contains("Exchange.write") && frames.contains("CompletableFuture.get");
    }
}

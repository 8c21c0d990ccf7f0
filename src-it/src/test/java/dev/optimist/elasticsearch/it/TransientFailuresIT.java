package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.ServerUnavailableException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What certainly was not applied is sent again, within a budget; nothing else is. */
class TransientFailuresIT extends LossyTest {
    private VersionedDocuments<Counter> plain;

    @BeforeEach
    void aDocument() {
        counters.create("1", new Counter(1));
        plain = lossy.with(o -> o.writeLedger(null));
    }

    @Test
    void aFullQueueIsAskedAgainByEveryWrite() {
        harm(Fault.TOO_MANY_REQUESTS);
        plain.create("2", new Counter(2));
        harm(Fault.TOO_MANY_REQUESTS);
        plain.index("2", new Counter(3), WriteCondition.none());
        harm(Fault.TOO_MANY_REQUESTS);
        plain.delete("2", WriteCondition.none());
        assertThat(proxy.writes()).isEqualTo(6);

        proxy.forget();
        proxy.plan(FaultPlan.next(3, Fault.TOO_MANY_REQUESTS));
        ModificationResult<Counter> result = lossy.readModifyWrite("1", this::increment);
        applies(result, 2, false);
        assertThat(result.attempts()).as("that is no conflict").isEqualTo(1);
        assertThat(runs).hasValue(1);
        assertThat(proxy.writes()).isEqualTo(4);
        assertThat(version("1")).isEqualTo(2);
    }

    @Test
    void aReadIsAskedAgainWhateverHappenedToIt() {
        for (Fault fault : new Fault[] {Fault.TOO_MANY_REQUESTS, Fault.RESET_AFTER, Fault.BAD_GATEWAY_BEFORE}) {
            proxy.forget();
            proxy.plan(FaultPlan.next(2, fault).readsToo());
            assertThat(plain.get("1")).isPresent();
            assertThat(proxy.reads()).as(fault.name()).isEqualTo(3);
        }
    }

    @Test
    void retryAfterIsWaitedFor() {
        proxy.plan(FaultPlan.next(1, Fault.TOO_MANY_REQUESTS).withRetryAfter("1"));
        long begun = System.nanoTime();
        plain.readModifyWrite("1", this::increment);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(proxy.writes()).isEqualTo(2);
    }

    /** There is no use in waiting for a moment that is after the deadline. */
    @Test
    void aRetryAfterBeyondTheDeadlineIsTheEnd() {
        proxy.plan(FaultPlan.next(1, Fault.TOO_MANY_REQUESTS).withRetryAfter("60"));
        VersionedDocuments<Counter> soon =
                plain.with(o -> o.retry(RetryPolicy.sharedDocument().withDeadline(Duration.ofSeconds(20))));
        long begun = System.nanoTime();
        ServerUnavailableException e = catchThrowableOfType(
                ServerUnavailableException.class, () -> soon.readModifyWrite("1", this::increment));
        assertThat(e).hasMessageContaining("nothing was written").hasMessageContaining("429");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        assertThat(version("1")).isEqualTo(1);
        assertThat(proxy.writes()).isEqualTo(1);
    }

    @Test
    void aQueueThatStaysFullIsLeftAloneAfterFourSends() {
        proxy.plan(FaultPlan.next(100, Fault.TOO_MANY_REQUESTS));
        assertThat(catchThrowableOfType(
                        ServerUnavailableException.class,
                        () -> plain.index("1", new Counter(2), WriteCondition.none())))
                .hasMessageContaining("nothing was written");
        assertThat(proxy.writes()).isEqualTo(4);
        assertThat(version("1")).isEqualTo(1);
    }

    @Test
    void theBudgetIsSharedByAllCallsOfAClient() {
        try (VersionedClient frugal =
                VersionedClient.connect(o -> o.hosts(proxy.url()).retryBudget(4))) {
            VersionedDocuments<Counter> documents = typed(frugal.documents(index, Counter.class));
            proxy.plan(FaultPlan.next(100, Fault.TOO_MANY_REQUESTS));
            for (int calls = 0; calls < 4; calls++) {
                assertThat(catchThrowableOfType(
                                ServerUnavailableException.class,
                                () -> documents.index("1", new Counter(2), WriteCondition.none())))
                        .isNotNull();
            }
            assertThat(proxy.writes())
                    .as("four sends of their own, and four repeats")
                    .isEqualTo(8);
        }
        assertThat(version("1")).isEqualTo(1);
    }

    @Test
    void aRefusedConnectionGoesToTheOtherHost() throws IOException {
        try (VersionedClient both = VersionedClient.connect(proxy.url(), nobody())) {
            VersionedDocuments<Counter> documents = typed(both.documents(index, Counter.class));
            for (int i = 1; i <= 4; i++) { // whoever's turn it is
                ModificationResult<Counter> result = documents.readModifyWrite("1", this::increment);
                assertThat(result.attempts()).isEqualTo(1);
            }
        }
        assertThat(n("1")).isEqualTo(5);
        assertThat(version("1")).isEqualTo(5);
        assertThat(runs).hasValue(4);
        assertThat(proxy.writes()).isEqualTo(4);
    }

    /** While the node of a primary hangs, the others answer 503 (502 here): for a minute, all calls went to the one that hangs. */
    @Test
    void aHostThatAnswersIsAskedBeforeOneThatHangsEvenIfItsAnswerWasThatItCannot() {
        Duration timeout = Duration.ofSeconds(1);
        try (FaultProxy hangs = FaultProxy.before(server.url());
                VersionedClient both = VersionedClient.connect(
                        o -> o.hosts(hangs.url(), proxy.url()).requestTimeout(timeout))) {
            VersionedDocuments<Counter> documents = typed(both.documents(index, Counter.class));
            hangs.freeze();
            proxy.plan(FaultPlan.next(1, Fault.BAD_GATEWAY_BEFORE).readsToo());
            long begun = System.nanoTime();
            while (proxy.injected().getOrDefault(Fault.BAD_GATEWAY_BEFORE, 0L) == 0) {
                isThere(documents);
            }
            for (int answers = 0; answers < 10; ) {
                answers += isThere(documents) ? 1 : 0;
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(timeout.multipliedBy(15));
            }
            hangs.unfreeze();
        }
    }

    private static boolean isThere(VersionedDocuments<Counter> documents) {
        try {
            return documents.get("1").isPresent();
        } catch (ServerUnavailableException asked) { // the one that hangs
            return false;
        }
    }

    @Test
    void ifAllRefuseNothingWasWritten() throws IOException {
        try (VersionedClient none = VersionedClient.connect(nobody(), nobody())) {
            assertThat(catchThrowableOfType(
                            ServerUnavailableException.class,
                            () -> typed(none.documents(index, Counter.class))
                                    .index("1", new Counter(2), WriteCondition.none())))
                    .hasMessageContaining("nothing was written");
        }
    }

    /** Returns an address where nobody listens: a port that was free a moment ago. */
    private static String nobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }
}

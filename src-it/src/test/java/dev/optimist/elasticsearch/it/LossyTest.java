package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client with the write ledger, behind a proxy that harms exactly the writes that a test names. */
abstract class LossyTest extends ServerTest {
    FaultProxy proxy;
    VersionedClient behindProxy;

    /** Through the proxy. */
    VersionedDocuments<Counter> lossy;

    /** Past the proxy, by another client. */
    VersionedDocuments<Counter> other;

    /** How often {@link #increment} was applied. */
    final AtomicInteger runs = new AtomicInteger();

    @BeforeEach
    void behindTheProxy() {
        proxy = FaultProxy.before(server.url());
        behindProxy = VersionedClient.connect(o -> o.hosts(proxy.url()).requestTimeout(Duration.ofSeconds(2)));
        lossy = typed(behindProxy.documents(index, Counter.class)).with(o -> o.writeLedger(WriteLedger.standard()));
        other = counters.with(o -> o.writeLedger(WriteLedger.standard()));
        runs.set(0);
    }

    @AfterEach
    void close() {
        proxy.unfreeze();
        behindProxy.close();
        proxy.close();
    }

    Counter increment(Counter c) {
        runs.incrementAndGet();
        return c.plus(1);
    }

    /** Harms the next write. */
    void harm(Fault fault) {
        proxy.plan(FaultPlan.next(1, fault));
    }

    /** Returns the same documents, where this happens once, after the first attempt has failed and before the next read. */
    static VersionedDocuments<Counter> between(VersionedDocuments<Counter> documents, Runnable what) {
        VersionedDocuments<Counter> own = documents.with(o -> {});
        own.unwrap(Retry.class).getEventPublisher().onRetry(e -> {
            if (e.getNumberOfRetryAttempts() == 1) {
                what.run();
            }
        });
        return own;
    }

    /** Returns the same documents with less time. */
    static VersionedDocuments<Counter> hurried(VersionedDocuments<Counter> documents) {
        return documents.with(o -> o.retry(RetryPolicy.sharedDocument().withDeadline(Duration.ofSeconds(1))));
    }

    /** Increments while the network is cut, until the deadline; the write arrives once it is mended. */
    OutcomeUnknownException cutOff(VersionedDocuments<Counter> documents, String id) {
        return unknown(() -> hurried(documents).readModifyWrite(id, c -> {
            proxy.freeze();
            return increment(c);
        }));
    }

    static OutcomeUnknownException unknown(ThrowingCallable call) {
        OutcomeUnknownException e = catchThrowableOfType(OutcomeUnknownException.class, call);
        assertThat(e).as("outcome unknown").isNotNull();
        return e;
    }

    static void applies(ModificationResult<Counter> result, int n, boolean recovered) {
        assertThat(result.source()).isEqualTo(new Counter(n));
        assertThat(result.recovered()).isEqualTo(recovered);
    }

    int n(String id) {
        return stored(id).at("/_source/n").intValue();
    }

    int version(String id) {
        return stored(id).path("_version").intValue();
    }

    JsonNode writeIds(String id) {
        return stored(id).at("/_source/optimist_ledger/writes");
    }

    /** A writer that knows nothing of the ledger, and puts a document of its own in the place of what is there. */
    void overwrite(String id, int n) {
        rest.put("/" + index + "/_doc/" + id, "{\"n\":" + n + "}").ok();
    }

    /** A writer that knows nothing of the ledger, and changes a field. */
    void update(String id, int n) {
        rest.post("/" + index + "/_update/" + id, "{\"doc\":{\"n\":" + n + "}}").ok();
    }

    UnaryOperator<Counter> first(Runnable what) {
        return c -> {
            if (runs.get() == 0) {
                what.run();
            }
            return increment(c);
        };
    }

    /** Counted by the shard itself: writes that it applied and writes that it refused. */
    int sendsSeenByTheServer() {
        JsonNode indexing =
                rest.get("/" + index + "/_stats/indexing").ok().body().at("/_all/primaries/indexing");
        return indexing.path("index_total").asInt()
                + indexing.path("index_failed").asInt();
    }
}

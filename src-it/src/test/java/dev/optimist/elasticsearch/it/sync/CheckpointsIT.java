package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.sync.Checkpoints;
import dev.optimist.elasticsearch.sync.SyncStatus;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Positions as documents: no other job's is overwritten, and no answer that is lost is taken for another job. */
class CheckpointsIT extends SyncTest {
    private FaultProxy proxy;
    private VersionedClient behindProxy;
    private Checkpoints lossy;

    /** Needs no index to write to. */
    @Override
    void newIndex() {}

    @BeforeEach
    void behindTheProxy() {
        name = "job-" + UUID.randomUUID();
        proxy = FaultProxy.before(server.url());
        behindProxy = VersionedClient.connect(o -> o.hosts(proxy.url()).requestTimeout(Duration.ofMillis(700)));
        lossy = Checkpoints.inElasticsearch(behindProxy, positions, name);
        // the index is made with another client, whose patience is longer
        assertThat(Checkpoints.inElasticsearch(client, positions, name).load()).isEmpty();
    }

    @AfterEach
    void close() {
        behindProxy.close();
        proxy.close();
    }

    @Test
    void remembersTheLastPositionOfEachName() {
        Checkpoints a = Checkpoints.inElasticsearch(client, positions, name);
        Checkpoints b = Checkpoints.inElasticsearch(client, positions, name + "-b");
        a.store("1"); // without having looked before
        b.store("7");
        a.store("2");
        assertThat(a.load()).contains("2");
        assertThat(Checkpoints.inElasticsearch(client, positions, name).load()).contains("2");
        assertThat(Checkpoints.inElasticsearch(client, positions, name + "-b").load())
                .contains("7");
        a.store("ä".repeat(16_384)); // as long as may be, and longer than a term of an index
        assertThat(a.load()).hasValueSatisfying(p -> assertThat(p).hasSize(16_384));
        assertThatThrownBy(() -> a.store("ä".repeat(16_385))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theOneThatStoresLaterEndsTheOther() {
        Checkpoints first = Checkpoints.inElasticsearch(client, positions, name);
        first.store("1");
        Checkpoints second = Checkpoints.inElasticsearch(client, positions, name);
        assertThat(second.load()).contains("1");
        second.store("1");
        assertThatThrownBy(() -> first.store("2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("under the name " + name);
        second.store("3");
        assertThat(second.load()).contains("3");
    }

    @Test
    void theOneThatLoadedBeforeTheOtherStoredIsRefused() {
        Checkpoints first = Checkpoints.inElasticsearch(client, positions, name);
        Checkpoints second = Checkpoints.inElasticsearch(client, positions, name);
        assertThat(first.load()).isEmpty();
        assertThat(second.load()).isEmpty();
        first.store("1");
        assertThatThrownBy(() -> second.store("2")).isInstanceOf(IllegalStateException.class);
        first.store("3");
    }

    @Test
    void aPositionThatSomebodyRemovedIsNotMadeAnew() {
        Checkpoints a = Checkpoints.inElasticsearch(client, positions, name);
        a.store("1");
        client.documents(positions, JsonNode.class).delete("position:" + name, WriteCondition.none());
        assertThatThrownBy(() -> a.store("2")).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"DROP_BEFORE", "DROP_AFTER", "RESET_BEFORE", "RESET_AFTER", "HOLD", "TRUNCATE", "BAD_GATEWAY_AFTER"
            })
    void anAnswerThatIsLostIsLookedFor(Fault fault) {
        proxy.plan(FaultPlan.next(1, fault));
        lossy.store("1"); // a new document
        proxy.plan(FaultPlan.next(1, fault));
        lossy.store("2"); // in place of one
        lossy.store("3");
        assertThat(lossy.load()).contains("3");
    }

    @Test
    void aWriteThatArrivesAfterItWasSentAgainChangesNothing() {
        lossy.store("1");
        long refused = conflicts();
        proxy.plan(FaultPlan.next(1, Fault.LATE).withLateAfter(Duration.ofMillis(1500)));
        lossy.store("2");
        lossy.store("3");
        await(() -> conflicts() > refused); // the late one
        lossy.store("4");
        assertThat(lossy.load()).contains("4");
    }

    /** Counted by the shard: writes that it refused. */
    private long conflicts() {
        // by hand, as elasticsearch-java does not understand these statistics of 7.17
        URI stats = URI.create(server.url() + "/" + positions + "/_stats/indexing");
        try (InputStream answer = stats.toURL().openStream()) {
            return JSON.readTree(answer)
                    .at("/_all/primaries/indexing/index_failed")
                    .longValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsGivenUpDoesNotSpoilTheNext() {
        lossy.store("1");
        proxy.plan(FaultPlan.next(4, Fault.DROP_BEFORE));
        assertThatThrownBy(() -> lossy.store("2")).isInstanceOf(OutcomeUnknownException.class);
        lossy.store("3");
        assertThat(lossy.load()).contains("3");
    }

    @Test
    void keepsTheStatusBesideThePosition() {
        Checkpoints a = Checkpoints.inElasticsearch(client, positions, name);
        assertThat(a.status()).isEmpty();
        SyncStatus status = new SyncStatus(
                "a",
                SyncStatus.State.RUNNING,
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                Duration.ofSeconds(8),
                "9",
                null,
                "10",
                Instant.EPOCH);
        a.storeStatus(status);
        assertThat(Checkpoints.inElasticsearch(client, positions, name).status())
                .contains(status);
        assertThat(a.load()).isEmpty();
    }
}

package dev.optimist.elasticsearch.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import dev.optimist.elasticsearch.sync.SyncStatus.State;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SyncStatusTest {

    @Test
    void isTheSameAfterItWasADocument() {
        SyncStatus full = new SyncStatus(
                "a", State.FAILED, 1, 2, 3, 4, 5, 6, 7, Duration.ofMillis(8), "9", Instant.now(), "10", Instant.now());
        assertThat(SyncStatus.of(full.toMap())).isEqualTo(full);
        SyncStatus empty = SyncStatus.ofNew("b");
        assertThat(SyncStatus.of(empty.toMap())).isEqualTo(empty);
        assertThat(full.total()).isEqualTo(21);
    }

    @Test
    void metersTellTheSame() throws Exception {
        ScriptedWriter writer = new ScriptedWriter();
        List<@Nullable Outcome> outcomes = Arrays.asList(Outcome.APPLIED, Outcome.SUPERSEDED, Outcome.DUPLICATE, null);
        writer.outcomes = id -> outcomes.get(Integer.parseInt(id));
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        SyncOptions<String> options = new SyncOptions<String>().name("products");
        Source<String> source = (position, changes) -> {
            for (int i = 0; i < outcomes.size(); i++) {
                changes.accept(ExternalOperation.index(Integer.toString(i), "a", 1));
            }
        };
        try (SyncJob<String> job = new SyncJob<>(source, new MemoryCheckpoints(), options, () -> writer)) {
            new SyncMeters(job).bindTo(registry);
            assertThat(registry.get("optimist.sync.running").gauge().value()).isZero();
            job.start();
            while (job.status().total() < 3 || job.status().inFlight() < 1) {
                Thread.onSpinWait();
            }
            assertThat(registry.get("optimist.sync.running").gauge().value()).isEqualTo(1);
            assertThat(registry.get("optimist.sync.in.flight").gauge().value()).isEqualTo(1);
            assertThat(registry.get("optimist.sync.lag").timeGauge().value(TimeUnit.SECONDS))
                    .isBetween(0.0, 60.0);
            for (String outcome : List.of("applied", "superseded", "duplicate")) {
                assertThat(count(registry, outcome)).as(outcome).isEqualTo(1);
            }
            for (String outcome : List.of("suspicious", "rejected", "unresolved")) {
                assertThat(count(registry, outcome)).as(outcome).isZero();
            }
            writer.complete("3", Outcome.APPLIED);
            job.await();
            assertThat(count(registry, "applied")).isEqualTo(2);
            assertThat(registry.get("optimist.sync.running").gauge().value()).isZero();
        }
    }

    private static double count(SimpleMeterRegistry registry, String outcome) {
        return registry.get("optimist.sync.operations")
                .tags("job", "products", "outcome", outcome)
                .functionCounter()
                .count();
    }
}

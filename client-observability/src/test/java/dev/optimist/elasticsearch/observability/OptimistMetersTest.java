package dev.optimist.elasticsearch.observability;

import static dev.optimist.elasticsearch.Events.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.OperationEvent.Outcome;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OptimistMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final OptimistMeters meters = new OptimistMeters(registry, Tags.of("shop", "north"));

    @Test
    void operationsAreTimedByOutcome() {
        meters.ended(event(Outcome.APPLIED, "1", 2, 3, 1));
        meters.ended(event(Outcome.APPLIED, "2", 1, 1, 0));
        meters.ended(event(Outcome.EXHAUSTED, "1", 5, 1, 5));
        var applied = registry.get("optimist.operations")
                .tags("operation", "read_modify_write", "index", "stock", "outcome", "applied", "shop", "north")
                .timer();
        assertThat(applied.count()).isEqualTo(2);
        assertThat(applied.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(10);
        assertThat(registry.get("optimist.operations")
                        .tags("outcome", "exhausted")
                        .timer()
                        .count())
                .isOne();
        assertThat(registry.get("optimist.attempts").summary().totalAmount()).isEqualTo(8);
        assertThat(registry.get("optimist.conflicts")
                        .tags("kind", "stale")
                        .counter()
                        .count())
                .isEqualTo(6);
        assertThat(registry.get("optimist.together").summary().count()).isEqualTo(2);
        assertThat(registry.get("optimist.together").summary().max()).isEqualTo(3);
    }

    @Test
    void thousandDocumentsAreNoThousandMeters() {
        for (int i = 0; i < 1000; i++) {
            meters.ended(event(Outcome.APPLIED, "id-" + i, 2, 2, 1));
        }
        assertThat(registry.getMeters()).hasSize(4);
        assertThat(registry.getMeters())
                .flatExtracting(meter -> meter.getId().getTags())
                .extracting(Tag::getValue)
                .noneMatch(value -> value.startsWith("id-"));
        assertThat(registry.getMeters()).extracting(Meter::getId).allMatch(id -> id.getDescription() != null);
    }
}

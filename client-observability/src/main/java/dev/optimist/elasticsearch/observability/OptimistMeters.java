package dev.optimist.elasticsearch.observability;

import dev.optimist.elasticsearch.OperationEvent;
import dev.optimist.elasticsearch.OperationListener;
import dev.optimist.elasticsearch.VersionConflictException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;

/**
 * A client's operations as meters of Micrometer, each with the tags {@code operation} (get, index, create, delete,
 * read_modify_write, bulk_index, bulk_create, bulk_delete) and {@code index} (the index or alias that the documents were opened
 * by):
 *
 * <ul>
 *   <li>{@code optimist.operations}, a timer, with the tag {@code outcome}: that of {@link OperationEvent.Outcome}, in lower case
 *   <li>{@code optimist.attempts}, a summary: attempts of an operation
 *   <li>{@code optimist.conflicts}, a counter, with the tag {@code kind}: stale, absent, exists, external; also of conflicts that a
 *       later attempt has overcome
 *   <li>{@code optimist.together}, a summary: how many operations went in the same write, of those that were applied
 * </ul>
 *
 * <pre>{@code
 * VersionedClient.connect(o -> o.hosts(url).listener(new OptimistMeters(registry)));
 * }</pre>
 *
 * <p>An id is never a tag. Needs {@code io.micrometer:micrometer-core}, which this module does not bring along. Immutable and
 * thread-safe.
 */
public final class OptimistMeters implements OperationListener {
    private final MeterProvider<Timer> operations;
    private final MeterProvider<DistributionSummary> attempts;
    private final MeterProvider<Counter> conflicts;
    private final MeterProvider<DistributionSummary> together;

    /** Returns meters in this registry. */
    public OptimistMeters(MeterRegistry registry) {
        this(registry, Tags.empty());
    }

    /** Returns meters in this registry, with tags of yours. */
    public OptimistMeters(MeterRegistry registry, Iterable<Tag> tags) {
        this.operations = Timer.builder("optimist.operations")
                .description("operations by their outcome")
                .tags(tags)
                .withRegistry(registry);
        this.attempts = DistributionSummary.builder("optimist.attempts")
                .description("attempts of an operation")
                .tags(tags)
                .withRegistry(registry);
        this.conflicts = Counter.builder("optimist.conflicts")
                .description("version conflicts by their kind")
                .tags(tags)
                .withRegistry(registry);
        this.together = DistributionSummary.builder("optimist.together")
                .description("operations in one write")
                .tags(tags)
                .withRegistry(registry);
    }

    @Override
    public void ended(OperationEvent event) {
        Tags tags = Tags.of("operation", text(event.operation()), "index", event.index());
        operations.withTags(tags.and("outcome", text(event.outcome()))).record(event.duration());
        attempts.withTags(tags).record(event.attempts());
        for (VersionConflictException conflict : event.conflicts()) {
            conflicts.withTags(tags.and("kind", text(conflict.kind()))).increment();
        }
        if (event.outcome() == OperationEvent.Outcome.APPLIED) {
            together.withTags(tags).record(event.together());
        }
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

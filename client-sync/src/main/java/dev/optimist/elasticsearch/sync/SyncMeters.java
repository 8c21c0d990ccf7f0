package dev.optimist.elasticsearch.sync;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * What {@link SyncStatus} tells, as meters of Micrometer, each with the tag {@code job}:
 *
 * <ul>
 *   <li>{@code optimist.sync.operations}, a counter, with the tag {@code outcome}: applied, superseded, duplicate, suspicious,
 *       rejected, unresolved
 *   <li>{@code optimist.sync.in.flight}, a gauge
 *   <li>{@code optimist.sync.lag}, a gauge of time
 *   <li>{@code optimist.sync.running}, a gauge: 1 while the job runs or stops, 0 before and after
 * </ul>
 *
 * <pre>{@code
 * new SyncMeters(job).bindTo(registry);
 * }</pre>
 *
 * <p>Needs {@code io.micrometer:micrometer-core}, which this library does not bring along. The registry does not keep the job
 * from being collected. Immutable and thread-safe.
 */
public final class SyncMeters implements MeterBinder {
    private static final Map<String, ToLongFunction<SyncStatus>> OUTCOMES = Map.of(
            "applied",
            SyncStatus::applied,
            "superseded",
            SyncStatus::superseded,
            "duplicate",
            SyncStatus::duplicate,
            "suspicious",
            SyncStatus::suspicious,
            "rejected",
            SyncStatus::rejected,
            "unresolved",
            SyncStatus::unresolved);

    private final SyncJob<?> job;
    private final Tags tags;

    /** Returns the meters of a job. */
    public SyncMeters(SyncJob<?> job) {
        this(job, Tags.empty());
    }

    /** Returns the meters of a job, with tags of yours. */
    public SyncMeters(SyncJob<?> job, Iterable<Tag> tags) {
        this.job = job;
        this.tags = Tags.of(tags).and("job", job.status().name());
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        OUTCOMES.forEach((outcome, count) -> FunctionCounter.builder(
                        "optimist.sync.operations", job, j -> count.applyAsLong(j.status()))
                .tags(tags.and("outcome", outcome))
                .description("operations by their outcome")
                .register(registry));
        Gauge.builder("optimist.sync.in.flight", job, j -> j.status().inFlight())
                .tags(tags)
                .description("operations without an outcome yet")
                .register(registry);
        Gauge.builder("optimist.sync.running", job, j -> isRunning(j.status().state()) ? 1 : 0)
                .tags(tags)
                .description("1 while the job runs")
                .register(registry);
        TimeGauge.builder(
                        "optimist.sync.lag",
                        job,
                        TimeUnit.MILLISECONDS,
                        j -> j.status().lag().toMillis())
                .tags(tags)
                .description("how long ago the index was equal to the source, as far as is known")
                .register(registry);
    }

    private static boolean isRunning(SyncStatus.State state) {
        return state == SyncStatus.State.RUNNING || state == SyncStatus.State.STOPPING;
    }
}

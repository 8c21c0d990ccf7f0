package dev.optimist.elasticsearch;

import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Read, apply the function, write if nobody has written since; after a conflict sleep and start again from the read.
 *
 * <p>Without {@link Evidence} only conflicts are tried again: they say that nothing was written. With it, a conflict and a
 * write without an answer are both pending until a later read has settled them (docs/guarantees.md).
 *
 * <p>resilience4j counts the attempts and publishes its events; the sleeping is done here, as its own cannot be interrupted
 * or bounded by a deadline.
 *
 * @param <T> the class of the document
 */
final class ReadModifyWrite<T> {
    private final Retry retry;
    private final RetryPolicy policy;
    private final Pace pace;
    private final @Nullable Evidence evidence;

    ReadModifyWrite(String name, RetryPolicy policy, Pace pace, @Nullable Evidence evidence) {
        this.policy = policy;
        this.pace = pace;
        this.evidence = evidence;
        FullJitter jitter = FullJitter.of(policy, pace.random());
        this.retry = Retry.of(
                name,
                RetryConfig.custom()
                        .maxAttempts(policy.maxAttempts())
                        .intervalBiFunction((attempt, conflict) -> jitter.afterAttempt(attempt))
                        .retryOnException(t -> t instanceof VersionConflictException || t instanceof Call.Again)
                        .build());
    }

    /** Returns what runs the attempts, for its metrics and events. */
    Retry retry() {
        return retry;
    }

    /**
     * Runs the attempts of one call.
     *
     * @param writeId for the time of this call; not asked for if there is no evidence
     */
    ModificationResult<T> run(
            String index, String id, Steps<T> steps, Modifier<T> modifier, Supplier<WriteIds.Lease> writeId) {
        Retry.AsyncContext<ModificationResult<T>> context = retry.asyncContext();
        if (evidence == null) {
            return new Call<>(index, id, policy, pace, context, null, null).run(steps, modifier);
        }
        WriteIds.Lease lease = writeId.get();
        Call<T> call = new Call<>(index, id, policy, pace, context, evidence, lease.id());
        try {
            return call.run(steps.withWriteId(lease), modifier);
        } finally {
            lease.end(call.isUnsettled());
        }
    }
}

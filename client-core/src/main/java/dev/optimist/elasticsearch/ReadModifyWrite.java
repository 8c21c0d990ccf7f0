package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Read, apply the function, write if nobody has written since; after a conflict sleep and start again from the read.
 *
 * <p>Only conflicts are tried again: they say that nothing was written. resilience4j counts the attempts and publishes
 * its events; the sleeping is done here, as its own cannot be interrupted or bounded by a deadline.
 *
 * @param <T> the class of the document
 */
final class ReadModifyWrite<T> {
    private final Retry retry;
    private final RetryPolicy policy;
    private final Pace pace;

    ReadModifyWrite(String name, RetryPolicy policy, Pace pace) {
        this.policy = policy;
        this.pace = pace;
        FullJitter jitter = FullJitter.of(policy, pace.random());
        this.retry = Retry.of(
                name,
                RetryConfig.custom()
                        .maxAttempts(policy.maxAttempts())
                        .intervalBiFunction((attempt, conflict) -> jitter.afterAttempt(attempt))
                        .retryOnException(VersionConflictException.class::isInstance)
                        .build());
    }

    /** Returns what runs the attempts, for its metrics and events. */
    Retry retry() {
        return retry;
    }

    /** What the loop does with one document. A limit is the time that is left. */
    interface Steps<T> {
        Optional<VersionedDocument<T>> read(Duration limit);

        /** Says that the document is as it was read. */
        ModificationResult<T> unchanged(int attempt);

        /** Writes what is wanted, conditional on what was read. */
        ModificationResult<T> write(Modification<T> wanted, int attempt, Duration limit);
    }

    ModificationResult<T> run(
            String index,
            String id,
            Steps<T> steps,
            Function<Optional<VersionedDocument<T>>, Modification<T>> modifier) {
        Call call = new Call(index, id);
        Retry.AsyncContext<ModificationResult<T>> context = retry.asyncContext();
        while (true) {
            Optional<VersionedDocument<T>> read;
            ModificationResult<T> result;
            try {
                call.beginAttempt();
                read = call.read(steps);
                Modification<T> wanted = modifier.apply(read);
                if (wanted == null) {
                    throw new NullPointerException("the function returned null; to delete, use Modification.delete()");
                }
                result = call.write(steps, read.isPresent(), wanted);
            } catch (Conflicted e) {
                call.sleep(context, e.conflict);
                continue;
            } catch (RuntimeException | Error e) {
                context.onError(e);
                throw e;
            }
            context.onComplete();
            return result;
        }
    }

    /** Marks a conflict of our own write, so that one thrown by the user's function is not taken for it. */
    private static final class Conflicted extends Exception {
        private static final long serialVersionUID = 1L;

        private final VersionConflictException conflict;

        Conflicted(VersionConflictException conflict) {
            super(null, conflict, false, false);
            this.conflict = conflict;
        }
    }

    /** One call: its attempts, its conflicts and its time. */
    private final class Call {
        private final String index;
        private final String id;
        private final long deadline =
                pace.clock().nanoTime() + policy.deadline().toNanos();
        private final List<VersionConflictException> conflicts = new ArrayList<>();
        private int attempt;

        Call(String index, String id) {
            this.index = index;
            this.id = id;
        }

        void beginAttempt() {
            if (Thread.currentThread().isInterrupted()) {
                throw exhausted(Limit.INTERRUPT, null);
            }
            attempt++;
        }

        Optional<VersionedDocument<T>> read(Steps<T> steps) {
            try {
                return steps.read(left());
            } catch (ServerUnavailableException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw exhausted(Limit.INTERRUPT, e);
                }
                if (deadline - pace.clock().nanoTime() <= 0) {
                    throw exhausted(Limit.DEADLINE, e);
                }
                throw e;
            }
        }

        ModificationResult<T> write(Steps<T> steps, boolean present, Modification<T> wanted) throws Conflicted {
            if (wanted instanceof Modification.Noop || (wanted instanceof Modification.Delete && !present)) {
                return steps.unchanged(attempt);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw exhausted(Limit.INTERRUPT, null);
            }
            try {
                return steps.write(wanted, attempt, left());
            } catch (VersionConflictException e) {
                throw new Conflicted(e);
            }
        }

        void sleep(Retry.AsyncContext<?> context, VersionConflictException conflict) {
            conflicts.add(conflict);
            long millis = context.onError(conflict);
            if (millis < 0) {
                throw exhausted(Limit.ATTEMPTS, null);
            }
            if (deadline - pace.clock().nanoTime() <= Duration.ofMillis(millis).toNanos()) {
                throw announced(context, exhausted(Limit.DEADLINE, null));
            }
            try {
                pace.sleep().millis(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw announced(context, exhausted(Limit.INTERRUPT, e));
            }
        }

        /** Lets resilience4j's listeners know that the retry which it announced will not come. */
        private AttemptsExhaustedException announced(Retry.AsyncContext<?> context, AttemptsExhaustedException e) {
            context.onError(e);
            return e;
        }

        private Duration left() {
            long nanos = deadline - pace.clock().nanoTime();
            if (nanos <= 0) {
                throw exhausted(Limit.DEADLINE, null);
            }
            return Duration.ofNanos(nanos);
        }

        private AttemptsExhaustedException exhausted(Limit limit, @Nullable Throwable cause) {
            String why = switch (limit) {
                case ATTEMPTS -> "all " + policy.maxAttempts() + " attempts met a conflict";
                case DEADLINE -> "the deadline of " + policy.deadline().toMillis() + " ms was reached";
                case INTERRUPT -> "the thread was interrupted";
            };
            return new AttemptsExhaustedException(
                    "[" + index + "][" + id + "]: nothing was written: " + why + " (attempts begun: " + attempt
                            + ", conflicts: " + conflicts.size() + ")",
                    index,
                    id,
                    limit,
                    attempt,
                    conflicts,
                    cause);
        }
    }
}

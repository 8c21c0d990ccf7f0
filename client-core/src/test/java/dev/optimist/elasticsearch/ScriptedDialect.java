package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Conflict;
import dev.optimist.elasticsearch.internal.DialectException;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Fails as it is told to, and then answers. */
final class ScriptedDialect extends PartialDialect {
    int sends;
    int deletes;
    boolean silent;
    Map<String, String> uuids = Map.of();
    /** What a silent one makes of being cancelled; null for what a future makes of it. */
    @Nullable
    Outcome whenCancelled;

    final List<Duration> limits = new ArrayList<>();
    Runnable onSend = () -> {};
    CompletableFuture<?> last = new CompletableFuture<>();
    private final Deque<RuntimeException> failures = new ArrayDeque<>();

    ScriptedDialect fail(Outcome outcome, int times) {
        return fail(outcome, times, null);
    }

    ScriptedDialect fail(Outcome outcome, int times, @Nullable Duration retryAfter) {
        for (int i = 1; i <= times; i++) {
            failures.add(new DialectException(failure(outcome, "failure " + i, retryAfter)));
        }
        return this;
    }

    /** As a dialect may not. */
    ScriptedDialect fail(RuntimeException otherwise) {
        failures.add(otherwise);
        return this;
    }

    private static Failure failure(Outcome outcome, String reason, @Nullable Duration retryAfter) {
        Conflict conflict =
                outcome == Outcome.CONFLICT ? new Conflict(Kind.STALE, "stale", 0L, 1L, null, 1L, 1L, null) : null;
        return new Failure(outcome, 429, "x", reason, conflict, null, retryAfter);
    }

    private <A> CompletableFuture<A> answer(A answer, Duration limit) {
        sends++;
        limits.add(limit);
        onSend.run();
        CompletableFuture<A> future = new Sent<>(whenCancelled);
        last = future;
        RuntimeException failure = failures.poll();
        if (failure != null) {
            future.completeExceptionally(failure);
        } else if (!silent) {
            future.complete(answer);
        }
        return future;
    }

    @Override
    public CompletableFuture<Stored> get(Address address, Duration timeout) {
        return answer(new Stored("i", false, null, 0, 0, 0, null), timeout);
    }

    @Override
    public CompletableFuture<Written> index(Write write, Duration timeout) {
        return answer(new Written("i", Result.Updated, 2, 1, 1), timeout);
    }

    @Override
    public CompletableFuture<Written> delete(Write write, Duration timeout) {
        deletes++;
        return answer(new Written("i", Result.Deleted, 2, 1, 1), timeout);
    }

    @Override
    public CompletableFuture<Map<String, String>> uuids(String target, Duration timeout) {
        return answer(uuids, timeout);
    }

    @Override
    @SuppressWarnings("NullAway") // a Void is null
    public CompletableFuture<Void> putDisabledObject(
            String index, @Nullable String mappingType, String field, Duration timeout) {
        return answer(null, timeout);
    }

    /** Cancelling a request that is read, compared and written may be in time for the write. */
    private static final class Sent<A> extends CompletableFuture<A> {
        private final @Nullable Outcome whenCancelled;

        Sent(@Nullable Outcome whenCancelled) {
            this.whenCancelled = whenCancelled;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return whenCancelled == null
                    ? super.cancel(mayInterruptIfRunning)
                    : completeExceptionally(
                            new CompletionException(new DialectException(failure(whenCancelled, "cancelled", null))));
        }
    }
}

package dev.optimist.elasticsearch.sync;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plays a writer, as a real one cannot be made to answer exactly when a test wants. An operation gets its outcome at once, as
 * {@link #outcomes} says by its id; those for which it says null wait for {@link #complete}.
 */
final class ScriptedWriter implements Writing<String> {
    final Map<String, CompletableFuture<ExternalResult<String>>> waiting = new ConcurrentHashMap<>();
    final Map<String, ExternalOperation<String>> operations = new ConcurrentHashMap<>();
    final CountDownLatch closed = new CountDownLatch(1);
    volatile Function<String, @Nullable Outcome> outcomes = id -> Outcome.APPLIED;

    @Override
    public CompletableFuture<ExternalResult<String>> write(ExternalOperation<String> operation) {
        operations.put(operation.id(), operation);
        Outcome outcome = outcomes.apply(operation.id());
        if (outcome != null) {
            return CompletableFuture.completedFuture(result(operation, outcome));
        }
        CompletableFuture<ExternalResult<String>> future = new CompletableFuture<>();
        waiting.put(operation.id(), future);
        return future;
    }

    void complete(String id, Outcome outcome) {
        CompletableFuture<ExternalResult<String>> future = waiting.remove(id);
        ExternalOperation<String> operation = operations.get(id);
        if (future == null || operation == null) {
            throw new AssertionError("nothing waits for " + id);
        }
        future.complete(result(operation, outcome));
    }

    private static ExternalResult<String> result(ExternalOperation<String> operation, Outcome outcome) {
        return new ExternalResult<>(
                operation, outcome, -1, outcome == Outcome.APPLIED ? null : "it is " + outcome, 0, 1, null);
    }

    @Override
    public void flush() throws InterruptedException {
        if (!waiting.isEmpty()) {
            new CountDownLatch(1).await(); // as for ever as it takes
        }
    }

    @Override
    public void close(Duration patience) {
        closed.countDown();
    }
}

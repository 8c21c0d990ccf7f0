package dev.optimist.elasticsearch.connect;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Writers whose outcomes and room the test decides. */
final class ScriptedWriters implements Writers {
    /** What was taken, in its order. */
    final List<ExternalOperation<Object>> operations = new ArrayList<>();

    private final List<CompletableFuture<ExternalResult<Object>>> results = new ArrayList<>();
    int room = Integer.MAX_VALUE;

    /** What happens whenever one was taken. */
    Runnable taken = () -> {};

    @Override
    public Optional<CompletableFuture<ExternalResult<Object>>> offer(
            String index, ExternalOperation<Object> operation, Duration patience) {
        if (room == 0) {
            return Optional.empty();
        }
        room--;
        operations.add(operation);
        CompletableFuture<ExternalResult<Object>> result = new CompletableFuture<>();
        results.add(result);
        taken.run();
        return Optional.of(result);
    }

    /** That many from the first on. */
    void end(int place, Outcome outcome) {
        end(place, outcome, 0);
    }

    void end(int place, Outcome outcome, int status) {
        results.get(place)
                .complete(new ExternalResult<>(operations.get(place), outcome, -1, "because", status, 1, null));
    }

    @Override
    public void close(Duration patience) {}
}

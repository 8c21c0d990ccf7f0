package dev.optimist.elasticsearch.connect;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalOptions;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import dev.optimist.elasticsearch.VersionedClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What a task needs of writers, so that tests can play them. */
interface Writers {
    /** See {@link ExternalVersionWriter#offer}. */
    Optional<CompletableFuture<ExternalResult<Object>>> offer(
            String index, ExternalOperation<Object> operation, Duration patience) throws InterruptedException;

    /** Waits for what was sent, as long as that. */
    void close(Duration patience);

    /** Returns one writer for each index, made when it is needed. For one thread. */
    static Writers of(VersionedClient client, Consumer<ExternalOptions<Object>> options) {
        Map<String, ExternalVersionWriter<Object>> writers = new HashMap<>();
        return new Writers() {
            @Override
            public Optional<CompletableFuture<ExternalResult<Object>>> offer(
                    String index, ExternalOperation<Object> operation, Duration patience) throws InterruptedException {
                return writers.computeIfAbsent(
                                index,
                                name -> client.documents(name, Object.class).externalVersionWriter(options))
                        .offer(operation, patience);
            }

            @Override
            public void close(Duration patience) {
                long end = System.nanoTime() + patience.toNanos();
                for (ExternalVersionWriter<Object> writer : writers.values()) {
                    var unused = writer.close(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
                }
                writers.clear();
            }
        };
    }
}

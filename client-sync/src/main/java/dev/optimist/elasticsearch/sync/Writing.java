package dev.optimist.elasticsearch.sync;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What a job needs of a writer, so that tests can play one. */
interface Writing<T> {
    CompletableFuture<ExternalResult<T>> write(ExternalOperation<T> operation) throws InterruptedException;

    void flush() throws InterruptedException;

    void close(Duration patience);

    static <T> Writing<T> by(ExternalVersionWriter<T> writer) {
        return new Writing<>() {
            @Override
            public CompletableFuture<ExternalResult<T>> write(ExternalOperation<T> operation)
                    throws InterruptedException {
                return writer.write(operation);
            }

            @Override
            public void flush() throws InterruptedException {
                writer.flush();
            }

            @Override
            public void close(Duration patience) {
                var unused = writer.close(patience);
            }
        };
    }
}

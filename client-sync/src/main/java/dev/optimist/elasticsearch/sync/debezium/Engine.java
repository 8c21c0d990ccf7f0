package dev.optimist.elasticsearch.sync.debezium;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.io.IOException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Debezium Engine on a thread of its own, whose batches another thread takes. What was stored is told to it with the next
 * batch, of which there is one a second at least, thanks to heartbeats; it tells PostgreSQL.
 */
final class Engine implements DebeziumEngine.ChangeConsumer<RecordChangeEvent<SourceRecord>>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final long PAUSE = 20;
    private static final long SECONDS_TO_END = 30;

    private final BlockingQueue<List<RecordChangeEvent<SourceRecord>>> batches = new SynchronousQueue<>();
    private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
    private final AtomicLong stored;
    private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
    private volatile boolean closing;

    /** On the engine's thread. */
    private long confirmed;

    private Engine(Properties properties, AtomicLong stored) {
        this.stored = stored;
        this.engine = DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
                .using(properties)
                .using(OffsetCommitPolicy.always())
                .using((success, message, error) -> {
                    if (success || closing) {
                        end.complete(null);
                    } else {
                        end.completeExceptionally(error == null ? new IllegalStateException(message) : error);
                    }
                })
                .notifying(this)
                .build();
    }

    /**
     * Starts one.
     *
     * @param stored up to where in the log the job has stored its position, as it goes on
     */
    static Engine start(Properties properties, AtomicLong stored) {
        Engine started = new Engine(properties, stored);
        Thread thread = new Thread(started::run, "optimist-debezium-" + properties.getProperty("slot.name"));
        thread.setDaemon(true);
        thread.start();
        return started;
    }

    private void run() {
        try {
            engine.run();
        } catch (RuntimeException | Error e) {
            end.completeExceptionally(e);
        } finally {
            end.complete(null); // if nobody has told why
        }
    }

    @Override
    public void handleBatch(
            List<RecordChangeEvent<SourceRecord>> records, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        batches.put(records); // interrupted when the engine is closed
        confirm(records.get(0), committer);
    }

    /** What is marked here may be forgotten by PostgreSQL, so no more than what is stored. */
    private void confirm(
            RecordChangeEvent<SourceRecord> any, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        long now = stored.get();
        if (now > confirmed) {
            DebeziumEngine.Offsets offsets = committer.buildOffsets();
            new LogPosition(now).offset().forEach(offsets::set);
            committer.markProcessed(any, offsets);
            committer.markBatchFinished();
            confirmed = now;
        }
    }

    /**
     * Returns the next batch, or null if there is none within the time.
     *
     * @throws Exception what the engine has ended with
     */
    @Nullable
    List<RecordChangeEvent<SourceRecord>> poll(long milliseconds) throws Exception {
        List<RecordChangeEvent<SourceRecord>> batch = batches.poll(milliseconds, TimeUnit.MILLISECONDS);
        if (batch == null && end.isDone()) {
            try {
                end.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Exception cause) {
                    throw cause;
                }
                throw e;
            }
            throw new IllegalStateException("Debezium's engine has ended by itself");
        }
        return batch;
    }

    /** Ends it, and waits for that. */
    @Override
    public void close() {
        closing = true;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_END);
        while (!end.isDone() && System.nanoTime() < deadline) {
            try {
                engine.close();
            } catch (IllegalStateException e) {
                LOG.trace("it is starting, and cannot be ended yet, or it is ending", e);
            } catch (IOException e) {
                LOG.warn("Debezium's engine does not end well", e);
            }
            try {
                end.get(PAUSE, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException e) {
                LOG.trace("not ended, or not well", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return; // it ends all the same
            }
        }
    }
}

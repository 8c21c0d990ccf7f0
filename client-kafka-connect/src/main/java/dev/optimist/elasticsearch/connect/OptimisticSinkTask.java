package dev.optimist.elasticsearch.connect;

import dev.optimist.elasticsearch.VersionedClient;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/**
 * A task of {@link OptimisticSinkConnector}; Connect makes and runs it.
 *
 * <p>{@link #put} hands records to a writer and does not wait for their outcome; {@link #preCommit} tells only offsets before
 * which every record has one. Connect calls it on one thread.
 */
public final class OptimisticSinkTask extends SinkTask {
    /** How long Connect may wait for records before it asks for outcomes: dead letters are reported on its thread. */
    private static final long LOOK_AGAIN_MILLIS = 500;

    private @Nullable SinkConfig config;
    private @Nullable VersionedClient client;
    private @Nullable Writers writers;
    private @Nullable RecordFlow flow;
    private @Nullable Backoff backoff;

    /** For Connect. */
    public OptimisticSinkTask() {}

    @Override
    public String version() {
        return ConnectorVersion.get();
    }

    /**
     * Connects.
     *
     * @throws ConnectException if Elasticsearch does not let it in, by password, key or certificate. If there is no answer, it
     *     goes on, as that may change
     */
    @Override
    public void start(Map<String, String> settings) {
        Checks.check(settings);
        SinkConfig config = new SinkConfig(settings);
        this.config = config;
        VersionedClient client = config.connect();
        this.client = client;
        ConnectionCheck.check(client);
        Writers writers = Writers.of(client, config::write);
        this.writers = writers;
        Outcomes outcomes = new Outcomes();
        this.flow = new RecordFlow(
                config.converter(),
                writers,
                new DeadLetters(context.errantRecordReporter(), LetterSize.of(settings), outcomes),
                outcomes,
                config.millis(Settings.PUT_TIMEOUT),
                config.failsIfSuspicious(),
                RecordFlow.MOST_TRACKED);
        this.backoff = new Backoff(
                config.getInt(Settings.RETRY_BACKOFF),
                config.getInt(Settings.RETRY_BACKOFF_MAX),
                bound -> ThreadLocalRandom.current().nextLong(bound + 1));
        SinkMetrics.register(context, outcomes);
    }

    /**
     * Takes records, and waits no longer than {@code put.timeout.ms} for room.
     *
     * @throws RetriableException if there is none, or Elasticsearch is away; Connect makes the delivery again after a pause
     * @throws ConnectException if the task cannot go on; the message names topic, partition, offset and reason
     */
    @Override
    public void put(Collection<SinkRecord> records) {
        Backoff backoff = Objects.requireNonNull(this.backoff);
        try {
            flow().put(records);
        } catch (RetriableException e) {
            context.timeout(backoff.next());
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while it waited for room", e);
        }
        backoff.reset();
        if (flow().isOpen()) {
            context.timeout(LOOK_AGAIN_MILLIS);
        }
    }

    /** Returns the offsets before which every record has its outcome, and dead letters are written for certain. */
    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> delivered) {
        return flow().committable(delivered, Objects.requireNonNull(config).millis(Settings.FLUSH_TIMEOUT));
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        flow().close(partitions);
    }

    /** Waits for what was sent, no longer than {@code flush.timeout.ms}. What has no outcome by then, Connect delivers again. */
    @Override
    public void stop() {
        try {
            if (writers != null && config != null) {
                writers.close(config.millis(Settings.FLUSH_TIMEOUT));
            }
        } finally {
            if (client != null) {
                client.close();
            }
            writers = null;
            client = null;
        }
    }

    private RecordFlow flow() {
        return Objects.requireNonNull(flow, "the task was not started");
    }
}

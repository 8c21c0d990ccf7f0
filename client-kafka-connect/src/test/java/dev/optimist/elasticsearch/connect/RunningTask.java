package dev.optimist.elasticsearch.connect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** A task, driven as a worker does it: deliveries that are made again, pauses that the task asks for, commits. */
final class RunningTask implements AutoCloseable {
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(60);

    final OptimisticSinkTask task = new OptimisticSinkTask();
    final TaskContext context;
    private final Map<TopicPartition, OffsetAndMetadata> delivered = new HashMap<>();

    /** How often a delivery had to be made again. */
    int deliveredAgain;

    RunningTask(@Nullable ScriptedReporter reporter, Map<String, String> settings) {
        context = new TaskContext(reporter);
        task.initialize(context);
        task.start(settings);
    }

    /** One delivery; throws what the task throws. */
    void put(Collection<SinkRecord> records) {
        task.put(new ArrayList<>(records));
        for (SinkRecord record : records) {
            TopicPartition partition = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
            delivered.put(partition, new OffsetAndMetadata(record.originalKafkaOffset() + 1));
        }
    }

    /** A delivery that is made again until the task has taken it. */
    void deliver(Collection<SinkRecord> records) throws InterruptedException {
        long end = System.nanoTime() + LIMIT;
        while (true) {
            try {
                put(records);
                return;
            } catch (RetriableException e) {
                deliveredAgain++;
                if (System.nanoTime() > end) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(context.timeout); // as it asked for
            }
        }
    }

    /** Waits until all that was delivered has its outcome. */
    void settle() throws InterruptedException {
        long end = System.nanoTime() + LIMIT;
        while (!committable().equals(offsets(delivered)) || context.metric("open") > 0) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not settled: " + committable() + " of " + delivered);
            }
            TimeUnit.MILLISECONDS.sleep(10);
            deliver(List.of());
        }
    }

    Map<Integer, Long> committable() {
        return offsets(task.preCommit(delivered));
    }

    private static Map<Integer, Long> offsets(Map<TopicPartition, OffsetAndMetadata> all) {
        Map<Integer, Long> offsets = new HashMap<>();
        all.forEach((partition, offset) -> offsets.put(partition.partition(), offset.offset()));
        return offsets;
    }

    @Override
    public void close() {
        task.stop();
    }
}

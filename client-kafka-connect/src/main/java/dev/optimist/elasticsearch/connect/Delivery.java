package dev.optimist.elasticsearch.connect;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult;
import java.util.function.BiConsumer;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way. It belongs to the task's thread, but for its outcome, which the writer's thread brings. What is settled
 * holds neither the record nor the document any more, as it may have to wait for an earlier one.
 */
final class Delivery implements BiConsumer<ExternalResult<Object>, @Nullable Throwable> {
    final Partition partition;
    final long offset;
    private final Outcomes outcomes;
    private @Nullable SinkRecord record;

    /** As far as they are known. */
    @Nullable
    String index;

    @Nullable
    String id;

    long version = VersionSource.NONE;

    @Nullable
    ExternalOperation<Object> operation;

    /** Whether it is a delete of Debezium's, after which a record without a value comes. */
    boolean isEventOfDelete;

    private volatile boolean settled;

    /** What became of it, if that is not the end of it. Handed on by the queue of {@link Outcomes}. */
    @Nullable
    ExternalResult<Object> result;

    Delivery(SinkRecord record, Partition partition, Outcomes outcomes) {
        this.record = record;
        this.partition = partition;
        this.offset = record.originalKafkaOffset();
        this.outcomes = outcomes;
    }

    SinkRecord record() {
        SinkRecord whole = record;
        if (whole == null) {
            throw new IllegalStateException("it is settled");
        }
        return whole;
    }

    /** On the writer's thread. */
    @Override
    public void accept(ExternalResult<Object> told, @Nullable Throwable never) {
        if (told.isSettled()) {
            outcomes.count(told.outcome());
            settle();
        } else {
            result = told;
            outcomes.toDecide(this);
        }
    }

    /** Its offset may be passed. */
    void settle() {
        record = null;
        operation = null;
        settled = true;
    }

    boolean isSettled() {
        return settled;
    }

    /** Returns it for people. */
    @Override
    public String toString() {
        StringBuilder words = new StringBuilder("topic ")
                .append(partition.topic())
                .append(", partition ")
                .append(partition.number())
                .append(", offset ")
                .append(offset);
        if (id != null) {
            words.append(" (_id ").append(id).append(" of index ").append(index);
            if (version != VersionSource.NONE) {
                words.append(", version ").append(version);
            }
            words.append(')');
        }
        return words.toString();
    }
}

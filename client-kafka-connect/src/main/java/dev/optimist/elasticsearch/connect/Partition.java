package dev.optimist.elasticsearch.connect;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The records of a partition, from when it was assigned to when it is revoked or read anew: which offset may be committed. What
 * comes after that is another object, to which late outcomes of this one say nothing. For the task's thread.
 */
final class Partition {
    /** Nothing. */
    static final long NONE = -1;

    private final TopicPartition name;
    private final Deque<Delivery> open = new ArrayDeque<>();
    private long next;
    private long committable = NONE;
    private boolean closed;

    /** The id of the last record, if that was Debezium's event of a delete. */
    private @Nullable String deleted;

    Partition(TopicPartition name) {
        this.name = name;
    }

    String topic() {
        return name.topic();
    }

    int number() {
        return name.partition();
    }

    void add(Delivery delivery) {
        open.addLast(delivery);
        next = delivery.offset + 1;
        deleted = delivery.isEventOfDelete ? delivery.id : null;
    }

    /** Returns whether a record of this offset was here before, so that the partition is read anew. */
    boolean isBehind(long offset) {
        return offset < next;
    }

    /** Returns whether a record without a value that comes now goes with Debezium's delete of the same id. */
    boolean isCompanion(String id) {
        return id.equals(deleted);
    }

    /** Passes what is settled, up to the first that is not. */
    void advance() {
        for (Delivery first = open.peekFirst(); first != null && first.isSettled(); first = open.peekFirst()) {
            open.removeFirst();
            // a delete comes again until what goes with it was here, too: alone, that would not be known for what it is
            committable = first.isEventOfDelete && open.isEmpty() ? first.offset : first.offset + 1;
        }
    }

    /** Returns the offset before which all is settled; {@link #NONE} if nothing was since it was assigned. */
    long committable() {
        return committable;
    }

    /** Returns how many records wait for their outcome, or for that of an earlier one. */
    int tracked() {
        return open.size();
    }

    /** It is another's, or read anew. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }
}

package dev.optimist.elasticsearch.connect;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** From records to outcomes, and from outcomes to offsets. For the task's thread; outcomes come by {@link Outcomes}. */
final class RecordFlow {
    /** So many settled records of a few dozen bytes may wait for one that is not. */
    static final int MOST_TRACKED = 200_000;

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final RecordConverter converter;
    private final Writers writers;
    private final DeadLetters letters;
    private final Outcomes outcomes;
    private final Duration patience;
    private final boolean failsIfSuspicious;
    private final int mostTracked;
    private final Map<TopicPartition, Partition> partitions = new HashMap<>();
    private final Deque<Delivery> again = new ArrayDeque<>();

    /** What was taken of a delivery that Connect makes again, by identity: of what is read anew, it makes new objects. */
    private final Set<SinkRecord> taken = Collections.newSetFromMap(new IdentityHashMap<>());

    private @Nullable Partition last;

    /** Why the task cannot go on, if that is known. */
    private @Nullable ConnectException failure;

    RecordFlow(
            RecordConverter converter,
            Writers writers,
            DeadLetters letters,
            Outcomes outcomes,
            Duration patience,
            boolean failsIfSuspicious,
            int mostTracked) {
        this.converter = converter;
        this.writers = writers;
        this.letters = letters;
        this.outcomes = outcomes;
        this.patience = patience;
        this.failsIfSuspicious = failsIfSuspicious;
        this.mostTracked = mostTracked;
    }

    /** Outcomes that come from now on are nobody's: who gets the partition begins at what was committed. */
    void close(Collection<TopicPartition> revoked) {
        for (TopicPartition name : revoked) {
            replace(name, null);
        }
    }

    private void replace(TopicPartition name, @Nullable Partition by) {
        Partition before = by == null ? partitions.remove(name) : partitions.put(name, by);
        if (before != null) {
            before.close();
        }
        last = null;
    }

    /**
     * Takes records.
     *
     * @throws RetriableException if there is no room for some now. Those that were taken are known when they come again
     * @throws ConnectException if the task cannot go on
     */
    void put(Collection<SinkRecord> records) throws InterruptedException {
        if (failure != null) {
            throw failure;
        }
        long end = System.nanoTime() + patience.toNanos();
        settle();
        sendAgain(end);
        if (!records.isEmpty()) {
            checkTracked();
        }
        long passed = 0;
        for (SinkRecord record : records) {
            if ((taken.isEmpty() || !taken.contains(record)) && (isRefused() || !take(record, end))) {
                records.stream().limit(passed).forEach(taken::add);
                throw new RetriableException("Elasticsearch is slower than the records come: " + outcomes.open()
                        + " wait for their outcome, and there is no room for more");
            }
            passed++;
        }
        taken.clear();
    }

    private void checkTracked() {
        int tracked = 0;
        for (Partition partition : partitions.values()) {
            tracked += partition.tracked();
        }
        if (tracked >= mostTracked) {
            throw new RetriableException(
                    tracked + " records wait for the outcome of an earlier one in their partition");
        }
    }

    /** Whether the writer gave up on something during this delivery: the room that this makes is for that, and for nothing new. */
    private boolean isRefused() {
        if (outcomes.hasNext()) {
            settle();
        }
        return !again.isEmpty();
    }

    /** What Elasticsearch did not take for a long time goes first, and Connect is told that there is trouble. */
    private void sendAgain(long end) throws InterruptedException {
        if (again.isEmpty()) {
            return;
        }
        String why = "";
        for (Delivery delivery = again.peekFirst(); delivery != null; delivery = again.peekFirst()) {
            ExternalResult<Object> before = delivery.result;
            if (before != null && before.reason() != null) {
                why = before.reason();
            }
            if (!delivery.partition.isClosed()) {
                if (!offer(delivery, Objects.requireNonNull(delivery.operation), end)) {
                    break;
                }
                outcomes.sentAgain.increment();
            } else {
                handOver(delivery);
            }
            again.removeFirst();
        }
        throw new RetriableException("Elasticsearch has not taken what was sent, which is sent again: " + why);
    }

    private boolean take(SinkRecord record, long end) throws InterruptedException {
        Partition partition = partition(record);
        Delivery delivery = new Delivery(record, partition, outcomes);
        RuntimeException bad = null;
        boolean isSomething = false;
        try {
            isSomething = converter.convert(delivery);
        } catch (RuntimeException e) {
            if (e instanceof ConnectException && !(e instanceof DataException)) {
                throw e;
            }
            bad = e;
        }
        ExternalOperation<Object> operation = delivery.operation;
        if (isSomething && operation != null && !offer(delivery, operation, end)) {
            return false;
        }
        partition.add(delivery);
        outcomes.records.increment();
        if (bad != null) {
            letters.report(delivery, Outcome.REJECTED.name(), reason(bad), 0, bad);
        } else if (!isSomething) {
            outcomes.skipped.increment();
            delivery.settle();
        }
        return true;
    }

    private static String reason(RuntimeException bad) {
        return bad.getMessage() == null ? bad.toString() : bad.getMessage();
    }

    private boolean offer(Delivery delivery, ExternalOperation<Object> operation, long end)
            throws InterruptedException {
        Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        Optional<CompletableFuture<ExternalResult<Object>>> outcome =
                writers.offer(Objects.requireNonNull(delivery.index), operation, left);
        if (outcome.isEmpty()) {
            return false;
        }
        var unused = outcome.get().whenComplete(delivery);
        return true;
    }

    private Partition partition(SinkRecord record) {
        Partition partition = last;
        if (partition == null
                || partition.number() != record.originalKafkaPartition()
                || !partition.topic().equals(record.originalTopic())) {
            TopicPartition name = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
            partition = partitions.computeIfAbsent(name, Partition::new);
        }
        if (partition.isBehind(record.originalKafkaOffset())) {
            TopicPartition name = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
            partition = new Partition(name);
            replace(name, partition);
        }
        last = partition;
        return partition;
    }

    /**
     * Looks at outcomes that came since.
     *
     * @throws ConnectException if the task cannot go on
     */
    private void settle() {
        for (Delivery delivery = outcomes.next(); delivery != null; delivery = outcomes.next()) {
            decide(delivery, Objects.requireNonNull(delivery.result));
        }
        letters.settle();
        advance();
    }

    private void advance() {
        for (Partition partition : partitions.values()) {
            partition.advance();
        }
    }

    private void decide(Delivery delivery, ExternalResult<Object> result) {
        String reason = result.reason() == null ? "no reason given" : result.reason();
        if (delivery.partition.isClosed()) {
            handOver(delivery);
        } else if (result.outcome() == Outcome.UNRESOLVED) {
            again.addLast(delivery);
        } else if (result.status() == UNAUTHORIZED || result.status() == FORBIDDEN) {
            // not the record's fault, and every other one would be refused as well
            throw new ConnectException(
                    "Elasticsearch refuses to write, with status " + result.status() + ": " + delivery + ": " + reason);
        } else if (failsIfSuspicious && result.outcome() == Outcome.SUSPICIOUS) {
            throw new ConnectException(delivery + ": " + result.outcome() + ": " + reason);
        } else {
            letters.report(delivery, result.outcome().name(), reason, result.status(), result.cause());
        }
    }

    private void handOver(Delivery delivery) {
        outcomes.handedOver.increment();
        delivery.settle();
    }

    /**
     * Returns the offsets before which all is settled. What makes the task fail is kept for {@link #put}: thrown from here, Connect
     * would only read anew.
     *
     * @param delivered up to where Connect knows that deliveries are through; it takes no offset from beyond that, and of a
     *     delivery that it will make again some may be settled
     * @param patience how long to wait for dead letters
     */
    Map<TopicPartition, OffsetAndMetadata> committable(
            Map<TopicPartition, OffsetAndMetadata> delivered, Duration patience) {
        try {
            settle();
            letters.settle(patience);
        } catch (ConnectException e) {
            failure = e;
        }
        advance();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        delivered.forEach((name, end) -> {
            Partition partition = partitions.get(name);
            if (partition != null && partition.committable() != Partition.NONE) {
                offsets.put(name, new OffsetAndMetadata(Math.min(partition.committable(), end.offset())));
            }
        });
        return offsets;
    }

    /** Returns whether something waits for an outcome that the task's thread has to look at. */
    boolean isOpen() {
        return letters.isOpen() || !again.isEmpty() || outcomes.open() > 0;
    }
}

package dev.optimist.elasticsearch.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that cannot be written go to Connect's reporter, with the reason in headers. Their offsets are passed once the reporter
 * has them for certain. For the task's thread.
 */
final class DeadLetters {
    static final String OUTCOME = "optimist.outcome";
    static final String REASON = "optimist.reason";
    static final String STATUS = "optimist.status";
    static final String INDEX = "optimist.index";
    static final String ID = "optimist.id";
    static final String VERSION = "optimist.version";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final long NO_TIMESTAMP = -1;

    /** A record that the reporter has, perhaps not for certain yet. */
    private record Letter(Delivery delivery, String reason, Future<Void> reported) {}

    private final @Nullable ErrantRecordReporter reporter;
    private final LetterSize size;
    private final Outcomes outcomes;
    private final Deque<Letter> letters = new ArrayDeque<>();

    /** @param reporter null if Connect has none */
    DeadLetters(@Nullable ErrantRecordReporter reporter, LetterSize size, Outcomes outcomes) {
        this.reporter = reporter;
        this.size = size;
        this.outcomes = outcomes;
    }

    /**
     * Reports a record.
     *
     * @param status the server's, 0 if it has not been asked
     * @throws ConnectException if {@code errors.tolerance} does not let the task go on
     */
    void report(Delivery delivery, String outcome, String reason, int status, @Nullable Throwable cause) {
        outcomes.refusals.increment();
        String words = delivery + ": " + outcome + ": " + reason;
        if (reporter == null) {
            throw new ConnectException(words, cause);
        }
        size.check(delivery.record().value(), words);
        LOG.debug("to the dead letters: {}", words);
        BadRecordException error = cause == null
                ? new BadRecordException(outcome + ": " + reason)
                : new BadRecordException(outcome + ": " + reason, cause);
        try {
            Map<String, String> told = told(delivery, outcome, reason, status);
            letters.add(new Letter(delivery, words, reported(reporter, delivery.record(), told, error)));
        } catch (RuntimeException e) {
            throw new ConnectException(words, e);
        }
    }

    private static Future<Void> reported(
            ErrantRecordReporter reporter, SinkRecord record, Map<String, String> told, BadRecordException error) {
        try {
            return reporter.report(with(ConnectHeaders::addString, record, told), error);
        } catch (DataException e) { // header.converter may take bytes only
            LOG.debug("the headers are no text", e);
        }
        try {
            return reporter.report(
                    with((headers, name, value) -> headers.addBytes(name, value.getBytes(UTF_8)), record, told), error);
        } catch (DataException e) { // a value that its own converter cannot write: Connect has its bytes still
            LOG.warn("reported without headers, as it cannot be converted back: {}", told, e);
            return reporter.report(record, error);
        }
    }

    private interface Adding {
        Headers add(ConnectHeaders headers, String name, String value);
    }

    private static Map<String, String> told(Delivery delivery, String outcome, String reason, int status) {
        Map<String, String> told = new LinkedHashMap<>();
        told.put(OUTCOME, outcome);
        told.put(REASON, reason);
        told.put(STATUS, Integer.toString(status));
        if (delivery.index != null) {
            told.put(INDEX, delivery.index);
        }
        if (delivery.id != null) {
            told.put(ID, delivery.id);
        }
        if (delivery.version != VersionSource.NONE) {
            told.put(VERSION, Long.toString(delivery.version));
        }
        return told;
    }

    /** Not by {@code newRecord}: of a record of its own, Connect reports what it has read, without headers that came since. */
    private static SinkRecord with(Adding adding, SinkRecord record, Map<String, String> told) {
        ConnectHeaders headers = new ConnectHeaders(record.headers());
        told.forEach((name, value) -> {
            var unused = adding.add(headers, name, value);
        });
        Long timestamp = record.timestamp();
        return new SinkRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                record.kafkaOffset(),
                timestamp == null ? NO_TIMESTAMP : timestamp,
                record.timestampType(),
                headers,
                record.originalTopic(),
                record.originalKafkaPartition(),
                record.originalKafkaOffset());
    }

    /**
     * Settles those that the reporter has for certain.
     *
     * @throws ConnectException if it could not take one
     */
    void settle() {
        Iterator<Letter> all = letters.iterator();
        while (all.hasNext()) {
            Letter letter = all.next();
            if (letter.reported.isDone()) {
                all.remove();
                settled(letter, 0);
            }
        }
    }

    /** The same, and waits for the others as long as that. */
    void settle(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!letters.isEmpty() && settled(letters.getFirst(), Math.max(0, end - System.nanoTime()))) {
            letters.removeFirst();
        }
    }

    private boolean settled(Letter letter, long nanos) {
        try {
            letter.reported.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | CancellationException e) {
            throw new ConnectException("could not be reported: " + letter.reason, e);
        }
        letter.delivery.settle();
        outcomes.deadLettered.increment();
        return true;
    }

    /** Returns whether some are not reported for certain. */
    boolean isOpen() {
        return !letters.isEmpty();
    }
}

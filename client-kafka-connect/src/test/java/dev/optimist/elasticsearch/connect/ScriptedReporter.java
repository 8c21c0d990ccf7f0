package dev.optimist.elasticsearch.connect;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** A dead-letter topic that takes records when the test says so. */
final class ScriptedReporter implements ErrantRecordReporter {
    final List<SinkRecord> records = new ArrayList<>();
    final List<Throwable> errors = new ArrayList<>();
    private final List<CompletableFuture<Void>> futures = new ArrayList<>();
    boolean waits;
    boolean refusesCopies;
    boolean refusesText;

    @Nullable
    RuntimeException refusal;

    @Override
    public Future<Void> report(SinkRecord record, Throwable error) {
        if (refusal != null) {
            throw refusal;
        }
        Header outcome = record.headers().lastWithName("optimist.outcome");
        if (refusesText && outcome != null && outcome.value() instanceof String) {
            throw new DataException("Invalid schema type for ByteArrayConverter: STRING");
        }
        if (refusesCopies && outcome != null) {
            throw new DataException("cannot be converted");
        }
        records.add(record);
        errors.add(error);
        CompletableFuture<Void> future = new CompletableFuture<>();
        futures.add(future);
        if (!waits) {
            future.complete(null);
        }
        return future;
    }

    void take(int place) {
        futures.get(place).complete(null);
    }

    void fail(int place) {
        futures.get(place).completeExceptionally(new IllegalStateException("the topic is gone"));
    }

    @Nullable
    Object header(int place, String name) {
        Header header = records.get(place).headers().lastWithName(name);
        return header == null ? null : header.value();
    }
}

package dev.optimist.elasticsearch.it.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/**
 * Debezium's changes, without schemas, by {@code _bulk} without versions. As such sinks do, it collects records for up to two seconds
 * and writes them in the background, and offsets are committed when all that was read is written: nothing is lost.
 */
public final class PlainSinkTask extends SinkTask {
    private static final int BATCH = 500;
    private static final int LINGER_MILLIS = 2_000;
    private static final int ATTEMPTS = 30;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> collected = new ArrayList<>();
    private final List<Future<Void>> written = new ArrayList<>();
    private final ExecutorService writer = Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private URI bulk;

    @Override
    public String version() {
        return "1";
    }

    @Override
    public void start(Map<String, String> settings) {
        bulk = URI.create(settings.get(PlainSink.URL) + "/" + settings.get(PlainSink.INDEX) + "/_bulk");
        var unused = clock.scheduleWithFixedDelay(this::write, LINGER_MILLIS, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void put(Collection<SinkRecord> records) {
        for (SinkRecord record : records) {
            if (record.value() != null) { // what follows a delete
                collected.add(lines((Map<?, ?>) record.key(), (Map<?, ?>) record.value()));
                if (collected.size() == BATCH) {
                    write();
                }
            }
        }
    }

    private static String lines(Map<?, ?> key, Map<?, ?> change) {
        String id = "{\"_id\":\"" + key.get("id") + "\"}}\n";
        try {
            return change.get("op").equals("d")
                    ? "{\"delete\":" + id
                    : "{\"index\":" + id + JSON.writeValueAsString(change.get("after")) + "\n";
        } catch (JsonProcessingException e) {
            throw new ConnectException(e);
        }
    }

    private synchronized void write() {
        if (!collected.isEmpty()) {
            String body = String.join("", collected);
            collected.clear();
            written.add(writer.submit(() -> send(body)));
        }
    }

    private Void send(String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(bulk)
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofString(body))
                .build();
        for (int attempt = 1; ; attempt++) {
            try {
                HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
                JsonNode result = JSON.readTree(answer.body());
                if (answer.statusCode() == 200 && !result.path("errors").asBoolean(true)) {
                    return null;
                }
                throw new IOException(answer.body());
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    @Override
    public synchronized void flush(Map<TopicPartition, OffsetAndMetadata> offsets) {
        write();
        try {
            for (Future<Void> each : written) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new ConnectException(Objects.requireNonNull(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException(e);
        }
        written.clear();
    }

    @Override
    public void stop() {
        clock.shutdownNow();
        writer.shutdownNow();
    }
}

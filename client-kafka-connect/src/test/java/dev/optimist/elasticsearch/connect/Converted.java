package dev.optimist.elasticsearch.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.internal.CheckedJson;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/** What the connector makes of a record, by settings. */
final class Converted {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Delivery delivery;
    final boolean isSomething;

    private Converted(Delivery delivery, boolean isSomething) {
        this.delivery = delivery;
        this.isSomething = isSomething;
    }

    static Map<String, String> settings(String... namesAndValues) {
        Map<String, String> settings = new HashMap<>(
                Map.of("connection.url", "http://localhost:9200", "index", "products", "version.from", "header"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return settings;
    }

    static Converted of(SinkRecord record, String... settings) {
        RecordConverter converter = new SinkConfig(settings(settings)).converter();
        TopicPartition name = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
        Delivery delivery = new Delivery(record, new Partition(name), new Outcomes());
        return new Converted(delivery, converter.convert(delivery));
    }

    ExternalOperation<Object> operation() {
        return Objects.requireNonNull(delivery.operation);
    }

    String id() {
        return operation().id();
    }

    long version() {
        return operation().version();
    }

    boolean isDelete() {
        return operation().isDelete();
    }

    String index() {
        return Objects.requireNonNull(delivery.index);
    }

    /** The bytes that go into the request. */
    byte[] bytes() {
        Object document = Objects.requireNonNull(operation().document());
        try {
            return document instanceof CheckedJson json ? json.bytes() : JSON.writeValueAsBytes(document);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    JsonNode document() throws IOException {
        return JSON.readTree(bytes());
    }

    static JsonNode tree(String text) throws IOException {
        return JSON.readTree(Records.json(text));
    }
}

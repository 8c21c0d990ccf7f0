package dev.optimist.elasticsearch.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * What the producer of dead letters takes. Of one that is larger, Kafka's producer returns a future that has failed already, which
 * Connect drops: it reports that all is well, and nothing is in the topic (seen with Kafka 4.3.1).
 *
 * @param most the bytes of a request
 */
record LetterSize(long most) {
    static final String SETTING = "producer.override.max.request.size";
    static final String TOPIC = "errors.deadletterqueue.topic.name";
    private static final long KAFKAS_DEFAULT = 1024 * 1024;

    /** For key and headers: Connect's own have a stack trace. */
    private static final long BESIDE_THE_VALUE = 16 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DocumentRules WHOLE = new DocumentRules(Set.of(), "");

    /** Without a topic, all sizes are right. */
    static LetterSize of(Map<String, String> settings) {
        String topic = settings.get(TOPIC);
        if (topic == null || topic.isBlank()) {
            return new LetterSize(Long.MAX_VALUE);
        }
        String most = settings.get(SETTING);
        return new LetterSize(most == null ? KAFKAS_DEFAULT : Numbers.whole(SETTING, most.trim()));
    }

    /**
     * Refuses to lose a record.
     *
     * @throws ConnectException if its value is too large
     */
    void check(@Nullable Object value, String words) {
        long size = size(value);
        if (size > most - BESIDE_THE_VALUE) {
            throw new ConnectException(words + "; and as a dead letter it is too large, with " + size + " bytes: "
                    + SETTING + " is " + most + ", and max.message.bytes of the topic has to be above it, too");
        }
    }

    private static long size(@Nullable Object value) {
        byte[] bytes = value == null ? null : ValueReader.bytes(value);
        if (bytes != null) {
            return bytes.length;
        }
        if (!(value instanceof Struct) && !(value instanceof Map<?, ?>)) {
            return 0;
        }
        try { // about what its converter makes of it
            return JSON.writeValueAsBytes(new ConnectJson(value, WHOLE)).length;
        } catch (JsonProcessingException e) {
            return 0; // a number that JSON has not: small
        }
    }
}

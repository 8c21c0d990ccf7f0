package dev.optimist.elasticsearch.internal;

import co.elastic.clients.transport.rest5_client.low_level.Response;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.jspecify.annotations.Nullable;

/**
 * An answer of 400 or more that says what is wrong, in Elasticsearch's words or not at all. Not with the whole body, which
 * the low-level client's own exception has in its message: of a wrong API key it says which.
 */
final class ErrorAnswer extends Exception {
    private static final long serialVersionUID = 1L;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final int status;
    private final @Nullable String type;
    private final @Nullable String reason;
    private final @Nullable Duration retryAfter;

    private ErrorAnswer(int status, @Nullable String type, @Nullable String reason, @Nullable Duration retryAfter) {
        // without a stack trace, which would be that of the thread that reads from the network
        super(
                "HTTP status " + status + (type == null ? "" : ", " + type) + (reason == null ? "" : ": " + reason),
                null,
                false,
                false);
        this.status = status;
        this.type = type;
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    static ErrorAnswer of(Response response) {
        HttpEntity entity = response.getEntity();
        String body = "";
        try {
            body = entity == null ? "" : EntityUtils.toString(entity);
        } catch (IOException | ParseException | IllegalArgumentException unreadable) {
            // an answer without words
        }
        return of(response.getStatusCode(), RetryAfter.of(response), body);
    }

    static ErrorAnswer of(int status, @Nullable Duration retryAfter, String body) {
        try {
            JsonNode error = JSON.readTree(body).path("error");
            String reason =
                    error.isTextual() ? error.textValue() : error.path("reason").textValue();
            if (reason != null) {
                reason = error.has(Hints.EXCLUDED_DATA_STREAM) ? Hints.ofDataStream(reason) : reason;
                return new ErrorAnswer(status, error.path("type").textValue(), reason, retryAfter);
            }
        } catch (JsonProcessingException notElasticsearch) {
            return new ErrorAnswer(status, null, null, retryAfter);
        }
        return new ErrorAnswer(status, null, null, retryAfter);
    }

    int status() {
        return status;
    }

    @Nullable
    String type() {
        return type;
    }

    /** Returns Elasticsearch's words, or null if it was not Elasticsearch who answered. */
    @Nullable
    String reason() {
        return reason;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}

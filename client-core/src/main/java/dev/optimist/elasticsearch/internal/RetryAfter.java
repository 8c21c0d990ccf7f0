package dev.optimist.elasticsearch.internal;

import co.elastic.clients.transport.http.TransportHttpClient;
import co.elastic.clients.transport.rest5_client.low_level.Response;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** {@code Retry-After}, as RFC 9110 has it: seconds or a date. */
final class RetryAfter {
    static final String HEADER = "Retry-After";

    private RetryAfter() {}

    static @Nullable Duration of(TransportHttpClient.@Nullable Response response) {
        return response == null ? null : of(response.header(HEADER));
    }

    static @Nullable Duration of(Response response) {
        return of(response.getHeader(HEADER));
    }

    static @Nullable Duration of(@Nullable String header) {
        return parse(header, Instant.now());
    }

    /** What cannot be understood is as good as nothing. */
    static @Nullable Duration parse(@Nullable String value, Instant now) {
        if (value == null) {
            return null;
        }
        try {
            if (value.strip().matches("\\d{1,9}")) {
                return Duration.ofSeconds(Long.parseLong(value.strip()));
            }
            Instant then = ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
        } catch (DateTimeException e) {
            return null;
        }
    }
}

package dev.optimist.elasticsearch.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was not acknowledged, and what is known of it.
 *
 * @param outcome what is known
 * @param status the HTTP status of the answer, or 0 if there was none
 * @param type Elasticsearch's {@code error.type}, or null
 * @param reason in words, the server's own if it gave any
 * @param conflict what the conflict is about; not null exactly if the outcome is {@link Outcome#CONFLICT}
 * @param cause what was thrown, or null if nothing was
 * @param retryAfter how long the server asked to be left alone ({@code Retry-After}), or null
 */
public record Failure(
        Outcome outcome,
        int status,
        @Nullable String type,
        String reason,
        @Nullable Conflict conflict,
        @Nullable Throwable cause,
        @Nullable Duration retryAfter) {

    /** What is known of a write that was not acknowledged. */
    public enum Outcome {
        /** 409: the condition did not hold. */
        CONFLICT,
        /** Not applied, and the same request may succeed soon. */
        NOT_APPLIED,
        /** Not applied, and somebody has to do something before the same request succeeds. */
        BLOCKED,
        /** Refused for good. */
        PERMANENT,
        /** It was sent, and it may or may not be applied, now or later. */
        UNKNOWN
    }

    /** Without a {@code Retry-After}. */
    public Failure(
            Outcome outcome,
            int status,
            @Nullable String type,
            String reason,
            @Nullable Conflict conflict,
            @Nullable Throwable cause) {
        this(outcome, status, type, reason, conflict, cause, null);
    }

    Failure withRetryAfter(@Nullable Duration time) {
        return time == null ? this : new Failure(outcome, status, type, reason, conflict, cause, time);
    }

    /** Returns the same for a caller who required a version, and knows nothing of the sequence number that was sent for it. */
    Failure ofVersion(long required) {
        return conflict == null ? this : conflict(conflict.ofVersion(required), status, type, cause);
    }

    static Failure conflict(Conflict conflict, int status, @Nullable String type, @Nullable Throwable cause) {
        return new Failure(Outcome.CONFLICT, status, type, conflict.reason(), conflict, cause);
    }
}

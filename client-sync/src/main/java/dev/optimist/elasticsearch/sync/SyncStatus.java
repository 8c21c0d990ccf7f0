package dev.optimist.elasticsearch.sync;

import dev.optimist.elasticsearch.ExternalResult.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link SyncJob} is doing. Counts are since its start; as they change meanwhile, they need not add up exactly.
 *
 * <p>Immutable.
 *
 * <pre>{@code
 * SyncStatus status = job.status();
 * log.info("{}: {} applied, lag {}", status.state(), status.applied(), status.lag());
 * }</pre>
 *
 * @param name of the job
 * @param state whether it runs
 * @param applied operations that ended as {@link Outcome#APPLIED}
 * @param superseded as {@link Outcome#SUPERSEDED}
 * @param duplicate as {@link Outcome#DUPLICATE}
 * @param suspicious as {@link Outcome#SUSPICIOUS}
 * @param rejected as {@link Outcome#REJECTED}
 * @param unresolved as {@link Outcome#UNRESOLVED}
 * @param inFlight operations that were taken from the source and have no outcome yet
 * @param lag how long ago the index was equal to the source for the last time, as far as is known: since the source last said
 *     that it has delivered everything, if all of that has its outcome; since the start, if it never did
 * @param position the position that was stored last, or that was loaded at the start; null if there is none
 * @param storedAt when it was stored; null if nothing was since the start
 * @param lastError what last went wrong, a rejected operation included; null if nothing did
 * @param at when all this was so
 */
public record SyncStatus(
        String name,
        State state,
        long applied,
        long superseded,
        long duplicate,
        long suspicious,
        long rejected,
        long unresolved,
        long inFlight,
        Duration lag,
        @Nullable String position,
        @Nullable Instant storedAt,
        @Nullable String lastError,
        Instant at) {

    /** The life of a job. */
    public enum State {
        /** Not started. */
        NEW,
        /** Under way. */
        RUNNING,
        /** Asked to end, or at its end: what is under way is awaited. */
        STOPPING,
        /** Over, as it should be. */
        ENDED,
        /** Over, by an error. */
        FAILED
    }

    /** Returns how many operations have an outcome. */
    public long total() {
        return applied + superseded + duplicate + suspicious + rejected + unresolved;
    }

    static SyncStatus ofNew(String name) {
        return new SyncStatus(name, State.NEW, 0, 0, 0, 0, 0, 0, 0, Duration.ZERO, null, null, null, Instant.now());
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("state", state.name());
        map.put("applied", applied);
        map.put("superseded", superseded);
        map.put("duplicate", duplicate);
        map.put("suspicious", suspicious);
        map.put("rejected", rejected);
        map.put("unresolved", unresolved);
        map.put("in_flight", inFlight);
        map.put("lag_millis", lag.toMillis());
        map.put("at", at.toString());
        if (position != null) {
            map.put("position", position);
        }
        if (storedAt != null) {
            map.put("stored_at", storedAt.toString());
        }
        if (lastError != null) {
            map.put("last_error", lastError);
        }
        return map;
    }

    static SyncStatus of(Map<String, Object> map) {
        String storedAt = text(map, "stored_at");
        String at = text(map, "at");
        return new SyncStatus(
                String.valueOf(map.get("name")),
                State.valueOf(String.valueOf(map.get("state"))),
                number(map, "applied"),
                number(map, "superseded"),
                number(map, "duplicate"),
                number(map, "suspicious"),
                number(map, "rejected"),
                number(map, "unresolved"),
                number(map, "in_flight"),
                Duration.ofMillis(number(map, "lag_millis")),
                text(map, "position"),
                storedAt == null ? null : Instant.parse(storedAt),
                text(map, "last_error"),
                at == null ? Instant.EPOCH : Instant.parse(at));
    }

    private static long number(Map<String, Object> map, String key) {
        return map.get(key) instanceof Number number ? number.longValue() : 0;
    }

    private static @Nullable String text(Map<String, Object> map, String key) {
        return map.get(key) instanceof String text ? text : null;
    }
}

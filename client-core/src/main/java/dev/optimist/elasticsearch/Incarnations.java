package dev.optimist.elasticsearch;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The uuids of indices. What is kept may be of an incarnation that is gone; what is asked for replaces it. One entry a name
 * that handles have, so it does not grow.
 */
final class Incarnations {
    /** Who only encodes would otherwise go on to bind tokens to an index that is gone, all of which are refused. */
    static final Duration KEPT = Duration.ofSeconds(10);

    private final Exchange exchange;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** What was answered, and when it was asked for. */
    private record Known(Map<String, String> uuids, long since) {}

    Incarnations(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Returns the uuid of an index, as it was {@link #KEPT} ago at most; null if it is not behind this name now. */
    @Nullable
    String known(String target, String index) {
        Known kept = known.get(target);
        String uuid = kept == null || clock() - kept.since > KEPT.toNanos() ? null : kept.uuids.get(index);
        return uuid == null ? now(target).get(index) : uuid;
    }

    /**
     * Returns the uuids of all indices of this name, asked for now.
     *
     * @throws RequestRejectedException if there is none, or it must not be asked
     */
    Map<String, String> now(String target) {
        try {
            long asked = clock();
            Map<String, String> uuids = exchange.uuids(target);
            known.put(target, new Known(uuids, asked));
            return uuids;
        } catch (RequestRejectedException e) {
            throw explained(e);
        }
    }

    private long clock() {
        return exchange.pace().clock().nanoTime();
    }

    private static RequestRejectedException explained(RequestRejectedException e) {
        if (e.status().orElse(0) != 403) {
            return e;
        }
        return new RequestRejectedException(
                e.getMessage()
                        + ". An encoded token is bound to the uuid of its index, to read which the privilege"
                        + " view_index_metadata is needed",
                e.index(),
                e.id(),
                403,
                e.type().orElse(null),
                e);
    }
}

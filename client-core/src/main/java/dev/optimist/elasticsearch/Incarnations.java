package dev.optimist.elasticsearch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The uuids of indices. What is kept may be of an incarnation that is gone; what is asked for replaces it. One entry a name
 * that handles have, so it does not grow.
 */
final class Incarnations {
    private final Exchange exchange;
    private final Map<String, Map<String, String>> known = new ConcurrentHashMap<>();

    Incarnations(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Returns the uuid of an index, as far as it was ever asked for; null if it is not behind this name now. */
    @Nullable
    String known(String target, String index) {
        String uuid = known.getOrDefault(target, Map.of()).get(index);
        return uuid == null ? now(target).get(index) : uuid;
    }

    /**
     * Returns the uuids of all indices of this name, asked for now.
     *
     * @throws RequestRejectedException if there is none, or it must not be asked
     */
    Map<String, String> now(String target) {
        try {
            Map<String, String> uuids = exchange.uuids(target);
            known.put(target, uuids);
            return uuids;
        } catch (RequestRejectedException e) {
            throw explained(e);
        }
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

package dev.optimist.elasticsearch.internal;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Of which indices a write may be asked what it leaves. The update that this needs can be refused: by Elasticsearch alone, by
 * OpenSearch with document-level security along with the write before it, and by a proxy that lets no {@code _bulk} through. So it
 * goes alone first, where it writes nothing whatever becomes of it. Thread-safe.
 */
final class Sights {
    /** A role or a proxy that refuses is not gone soon. */
    static final Duration REFUSED = Duration.ofMinutes(1);

    /** More than one application writes; beyond that, all are tried anew. */
    static final int MOST = 1000;

    private record Known(boolean tells, long until) {}

    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final LongSupplier clock;

    Sights(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Returns whether it may; false as long as that is not known.
     *
     * @param look tries it, and is begun if that is due
     */
    boolean tells(String index, Supplier<CompletableFuture<Boolean>> look) {
        Known now = known.get(index);
        if (now != null && (now.tells || clock.getAsLong() - now.until < 0)) {
            return now.tells;
        }
        if (known.size() >= MOST) {
            known.clear();
        }
        Known trying = until();
        if (now == null ? known.putIfAbsent(index, trying) == null : known.replace(index, now, trying)) {
            var unused = look.get().whenComplete((tells, failed) -> {
                if (Boolean.TRUE.equals(tells)) {
                    known.replace(index, trying, new Known(true, 0));
                }
            });
        }
        return false;
    }

    /** It was refused although it had been told before. */
    void refused(String index) {
        known.put(index, until());
    }

    private Known until() {
        return new Known(false, clock.getAsLong() + REFUSED.toNanos());
    }
}

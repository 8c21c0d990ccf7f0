package dev.optimist.elasticsearch.internal;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How to learn what a write of an index leaves. The update that can tell may be refused: by Elasticsearch alone, by
 * OpenSearch with document-level security along with the write before it, and by a proxy that lets no {@code _bulk} through. So it
 * goes alone first, where it writes nothing whatever becomes of it. Thread-safe.
 */
final class Sights {
    /** A role or a proxy that refuses is not gone soon, nor is a pipeline. */
    static final Duration REFUSED = Duration.ofMinutes(1);

    /** Of one document it was seen, and another may be stored otherwise; the index may have been made anew. */
    static final Duration AS_SENT = Duration.ofMinutes(1);

    /** Whoever else has written is likely to write again; and only an update tells of what. */
    static final Duration CONTESTED = Duration.ofSeconds(1);

    /** More than one application writes; beyond that, all are tried anew. */
    static final int MOST = 1000;

    /** How to learn it. */
    enum Way {
        /** By a read, as far as is known. */
        READ,
        /** By an update behind it that changes nothing. */
        UPDATE,
        /** It is what was sent, unless the answer names a pipeline that it went through. */
        AS_SENT
    }

    /** What such an update, alone, was answered with. */
    enum Told {
        NOTHING,
        /** What the document is. */
        DOCUMENT,
        /** That, by a server that can also list pipelines. */
        LISTING
    }

    /**
     * What is known of an index.
     *
     * @param lists whether the server can list pipelines
     * @param until when to try something better, by the clock
     */
    private record Known(Way way, boolean lists, long until) {
        Known notBefore(long time) {
            return switch (way) {
                case READ -> this; // is being tried, or was refused
                case UPDATE -> new Known(way, lists, time - until > 0 ? time : until);
                case AS_SENT -> new Known(Way.UPDATE, lists, time);
            };
        }
    }

    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final LongSupplier clock;

    Sights(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Returns how; {@link Way#READ} as long as that is not known.
     *
     * @param look tries it, and is begun if that is due
     */
    Way of(String index, Supplier<CompletableFuture<Told>> look) {
        Known now = known.get(index);
        if (now != null && (now.way != Way.READ || !isOver(now))) {
            return now.way == Way.AS_SENT && isOver(now) ? Way.UPDATE : now.way;
        }
        if (known.size() >= MOST) {
            known.clear();
        }
        Known trying = new Known(Way.READ, false, in(REFUSED));
        if (now == null ? known.putIfAbsent(index, trying) == null : known.replace(index, now, trying)) {
            var unused = look.get().whenComplete((told, failed) -> {
                if (told != null && told != Told.NOTHING) {
                    known.replace(index, trying, new Known(Way.UPDATE, told == Told.LISTING, clock.getAsLong()));
                }
            });
        }
        return Way.READ;
    }

    /** It was refused although it had been told before. */
    void refused(String index) {
        known.put(index, new Known(Way.READ, false, in(REFUSED)));
    }

    /**
     * An update has told what the write before it was stored as.
     *
     * @param asSent compares that, and is asked only if there is something to learn
     */
    void stored(String index, BooleanSupplier asSent) {
        Known now = known.get(index);
        if (now != null && now.lists && (isOver(now) || now.way == Way.AS_SENT)) {
            known.replace(
                    index,
                    now,
                    asSent.getAsBoolean() ? new Known(Way.AS_SENT, true, in(AS_SENT)) : now.notBefore(in(REFUSED)));
        }
    }

    /** What was sent may have been stored otherwise, or nobody has told. */
    void changed(String index) {
        change(index, now -> now.notBefore(in(REFUSED)));
    }

    /** Somebody else has written. */
    void contested(String index) {
        change(index, now -> now.notBefore(in(CONTESTED)));
    }

    private void change(String index, UnaryOperator<Known> change) {
        @Nullable Known unused = known.computeIfPresent(index, (i, now) -> change.apply(now));
    }

    private boolean isOver(Known now) {
        return clock.getAsLong() - now.until >= 0;
    }

    private long in(Duration time) {
        return clock.getAsLong() + time.toNanos();
    }
}

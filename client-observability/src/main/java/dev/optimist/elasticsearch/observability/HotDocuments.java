package dev.optimist.elasticsearch.observability;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.optimist.elasticsearch.OperationEvent;
import dev.optimist.elasticsearch.OperationEvent.Operation;
import dev.optimist.elasticsearch.OperationListener;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

/**
 * Knows which documents a client's operations fight for, in bounded memory: each that met a conflict, or that several calls
 * changed in one write, is counted for as long as that happens again within 10 minutes. Where there are more than are kept,
 * those that are seldom hot go first, so that a count may be too low, and never too high.
 *
 * <pre>{@code
 * HotDocuments hot = new HotDocuments();
 * VersionedClient client = VersionedClient.connect(o -> o.hosts(url).listener(hot));
 * hot.top(10);
 * }</pre>
 *
 * <p>Operations that nobody disturbs leave nothing. Thread-safe.
 */
public final class HotDocuments implements OperationListener {
    private static final int DEFAULT_SIZE = 1000;
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private final Cache<Key, Heat> heats;

    private record Key(String index, String id) {}

    private record Heat(LongAdder conflicts, LongAdder together) {
        Heat() {
            this(new LongAdder(), new LongAdder());
        }
    }

    /** Keeps 1000 documents. */
    public HotDocuments() {
        this(DEFAULT_SIZE);
    }

    /**
     * Keeps so many documents.
     *
     * @param size 1 or more
     * @throws IllegalArgumentException if it is less
     */
    public HotDocuments(int size) {
        this(size, Ticker.systemTicker());
    }

    HotDocuments(int size, Ticker ticker) {
        if (size < 1) {
            throw new IllegalArgumentException("size must be 1 or more, is " + size);
        }
        Executor here = Runnable::run;
        this.heats = Caffeine.newBuilder()
                .maximumSize(size)
                .expireAfterAccess(FORGOTTEN)
                .ticker(ticker)
                .executor(here)
                .build();
    }

    @Override
    public void ended(OperationEvent event) {
        int conflicts = event.conflicts().size();
        boolean shared = event.operation() == Operation.READ_MODIFY_WRITE && event.together() > 1;
        if (conflicts > 0 || shared) {
            Heat heat = heats.get(new Key(event.index(), event.id()), key -> new Heat());
            heat.conflicts().add(conflicts);
            heat.together().add(shared ? 1 : 0);
        }
    }

    /**
     * Returns the hottest documents, hottest first.
     *
     * @param most how many at most, 0 or more
     */
    public List<HotDocument> top(int most) {
        heats.cleanUp();
        return heats.asMap().entrySet().stream()
                .map(entry -> document(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(HotDocument::heat).reversed().thenComparing(HotDocument::id))
                .limit(most)
                .toList();
    }

    private static HotDocument document(Key key, Heat heat) {
        return new HotDocument(
                key.index(), key.id(), heat.conflicts().sum(), heat.together().sum());
    }
}

package dev.optimist.elasticsearch.sync.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.sync.verify.Indexed.Presence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A database, an index and a sync between them in simulated time, in which every read takes a while. In place of a real
 * server, as that cannot be read at chosen moments.
 */
final class World implements Inventory<Map<String, Integer>>, Documents, Pause {
    static final long SETTLE = Duration.ofSeconds(5).toNanos();
    private static final long END = 400 * SETTLE;

    /**
     * What the world is like.
     *
     * @param versions whether rows have versions
     * @param tombstones whether the index keeps deletes
     * @param remembers whether the database does
     */
    record Kind(boolean versions, boolean tombstones, boolean remembers) {}

    /** One change: when readers of the database see it, and when the index has it; never, if it is planted. */
    record Change(long version, long seen, long indexed, boolean deleted, int content) {}

    private final Random random;
    private final Kind kind;
    private final Map<String, List<Change>> changes = new LinkedHashMap<>();
    private final Map<String, Boolean> planted = new TreeMap<>();
    private long now = SETTLE;
    private int mostWaiting;

    World(long seed, Kind kind, int ids) {
        this.random = new Random(seed);
        this.kind = kind;
        for (int i = 0; i < ids; i++) {
            changes.put("id" + i, history(i));
        }
    }

    private List<Change> history(int i) {
        boolean broken = random.nextInt(10) == 0;
        boolean hot = random.nextInt(3) == 0;
        long breaks = SETTLE / 2;
        List<Change> all = new ArrayList<>();
        long time = 0;
        long indexedBefore = -SETTLE;
        boolean deleted = true;
        int content = 0;
        while (time < END) {
            deleted = !deleted && random.nextInt(3) == 0;
            // few contents, so that they come again; where that would be a false report by right, they do not
            content = kind.versions() || kind.tombstones() ? content + 1 + random.nextInt(2) : content + 1;
            int stored = kind.versions() || kind.tombstones() ? content % 3 : content;
            long indexed = Math.max(time + (long) ((random.nextDouble() * 1.98 - 0.99) * SETTLE), indexedBefore + 1);
            indexedBefore = indexed;
            boolean lost = broken && time >= breaks;
            all.add(new Change(time + 10_000 + i, time, lost ? Long.MAX_VALUE : indexed, deleted, stored));
            if (broken && !hot && all.size() == 2) {
                break;
            }
            time += hot && time > 0 ? 1 + (long) (random.nextDouble() * SETTLE) : SETTLE * (1 + random.nextInt(300));
            if (broken && all.size() == 1) {
                time = breaks;
            }
        }
        if (broken) {
            plant("id" + i, all, hot);
        }
        return all;
    }

    private void plant(String id, List<Change> all, boolean hot) {
        Change before = all.get(0);
        Change after = all.get(1);
        boolean differs = kind.versions()
                ? !after.deleted() || kind.remembers() || !before.deleted()
                : before.deleted() != after.deleted() || before.content() != after.content();
        if (hot || differs) {
            planted.put(id, hot);
        }
    }

    /** Returns the ids that differ for good, and whether they go on changing. */
    Map<String, Boolean> planted() {
        return planted;
    }

    String describe(String id) {
        return id + changes.get(id);
    }

    int mostWaiting() {
        return mostWaiting;
    }

    VerifyReport verify(VerifyOptions<Map<String, Integer>> options) throws Exception {
        options.progress(p -> mostWaiting = Math.max(mostWaiting, p.suspects()));
        if (kind.tombstones()) {
            options.tombstones(Tombstones.standard());
        }
        Judge<Map<String, Integer>> judge = new Judge<>(options, new ObjectMapper());
        return new Comparison<>(options, this, this, judge, this, null, null).run();
    }

    private void pass(long most) {
        now += 1 + (long) (random.nextDouble() * most);
        if (now > END) {
            throw new IllegalStateException("the world ends");
        }
    }

    private @Nullable Row<Map<String, Integer>> row(String id) {
        Change last = null;
        for (Change change : changes.getOrDefault(id, List.of())) {
            last = change.seen() <= now ? change : last;
        }
        if (last == null || (last.deleted() && !kind.remembers())) {
            return null;
        }
        return new Row<>(
                id,
                null,
                kind.versions() ? (Long) last.version() : null,
                last.deleted() ? null : Map.of("n", last.content()));
    }

    private Indexed indexed(String id) {
        Change last = changes.getOrDefault(id, List.of()).stream()
                .filter(c -> c.indexed() <= now)
                .max(Comparator.comparingLong(Change::version))
                .orElse(null);
        if (last == null || (last.deleted() && !kind.tombstones())) {
            return Indexed.ABSENT;
        }
        return new Indexed(
                last.deleted() ? Presence.TOMBSTONE : Presence.DOCUMENT,
                last.version(),
                last.version(),
                null,
                JsonNodeFactory.instance.objectNode().put("n", last.content()));
    }

    @Override
    public void forEach(Consumer<? super Row<Map<String, Integer>>> rows) {
        for (String id : changes.keySet()) {
            pass(SETTLE / 50);
            Row<Map<String, Integer>> row = row(id);
            if (row != null) {
                rows.accept(row);
            }
        }
    }

    @Override
    public Map<String, Row<Map<String, Integer>>> find(Collection<String> ids) {
        pass(SETTLE / 4);
        Map<String, Row<Map<String, Integer>>> found = new HashMap<>();
        for (String id : ids) {
            Row<Map<String, Integer>> row = row(id);
            if (row != null) {
                found.put(id, row);
            }
        }
        return found;
    }

    @Override
    public List<Indexed> get(List<Key> keys, boolean sources) {
        pass(SETTLE / 4);
        return keys.stream().map(key -> indexed(key.id())).toList();
    }

    @Override
    public long count() {
        return -1;
    }

    @Override
    public void scan(int pageSize, Duration keepAlive, Pages pages) throws Exception {
        List<Entry> all = new ArrayList<>();
        for (String id : changes.keySet()) {
            Indexed indexed = indexed(id);
            if (indexed.isPresent()) {
                all.add(new Entry(new Key(id, null), indexed.presence() == Presence.TOMBSTONE));
            }
        }
        for (int from = 0; from < all.size(); from += pageSize) {
            pages.accept(all.subList(from, Math.min(all.size(), from + pageSize)));
        }
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void sleep(long nanos) {
        now += nanos;
    }
}

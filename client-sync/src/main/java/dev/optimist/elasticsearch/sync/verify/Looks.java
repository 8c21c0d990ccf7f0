package dev.optimist.elasticsearch.sync.verify;

import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.Row;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Takes a look at both sides: at the index first, so that most of what only flows is gone at once. */
final class Looks<T> {
    private final Documents index;
    private final Inventory<T> inventory;
    private final Judge<T> judge;
    private final @Nullable String defaultRouting;
    private final @Nullable LongSupplier versionNow;
    private boolean sources;

    Looks(
            Documents index,
            Inventory<T> inventory,
            Judge<T> judge,
            VerifyOptions<T> options,
            @Nullable LongSupplier versionNow) {
        this.index = index;
        this.inventory = inventory;
        this.judge = judge;
        this.defaultRouting = options.routing();
        this.versionNow = versionNow;
        this.sources = options.compareContent();
    }

    Key key(Row<T> row) {
        return new Key(row.id(), row.routing() == null ? defaultRouting : row.routing());
    }

    /** Reads what the index has for these rows. */
    List<Indexed> indexed(List<Row<T>> rows) throws Exception {
        sources |= rows.stream().anyMatch(judge::needsSource);
        return index.get(rows.stream().map(this::key).toList(), sources);
    }

    /** Returns the rows of these ids. */
    Map<String, Row<T>> rows(List<Key> keys) throws Exception {
        Set<String> ids = new LinkedHashSet<>();
        keys.forEach(key -> ids.add(key.id()));
        return ids.isEmpty() ? Map.of() : inventory.find(ids);
    }

    List<Look<T>> at(List<Key> keys) throws Exception {
        List<Indexed> indexed = index.get(keys, sources);
        Long now = versionNow == null ? null : (Long) versionNow.getAsLong();
        Map<String, Row<T>> rows = rows(keys);
        if (!sources && rows.values().stream().anyMatch(judge::needsSource)) {
            sources = true;
            return at(keys);
        }
        Set<Key> elsewhere = elsewhere(keys, rows);
        List<Look<T>> looks = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Key key = keys.get(i);
            Row<T> row = rows.get(key.id());
            if (row == null || key.equals(key(row))) {
                looks.add(new Look<>(key, indexed.get(i), row, now));
            } else if (elsewhere.contains(key)) {
                looks.add(new Look<>(key, indexed.get(i), null, now));
            }
        }
        return looks;
    }

    /**
     * Returns those that are documents of their own beside the one of the row, whose routing is another. Under both routings
     * of one shard there is one document only: the row's.
     */
    private Set<Key> elsewhere(List<Key> keys, Map<String, Row<T>> rows) throws Exception {
        List<Key> other = new ArrayList<>();
        List<Key> own = new ArrayList<>();
        for (Key key : keys) {
            Row<T> row = rows.get(key.id());
            if (row != null && !key.equals(key(row))) {
                other.add(key);
                own.add(key(row));
            }
        }
        List<Indexed> there = index.get(own, false);
        Set<Key> elsewhere = new LinkedHashSet<>();
        for (int i = 0; i < other.size(); i++) {
            boolean same = there.get(i).isPresent()
                    && Objects.equals(there.get(i).routing(), other.get(i).routing());
            if (!same) {
                elsewhere.add(other.get(i));
            }
        }
        return elsewhere;
    }
}

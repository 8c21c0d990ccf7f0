package dev.optimist.elasticsearch.it.sync;

import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.Row;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** A table, in this JVM. */
final class MemoryDatabase<T> implements Inventory<T> {
    private final ConcurrentSkipListMap<String, Row<T>> rows = new ConcurrentSkipListMap<>();

    void put(String id, Long version, T document) {
        put(new Row<>(id, null, version, document));
    }

    /** Remembers a delete. */
    void delete(String id, Long version) {
        put(new Row<>(id, null, version, null));
    }

    void put(Row<T> row) {
        rows.put(row.id(), row);
    }

    /** Forgets that there ever was such a row. */
    void forget(String id) {
        rows.remove(id);
    }

    Row<T> get(String id) {
        return rows.get(id);
    }

    @Override
    public void forEach(Consumer<? super Row<T>> each) {
        rows.values().forEach(each);
    }

    @Override
    public Map<String, Row<T>> find(Collection<String> ids) {
        Map<String, Row<T>> found = new HashMap<>();
        for (String id : ids) {
            Row<T> row = rows.get(id);
            if (row != null) {
                found.put(id, row);
            }
        }
        return found;
    }

    @Override
    public long size() {
        return rows.size();
    }
}

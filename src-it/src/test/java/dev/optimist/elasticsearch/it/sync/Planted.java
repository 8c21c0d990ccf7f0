package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.sync.verify.Difference.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A database and an index that agree, but for 50 differences of each kind. */
final class Planted {
    static final int OF_EACH = 50;

    /** A document. */
    record Item(int n, String name) {
        static Item of(int n) {
            return new Item(n, "item " + n);
        }
    }

    final MemoryDatabase<Item> database = new MemoryDatabase<>();
    final Map<String, Kind> differences = new TreeMap<>();
    private final List<CompletableFuture<ExternalResult<Item>>> writes = new ArrayList<>();

    /** Makes so many rows, a tenth of them deleted; the first are those that differ. */
    Planted(VersionedDocuments<Item> items, int rows) throws InterruptedException {
        try (ExternalVersionWriter<Item> index =
                items.externalVersionWriter(o -> o.tombstones(Tombstones.standard()))) {
            int n = 0;
            for (Kind kind : Kind.values()) {
                for (int i = 0; i < OF_EACH; i++) {
                    plant(index, id(n++), kind, i);
                }
            }
            for (; n < rows; n++) {
                if (n % 10 == 0) {
                    database.delete(id(n), 5L);
                    write(index, ExternalOperation.delete(id(n), 5));
                } else {
                    database.put(id(n), 5L, Item.of(n));
                    write(index, ExternalOperation.index(id(n), Item.of(n), 5));
                }
            }
            index.flush();
        }
        for (CompletableFuture<ExternalResult<Item>> write : writes) {
            assertThat(write.join().outcome()).isEqualTo(ExternalResult.Outcome.APPLIED);
        }
        writes.clear();
    }

    static String id(int n) {
        return String.format("%07d", n);
    }

    private void plant(ExternalVersionWriter<Item> index, String id, Kind kind, int i) throws InterruptedException {
        differences.put(id, kind);
        boolean odd = i % 2 == 1;
        Item item = Item.of(i);
        switch (kind) {
            case MISSING -> {
                database.put(id, 5L, item);
                if (odd) {
                    write(index, ExternalOperation.delete(id, 3));
                }
            }
            case STALE -> {
                if (odd) {
                    database.put(id, 5L, item);
                    write(index, ExternalOperation.index(id, item, 4));
                } else {
                    database.delete(id, 5L);
                    write(index, ExternalOperation.delete(id, 3));
                }
            }
            case NOT_DELETED -> {
                database.delete(id, 5L);
                write(index, ExternalOperation.index(id, item, 4));
            }
            case TOMBSTONE_MISSING -> database.delete(id, 5L);
            case ORPHAN -> write(index, ExternalOperation.index(id, item, 4));
            case CONTENT -> {
                if (odd) {
                    database.put(id, 5L, item);
                    write(index, ExternalOperation.index(id, Item.of(i + 1), 5));
                } else {
                    database.put(id, 5L, item);
                    write(index, ExternalOperation.delete(id, 5));
                }
            }
            case AHEAD -> {
                if (odd) {
                    database.delete(id, 5L);
                } else {
                    database.put(id, 5L, item);
                }
                write(index, ExternalOperation.index(id, item, 6));
            }
        }
    }

    private void write(ExternalVersionWriter<Item> index, ExternalOperation<Item> operation)
            throws InterruptedException {
        writes.add(index.write(operation));
    }
}

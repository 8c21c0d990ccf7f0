package dev.optimist.elasticsearch.sync.verify;

import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.sync.verify.Documents.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One comparison: all rows are looked up in the index, then all documents in the database. */
final class Comparison<T> implements Suspects.Findings<T> {
    private static final Duration A_PAGE = Duration.ofMinutes(10);

    private final VerifyOptions<T> options;
    private final Documents index;
    private final Inventory<T> inventory;
    private final Judge<T> judge;
    private final Looks<T> looks;
    private final Suspects<T> suspects;
    private final Pause pause;
    private final @Nullable Repairs<T> repairs;

    private final Map<Difference.Kind, Long> counts = new EnumMap<>(Difference.Kind.class);
    private final List<Difference> examples = new ArrayList<>();
    private long rows;
    private long deletes;
    private long documents;
    private long tombstones;
    private long unsettled;
    private long totalRows;
    private long totalDocuments;

    Comparison(
            VerifyOptions<T> options,
            Documents index,
            Inventory<T> inventory,
            Judge<T> judge,
            Pause pause,
            @Nullable Repairs<T> repairs,
            @Nullable LongSupplier versionNow) {
        this.options = options;
        this.index = index;
        this.inventory = inventory;
        this.judge = judge;
        this.looks = new Looks<>(index, inventory, judge, options, versionNow);
        this.suspects = new Suspects<>(options, looks, judge, pause, this);
        this.pause = pause;
        this.repairs = repairs;
    }

    VerifyReport run() throws Exception {
        long begun = pause.nanoTime();
        totalRows = inventory.size();
        totalDocuments = index.count();
        new Paged().read();
        index.scan(options.pageSize(), A_PAGE.plus(options.settle()), this::documents);
        suspects.drain();
        progress();
        Duration took = Duration.ofNanos(pause.nanoTime() - begun);
        return new VerifyReport(rows, deletes, documents, tombstones, counts, examples, unsettled, took);
    }

    /** Gathers rows into pages. What handling them throws goes past the inventory, whatever that makes of it. */
    private final class Paged {
        private final List<Row<T>> page = new ArrayList<>();
        private @Nullable Exception thrown;

        void read() throws Exception {
            try {
                inventory.forEach(this::take);
            } catch (Exception e) {
                throw thrown == null ? e : thrown;
            }
            if (thrown != null) {
                throw thrown;
            }
            rows(page);
        }

        private void take(Row<T> row) {
            page.add(row);
            if (page.size() < options.pageSize()) {
                return;
            }
            try {
                rows(page);
                page.clear();
            } catch (Exception e) {
                thrown = e;
                throw new IllegalStateException("the comparison has ended", e);
            }
        }
    }

    private void rows(List<Row<T>> page) throws Exception {
        List<Indexed> indexed = looks.indexed(page);
        List<Key> differing = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            Row<T> row = page.get(i);
            if (row.document() == null) {
                deletes++;
            } else {
                rows++;
            }
            if (judge.compare(row, indexed.get(i)) != null) {
                differing.add(looks.key(row));
            }
        }
        suspects.add(differing);
        progress();
    }

    private void documents(List<Entry> page) throws Exception {
        List<Key> living =
                page.stream().filter(e -> !e.tombstone()).map(Entry::key).toList();
        documents += living.size();
        tombstones += page.size() - living.size();
        Map<String, Row<T>> known = looks.rows(living);
        List<Key> differing = new ArrayList<>();
        for (Key key : living) {
            Row<T> row = known.get(key.id());
            if (row == null || !key.equals(looks.key(row))) {
                differing.add(key);
            }
        }
        suspects.add(differing);
        progress();
    }

    private void progress() {
        options.progress()
                .accept(new VerifyProgress(
                        rows + deletes,
                        totalRows,
                        documents + tombstones,
                        totalDocuments,
                        suspects.size(),
                        counts.values().stream().mapToLong(Long::longValue).sum()));
    }

    @Override
    public void different(List<Suspects.Found<T>> found) throws Exception {
        for (Suspects.Found<T> each : found) {
            long number = counts.merge(each.difference().kind(), 1L, Long::sum);
            if (number <= options.examples()) {
                examples.add(each.difference());
            }
            options.listener().accept(each.difference());
        }
        if (repairs != null) {
            repairs.mend(found);
        }
    }

    @Override
    public void unsettled(Key key) {
        unsettled++;
    }
}

package dev.optimist.elasticsearch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** Both forms of a bulk: all at once, checked before anything is sent, and as they come. */
record Bulk<T>(Writes<T> writes, Observer observer) {

    List<BulkItemResult<T>> all(List<? extends BulkOperation<T>> operations) {
        List<BulkItem<T>> items = new ArrayList<>(operations.size());
        for (BulkOperation<T> operation : operations) {
            BulkItem<T> item = item(items.size(), operation);
            if (item.refused() != null) {
                throw item.refused();
            }
            items.add(item);
        }
        List<BulkItemResult<T>> results = new ArrayList<>(items.size());
        BulkRun<T> run = new BulkRun<>(writes, BulkOptions.standard(), results::add, new BulkTally(), observer);
        Iterator<BulkItem<T>> source = items.iterator();
        var unused = run.run(source);
        source.forEachRemaining(run::tellUnsent); // of an interrupted thread
        results.sort((one, other) -> Long.compare(one.position(), other.position()));
        return List.copyOf(results);
    }

    BulkProgress each(
            Iterator<? extends BulkOperation<T>> operations,
            BulkOptions options,
            Consumer<? super BulkItemResult<T>> results) {
        BulkTally tally = new BulkTally();
        return new BulkRun<>(writes, options, results, tally, observer).run(new Iterator<>() {
            private long position;

            @Override
            public boolean hasNext() {
                return operations.hasNext();
            }

            @Override
            public BulkItem<T> next() {
                BulkItem<T> item = item(position, operations.next());
                position++;
                tally.taken();
                return item;
            }
        });
    }

    private BulkItem<T> item(long position, BulkOperation<T> operation) {
        if (operation == null) {
            throw new IllegalArgumentException("operations[" + position + "] must not be null");
        }
        try {
            return new BulkItem<>(position, operation, writes.of(operation), null);
        } catch (IllegalArgumentException e) {
            return new BulkItem<>(
                    position,
                    operation,
                    null,
                    new IllegalArgumentException("operations[" + position + "]: " + e.getMessage(), e));
        }
    }
}

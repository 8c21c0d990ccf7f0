package dev.optimist.elasticsearch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which operations go into the next request. An {@code _id} is in one request at a time, and there once: of two operations on
 * one document in one request, the first may be refused for the time being and the second applied. Later ones wait here,
 * and so that others can pass them, some more are taken; never more than memory is bounded to.
 *
 * <p>Routing is not looked at: one document may be addressed by several, or by none. Not thread-safe.
 */
final class BulkQueue<T> {
    private final Iterator<BulkItem<T>> source;
    private final BulkOptions options;
    private final Consumer<BulkItem<T>> refused;

    /** By {@code _id} that is busy: what waits for it. */
    private final Map<String, Deque<BulkItem<T>>> busy = new HashMap<>();

    /** Their turn has come. */
    private final Deque<BulkItem<T>> ready = new ArrayDeque<>();

    private boolean exhausted;
    private int open;
    private long openBytes;

    /** Hands over what is not to be sent as soon as it is met. */
    BulkQueue(Iterator<BulkItem<T>> source, BulkOptions options, Consumer<BulkItem<T>> refused) {
        this.source = source;
        this.options = options;
        this.refused = refused;
    }

    /**
     * Returns what fits into one request; empty if there is nothing to send before another is done. What the source throws
     * passes through, and nothing is lost by it.
     */
    List<BulkItem<T>> next() {
        List<BulkItem<T>> items = new ArrayList<>();
        long bytes = 0;
        boolean whole = false;
        try {
            while (items.size() < options.operations()) {
                BulkItem<T> item = ready.isEmpty() ? firstOfFreeDocument() : ready.poll();
                if (item == null) {
                    break;
                }
                bytes += item.bytes();
                if (bytes > options.bytes() && !items.isEmpty()) {
                    ready.addFirst(item);
                    break;
                }
                items.add(item);
            }
            whole = true;
        } finally {
            if (!whole) {
                giveBack(items);
            }
        }
        return items;
    }

    private @Nullable BulkItem<T> firstOfFreeDocument() {
        while (hasRoom()) {
            if (!source.hasNext()) {
                exhausted = true;
                return null;
            }
            BulkItem<T> item = source.next();
            if (item.refused() != null) {
                refused.accept(item);
                continue;
            }
            open++;
            openBytes += item.bytes();
            Deque<BulkItem<T>> others = busy.get(item.operation().id());
            if (others == null) {
                busy.put(item.operation().id(), new ArrayDeque<>(1));
                return item;
            }
            others.add(item);
        }
        return null;
    }

    /** Returns whether the source was seen to have nothing more. */
    boolean isExhausted() {
        return exhausted;
    }

    private boolean hasRoom() {
        long requests = 2L * options.requestsInFlight();
        return open < requests * options.operations() && openBytes < requests * options.bytes();
    }

    /** It has its outcome: the next on the same document may go. */
    void done(BulkItem<T> item) {
        open--;
        openBytes -= item.bytes();
        Deque<BulkItem<T>> others = busy.get(item.operation().id());
        BulkItem<T> next = others == null ? null : others.poll();
        if (next == null) {
            busy.remove(item.operation().id());
        } else {
            ready.add(next);
        }
    }

    /** Takes back what was not sent after all. */
    void giveBack(List<BulkItem<T>> items) {
        for (int i = items.size() - 1; i >= 0; i--) {
            ready.addFirst(items.get(i));
        }
    }

    /** Returns, in their order, all that were taken and not sent, and forgets them. */
    List<BulkItem<T>> drain() {
        List<BulkItem<T>> left = new ArrayList<>(ready);
        ready.clear();
        busy.values().forEach(others -> {
            left.addAll(others);
            others.clear();
        });
        left.sort(Comparator.comparingLong(BulkItem::position));
        return left;
    }
}

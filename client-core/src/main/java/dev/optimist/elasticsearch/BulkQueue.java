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
final class BulkQueue<I extends BulkQueue.Entry> {
    /** What goes through. */
    interface Entry {
        /** Returns the {@code _id}. */
        String id();

        /** Returns how much of a request it takes, about. */
        long bytes();

        /** Returns which it is, in the order of the source. */
        long position();

        /** Returns whether it is not to be sent. */
        boolean isRefused();
    }

    private final Iterator<I> source;
    private final int operations;
    private final long bytes;
    private final int requestsInFlight;
    private final Consumer<I> refused;

    /** By {@code _id} that is busy: what waits for it; as a rule nothing, which is one object for all. */
    private final Map<String, Deque<I>> busy = new HashMap<>();

    private final Deque<I> none = new ArrayDeque<>(1);

    /** Their turn has come. */
    private final Deque<I> ready = new ArrayDeque<>();

    private boolean exhausted;
    private int open;
    private long openBytes;

    /** Hands over what is not to be sent as soon as it is met. */
    BulkQueue(Iterator<I> source, int operations, long bytes, int requestsInFlight, Consumer<I> refused) {
        this.source = source;
        this.operations = operations;
        this.bytes = bytes;
        this.requestsInFlight = requestsInFlight;
        this.refused = refused;
    }

    /**
     * Returns what fits into one request; empty if there is nothing to send before another is done. What the source throws
     * passes through, and nothing is lost by it.
     */
    List<I> next() {
        List<I> items = new ArrayList<>();
        long size = 0;
        boolean whole = false;
        try {
            while (items.size() < operations) {
                I item = ready.isEmpty() ? firstOfFreeDocument() : ready.poll();
                if (item == null) {
                    break;
                }
                size += item.bytes();
                if (size > bytes && !items.isEmpty()) {
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

    private @Nullable I firstOfFreeDocument() {
        while (hasRoom()) {
            if (!source.hasNext()) {
                exhausted = true;
                return null;
            }
            I item = source.next();
            if (item.isRefused()) {
                refused.accept(item);
                continue;
            }
            open++;
            openBytes += item.bytes();
            Deque<I> others = busy.get(item.id());
            if (others == null) {
                busy.put(item.id(), none);
                return item;
            } else if (others == none) {
                others = new ArrayDeque<>(1);
                busy.put(item.id(), others);
            }
            others.add(item);
        }
        return null;
    }

    /** Returns whether some have waited for others on the same document, and need not any more. */
    boolean hasReady() {
        return !ready.isEmpty();
    }

    /** Returns whether the source was seen to have nothing more. */
    boolean isExhausted() {
        return exhausted;
    }

    private boolean hasRoom() {
        long requests = 2L * requestsInFlight;
        return open < requests * operations && openBytes < requests * bytes;
    }

    /** It has its outcome: the next on the same document may go. */
    void done(I item) {
        open--;
        openBytes -= item.bytes();
        Deque<I> others = busy.get(item.id());
        I next = others == null ? null : others.poll();
        if (next == null) {
            busy.remove(item.id());
        } else {
            ready.add(next);
        }
    }

    /** Takes back what was not sent after all. */
    void giveBack(List<I> items) {
        for (int i = items.size() - 1; i >= 0; i--) {
            ready.addFirst(items.get(i));
        }
    }

    /** Returns, in their order, all that were taken and not sent, and forgets them. */
    List<I> drain() {
        List<I> left = new ArrayList<>(ready);
        ready.clear();
        busy.values().forEach(others -> {
            left.addAll(others);
            others.clear();
        });
        left.sort(Comparator.comparingLong(Entry::position));
        return left;
    }
}

package dev.optimist.elasticsearch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The calls of this client on one document. One thread at a time leads it, and sends; the others' calls wait in the order
 * in which they came. Thread-safe.
 */
final class Lane {
    private enum Stage {
        /** Nobody is here. */
        IDLE,
        /** Somebody leads, or has left it with work for the {@link Rounds}, which will. */
        LED,
        /** Was idle and is no longer in the map; a newcomer makes another. */
        GONE
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Call<?>> waiting = new ArrayDeque<>(1); // most are of a document that one caller has
    private Stage stage = Stage.IDLE;
    private final boolean shared;
    private @Nullable Batch<?> batch;
    private volatile @Nullable Thread leader;
    private int wanted;
    private @Nullable Runnable gathering;
    private @Nullable Sight sight;

    /**
     * Nobody is here yet.
     *
     * @param shared whether others may come
     */
    Lane(boolean shared) {
        this.shared = shared;
    }

    /** What the answer to a write has told of the document, for whoever reads it as they do. */
    private record Sight(ReadModifyWrite<?> reader, State document) {}

    boolean isShared() {
        return shared;
    }

    /** Runs a part of what the leader does, on this thread. */
    void asLeader(Runnable run) {
        leader = Thread.currentThread();
        try {
            run.run();
        } finally {
            leader = null;
        }
    }

    /** Returns whether we are in a function of a call on this document, or in a listener: to wait here would be for ever. */
    boolean isLedByThisThread() {
        return leader == Thread.currentThread();
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** What became of a call that came. */
    enum Entry {
        LEADS,
        WAITS,
        GONE
    }

    /** A call comes: it leads if nobody does, else it waits. The last one that is {@linkplain #gather wanted} says so. */
    Entry enter(Call<?> call) {
        Runnable complete = null;
        lock.lock();
        try {
            if (stage == Stage.GONE) {
                return Entry.GONE;
            }
            waiting.add(call);
            if (stage == Stage.IDLE) {
                stage = Stage.LED;
                return Entry.LEADS;
            }
            if (waiting.size() >= wanted) {
                complete = gathering;
                gathering = null;
            }
        } finally {
            lock.unlock();
        }
        if (complete != null) {
            complete.run();
        }
        return Entry.WAITS;
    }

    /**
     * The leader pauses until so many calls wait, which is when this is run, unless {@linkplain #goOn it goes on} before.
     * Returns false if so many wait already.
     */
    boolean gather(int calls, Runnable complete) {
        lock.lock();
        try {
            if (waiting.size() >= calls) {
                return false;
            }
            wanted = calls;
            gathering = complete;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends that pause; returns false if it was over, and what was to be run has been. */
    boolean goOn(Runnable complete) {
        lock.lock();
        try {
            boolean pausing = gathering == complete;
            if (pausing) {
                gathering = null;
            }
            return pausing;
        } finally {
            lock.unlock();
        }
    }

    /** The next call in the order of coming, or null. */
    @Nullable
    Call<?> next() {
        lock.lock();
        try {
            return waiting.peek();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a call out; the lock is held. */
    void remove(Call<?> call) {
        waiting.remove(call);
    }

    /** Returns whether others wait than this one. */
    boolean hasOthers(Call<?> call) {
        lock.lock();
        try {
            return waiting.stream().anyMatch(other -> other != call);
        } finally {
            lock.unlock();
        }
    }

    /** Notes what the document was right after the last write, or null if that has become old. */
    void see(ReadModifyWrite<?> reader, @Nullable State document) {
        lock.lock();
        try {
            sight = document == null ? null : new Sight(reader, document);
        } finally {
            lock.unlock();
        }
    }

    /** Returns what was seen, or null; it stays. */
    @Nullable
    State seen(ReadModifyWrite<?> reader) {
        lock.lock();
        try {
            return sight == null || sight.reader != reader ? null : sight.document;
        } finally {
            lock.unlock();
        }
    }

    /** The leader goes and leaves what it has not finished, if anything, to the next. Returns whether there is work. */
    boolean leave(@Nullable Batch<?> unfinished) {
        lock.lock();
        try {
            batch = unfinished;
            stage = unfinished != null || !waiting.isEmpty() ? Stage.LED : Stage.IDLE;
            sight = stage == Stage.LED ? sight : null;
            return stage == Stage.LED;
        } finally {
            lock.unlock();
        }
    }

    /** Ends all calls, as nobody will lead any more. */
    void abandon() {
        List<Call<?>> left;
        Batch<?> unfinished;
        lock.lock();
        try {
            left = List.copyOf(waiting);
            waiting.clear();
            unfinished = batch;
            batch = null;
        } finally {
            lock.unlock();
        }
        left.forEach(Call::closed);
        if (unfinished != null) {
            unfinished.closed();
        }
    }

    /** Returns what the leader before has not finished, and forgets it. */
    @Nullable
    Batch<?> unfinished() {
        lock.lock();
        try {
            Batch<?> left = batch;
            batch = null;
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a lane that nobody needs; false if somebody has come. */
    boolean retire() {
        lock.lock();
        try {
            if (stage != Stage.IDLE) {
                return false;
            }
            stage = Stage.GONE;
            return true;
        } finally {
            lock.unlock();
        }
    }
}

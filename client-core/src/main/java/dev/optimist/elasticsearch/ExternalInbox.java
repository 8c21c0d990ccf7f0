package dev.optimist.elasticsearch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Between callers, the threads that bring answers, and the one thread of an {@link ExternalVersionWriter}: what was given and
 * not taken yet, and how much is open. Callers wait here while there is too much. Thread-safe.
 *
 * @param <A> what answers are
 */
final class ExternalInbox<T, A> {
    /** What was given between two flushes. */
    static final class Generation {
        private final CompletableFuture<?> before;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private long open;
        private boolean flushed;

        private Generation(CompletableFuture<?> before) {
            this.before = before;
        }
    }

    private final int mostOperations;
    private final long mostBytes;

    /** What makes a request, so that it need not wait for more. */
    private final int fullOperations;

    private final long fullBytes;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition changed = lock.newCondition();
    private final Deque<A> answers = new ArrayDeque<>();
    private Deque<ExternalItem<T>> given = new ArrayDeque<>();
    private long givenBytes;
    private long open;
    private long openBytes;
    private long positions;
    private long urgentBefore;
    private boolean closed;
    private boolean woken;
    private Generation generation = new Generation(CompletableFuture.completedFuture(null));

    ExternalInbox(int fullOperations, long fullBytes, int requestsInFlight) {
        this.fullOperations = fullOperations;
        this.fullBytes = fullBytes;
        this.mostOperations = 2 * requestsInFlight * fullOperations;
        this.mostBytes = 2L * requestsInFlight * fullBytes;
    }

    /**
     * Takes an operation, as soon as there is room.
     *
     * @param patience how long to wait for room, in nanoseconds
     * @return false if there was none, and it is not taken
     */
    boolean put(ExternalItem<T> item, long patience) throws InterruptedException {
        long bytes = item.bytes();
        long left = patience;
        lock.lockInterruptibly();
        try {
            while (!closed && open > 0 && (open >= mostOperations || openBytes + bytes > mostBytes)) {
                if (left <= 0) {
                    return false;
                }
                left = room.awaitNanos(left);
            }
            add(item, bytes);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes an operation at once, whether there is room or not: for who may not wait. */
    void put(ExternalItem<T> item) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            add(item, item.bytes());
        } finally {
            lock.unlock();
        }
    }

    private void add(ExternalItem<T> item, long bytes) {
        if (closed) {
            throw new IllegalStateException("the writer is closed");
        }
        item.position = positions++;
        item.generation = generation;
        generation.open++;
        open++;
        openBytes += bytes;
        given.add(item);
        givenBytes += bytes;
        if (given.size() == 1 || given.size() == fullOperations || givenBytes >= fullBytes) {
            wake();
        }
    }

    /** Brings an answer, from any thread. */
    void answered(A answer) {
        lock.lock();
        try {
            answers.add(answer);
            wake();
        } finally {
            lock.unlock();
        }
    }

    /** Returns what is done when everything that was given until now is. */
    CompletableFuture<Void> flushed() {
        lock.lock();
        try {
            Generation until = generation;
            until.flushed = true;
            urgentBefore = positions;
            CompletableFuture<Void> done = CompletableFuture.allOf(until.before, until.done);
            generation = new Generation(done);
            if (until.open == 0) {
                until.done.complete(null);
            }
            wake();
            return done;
        } finally {
            lock.unlock();
        }
    }

    /** From now on nothing is taken any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
            wake();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether someone waits for the operation of this position, so that it must not wait for company. */
    boolean isUrgent(long position) {
        lock.lock();
        try {
            return closed || position < urgentBefore;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether nothing will come and nothing is open. */
    boolean isFinished() {
        lock.lock();
        try {
            return closed && open == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many operations have no outcome yet. */
    long open() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something has come since the last call, at most so long. */
    void await(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!woken && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }

    /** Moves what was given to the end of the writer's own queue, and returns how many bytes that is. */
    long drainTo(Deque<ExternalItem<T>> own) {
        Deque<ExternalItem<T>> all;
        long bytes;
        lock.lock();
        try {
            all = given;
            bytes = givenBytes;
            given = new ArrayDeque<>(fullOperations);
            givenBytes = 0;
        } finally {
            lock.unlock();
        }
        own.addAll(all);
        return bytes;
    }

    @Nullable
    A pollAnswer() {
        lock.lock();
        try {
            return answers.poll();
        } finally {
            lock.unlock();
        }
    }

    /** These have their outcome. */
    void ended(Iterable<ExternalItem<T>> items) {
        lock.lock();
        try {
            for (ExternalItem<T> item : items) {
                open--;
                openBytes -= item.bytes();
                Generation its = item.generation;
                if (its != null && --its.open == 0 && its.flushed) {
                    its.done.complete(null);
                }
            }
            room.signalAll();
            if (closed && open == 0) {
                wake(); // to see that it has finished
            }
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        woken = true;
        changed.signal();
    }
}

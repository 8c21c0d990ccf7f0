package dev.optimist.elasticsearch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs users' functions, one after the other, without letting a slow one hold up what has nothing to do with it: after some
 * time it is left alone with its thread, what was before and behind it goes on on another, and the pool gets a thread more
 * until it has ended. Thread-safe.
 */
final class SlowFunctions {
    /** A function that was running at two looks in a row is slow; a quick one that gets no processor should not be. */
    static final long LOOK_MILLIS = 200;

    /** With so many threads in slow functions the others have to wait for one to end. */
    static final int MOST = 64;

    /**
     * What is done for some items.
     *
     * @param <I> an item
     */
    interface Work<I> {
        /** Does it for one; throws nothing. */
        void apply(I item);

        /** It was done for these, which are all but those that take long. */
        void applied(List<I> items);

        /** It was done for one that took long. */
        void appliedLate(I item);
    }

    private final ScheduledThreadPoolExecutor threads;
    private final int usual;
    private final Set<Run<?>> running = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean watched = new AtomicBoolean();
    private volatile int slow;

    /** For work on the threads of this pool, which has its usual size now. */
    SlowFunctions(ScheduledThreadPoolExecutor threads) {
        this.threads = threads;
        this.usual = threads.getCorePoolSize();
    }

    /** Does it on this thread, and on others if it takes long. */
    <I> void run(List<I> items, Work<I> work) {
        new Run<>(new ArrayDeque<>(items), new ArrayList<>(items.size()), work).run();
    }

    private void watch() {
        if (watched.compareAndSet(false, true)) { // by the JDK's timer, as all of ours may be in slow functions
            CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(this::look);
        }
    }

    private void look() {
        for (Run<?> run : running) {
            Run<?> others = slow < MOST ? run.others() : null;
            if (others != null) {
                resize(1);
                begin(others);
            }
        }
        watched.set(false);
        if (!running.isEmpty()) {
            watch();
        }
    }

    private void begin(Run<?> others) {
        try {
            threads.execute(others);
        } catch (RejectedExecutionException closed) { // what is under way ends by itself
            threads.getThreadFactory().newThread(others).start();
        }
    }

    private synchronized void resize(int by) {
        slow += by;
        threads.setCorePoolSize(usual + slow);
    }

    private final class Run<I> implements Runnable {
        private final Work<I> work;
        private Queue<I> waiting;
        private List<I> done;
        private @Nullable I current;
        private @Nullable I seen;
        private boolean leftAlone;

        Run(Queue<I> waiting, List<I> done, Work<I> work) {
            this.waiting = waiting;
            this.done = done;
            this.work = work;
        }

        @Override
        public void run() {
            running.add(this);
            watch();
            for (I item = next(); item != null; item = next()) {
                work.apply(item);
            }
            running.remove(this);
            if (leftAlone) {
                resize(-1);
                done.forEach(work::appliedLate);
            } else {
                work.applied(done);
            }
        }

        private synchronized @Nullable I next() {
            if (current != null) {
                done.add(current);
            }
            current = waiting.poll();
            return current;
        }

        /** Leaves this one alone with its item if that was here at the last look; returns what goes on without it. */
        synchronized @Nullable Run<I> others() {
            if (leftAlone || current == null) {
                return null;
            }
            if (current != seen) {
                seen = current;
                return null;
            }
            Run<I> others = new Run<>(waiting, done, work);
            waiting = new ArrayDeque<>();
            done = new ArrayList<>();
            leftAlone = true;
            return others;
        }
    }
}

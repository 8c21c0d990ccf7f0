package dev.optimist.elasticsearch.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Ends futures that are not complete in time. {@link CompletableFuture#orTimeout} does
 * the same, but wakes its timer's thread for every request, which costs more than all that we do with a document's JSON.
 * Here an alarm that is set stays set: as a rule to the end of what was complete long ago, so that it rings once in a
 * timeout and not once a request or call. Thread-safe.
 */
public final class Deadlines {
    /** So much later than wanted at most, as it looks at all that are open: thousands may end one after the other. */
    private static final long GRAIN = TimeUnit.MILLISECONDS.toNanos(1);

    private final Set<Timed<?>> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Alarm> alarm = new AtomicReference<>();
    private final LongAdder looks = new LongAdder();

    /** A future with a time of its own. */
    public abstract static class Timed<R> extends CompletableFuture<R> {
        private long end;
        private volatile @Nullable Deadlines watchedBy;

        /** Called once if it is not complete in time; completes it. */
        protected abstract void timeIsUp();

        @Override
        public boolean complete(R value) {
            boolean first = super.complete(value);
            letGo();
            return first;
        }

        @Override
        public boolean completeExceptionally(Throwable thrown) {
            boolean first = super.completeExceptionally(thrown);
            letGo();
            return first;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            letGo();
            return cancelled;
        }

        private void letGo() {
            Deadlines deadlines = watchedBy;
            if (deadlines != null) {
                deadlines.open.remove(this);
            }
        }
    }

    private record Alarm(long at, CompletableFuture<@Nullable Void> clock) {}

    /** Ends the future after this time, unless it is complete by then. A future is watched once. */
    public void watch(Timed<?> future, Duration timeout) {
        future.end = System.nanoTime() + timeout.toNanos();
        future.watchedBy = this;
        open.add(future);
        if (future.isDone()) { // perhaps before it was added, and nobody else would let it go
            open.remove(future);
            return;
        }
        ringAt(future.end);
    }

    /** Returns how many are not complete. */
    int watched() {
        return open.size();
    }

    /** Returns how often it has looked at those that are open. */
    long looks() {
        return looks.sum();
    }

    private void ringAt(long end) {
        while (true) {
            Alarm set = alarm.get();
            if (set != null && set.at - end <= 0) {
                return;
            }
            Alarm sooner = new Alarm(end, new CompletableFuture<>());
            if (alarm.compareAndSet(set, sooner)) {
                if (set != null) {
                    set.clock.cancel(false);
                }
                var unused = sooner.clock
                        .completeOnTimeout(null, end - System.nanoTime(), TimeUnit.NANOSECONDS)
                        .thenRun(() -> ring(sooner));
                return;
            }
        }
    }

    private void ring(Alarm rung) {
        looks.increment();
        alarm.compareAndSet(rung, null); // before looking: whoever comes too late to be seen sets it again
        long now = System.nanoTime();
        long least = Long.MAX_VALUE;
        List<Timed<?>> late = new ArrayList<>();
        for (Timed<?> watched : open) {
            long left = watched.end - now;
            if (left <= 0) {
                late.add(watched);
            } else {
                least = Math.min(least, left);
            }
        }
        if (least < Long.MAX_VALUE) {
            ringAt(now + Math.max(GRAIN, least));
        }
        for (Timed<?> watched : late) { // last, as it runs what others have put behind these futures
            open.remove(watched);
            watched.timeIsUp();
        }
    }
}

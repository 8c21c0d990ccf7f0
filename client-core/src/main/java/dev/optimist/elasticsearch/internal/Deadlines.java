package dev.optimist.elasticsearch.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Ends futures with a {@link TimeoutException} if they are not complete in time. {@link CompletableFuture#orTimeout} does
 * the same, but wakes its timer's thread for every request, which costs more than all that we do with a document's JSON.
 * Here an alarm that is set stays set: as a rule to the end of a request that was answered long ago, so that it rings once
 * in a request timeout and not once a request. Thread-safe.
 */
final class Deadlines {
    private final Set<Watched> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Alarm> alarm = new AtomicReference<>();

    /** Not a record: each is equal to itself only. */
    private static final class Watched {
        private final CompletableFuture<?> future;
        private final long end;

        Watched(CompletableFuture<?> future, long end) {
            this.future = future;
            this.end = end;
        }
    }

    private record Alarm(long at, CompletableFuture<@Nullable Void> clock) {}

    /** Ends the future after this time, unless it is complete by then. */
    void watch(CompletableFuture<?> future, Duration timeout) {
        Watched watched = new Watched(future, System.nanoTime() + timeout.toNanos());
        open.add(watched);
        var unused = future.whenComplete((result, failed) -> open.remove(watched));
        ringAt(watched.end);
    }

    /** Returns how many are not complete. */
    int watched() {
        return open.size();
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
        alarm.compareAndSet(rung, null); // before looking: whoever comes too late to be seen sets it again
        long now = System.nanoTime();
        long least = Long.MAX_VALUE;
        List<Watched> late = new ArrayList<>();
        for (Watched watched : open) {
            long left = watched.end - now;
            if (left <= 0) {
                late.add(watched);
            } else {
                least = Math.min(least, left);
            }
        }
        if (least < Long.MAX_VALUE) {
            ringAt(now + least);
        }
        for (Watched watched : late) { // last, as it runs what others have put behind these futures
            open.remove(watched);
            watched.future.completeExceptionally(new TimeoutException());
        }
    }
}

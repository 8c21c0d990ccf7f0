package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Deadlines;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of readModifyWrite: its function, its limits, the conflicts that it met, and how it ends. What becomes of it is
 * decided by the {@link Batch} that it is in, or by its own thread, which may take it back; the lock of the {@link Lane}
 * sees to it that only one of them does.
 *
 * @param <T> the class of the document
 */
final class Call<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Call.class);

    /** What a call has come to in the attempt under way; it holds only if what it is based on does. */
    enum Part {
        /** Its function was not applied in this attempt. */
        NONE,
        /** Its change is in the write. */
        CHANGED,
        /** Its write id was in the document already. */
        FOUND,
        /** It was applied once, by what the document said then; what it says now proves nothing any more. */
        FORGOTTEN,
        /** Its function asked for nothing. */
        UNCHANGED,
        /** Its function failed. */
        FAILED
    }

    /** What a caller gets; the object is made of the bytes by the caller's own thread, so that nobody shares it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Done<T>(
            Result result,
            @Nullable DocumentToken token,
            @Nullable T object,
            byte @Nullable [] document,
            int attempts,
            int together,
            boolean recovered) {}

    private final class Outcome extends Deadlines.Timed<Done<T>> {
        @Override
        protected void timeIsUp() {
            takeBack(Limit.DEADLINE, null);
        }
    }

    private enum Stage {
        OPEN,
        /** Its change is in a write that may have been sent. */
        SENT,
        DONE
    }

    private final ReadModifyWrite<T> documents;
    private final Address key;
    private final Steps<T> steps;
    private final Modifier<T> modifier;
    private final @Nullable String writeId;
    private final Lane lane;
    private final long deadline;
    private List<VersionConflictException> conflicts = List.of();
    private volatile int attempt;
    private volatile @Nullable Batch<T> sentBy;
    private volatile Stage stage = Stage.OPEN;
    private boolean counted;

    /** Made when it is needed, as {@link #context}: of a call that nobody disturbs, its own thread knows all. */
    private volatile @Nullable Outcome outcome;

    private volatile Retry.@Nullable AsyncContext<Object> context;
    private volatile @Nullable Done<T> untold;

    /** What its function came to, for its batch. */
    Part part = Part.NONE;

    @Nullable
    Throwable failure;

    /** It was here before the read began; else what the read says may have been over when it came. */
    boolean early;

    /** Its own write id was seen in the document; from then on the function must not be applied again. */
    boolean seen;

    /** What it has used up while a write of it was unsettled, or null. */
    @Nullable
    Limit spent;

    Call(
            ReadModifyWrite<T> documents,
            Address key,
            Steps<T> steps,
            Modifier<T> modifier,
            @Nullable String writeId,
            Lane lane) {
        this.documents = documents;
        this.key = key;
        this.steps = steps;
        this.modifier = modifier;
        this.writeId = writeId;
        this.lane = lane;
        this.deadline = now() + documents.policy().deadline().toNanos();
    }

    ReadModifyWrite<T> documents() {
        return documents;
    }

    Steps<T> steps() {
        return steps;
    }

    Lane lane() {
        return lane;
    }

    /** Returns the caller's own write id, or null. */
    @Nullable
    String writeId() {
        return writeId;
    }

    Address key() {
        return key;
    }

    int attempt() {
        return attempt;
    }

    CompletableFuture<Done<T>> outcome() {
        return future();
    }

    /** Not under the lock of the lane: whoever tells many callers would wait for it with those who come again. */
    private Outcome future() {
        Outcome made = outcome;
        if (made == null) {
            synchronized (this) {
                made = outcome;
                if (made == null) {
                    made = new Outcome();
                    outcome = made;
                }
            }
        }
        return made;
    }

    private Retry.AsyncContext<Object> context() {
        synchronized (this) {
            Retry.AsyncContext<Object> made = context;
            if (made == null) {
                made = documents.retry().asyncContext();
                context = made;
            }
            return made;
        }
    }

    /** It ends at its deadline although no thread of the caller's waits, and all of ours may be in slow functions. */
    void endAtDeadline(Deadlines deadlines) {
        deadlines.watch(future(), time());
    }

    /** Returns whether it has ended, which its caller may still have to be told. */
    boolean isDone() {
        return stage == Stage.DONE;
    }

    Modification<T> modify(State read) {
        Modification<T> wanted = modifier.apply(read);
        if (wanted == null) {
            throw new NullPointerException("the function returned null; to delete, use Modification.delete()");
        }
        return wanted;
    }

    /** Returns nanoseconds, not more than 0 if the deadline has passed. */
    long left() {
        return deadline - now();
    }

    private long now() {
        return documents.pace().clock().nanoTime();
    }

    /** Takes part in an attempt; false if there is no time for it. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only whoever leads the lane counts
    boolean begin() {
        attempt++;
        return left() > 0;
    }

    /** Was not needed in the attempt that it took part in. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void putBack() {
        attempt--;
    }

    /** Notes a conflict of a write that it was in; none any more once it has ended, when its caller looks at them. */
    void met(VersionConflictException e) {
        lane.lock();
        try {
            if (stage != Stage.DONE) {
                conflicts = conflicts.isEmpty() ? new ArrayList<>() : conflicts;
                conflicts.add(e);
            }
        } finally {
            lane.unlock();
        }
    }

    /** Returns the conflicts that it met, once it has ended. */
    List<VersionConflictException> conflicts() {
        return conflicts;
    }

    /** Returns what became of a call that has ended well. */
    Done<T> done() {
        return Objects.requireNonNull(untold);
    }

    /** Counts an attempt that failed; returns how many milliseconds to sleep, or less than 0 if there are no more. */
    long failedAttempt(OptimistException why) {
        long millis = announce(why instanceof VersionConflictException ? why : new Again(why));
        counted = millis < 0;
        return millis;
    }

    /** Marks its change as being in a write that is about to be sent; false if it was taken back. */
    boolean send(Batch<T> batch) {
        if (stage == Stage.DONE) {
            return false;
        }
        stage = Stage.SENT;
        sentBy = batch;
        return true;
    }

    boolean isSent() {
        return stage == Stage.SENT;
    }

    /** The write it was in is certainly not applied. */
    void unsend() {
        lane.lock();
        try {
            if (stage == Stage.SENT) {
                stage = Stage.OPEN;
            }
        } finally {
            lane.unlock();
        }
    }

    /** Ends it well; its caller learns that by {@link #tell}. False if it has ended already. */
    boolean succeed(Done<T> done) {
        if (!end()) {
            return false;
        }
        if (!counted) {
            try {
                Retry.AsyncContext<Object> failedBefore = context;
                (failedBefore == null ? documents.retry().asyncContext() : failedBefore).onComplete();
            } catch (RuntimeException e) {
                LOG.warn("a listener of resilience4j's events failed; the outcome stays what it is", e);
            }
        }
        untold = done;
        return true;
    }

    /** Wakes the caller of a call that has ended well. */
    void tell() {
        future().complete(Objects.requireNonNull(untold));
    }

    void fail(Throwable t) {
        if (end()) {
            ended(t);
        }
    }

    /** Ends a call whose change is in no write. */
    void exhausted(Limit limit, @Nullable Throwable cause) {
        fail(exhaustion(limit, cause));
    }

    /** Taken back by the caller: what is in flight goes on without it. */
    void takeBack(Limit limit, @Nullable Throwable cause) {
        boolean sent;
        lane.lock();
        try {
            if (stage == Stage.DONE) {
                return;
            }
            sent = stage == Stage.SENT || seen;
            stage = Stage.DONE;
            lane.remove(this);
        } finally {
            lane.unlock();
        }
        Batch<T> batch = sentBy;
        ended(sent && batch != null ? batch.unknown(this, words(limit), cause) : exhaustion(limit, cause));
    }

    /** The client was closed before this call was sent. */
    void closed() {
        fail(new ServerUnavailableException(
                key + ": nothing was written: the client was closed", key.index(), key.id(), null));
    }

    /** The caller does not want it any more. */
    void cancel() {
        lane.lock();
        try {
            lane.remove(this);
        } finally {
            lane.unlock();
        }
        fail(new CancellationException());
    }

    private boolean end() {
        lane.lock();
        try {
            boolean first = stage != Stage.DONE;
            stage = Stage.DONE;
            return first;
        } finally {
            lane.unlock();
        }
    }

    private void ended(Throwable t) {
        if (!counted) {
            announce(t);
        }
        future().completeExceptionally(t);
    }

    /** A listener of the user's that fails must not take the place of what has happened. */
    private long announce(Throwable t) {
        try {
            return context().onError(t);
        } catch (RuntimeException e) {
            LOG.warn("a listener of resilience4j's events failed; the outcome stays what it is", e);
            return attempt >= documents.policy().maxAttempts()
                    ? -1
                    : documents.policy().baseDelay().toMillis();
        }
    }

    String words(Limit limit) {
        RetryPolicy policy = documents.policy();
        return switch (limit) {
            case ATTEMPTS ->
                "all " + policy.maxAttempts() + " attempts "
                        + (conflicts.size() == attempt ? "met a conflict" : "were used up");
            case DEADLINE -> "the deadline of " + policy.deadline().toMillis() + " ms was reached";
            case INTERRUPT -> "the thread was interrupted";
        };
    }

    private AttemptsExhaustedException exhaustion(Limit limit, @Nullable Throwable cause) {
        return new AttemptsExhaustedException(
                key + ": nothing was written: " + words(limit) + " (attempts begun: " + attempt + ", conflicts: "
                        + conflicts.size() + ")",
                key.index(),
                key.id(),
                limit,
                attempt,
                conflicts,
                cause);
    }

    /** An attempt that failed otherwise than by a conflict, and may be followed by another; for resilience4j. */
    static final class Again extends Exception {
        private static final long serialVersionUID = 1L;

        Again(OptimistException why) {
            super(why.getMessage(), why, false, false);
        }
    }

    /** Returns what the caller gets, or throws it. */
    ModificationResult<T> result() {
        Done<T> done = untold;
        try {
            done = done == null ? future().join() : done; // about to be complete by whoever has ended it
        } catch (java.util.concurrent.CompletionException e) {
            throw Call.<RuntimeException>sneaky(e.getCause() == null ? e : e.getCause());
        }
        return result(done);
    }

    ModificationResult<T> result(Done<T> done) {
        T source = done.object;
        if (source == null && done.document != null) {
            try {
                source = steps.decoded(done.document);
            } catch (RequestRejectedException e) {
                LOG.warn("applied, but what is stored now does not map to the class of the document", e);
            }
        }
        return new ModificationResult<>(done.result, done.token, source, done.attempts, done.recovered);
    }

    /** What the user's function throws is passed on untouched, errors included. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneaky(Throwable t) throws E {
        throw (E) t;
    }

    Duration time() {
        return Duration.ofNanos(Math.max(0, left()));
    }
}

package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import dev.optimist.elasticsearch.Steps.Prepared;
import dev.optimist.elasticsearch.internal.Address;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Read, apply the function, write if nobody has written since; after a conflict sleep and start again from the read.
 *
 * <p>Without {@link Evidence} only conflicts are tried again: they say that nothing was written. With it, a conflict and a
 * write without an answer are both pending until a later read has settled them (docs/guarantees.md).
 *
 * <p>A call that finds its document idle does all that on its own thread. One that finds another at work waits for the
 * {@link Rounds} to take it along with all that wait.
 *
 * <p>resilience4j counts the attempts and publishes its events; the sleeping is done here, as its own cannot be interrupted
 * or bounded by a deadline.
 *
 * @param <T> the class of the document
 */
final class ReadModifyWrite<T> {
    private static final int MOST_AT_ONCE = 4;
    private static final int ATTEMPTS_FOR_ONE_AT_ONCE = 25;

    private final Retry retry;
    private final RetryPolicy policy;
    private final Pace pace;
    private final @Nullable Evidence evidence;
    private final Contention contention;
    private final int mostNames;
    private final Function<String, WriteIds.Lease> leases;
    private final Lanes lanes;
    private final @Nullable LastWrites lastWrites;

    /**
     * Keeps what all calls have in common.
     *
     * @param leases gives a write id for the time of some calls on a document; not asked for if there is no evidence
     */
    ReadModifyWrite(
            String name,
            DocumentOptions options,
            Pace pace,
            @Nullable Evidence evidence,
            Function<String, WriteIds.Lease> leases,
            Lanes lanes) {
        this.policy = options.retry();
        this.pace = pace;
        this.evidence = evidence;
        this.contention = options.contention();
        WriteLedger ledger = options.writeLedger();
        this.mostNames = ledger == null ? Integer.MAX_VALUE : Math.max(1, ledger.size() / 2);
        this.leases = leases;
        this.lanes = lanes;
        this.lastWrites = options.reuseLastWrite() ? new LastWrites(pace.clock()) : null;
        FullJitter jitter = FullJitter.of(policy, pace.random());
        this.retry = Retry.of(
                name,
                RetryConfig.custom()
                        .maxAttempts(policy.maxAttempts())
                        .intervalBiFunction((attempt, conflict) -> jitter.afterAttempt(attempt))
                        .retryOnException(t -> t instanceof VersionConflictException || t instanceof Call.Again)
                        .build());
    }

    /** Returns what runs the attempts, for its metrics and events. */
    Retry retry() {
        return retry;
    }

    RetryPolicy policy() {
        return policy;
    }

    Pace pace() {
        return pace;
    }

    @Nullable
    Evidence evidence() {
        return evidence;
    }

    WriteIds.Lease lease(String id) {
        return leases.apply(id);
    }

    /** Returns the document as it was written last, if that may be used in place of a read. */
    @Nullable
    State known(Address key) {
        return lastWrites == null ? null : lastWrites.get(key);
    }

    /** Notes what the document is after a write. */
    void stored(Address key, Prepared<T> written, DocumentToken token) {
        if (lastWrites != null) {
            lastWrites.put(key, written.after(token));
        }
    }

    /** Notes that what the document is now is not known any more. */
    void forget(Address key) {
        if (lastWrites != null) {
            lastWrites.put(key, null);
        }
    }

    /** Notes what a read has found. */
    void read(Address key, State found) {
        if (lastWrites != null) {
            lastWrites.compare(key, found);
        }
    }

    /** Returns how many callers' own write ids a write may carry: more would drop what others need from the ledger. */
    int mostNames() {
        return mostNames;
    }

    /**
     * Returns how many conflicts in a row are tried again at once, if their answers told what the document is then. Each costs an
     * attempt, of which some policies have few, and with many other clients a request for each success of theirs.
     */
    int atOnce() {
        return Math.max(1, Math.min(MOST_AT_ONCE, policy.maxAttempts() / ATTEMPTS_FOR_ONE_AT_ONCE));
    }

    /** Returns how many calls a write may carry. */
    int most() {
        return contention == Contention.COMBINE ? Batch.MOST : 1;
    }

    /**
     * Runs one call.
     *
     * @param key what the document is addressed by
     * @param writeId the caller's own, or null
     * @param seen is told how it ends
     */
    ModificationResult<T> run(
            Address key, Steps<T> steps, Modifier<T> modifier, @Nullable String writeId, Observation seen) {
        while (true) {
            Call<T> call = call(key, steps, modifier, writeId);
            Lane.Entry entry = call.lane().enter(call);
            if (entry != Lane.Entry.GONE) {
                if (entry == Lane.Entry.LEADS) {
                    lead(key, call);
                }
                return ended(call, seen);
            }
        }
    }

    /** Begins a call that others lead; it waits for nothing. */
    Call<T> begin(Address key, Steps<T> steps, Modifier<T> modifier, @Nullable String writeId) {
        while (true) {
            Call<T> call = call(key, steps, modifier, writeId);
            Lane.Entry entry = call.lane().enter(call);
            if (entry != Lane.Entry.GONE) {
                call.endAtDeadline(lanes.deadlines());
                if (entry == Lane.Entry.LEADS) {
                    lanes.left(key, call.lane(), null, 0);
                }
                return call;
            }
        }
    }

    private Call<T> call(Address key, Steps<T> steps, Modifier<T> modifier, @Nullable String writeId) {
        Lane lane = contention == Contention.NONE ? new Lane(false) : lanes.of(key);
        if (lane.isLedByThisThread()) {
            lane = new Lane(false);
        }
        return new Call<>(this, key, steps, modifier, writeId, lane);
    }

    /** Does everything on this thread, for this call alone, unless a conflict makes others wait for it. */
    private void lead(Address key, Call<T> call) {
        call.lane().asLeader(() -> leadOnThisThread(key, call));
    }

    private void leadOnThisThread(Address key, Call<T> call) {
        Lane lane = call.lane();
        boolean together = lane.isShared();
        Batch<T> batch = Batch.ofOne(call);
        Batch<T> unfinished = null;
        try {
            while (!call.isDone() && !refusedAsInterrupted(call) && batch.begin()) {
                attempt(batch, call);
                if (together && !call.isDone() && lane.hasOthers(call)) {
                    batch.open();
                    unfinished = batch;
                    return;
                }
                sleep(batch.pause(), call);
            }
            batch.end();
        } finally {
            if (together) {
                lanes.left(key, lane, unfinished, unfinished == null ? 0 : batch.pause());
            }
        }
    }

    private void attempt(Batch<T> batch, Call<T> call) {
        try {
            State known = batch.known();
            State now;
            try {
                now = known == null ? call.steps().read(call.time()) : known;
            } catch (ServerUnavailableException | RequestRejectedException e) {
                if (!refusedAsInterrupted(call, e)) {
                    batch.readFailed(e);
                }
                return;
            }
            Prepared<T> write = batch.compose(now, known == null);
            if (write == null || refusedAsInterrupted(call)) {
                return;
            }
            if (call.left() <= 0) {
                call.takeBack(Limit.DEADLINE, null);
            } else if (batch.commit()) {
                batch.acknowledged(write.send(batch.attempt(), call.time()));
            }
        } catch (VersionConflictException
                | OutcomeUnknownException
                | ServerUnavailableException
                | RequestRejectedException e) {
            if (!(e instanceof ServerUnavailableException) || !refusedAsInterrupted(call, e)) {
                batch.writeFailed(e);
            }
        } catch (Throwable t) {
            batch.failed(t);
        }
    }

    private static boolean refusedAsInterrupted(Call<?> call) {
        return refusedAsInterrupted(call, null);
    }

    private static boolean refusedAsInterrupted(Call<?> call, @Nullable OptimistException cause) {
        boolean interrupted = Thread.currentThread().isInterrupted();
        if (interrupted) {
            call.takeBack(Limit.INTERRUPT, cause);
        }
        return interrupted;
    }

    private void sleep(long millis, Call<T> call) {
        if (call.isDone() || millis < 0) {
            return;
        }
        try {
            pace.sleep().millis(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            call.takeBack(Limit.INTERRUPT, e);
        }
    }

    private static <T> ModificationResult<T> ended(Call<T> call, Observation seen) {
        ModificationResult<T> result;
        try {
            result = waitFor(call);
        } catch (Throwable t) { // what a function throws may be anything
            seen.failed(t, call);
            throw t;
        }
        seen.modified(call);
        return result;
    }

    private static <T> ModificationResult<T> waitFor(Call<T> call) {
        try {
            if (!call.isDone()) {
                call.outcome().get(Math.max(0, call.left()), TimeUnit.NANOSECONDS);
            }
        } catch (TimeoutException e) {
            call.takeBack(Limit.DEADLINE, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            call.takeBack(Limit.INTERRUPT, e);
        } catch (ExecutionException e) {
            // which result() throws as it is
        }
        return call.result();
    }
}

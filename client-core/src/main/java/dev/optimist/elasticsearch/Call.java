package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import dev.optimist.elasticsearch.Evidence.Finding;
import dev.optimist.elasticsearch.Evidence.Pending;
import dev.optimist.elasticsearch.Evidence.Verdict;
import dev.optimist.elasticsearch.Steps.Prepared;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of readModifyWrite: its attempts, its conflicts, its time, and the write of which it does not know yet.
 *
 * @param <T> the class of the document
 */
final class Call<T> {
    private final String index;
    private final String id;
    private final RetryPolicy policy;
    private final Pace pace;
    private final Retry.AsyncContext<ModificationResult<T>> context;
    private final @Nullable Evidence evidence;
    private final @Nullable String writeId;
    private final long deadline;
    private final List<VersionConflictException> conflicts = new ArrayList<>();
    private int attempt;
    private @Nullable State highest;

    /** What was sent and is not settled; with {@code unsettled}, which is sent again as long as nothing has changed. */
    private @Nullable Pending pending;

    private @Nullable Prepared<T> unsettled;

    /** The write id was seen in the document; from then on the function must not be applied again. */
    private boolean seen;

    Call(
            String index,
            String id,
            RetryPolicy policy,
            Pace pace,
            Retry.AsyncContext<ModificationResult<T>> context,
            @Nullable Evidence evidence,
            @Nullable String writeId) {
        this.index = index;
        this.id = id;
        this.policy = policy;
        this.pace = pace;
        this.context = context;
        this.evidence = evidence;
        this.writeId = writeId;
        this.deadline = pace.clock().nanoTime() + policy.deadline().toNanos();
    }

    /** The attempt is over and the next may begin, after a sleep. */
    static final class Again extends Exception {
        private static final long serialVersionUID = 1L;

        private final OptimistException why;

        Again(OptimistException why) {
            super(why.getMessage(), why, false, false);
            this.why = why;
        }
    }

    ModificationResult<T> run(Steps<T> steps, Modifier<T> modifier) {
        while (true) {
            ModificationResult<T> result;
            try {
                result = attempt(steps, modifier);
            } catch (Again e) {
                result = sleep(steps, e.why);
                if (result == null) {
                    continue;
                }
                if (attempt == policy.maxAttempts()) {
                    return result; // resilience4j has counted the last attempt already, as a failed one
                }
            } catch (RuntimeException | Error e) {
                context.onError(e);
                throw e;
            }
            context.onComplete();
            return result;
        }
    }

    /** Returns whether something was sent of which nobody knows. */
    boolean isUnsettled() {
        return pending != null || seen;
    }

    private ModificationResult<T> attempt(Steps<T> steps, Modifier<T> modifier) throws Again {
        refuseIfInterrupted();
        attempt++;
        State now = read(steps);
        if (now.isOlderThan(highest)) {
            throw new Again(new ServerUnavailableException(
                    "[" + index + "][" + id + "]: a copy answered that lags behind one that was read before",
                    index,
                    id,
                    null));
        }
        highest = now;
        Verdict verdict = judge(now);
        switch (verdict.finding()) {
            case APPLIED -> {
                return confirm(steps, now);
            }
            case UNDECIDABLE -> throw unknown(verdict.why(), null);
            case NOT_APPLIED -> settled();
            case OPEN -> {
                // the same write again: of all with this token at most one is applied
            }
        }
        Prepared<T> write = unsettled;
        if (write == null) {
            Modification<T> wanted = modifier.apply(now);
            if (wanted == null) {
                throw new NullPointerException("the function returned null; to delete, use Modification.delete()");
            }
            write = steps.prepare(now, wanted);
            if (!write.isWrite()) {
                return steps.unchanged(now, attempt);
            }
        }
        return send(now, write);
    }

    private Verdict judge(State now) {
        if (evidence == null || writeId == null) {
            return new Verdict(Finding.NOT_APPLIED, "a conflict says so");
        }
        Verdict verdict = evidence.judge(pending, now, writeId);
        if (verdict.finding() == Finding.APPLIED) {
            seen = true;
        } else if (seen) {
            return new Verdict(Finding.UNDECIDABLE, "its write id was in the document, and is no longer");
        }
        return verdict;
    }

    private ModificationResult<T> send(State now, Prepared<T> write) throws Again {
        refuseIfInterrupted();
        try {
            ModificationResult<T> result = write.send(attempt, left());
            refuseIfDropped(result);
            settled();
            return result;
        } catch (VersionConflictException e) {
            met(now, e);
            pend(now, write, e);
            throw new Again(e);
        } catch (OutcomeUnknownException e) {
            if (evidence == null) {
                throw e;
            }
            pend(now, write, e);
            throw new Again(e);
        } catch (ServerUnavailableException e) {
            throw failed(e);
        } catch (RequestRejectedException e) {
            throw isUnsettled() ? unknown("then it was refused: " + e.getMessage(), e) : e;
        }
    }

    /**
     * Notes a conflict. If it names a lower sequence number than was read, the index was deleted and created again, and its
     * numbers have begun anew: what is read from now on is no copy that lags behind.
     */
    private void met(State now, VersionConflictException e) {
        conflicts.add(e);
        DocumentToken read = now.token();
        if (read != null
                && e.currentSeqNo().orElse(Long.MAX_VALUE) < read.seqNo()
                && e.currentPrimaryTerm().orElse(Long.MAX_VALUE) <= read.primaryTerm()) {
            highest = null;
        }
    }

    /** What an ingest pipeline drops says nothing of what was sent before. */
    private void refuseIfDropped(ModificationResult<T> result) {
        if (isUnsettled() && result.result() == Result.NoOp) {
            throw unknown("an ingest pipeline dropped what was sent after it", null);
        }
    }

    private void pend(State now, Prepared<T> write, OptimistException failure) {
        if (evidence != null && pending == null) {
            pending = new Pending(now, write.document(), failure);
            unsettled = write;
        }
    }

    private void settled() {
        pending = null;
        unsettled = null;
    }

    /** What was read may be undone by a fail-over; a write on top of it that is acknowledged cannot. */
    private ModificationResult<T> confirm(Steps<T> steps, State now) throws Again {
        if (pending == null) {
            pending = new Pending(now, null, unconfirmed());
        }
        try {
            ModificationResult<T> result = steps.confirm(now).send(attempt, left());
            refuseIfDropped(result);
            settled();
            seen = false;
            return new ModificationResult<>(result.result(), result.token(), result.source(), attempt, true);
        } catch (VersionConflictException e) {
            met(now, e);
            throw new Again(e);
        } catch (OutcomeUnknownException | ServerUnavailableException e) {
            throw new Again(e);
        } catch (RequestRejectedException e) {
            throw unknown("its write id is in the document, but confirming it was refused: " + e.getMessage(), e);
        }
    }

    private State read(Steps<T> steps) throws Again {
        try {
            return steps.read(left());
        } catch (ServerUnavailableException e) {
            throw failed(e);
        } catch (RequestRejectedException e) {
            throw isUnsettled() ? unknown("then the document could not be read: " + e.getMessage(), e) : e;
        }
    }

    /** Nothing was done by this request; what was sent before is looked for as long as there is time. */
    private RuntimeException failed(ServerUnavailableException e) throws Again {
        if (Thread.currentThread().isInterrupted()) {
            return stopped(Limit.INTERRUPT, e);
        }
        if (deadline - pace.clock().nanoTime() <= 0) {
            return stopped(Limit.DEADLINE, e);
        }
        if (isUnsettled()) {
            throw new Again(e);
        }
        return e;
    }

    /** Returns a result if the call ends here after all, or null if it goes on. */
    private @Nullable ModificationResult<T> sleep(Steps<T> steps, OptimistException why) {
        long millis = context.onError(why instanceof VersionConflictException ? why : new Again(why));
        if (millis < 0) {
            return lastLook(steps, Limit.ATTEMPTS, why);
        }
        if (deadline - pace.clock().nanoTime() <= Duration.ofMillis(millis).toNanos()) {
            try {
                return lastLook(steps, Limit.DEADLINE, why);
            } catch (OptimistException e) {
                throw announced(e);
            }
        }
        try {
            pace.sleep().millis(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw announced(stopped(Limit.INTERRUPT, e));
        }
        return null;
    }

    /** There is no further attempt, but one more read may settle what was sent. */
    private ModificationResult<T> lastLook(Steps<T> steps, Limit limit, OptimistException why) {
        if (!isUnsettled()) {
            throw exhausted(limit, why);
        }
        try {
            State now = steps.read(left());
            if (!now.isOlderThan(highest)) {
                Verdict verdict = judge(now);
                if (verdict.finding() == Finding.APPLIED) {
                    return confirm(steps, now);
                }
                if (verdict.finding() == Finding.NOT_APPLIED) {
                    settled();
                    throw exhausted(limit, why);
                }
                throw unknown(words(limit) + ", and " + verdict.why(), why);
            }
        } catch (ServerUnavailableException | RequestRejectedException e) {
            throw unknown(words(limit), e);
        } catch (Again e) {
            throw unknown(words(limit), e.why);
        }
        throw unknown(words(limit), why);
    }

    /** Lets resilience4j's listeners know that the retry which it announced will not come. */
    private OptimistException announced(OptimistException e) {
        context.onError(e);
        return e;
    }

    private void refuseIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw stopped(Limit.INTERRUPT, null);
        }
    }

    private Duration left() {
        long nanos = deadline - pace.clock().nanoTime();
        if (nanos <= 0) {
            throw stopped(Limit.DEADLINE, null);
        }
        return Duration.ofNanos(nanos);
    }

    private OptimistException stopped(Limit limit, @Nullable Throwable cause) {
        return isUnsettled() ? unknown(words(limit), cause) : exhausted(limit, cause);
    }

    private OutcomeUnknownException unconfirmed() {
        return new OutcomeUnknownException(
                "its write id is in the document, but not yet confirmed to be there for good",
                index,
                id,
                "index",
                WriteCondition.none(),
                writeId,
                null);
    }

    private OutcomeUnknownException unknown(String why, @Nullable Throwable cause) {
        OptimistException failure = pending == null ? unconfirmed() : pending.failure();
        String operation = unsettled == null ? "index" : unsettled.operation();
        OutcomeUnknownException e = new OutcomeUnknownException(
                "[" + index + "][" + id + "]: nobody can tell whether this " + operation + " was or will be applied: "
                        + why + " (" + failure.getMessage() + "; attempts begun: " + attempt + ")",
                index,
                id,
                operation,
                unsettled == null ? WriteCondition.none() : unsettled.condition(),
                writeId,
                failure);
        if (cause != null && cause != failure) {
            e.addSuppressed(cause);
        }
        return e;
    }

    private String words(Limit limit) {
        return switch (limit) {
            case ATTEMPTS ->
                "all " + policy.maxAttempts() + " attempts "
                        + (conflicts.size() == attempt ? "met a conflict" : "were used up");
            case DEADLINE -> "the deadline of " + policy.deadline().toMillis() + " ms was reached";
            case INTERRUPT -> "the thread was interrupted";
        };
    }

    private AttemptsExhaustedException exhausted(Limit limit, @Nullable Throwable cause) {
        return new AttemptsExhaustedException(
                "[" + index + "][" + id + "]: nothing was written: " + words(limit) + " (attempts begun: " + attempt
                        + ", conflicts: " + conflicts.size() + ")",
                index,
                id,
                limit,
                attempt,
                conflicts,
                cause);
    }
}

package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import dev.optimist.elasticsearch.Call.Done;
import dev.optimist.elasticsearch.Call.Part;
import dev.optimist.elasticsearch.Evidence.Finding;
import dev.optimist.elasticsearch.Evidence.Pending;
import dev.optimist.elasticsearch.Evidence.Verdict;
import dev.optimist.elasticsearch.Steps.Prepared;
import dev.optimist.elasticsearch.internal.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Calls on one document that share their reads and writes, and the write of which nobody knows yet. It sends nothing: who
 * leads the {@link Lane} asks it what to send and tells it what came of that, until it {@linkplain #begin() has nothing
 * more to do}. A single call is a batch of one.
 *
 * <p>Nothing that a function came to is told to its caller before it is certain: it may be based on the change of a call
 * before it in the same batch, and that is there only once the write is acknowledged.
 *
 * @param <T> the class of the document
 */
final class Batch<T> {
    /** As many as wait at once in a busy application; each costs two conversions of the document. */
    static final int MOST = 1000;

    private static final long NONE = -1;
    private static final Verdict NOTHING_UNSETTLED = new Verdict(Finding.NOT_APPLIED, "nothing is unsettled");

    private final Lane lane;
    private final ReadModifyWrite<T> documents;
    private final Steps<T> bare;
    private final @Nullable Evidence evidence;
    private final Address key;

    /** Not null if it leads on the thread of its own caller, who runs no function but his. */
    private @Nullable Call<T> alone;

    /** Those whose functions are still to be applied, in order. For one, as it mostly is, as short as can be. */
    private final ArrayList<Call<T>> calls = new ArrayList<>(1);

    /** Those whose changes are in the write that was, or is about to be, sent. */
    private final ArrayList<Call<T>> sent = new ArrayList<>(1);

    /**
     * Those who have ended well and do not know yet: to wake them takes longer than to send the next request. Who is alone need
     * not be told.
     */
    private List<Call<T>> untold = List.of();

    private @Nullable State highest;
    private WriteIds.@Nullable Lease lease;
    private @Nullable State first;
    private State now = State.NONE;
    private @Nullable Prepared<T> write;

    /** What was sent and is not settled, which is sent again as long as nothing has changed. */
    private volatile @Nullable Pending pending;

    private volatile @Nullable Prepared<T> unsettled;

    /** The write id was seen in the document; from then on no function of those sent may be applied again. */
    private volatile boolean seen;

    private boolean confirming;
    private int oneByOne;
    private int sends;
    private int together;

    /** In a row. */
    private int conflicts;

    /** Whether what was composed came of a read in the same attempt. */
    private boolean fresh;

    private long pause = NONE;

    private Batch(Call<T> first, @Nullable Call<T> alone) {
        this.lane = first.lane();
        this.documents = first.documents();
        this.bare = first.steps();
        this.evidence = documents.evidence();
        this.key = first.key();
        this.alone = alone;
    }

    /** For all calls of the same documents that wait in the lane of this one, as many at once as are allowed. */
    static <T> Batch<T> of(Call<T> first) {
        return new Batch<>(first, null);
    }

    /** For one call alone, until it is {@linkplain #open() opened} to the others. */
    static <T> Batch<T> ofOne(Call<T> call) {
        return new Batch<>(call, call);
    }

    /** Takes others along from now on. */
    void open() {
        alone = null;
    }

    /** Begins an attempt; false if there is nothing left to do, and the batch is over. */
    boolean begin() {
        pause = NONE;
        together = 0;
        write = null;
        for (Call<T> call : sent) {
            Limit spent = call.spent;
            if (spent == null ? !call.isDone() && !call.begin() : call.left() <= 0) {
                String words = call.words(spent == null ? Limit.DEADLINE : spent);
                call.fail(unknown(call, words, call.failure)); // there is no time for a look either
            }
        }
        sent.removeIf(Call::isDone);
        if (sent.isEmpty() && isUnsettled()) {
            forget(true); // nobody asks any more
        }
        if (!isUnsettled()) {
            if (!calls.isEmpty()) {
                for (Call<T> call : calls) {
                    call.early = true;
                }
                calls.removeIf(call -> !joins(call));
            }
            take(true);
        }
        if (!calls.isEmpty() || !sent.isEmpty()) {
            return true;
        }
        forget(false);
        return false;
    }

    private boolean joins(Call<T> call) {
        if (call.isDone()) {
            return false;
        }
        if (call.begin()) {
            return true;
        }
        if (call.seen) {
            call.fail(unknown(call, call.words(Limit.DEADLINE), null));
        } else {
            call.exhausted(Limit.DEADLINE, null);
        }
        return false;
    }

    /** Takes calls that wait, as long as they are of the same documents. */
    private void take(boolean early) {
        int before = calls.size();
        lane.lock();
        try {
            if (alone == null) {
                takeWaiting();
            } else if (before == 0 && !alone.isDone()) {
                lane.remove(alone);
                calls.add(alone);
            }
        } finally {
            lane.unlock();
        }
        int joined = before;
        for (int i = before; i < calls.size(); i++) {
            Call<T> call = calls.get(i);
            call.early = early;
            if (joins(call)) {
                calls.set(joined++, call);
            }
        }
        calls.subList(joined, calls.size()).clear();
    }

    @SuppressWarnings("unchecked") // one ReadModifyWrite has one T
    private void takeWaiting() {
        Call<?> next = lane.next();
        while (next != null && next.documents() == documents && calls.size() < documents.most()) {
            lane.remove(next);
            calls.add((Call<T>) next);
            next = lane.next();
        }
    }

    /**
     * Judges by what was read, applies the functions, and returns what to send, or null if nothing is.
     *
     * @param fresh whether it was read in this attempt; if not, only a write may come of it, as only that is checked
     */
    @Nullable
    Prepared<T> compose(State read, boolean fresh) {
        now = read;
        this.fresh = fresh;
        confirming = false;
        if (fresh) {
            documents.read(key, read);
        }
        if (now.isOlderThan(highest)) {
            lagging();
            return null;
        }
        highest = now;
        Verdict verdict = judge();
        switch (verdict.finding()) {
            case APPLIED -> {
                return confirm();
            }
            case UNDECIDABLE -> endSent(verdict.why(), null);
            case NOT_APPLIED -> notApplied();
            case OPEN -> {
                // the same write again: of all with this token at most one is applied
                if (isLastLook()) {
                    endSent(verdict.why(), null);
                } else {
                    write = unsettled;
                    return write;
                }
            }
        }
        take(false);
        write = applied();
        if (write == null && fresh) {
            deliver(false);
        } else if (write == null) {
            documents.forget(key); // so that the next attempt reads
            calls.forEach(Call::putBack);
        }
        return write;
    }

    private void lagging() {
        if (isLastLook()) {
            endSent(null, null);
            return;
        }
        String words = key + ": a copy answered that lags behind one that was read before";
        again(isUnsettled() ? sent : calls, new ServerUnavailableException(words, key.index(), key.id(), null));
    }

    private Verdict judge() {
        Pending unknown = pending;
        if (evidence == null || unknown == null) {
            return NOTHING_UNSETTLED;
        }
        Verdict verdict = evidence.judge(unknown, now, leased().id());
        if (verdict.finding() == Finding.APPLIED) {
            seen = true;
        } else if (seen) {
            return new Verdict(Finding.UNDECIDABLE, "its write id was in the document, and is no longer");
        }
        return verdict;
    }

    /** What was read may be undone by a fail-over; a write on top of it that is acknowledged cannot. */
    private @Nullable Prepared<T> confirm() {
        confirming = true;
        write = writing().confirm(now, List.of());
        return write;
    }

    private static String refusedToConfirm(OptimistException e) {
        return "its write id is in the document, but confirming it was refused: " + e.getMessage();
    }

    private void notApplied() {
        if (!sent.isEmpty()) {
            for (Call<T> call : sent) {
                Limit spent = call.spent;
                call.unsend();
                if (spent != null && !call.isDone()) {
                    call.exhausted(spent, pending == null ? null : pending.failure());
                }
            }
            putSentFirst();
        }
        pending = null;
        unsettled = null;
    }

    private @Nullable Prepared<T> applied() {
        Chain<T> chain = new Chain<>(now, documents.mostNames(), this::writing);
        Prepared<T> last = chain.apply(calls, oneByOne > 0, sent);
        for (int i = 0; i < calls.size(); i++) {
            Call<T> call = calls.get(i);
            if (call.part == Part.FORGOTTEN) {
                call.fail(unknown(call, "its write id was in the document, and is no longer", null));
            }
        }
        return last;
    }

    /** Marks the calls in the write as sent; false if one was taken back meanwhile: then compose again. */
    boolean commit() {
        if (isUnsettled()) {
            return true;
        }
        lane.lock();
        try {
            for (Call<T> call : sent) {
                if (!call.send(this)) {
                    sent.forEach(Call::unsend);
                    sent.clear();
                    return false;
                }
            }
        } finally {
            lane.unlock();
        }
        if (sent.size() == calls.size()) {
            calls.clear();
        } else {
            calls.removeAll(sent);
        }
        return true;
    }

    /** Tells those whose functions came to no change what they came to, if it holds for them. */
    private void deliver(boolean acknowledged) {
        for (Call<T> call : calls) {
            Throwable failure = call.failure;
            if (!acknowledged && !call.early) {
                call.putBack();
            } else if (call.part == Part.FAILED && failure != null) {
                call.fail(failure);
            } else if (call.part == Part.UNCHANGED) {
                succeed(call, unchanged(call));
            } else {
                call.putBack();
            }
        }
        calls.removeIf(Call::isDone);
    }

    void acknowledged(Acknowledged answer) {
        boolean dropped = answer.result() == Result.NoOp;
        if (dropped && isUnsettled()) { // what an ingest pipeline drops says nothing of what was sent before
            endSent("an ingest pipeline dropped what was sent after it", null);
            return;
        }
        sends = 0;
        if (dropped && !fresh) { // nobody has compared what it was made of: that may be of the past
            documents.forget(key);
            lane.see(documents, null);
            unsend();
            calls.forEach(Call::putBack);
            return;
        }
        Prepared<T> written = Objects.requireNonNull(write);
        conflicts = 0;
        together = sent.size();
        Result result = answer.result();
        for (int i = 0; i < sent.size(); i++) {
            Call<T> call = sent.get(i);
            if (dropped) {
                succeed(call, unchanged(call));
                continue;
            }
            boolean found = confirming || call.part == Part.FOUND;
            boolean own = !found && i == sent.size() - 1;
            succeed(
                    call,
                    new Done<>(
                            result,
                            answer.token(),
                            own ? written.object() : null,
                            written.document(),
                            call.attempt(),
                            sent.size(),
                            found));
            result = result == Result.Created ? Result.Updated : result; // for the others, there was a document
        }
        if (!dropped && !confirming) {
            deliver(true);
        }
        oneByOne = Math.max(0, oneByOne - sent.size());
        if (dropped || written.document() == null) {
            documents.forget(key);
        } else {
            documents.stored(key, written, Objects.requireNonNull(answer.token()));
        }
        forget(false);
    }

    private void succeed(Call<T> call, Done<T> done) {
        if (call.succeed(done) && alone == null) {
            untold = untold.isEmpty() ? new ArrayList<>(sent.size()) : untold;
            untold.add(call);
        }
    }

    /** Returns those who have ended well and are still to be told, which is for the caller to do, once. */
    List<Call<T>> untold() {
        List<Call<T>> those = untold;
        untold = List.of();
        return those;
    }

    private Done<T> unchanged(Call<T> call) {
        return new Done<>(
                Result.NoOp, now.token(), null, now.isPresent() ? now.document() : null, call.attempt(), 1, false);
    }

    void readFailed(OptimistException e) {
        sends = 0;
        if (!isUnsettled()) {
            take(true);
            refused(calls, e);
        } else if (isLastLook()) {
            endSent(null, e);
        } else if (e instanceof ServerUnavailableException) {
            again(sent, e);
        } else {
            endSent("then the document could not be read: " + e.getMessage(), e);
        }
    }

    void writeFailed(OptimistException e) {
        documents.forget(key);
        sends = 0;
        if (e instanceof VersionConflictException conflict) {
            conflicts++;
            met(conflict);
        }
        if (confirming) {
            if (e instanceof RequestRejectedException rejected) {
                endSent(refusedToConfirm(rejected), e);
            } else if (isLastLook()) {
                endSent(null, e);
            } else {
                again(sent, e);
            }
        } else if (e instanceof VersionConflictException || e instanceof OutcomeUnknownException) {
            if (evidence != null) {
                pend(e);
                again(sent, e);
            } else if (e instanceof VersionConflictException) {
                unsend();
                again(calls, e);
            } else {
                sent.forEach(call -> call.fail(e));
                sent.clear();
            }
        } else if (isUnsettled()) {
            if (e instanceof ServerUnavailableException) {
                again(sent, e);
            } else {
                endSent("then it was refused: " + e.getMessage(), e);
            }
        } else if (e instanceof RequestRejectedException && sent.size() > 1) {
            oneByOne = sent.size(); // one of them is refused, and the others must not pay for it
            unsend();
        } else {
            List<Call<T>> those = List.copyOf(sent);
            unsend();
            refused(those, e);
        }
    }

    /** Written, and yet not what the callers may go on from; or something that is not known to happen. */
    void failed(Throwable t) {
        documents.forget(key);
        List<Call<T>> those = List.copyOf(sent.isEmpty() ? calls : sent);
        those.forEach(call -> call.fail(t));
        calls.removeAll(those);
        forget(true);
    }

    /** Nothing was done by this request, and it will not be sent again. */
    private void refused(List<Call<T>> those, OptimistException e) {
        for (Call<T> call : List.copyOf(those)) {
            if (e instanceof ServerUnavailableException && call.left() <= 0) {
                call.exhausted(Limit.DEADLINE, e);
            } else if (call.seen) {
                call.fail(unknown(call, refusedToConfirm(e), e));
            } else {
                call.fail(e);
            }
        }
        calls.removeIf(Call::isDone);
    }

    /**
     * Notes a conflict. If it names a lower sequence number than was read, the index was deleted and created again, and its
     * numbers have begun anew: what is read from now on is no copy that lags behind.
     */
    private void met(VersionConflictException e) {
        sent.forEach(call -> call.met(e));
        DocumentToken read = now.token();
        if (read != null
                && e.currentSeqNo().orElse(Long.MAX_VALUE) < read.seqNo()
                && e.currentPrimaryTerm().orElse(Long.MAX_VALUE) <= read.primaryTerm()) {
            highest = null;
        }
    }

    private void pend(OptimistException failure) {
        if (pending == null) {
            Prepared<T> prepared = Objects.requireNonNull(write);
            first = first == null ? now : first;
            unsettled = prepared;
            pending = new Pending(now, first, prepared.document(), failure);
        }
    }

    private void unsend() {
        sent.forEach(Call::unsend);
        putSentFirst();
    }

    private void putSentFirst() {
        sent.removeIf(Call::isDone);
        calls.addAll(0, sent);
        sent.clear();
    }

    /** An attempt has failed, and another may follow after a pause. */
    private void again(List<Call<T>> those, OptimistException why) {
        long least = Long.MAX_VALUE;
        for (Call<T> call : List.copyOf(those)) {
            if (call.isDone() || call.spent != null) {
                continue;
            }
            long millis = call.failedAttempt(why);
            if (millis < 0) {
                spend(call, Limit.ATTEMPTS, why);
            } else {
                least = Math.min(least, millis);
            }
        }
        boolean atOnce = why instanceof VersionConflictException
                && conflicts <= documents.atOnce()
                && lane.seen(documents) != null;
        long wait = atOnce ? 0 : TimeUnit.MILLISECONDS.toNanos(least);
        for (Call<T> call : List.copyOf(those)) {
            if (!call.isDone() && call.spent == null && call.left() <= wait) {
                spend(call, Limit.DEADLINE, why);
            }
        }
        calls.removeIf(Call::isDone);
        sent.removeIf(Call::isDone);
        pause = atOnce || least == Long.MAX_VALUE || isLastLook() ? NONE : least;
        if (pause != NONE) {
            lane.see(documents, null); // by then, that is of the past
        }
    }

    /** A call has used up what it had; if its change may be in the document, one more look may tell. */
    private void spend(Call<T> call, Limit limit, OptimistException why) {
        if (call.isSent()) {
            call.spent = limit;
            call.failure = why;
        } else if (call.seen) {
            call.fail(unknown(call, call.words(limit), why));
        } else {
            call.exhausted(limit, why);
        }
    }

    private boolean isLastLook() {
        return isUnsettled() && sent.stream().allMatch(call -> call.spent != null || call.isDone());
    }

    /** Nobody will ever know of those that were sent. */
    private void endSent(@Nullable String why, @Nullable OptimistException cause) {
        sent.removeIf(Call::isDone);
        for (Call<T> call : sent) {
            Limit spent = call.spent;
            String words =
                    spent == null ? String.valueOf(why) : call.words(spent) + (why == null ? "" : ", and " + why);
            call.fail(unknown(call, words, cause == null ? call.failure : cause));
        }
        forget(true);
    }

    /** Nothing is unsettled any more; or it is, and nobody will look for it. */
    private void forget(boolean unknown) {
        sent.clear();
        pending = null;
        unsettled = null;
        seen = false;
        first = null;
        if (lease != null) {
            lease.end(unknown);
            lease = null;
        }
    }

    /** Returns whether something was sent of which nobody knows. */
    private boolean isUnsettled() {
        return pending != null;
    }

    /** Returns the steps without a write id, which is all that reading needs. */
    Steps<T> steps() {
        return bare;
    }

    private Steps<T> writing() {
        return evidence == null ? bare : bare.withWriteId(leased());
    }

    private WriteIds.Lease leased() {
        if (lease == null) {
            lease = documents.lease(key.id());
        }
        return lease;
    }

    OutcomeUnknownException unknown(Call<T> call, String why, @Nullable Throwable cause) {
        Pending unknown = pending;
        Prepared<T> prepared = unsettled == null ? write : unsettled;
        OptimistException failure = unknown == null ? null : unknown.failure();
        String operation = prepared == null ? "index" : prepared.operation();
        OutcomeUnknownException e = new OutcomeUnknownException(
                key + ": nobody can tell whether this " + operation + " was or will be applied: "
                        + why + " (" + (failure == null ? "" : failure.getMessage() + "; ") + "attempts begun: "
                        + call.attempt() + ")",
                key.index(),
                key.id(),
                operation,
                prepared == null ? WriteCondition.none() : prepared.condition(),
                call.writeId() != null ? call.writeId() : lease == null ? null : lease.id(),
                failure == null ? cause : failure);
        if (cause != null && cause != failure && failure != null) {
            e.addSuppressed(cause);
        }
        return e;
    }

    /** The client was closed. */
    void closed() {
        calls.forEach(Call::closed);
        endSent("the client was closed", null);
    }

    /** Ends it, if all its calls are done. */
    void end() {
        forget(isUnsettled());
    }

    /** Returns whether it has not ended. */
    boolean hasMore() {
        return !calls.isEmpty() || isUnsettled();
    }

    /** Returns how many calls the last write was that of. */
    int together() {
        return together;
    }

    /** Returns whether what comes next on this document needs no read. */
    boolean isKnown() {
        return lane.seen(documents) != null || documents.known(key) != null;
    }

    /**
     * Returns the document as the answer to the last write told it; or as this client wrote it last, if that may be used and
     * nothing else is asked.
     */
    @Nullable
    State known() {
        State seen = lane.seen(documents);
        if (seen != null) {
            lane.see(documents, null);
            return seen;
        }
        return isUnsettled() || calls.isEmpty() ? null : documents.known(key);
    }

    /**
     * Returns whether another attempt is likely to follow, so that the answer to the write had better tell what the document is
     * then. With a token the routing is known, which that does not tell; and by another name than its own the index has to be read
     * each time, as an alias may go elsewhere from now on.
     */
    boolean wantsSight() {
        Prepared<T> next = Objects.requireNonNull(write);
        return lane.isShared()
                && next.document() != null
                && next.condition() instanceof WriteCondition.UnchangedSince
                && now.index().equals(bare.address().index())
                && (conflicts > 0 || (documents.known(key) == null && (sent.size() > 1 || lane.next() != null)));
    }

    /** Notes what the document was right after the write. */
    void saw(@Nullable State document) {
        lane.see(documents, document);
    }

    /** Returns how often the request under way was sent, this time included. */
    int sends() {
        return ++sends;
    }

    /** The request was certainly not applied and goes again, which is no attempt of any call. */
    void postpone(long millis, boolean writing) {
        if (writing && !isUnsettled()) {
            unsend();
        }
        calls.forEach(Call::putBack);
        lane.see(documents, null);
        pause = millis;
    }

    /** Returns how many milliseconds to wait before the next attempt; less than 0 if it need not wait. */
    long pause() {
        return pause;
    }

    /** Returns how long a request may take: as long as the most patient of its callers waits. */
    Duration left() {
        long most = 1;
        for (Call<T> call : calls) {
            most = Math.max(most, call.left());
        }
        for (Call<T> call : sent) {
            most = Math.max(most, call.left());
        }
        return Duration.ofNanos(most);
    }

    /** Returns the number of the attempt, of the call that is longest here. */
    int attempt() {
        return sent.isEmpty() ? 1 : sent.get(0).attempt();
    }
}

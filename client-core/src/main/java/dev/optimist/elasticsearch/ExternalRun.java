package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.Conflict;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of an {@link ExternalVersionWriter}: makes requests of what was given, sends again what may be, and tells
 * every outcome. What rests keeps its place among the requests in flight, so that a server that is overloaded gets less to do.
 */
final class ExternalRun<T> implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ExternalVersionWriter.class);

    /** A sync has time, and an outage lasts: from 100 ms up to 10 s. */
    private static final long BASE_MILLIS = 100;

    private static final long MAX_MILLIS = 10_000;

    /** With fewer, a request more costs what it can save. */
    private static final int LEAST_TO_LOOK = 64;

    /** What a request is for. */
    private enum Step {
        /** To see which of the operations come too late: what is read is of no use if it fails. */
        LOOK,
        WRITE,
        /** To tell a repeated change from another document of the same version. */
        COMPARE
    }

    /** Items of one request. */
    private static final class Batch<T> {
        final List<ExternalItem<T>> items;
        final Step step;
        int sends;
        long due;

        Batch(List<ExternalItem<T>> items, Step step, int sends, long due) {
            this.items = items;
            this.step = step;
            this.sends = sends;
            this.due = due;
        }
    }

    /** An answer to a batch: of one kind or another, or what was thrown. */
    @SuppressWarnings("ArrayRecordComponent") // never compared; read once
    record Answered<T>(
            Batch<T> batch,
            long @Nullable [] versions,
            @Nullable List<Answer<Written>> written,
            @Nullable List<Answer<Stored>> stored,
            @Nullable Throwable failed) {}

    private final Exchange exchange;
    private final ExternalOptions<T> options;
    private final ExternalInbox<T, Answered<T>> inbox;
    private final ExternalJudge<T> judge;
    private final Map<Outcome, LongAdder> counts;
    private final Deque<ExternalItem<T>> waiting = new ArrayDeque<>();
    private final BulkQueue<ExternalItem<T>> queue;
    private final PriorityQueue<Batch<T>> resting = new PriorityQueue<>(Comparator.comparingLong(b -> b.due));
    private final Map<Batch<T>, CompletableFuture<?>> inFlight = new LinkedHashMap<>();
    private final List<ExternalItem<T>> ended = new ArrayList<>();
    private final FullJitter jitter;
    private long waitingBytes;

    /** Whether most of the last were not newer than what is there, as in a replay: a look costs less than a refusal. */
    private boolean isReplay;

    private volatile @Nullable String abandoned;

    ExternalRun(
            Exchange exchange,
            ExternalOptions<T> options,
            ExternalInbox<T, Answered<T>> inbox,
            Map<Outcome, LongAdder> counts) {
        this.exchange = exchange;
        this.options = options;
        this.inbox = inbox;
        this.judge = new ExternalJudge<>(options);
        this.counts = counts;
        this.jitter = new FullJitter(BASE_MILLIS, MAX_MILLIS, exchange.pace().random());
        this.queue = new BulkQueue<>(
                new Taken(), options.operations(), options.bytes(), options.requestsInFlight(), this::refuse);
    }

    /** What has come in, as long as there is some. */
    private final class Taken implements Iterator<ExternalItem<T>> {
        @Override
        public boolean hasNext() {
            return !waiting.isEmpty();
        }

        @Override
        public ExternalItem<T> next() {
            ExternalItem<T> item = waiting.remove();
            waitingBytes -= item.bytes();
            return item;
        }
    }

    /** Ends every operation without waiting for its answer; from any thread. */
    void abandon(String reason) {
        abandoned = reason;
        inbox.close();
    }

    @Override
    public void run() {
        try {
            while (!inbox.isFinished() && abandoned == null) {
                Answered<T> answer;
                while ((answer = inbox.pollAnswer()) != null) {
                    settle(answer);
                }
                sendWhatCanBe();
                inbox.ended(ended);
                ended.clear();
                await();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the writer ends, as it cannot go on", e);
            abandon("the writer broke: " + e);
        } finally {
            abandonAll();
        }
    }

    private void await() {
        long now = now();
        long until = Long.MAX_VALUE;
        Batch<T> soonest = resting.peek();
        if (soonest != null && inFlight.size() < options.requestsInFlight()) {
            until = soonest.due - now;
        }
        ExternalItem<T> oldest = waiting.peek();
        if (oldest != null && hasPlace()) {
            until = Math.min(until, ripeAt(oldest) - now);
        }
        try {
            inbox.await(until);
        } catch (InterruptedException e) {
            LOG.debug("an interrupt means nothing to this thread; close() ends it");
        }
    }

    private long now() {
        return exchange.pace().clock().nanoTime();
    }

    private long ripeAt(ExternalItem<T> item) {
        return item.end - options.giveUpAfter().toNanos() + options.flushAfter().toNanos();
    }

    private boolean hasPlace() {
        return inFlight.size() + resting.size() < options.requestsInFlight();
    }

    private void sendWhatCanBe() {
        waitingBytes += inbox.drainTo(waiting);
        while (inFlight.size() < options.requestsInFlight() && !resting.isEmpty() && resting.peek().due - now() <= 0) {
            send(resting.remove());
        }
        while (hasPlace() && isRipe()) {
            List<ExternalItem<T>> items = queue.next();
            if (items.isEmpty()) {
                return; // all wait for others on the same documents
            }
            send(new Batch<>(items, isReplay && items.size() >= LEAST_TO_LOOK ? Step.LOOK : Step.WRITE, 0, 0));
        }
    }

    private boolean isRipe() {
        if (queue.hasReady()) {
            return true; // it has waited for another request already
        }
        ExternalItem<T> oldest = waiting.peek();
        return oldest != null
                && (waiting.size() >= options.operations()
                        || waitingBytes >= options.bytes()
                        || inbox.isUrgent(oldest.position)
                        || ripeAt(oldest) - now() <= 0);
    }

    private void send(Batch<T> batch) {
        batch.sends++;
        CompletableFuture<?> sent = switch (batch.step) {
            case LOOK -> look(batch);
            case WRITE -> write(batch);
            case COMPARE -> read(batch);
        };
        inFlight.put(batch, sent);
    }

    private CompletableFuture<?> look(Batch<T> batch) {
        CompletableFuture<long[]> sent =
                begun(() -> exchange.dialect().versions(addresses(batch), exchange.requestTimeout()));
        var unused = sent.whenComplete(
                (versions, failed) -> inbox.answered(new Answered<>(batch, versions, null, null, failed)));
        return sent;
    }

    private CompletableFuture<?> write(Batch<T> batch) {
        List<Write> writes = new ArrayList<>(batch.items.size());
        for (ExternalItem<T> item : batch.items) {
            item.sends++;
            writes.add(Objects.requireNonNull(item.write));
        }
        CompletableFuture<List<Answer<Written>>> sent =
                begun(() -> exchange.dialect().bulk(writes, exchange.requestTimeout()));
        var unused =
                sent.whenComplete((list, failed) -> inbox.answered(new Answered<>(batch, null, list, null, failed)));
        return sent;
    }

    private CompletableFuture<?> read(Batch<T> batch) {
        CompletableFuture<List<Answer<Stored>>> sent =
                begun(() -> exchange.dialect().mget(addresses(batch), exchange.requestTimeout()));
        var unused =
                sent.whenComplete((list, failed) -> inbox.answered(new Answered<>(batch, null, null, list, failed)));
        return sent;
    }

    private static List<Address> addresses(Batch<?> batch) {
        List<Address> addresses = new ArrayList<>(batch.items.size());
        for (ExternalItem<?> item : batch.items) {
            addresses.add(Objects.requireNonNull(item.write).address());
        }
        return addresses;
    }

    private static <A> CompletableFuture<A> begun(Supplier<CompletableFuture<A>> send) {
        try {
            return send.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void settle(Answered<T> answer) {
        Batch<T> batch = answer.batch();
        judge.begin();
        if (batch.step == Step.LOOK) {
            settleLook(batch, answer.versions());
        } else {
            settleAnswer(batch, answer);
        }
        inFlight.remove(batch); // last: until then what breaks here leaves it to abandonAll()
    }

    /** What is not older there needs no write, and all else gets its own, with its own answer. */
    private void settleLook(Batch<T> batch, long @Nullable [] versions) {
        List<ExternalItem<T>> wanted = new ArrayList<>();
        List<ExternalItem<T>> duplicates = new ArrayList<>();
        for (int i = 0; i < batch.items.size(); i++) {
            ExternalItem<T> item = batch.items.get(i);
            long current = versions == null ? Stored.NO_VERSION : versions[i];
            if (current < item.operation.version()) {
                wanted.add(item);
                continue;
            }
            ExternalResult<T> result = judge.seen(item, current);
            if (result == null) {
                duplicates.add(item);
            } else {
                end(item, result);
            }
        }
        isReplay = isMost(batch.items.size() - wanted.size(), batch);
        rest(wanted, Step.WRITE);
        rest(duplicates, Step.COMPARE);
    }

    /** For no time. */
    private void rest(List<ExternalItem<T>> items, Step step) {
        if (!items.isEmpty()) {
            resting.add(new Batch<>(items, step, 0, now()));
        }
    }

    private static boolean isMost(int some, Batch<?> batch) {
        return 4 * some >= 3 * batch.items.size();
    }

    private void settleAnswer(Batch<T> batch, Answered<T> answer) {
        int conflicts = 0;
        List<ExternalItem<T>> again = new ArrayList<>();
        List<ExternalItem<T>> duplicates = new ArrayList<>();
        Failure whole = BulkAnswers.whole(answer.failed());
        boolean tooMuch = whole != null && isTooMuch(whole, batch);
        for (int i = 0; i < batch.items.size(); i++) {
            ExternalItem<T> item = batch.items.get(i);
            item.duplicate = false;
            ExternalResult<T> result = null;
            if (tooMuch) {
                item.last = whole;
            } else {
                result = whole == null ? answered(item, answer, i) : failed(item, whole);
            }
            if (result != null) {
                conflicts += result.outcome() == Outcome.SUPERSEDED || result.outcome() == Outcome.DUPLICATE ? 1 : 0;
                end(item, result);
            } else if (item.duplicate) {
                conflicts++;
                duplicates.add(item);
            } else {
                item.maybeApplied |= batch.step == Step.WRITE && isUnknown(item.last);
                again.add(item);
            }
        }
        if (batch.step == Step.WRITE && batch.items.size() >= LEAST_TO_LOOK) {
            isReplay = isMost(conflicts, batch);
        }
        rest(duplicates, Step.COMPARE);
        int cut = tooMuch ? again.size() / 2 : 0;
        again(again.subList(0, cut), batch);
        again(again.subList(cut, again.size()), batch);
    }

    /** Returns null if it is to be sent again, or marked as a duplicate to be compared. */
    private @Nullable ExternalResult<T> answered(ExternalItem<T> item, Answered<T> answer, int i) {
        if (answer.stored() != null) {
            Answer<Stored> there = answer.stored().get(i);
            return there.value() != null
                    ? judge.compared(item, there.value())
                    : failed(item, Objects.requireNonNull(there.failure()));
        }
        Answer<Written> written = Objects.requireNonNull(answer.written()).get(i);
        if (written.value() != null) {
            return written(item, written.value());
        }
        Failure failure = Objects.requireNonNull(written.failure());
        Conflict conflict = failure.conflict();
        if (conflict == null) {
            return failed(item, failure);
        }
        ExternalResult<T> result = judge.conflict(item, conflict);
        item.duplicate = result == null;
        return result;
    }

    /**
     * A request that is too large, or that one operation makes unreadable, is no reason to refuse all of them. Who refuses it
     * may do so by closing the connection, and a server that is too slow for it says nothing at all.
     */
    private static boolean isTooMuch(Failure whole, Batch<?> batch) {
        boolean refused = whole.status() == 413 || whole.status() == 400;
        boolean noAnswer = whole.outcome() == Failure.Outcome.UNKNOWN && whole.status() == 0 && batch.sends > 1;
        return batch.items.size() > 1 && (refused || noAnswer);
    }

    private ExternalResult<T> written(ExternalItem<T> item, Written written) {
        return written.result() == Result.NoOp
                ? item.ended(Outcome.REJECTED, "the ingest pipeline has dropped it")
                : item.ended(Outcome.APPLIED, item.operation.version(), null);
    }

    /** Returns null if it is to be sent again. */
    private @Nullable ExternalResult<T> failed(ExternalItem<T> item, Failure failure) {
        item.last = failure;
        if (failure.outcome() != Failure.Outcome.PERMANENT || isBlocked(failure)) {
            return null;
        }
        return failure.status() == 0 && failure.type() == null // not the server's word: a client that is closed, say
                ? item.ended(Outcome.UNRESOLVED, failure.reason())
                : item.ended(Outcome.REJECTED, words(failure));
    }

    /** Closed or made read-only by somebody who will have done with it: a sync waits for that. */
    private static boolean isBlocked(Failure failure) {
        return "index_closed_exception".equals(failure.type()) || "cluster_block_exception".equals(failure.type());
    }

    private static boolean isUnknown(@Nullable Failure failure) {
        return failure != null && failure.outcome() == Failure.Outcome.UNKNOWN;
    }

    private static String words(Failure failure) {
        return failure.type() == null ? failure.reason() : failure.type() + ": " + failure.reason();
    }

    private void again(List<ExternalItem<T>> items, Batch<T> batch) {
        Duration pause = Duration.ofMillis(jitter.afterAttempt(batch.sends));
        for (ExternalItem<T> item : items) {
            Duration asked = item.last == null ? null : item.last.retryAfter();
            pause = asked != null && asked.compareTo(pause) > 0 ? asked : pause;
        }
        long due = now() + pause.toNanos();
        List<ExternalItem<T>> kept = new ArrayList<>(items.size());
        for (ExternalItem<T> item : items) {
            if (item.end - due < 0) {
                String why = item.last == null ? "no answer" : words(item.last);
                end(item, item.ended(Outcome.UNRESOLVED, "given up: " + why));
            } else {
                kept.add(item);
            }
        }
        if (!kept.isEmpty()) {
            resting.add(new Batch<>(kept, batch.step, batch.sends, due));
        }
    }

    private void refuse(ExternalItem<T> item) {
        IllegalArgumentException why = Objects.requireNonNull(item.refused);
        tell(
                item,
                new ExternalResult<>(
                        item.operation, Outcome.REJECTED, ExternalResult.UNKNOWN, why.getMessage(), 0, 0, why));
    }

    private void end(ExternalItem<T> item, ExternalResult<T> result) {
        queue.done(item);
        tell(item, result);
    }

    private void tell(ExternalItem<T> item, ExternalResult<T> result) {
        item.told = true;
        Objects.requireNonNull(counts.get(result.outcome())).increment();
        try {
            options.listener().accept(result);
        } catch (RuntimeException | Error e) {
            LOG.error("the listener has thrown at {}", result.outcome(), e);
        }
        item.result.complete(result);
        ended.add(item);
    }

    /** Nothing, if all have ended. */
    private void abandonAll() {
        List<ExternalItem<T>> left = new ArrayList<>();
        inFlight.forEach((batch, sent) -> {
            sent.cancel(true);
            left.addAll(batch.items);
        });
        resting.forEach(batch -> left.addAll(batch.items));
        left.addAll(queue.drain());
        waitingBytes += inbox.drainTo(waiting);
        left.addAll(waiting);
        for (ExternalItem<T> item : left) {
            if (!item.told) { // of a batch that was being settled, some are
                tell(item, item.ended(Outcome.UNRESOLVED, abandoned));
            }
        }
        inbox.ended(ended);
        ended.clear();
    }
}

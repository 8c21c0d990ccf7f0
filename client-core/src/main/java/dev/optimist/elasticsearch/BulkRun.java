package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One bulk under way. All on the thread that calls {@link #run}; others only put answers into a queue.
 *
 * <p>Operations that a server refused for the time being are sent again together, after a pause, and keep their place among
 * the requests in flight meanwhile: a server that is overloaded gets less to do, and memory stays bounded.
 */
final class BulkRun<T> {
    private final Writes<T> writes;
    private final Exchange exchange;
    private final BulkOptions options;
    private final Consumer<? super BulkItemResult<T>> results;
    private final BulkTally tally;
    private final Observer observer;
    private final BlockingQueue<BulkAnswers<T>> answered = new LinkedBlockingQueue<>();
    private final PriorityQueue<BulkBatch<T>> resting = new PriorityQueue<>(Comparator.comparingLong(BulkBatch::due));
    private int inFlight;
    private boolean interrupted;
    private boolean leftOut;
    private @Nullable Throwable broken;

    BulkRun(
            Writes<T> writes,
            BulkOptions options,
            Consumer<? super BulkItemResult<T>> results,
            BulkTally tally,
            Observer observer) {
        this.writes = writes;
        this.exchange = writes.reader().exchange();
        this.options = options;
        this.results = results;
        this.tally = tally;
        this.observer = observer;
    }

    /** Ends when every operation that was taken has its outcome, and throws only what the user's own code has thrown. */
    BulkProgress run(Iterator<BulkItem<T>> source) {
        BulkQueue<BulkItem<T>> queue = new BulkQueue<>(
                source, options.operations(), options.bytes(), options.requestsInFlight(), this::refuse);
        sendWhatCanBe(queue);
        while (underWay() > 0) {
            BulkAnswers<T> next = awaitNext();
            if (next != null) {
                settle(next, queue);
                guarded(() -> options.progress().accept(tally.progress(false)));
            }
            sendWhatCanBe(queue);
        }
        tellUnsent(queue); // last, as an operation before it on the same document may have been in flight
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (broken instanceof Error e) {
            throw e;
        } else if (broken instanceof RuntimeException e) {
            throw e;
        }
        return tally.progress(queue.isExhausted() && !leftOut);
    }

    private int underWay() {
        return inFlight + resting.size();
    }

    private boolean stopped() {
        interrupted |= Thread.interrupted(); // noticed once: what is in flight is to be awaited
        return interrupted || broken != null;
    }

    private void sendWhatCanBe(BulkQueue<BulkItem<T>> queue) {
        while (!stopped() && isDue(resting.peek())) {
            send(Objects.requireNonNull(resting.poll()));
        }
        while (!stopped() && underWay() < options.requestsInFlight()) {
            List<BulkItem<T>> items = next(queue);
            if (stopped()) {
                queue.giveBack(items);
            } else if (items.isEmpty()) {
                return;
            } else {
                send(BulkBatch.first(items, exchange.requestTimeout()));
            }
        }
        while (stopped() && !resting.isEmpty()) {
            leftOut = true;
            giveUp(Objects.requireNonNull(resting.poll()), queue);
        }
    }

    private boolean isDue(@Nullable BulkBatch<T> batch) {
        return batch != null && batch.due() - exchange.pace().clock().nanoTime() <= 0;
    }

    private List<BulkItem<T>> next(BulkQueue<BulkItem<T>> queue) {
        List<BulkItem<T>> items = new ArrayList<>();
        guarded(() -> items.addAll(queue.next()));
        return items;
    }

    private void send(BulkBatch<T> batch) {
        if (batch.sends() > 0) {
            tally.sentAgain(batch.items().size());
        }
        long begun = exchange.pace().clock().nanoTime();
        List<Write> wanted = batch.items().stream()
                .map(item -> Objects.requireNonNull(item.write()))
                .toList();
        CompletableFuture<List<Answer<Written>>> answers;
        try {
            answers = exchange.dialect().bulk(wanted, exchange.shorter(batch.left()));
        } catch (RuntimeException e) {
            answers = CompletableFuture.failedFuture(e);
        }
        inFlight++;
        var unused = answers.whenComplete((list, failed) -> {
            Duration took = Duration.ofNanos(exchange.pace().clock().nanoTime() - begun);
            answered.add(new BulkAnswers<>(batch.sent(took), list, failed));
        });
    }

    /** Returns null if it is time to send again, or to stop. */
    private @Nullable BulkAnswers<T> awaitNext() {
        try {
            BulkBatch<T> soonest = resting.peek();
            if (soonest == null) {
                return answered.take();
            }
            long nanos = soonest.due() - exchange.pace().clock().nanoTime();
            long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
            if (inFlight > 0) {
                return answered.poll(millis, TimeUnit.MILLISECONDS);
            }
            exchange.pace().sleep().millis(millis);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        return null;
    }

    private void settle(BulkAnswers<T> answers, BulkQueue<BulkItem<T>> queue) {
        inFlight--;
        BulkBatch<T> batch = answers.batch();
        List<BulkItem<T>> refused = new ArrayList<>();
        List<Failure> why = new ArrayList<>();
        List<OutcomeUnknownException> unknown = new ArrayList<>(0);
        boolean acknowledged = false;
        for (int i = 0; i < batch.items().size(); i++) {
            BulkItem<T> item = batch.items().get(i);
            Answer<Written> answer = answers.of(i);
            Failure failure = answer.failure();
            if (failure != null && failure.outcome() == Failure.Outcome.NOT_APPLIED) {
                refused.add(item);
                why.add(failure);
            } else {
                acknowledged |= failure == null;
                queue.done(item);
                BulkItemResult<T> result = outcome(item, answer, batch.sends());
                if (result.failure() instanceof OutcomeUnknownException e) {
                    unknown.add(e);
                }
                report(result, batch);
            }
        }
        observer.log().unknown(unknown);
        if (acknowledged) {
            exchange.budget().acknowledged();
        }
        if (!refused.isEmpty()) {
            again(new BulkBatch<>(refused, why, batch.sends(), batch.left(), 0), queue);
        }
    }

    private BulkItemResult<T> outcome(BulkItem<T> item, Answer<Written> answer, int sends) {
        Write write = Objects.requireNonNull(item.write());
        if (answer.failure() != null) {
            return item.failed(sends, Exchange.failed(write, 1, answer.failure()));
        }
        try {
            return item.applied(sends, writes.result(write, Objects.requireNonNull(answer.value())));
        } catch (IncarnationChangedException e) {
            return item.failed(sends, e);
        }
    }

    /** As one write is sent again, and at the price of one. */
    private void again(BulkBatch<T> batch, BulkQueue<BulkItem<T>> queue) {
        Duration pause = exchange.pause(batch.sends(), batch.retryAfter());
        Duration left = batch.left().minus(pause);
        if (batch.sends() == Exchange.SENDS
                || left.isNegative()
                || left.isZero()
                || !exchange.budget().take()) {
            giveUp(batch, queue);
        } else {
            long due = exchange.pace().clock().nanoTime() + pause.toNanos();
            resting.add(new BulkBatch<>(batch.items(), batch.why(), batch.sends(), left, due));
        }
    }

    private void giveUp(BulkBatch<T> batch, BulkQueue<BulkItem<T>> queue) {
        for (int i = 0; i < batch.items().size(); i++) {
            BulkItem<T> item = batch.items().get(i);
            queue.done(item);
            Write write = Objects.requireNonNull(item.write());
            report(
                    item.failed(
                            batch.sends(), Exchange.failed(write, 1, batch.why().get(i))),
                    batch);
        }
    }

    /** Of what was not sent when the bulk was stopped. */
    private void tellUnsent(BulkQueue<BulkItem<T>> queue) {
        for (BulkItem<T> item : queue.drain()) {
            leftOut = true;
            tellUnsent(item);
        }
    }

    /** Tells of an operation that the stopped bulk has not sent. */
    void tellUnsent(BulkItem<T> item) {
        String reason = broken == null
                ? "the thread was interrupted before it was sent"
                : "the bulk ended before it was sent: " + broken;
        Failure failure = new Failure(Failure.Outcome.NOT_APPLIED, 0, null, reason, null, broken);
        report(item.failed(0, Exchange.failed(Objects.requireNonNull(item.write()), 1, failure)), null);
    }

    private void refuse(BulkItem<T> item) {
        IllegalArgumentException e = Objects.requireNonNull(item.refused());
        String message = String.valueOf(e.getMessage());
        report(
                item.failed(
                        0,
                        new RequestRejectedException(
                                message,
                                writes.reader().target(),
                                String.valueOf(item.operation().id()),
                                0,
                                null,
                                e)),
                null);
    }

    private void report(BulkItemResult<T> result, @Nullable BulkBatch<T> batch) {
        tally.done(result.outcome());
        int together = batch == null ? 1 : batch.items().size();
        Duration took =
                batch == null ? Duration.ZERO : exchange.requestTimeout().minus(batch.left());
        observer.bulkItem(result, writes.reader().target(), together, took);
        guarded(() -> results.accept(result));
    }

    /** What the user's code throws ends the bulk, but not before every outcome was told. */
    private void guarded(Runnable theirs) {
        try {
            theirs.run();
        } catch (RuntimeException | Error e) {
            if (broken == null) {
                broken = e;
            }
        }
    }
}

package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.DialectException;
import dev.optimist.elasticsearch.internal.Failure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Exchange} does, without waiting: one request, sent again as long as that is harmless.
 *
 * @param <A> what is answered
 */
final class Repeating<A> {
    private final VersionedDocuments.Client client;
    private final Exchange exchange;
    private final Function<Duration, CompletableFuture<A>> request;
    private final Predicate<Failure> harmless;
    private final Function<Failure, OptimistException> exception;
    private final CompletableFuture<A> outcome = new CompletableFuture<>();
    private final long end;
    private int sends;
    private volatile @Nullable CompletableFuture<A> underWay;

    Repeating(
            VersionedDocuments.Client client,
            Function<Duration, CompletableFuture<A>> request,
            Predicate<Failure> harmless,
            Function<Failure, OptimistException> exception) {
        this.client = client;
        this.exchange = client.exchange();
        this.request = request;
        this.harmless = harmless;
        this.exception = exception;
        this.end = now() + exchange.requestTimeout().toNanos();
    }

    CompletableFuture<A> begin() {
        send();
        return outcome;
    }

    private void send() {
        if (!outcome.isDone()) {
            sends++;
            CompletableFuture<A> answer = request.apply(Duration.ofNanos(Math.max(1, end - now())));
            underWay = answer;
            var unused = answer.whenComplete(this::answered);
        }
    }

    /** Nothing is sent any more, and the outcome is that of a cancelled future. */
    void cancel() {
        outcome.cancel(false);
        CompletableFuture<A> answer = underWay;
        if (answer != null) {
            answer.cancel(true);
        }
    }

    private void answered(@Nullable A answer, @Nullable Throwable failed) {
        if (failed == null) {
            exchange.budget().acknowledged();
            outcome.complete(answer);
            return;
        }
        if (!(cause(failed) instanceof DialectException e)) {
            outcome.completeExceptionally(cause(failed));
            return;
        }
        Failure failure = e.failure();
        Duration pause = exchange.pause(sends, failure.retryAfter());
        if (sends == Exchange.SENDS
                || !harmless.test(failure)
                || end - now() <= pause.toNanos()
                || !exchange.budget().take()) {
            outcome.completeExceptionally(exception.apply(failure));
            return;
        }
        try {
            var unused = client.lanes().rounds().after(pause.toNanos(), this::send);
        } catch (RejectedExecutionException closed) {
            outcome.completeExceptionally(exception.apply(failure));
        }
    }

    private long now() {
        return exchange.pace().clock().nanoTime();
    }

    static Throwable cause(Throwable failed) {
        return failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
    }
}

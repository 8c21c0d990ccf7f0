package dev.optimist.elasticsearch.internal;

import dev.optimist.elasticsearch.WriteCondition;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one request: of its answer, its failure, its time-out and its being cancelled, whichever is first. Fails
 * with a {@link DialectException} only.
 *
 * <p>It can be cancelled by any future that is derived from it, too: JDK futures pass on results and failures, but no
 * cancelling. Cancelling is what frees the connection, and a request that still waits for one is not sent any more.
 *
 * @param <A> the transport's answer
 * @param <R> what is made of it
 */
final class Sent<A, R> extends Deadlines.Timed<R> implements BiConsumer<@Nullable A, @Nullable Throwable> {
    private final Duration timeout;
    private final Write.Operation operation;
    private final WriteCondition condition;
    private final Function<A, R> map;
    private final LongAdder requests;
    private final Sending sending = new Sending();
    private volatile @Nullable CompletableFuture<A> exchange;

    /** {@code requests} counts what was begun, less what certainly was never sent. */
    Sent(
            Duration timeout,
            Write.Operation operation,
            WriteCondition condition,
            Function<A, R> map,
            LongAdder requests) {
        this.timeout = timeout;
        this.operation = operation;
        this.condition = condition;
        this.map = map;
        this.requests = requests;
    }

    /** Sends, and ends this future in time. */
    CompletableFuture<R> begin(Supplier<CompletableFuture<A>> send, Deadlines deadlines) {
        requests.increment();
        CompletableFuture<A> begun;
        try {
            begun = sending.during(send);
        } catch (RuntimeException e) {
            sending.decide();
            fail(Failures.notBegun(e, sending.cancelUnsent(), operation, condition));
            return this;
        }
        exchange = begun;
        var unused = begun.whenComplete(this);
        deadlines.watch(this, timeout);
        return this;
    }

    @Override
    public void accept(@Nullable A answer, @Nullable Throwable thrown) {
        if (!sending.decide()) {
            return;
        }
        if (thrown != null) {
            fail(Failures.classify(thrown, operation, condition));
            return;
        }
        R result;
        try {
            @SuppressWarnings("NullAway") // some endpoints answer null, and their map takes it
            R mapped = map.apply(answer);
            result = mapped;
        } catch (DialectException e) {
            fail(e.failure());
            return;
        } catch (RuntimeException | Error e) { // it came after the server has acted
            fail(Failures.senseless(0, e));
            return;
        }
        complete(result);
    }

    @Override
    protected void timeIsUp() {
        if (!sending.decide()) {
            return;
        }
        TimeoutException late = new TimeoutException();
        sending.noAnswer(); // first, so that the next request of whoever waits for this goes elsewhere
        fail(abandonedUnsent() ? Failures.noConnection(timeout, late) : Failures.noAnswer(timeout, late));
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (sending.decide()) {
            CancellationException cancelled = new CancellationException("given up by the caller");
            fail(
                    abandonedUnsent()
                            ? Failures.givenUpUnsent(cancelled)
                            : Failures.classify(cancelled, operation, condition));
        }
        return isCancelled();
    }

    /** Lets go of the connection or of the place in the queue for one; true if nothing was sent and nothing will be. */
    private boolean abandonedUnsent() {
        boolean unsent = sending.cancelUnsent();
        if (unsent) {
            requests.decrement();
        }
        CompletableFuture<A> begun = exchange;
        if (begun != null) {
            begun.cancel(true);
        }
        return unsent;
    }

    private void fail(Failure failure) {
        // wrapped, as what is derived from a future finds it
        completeExceptionally(new CompletionException(new DialectException(failure)));
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new Derived<>(this);
    }

    private static final class Derived<U> extends CompletableFuture<U> {
        private final Sent<?, ?> sent;

        Derived(Sent<?, ?> sent) {
            this.sent = sent;
        }

        @Override
        public <V> CompletableFuture<V> newIncompleteFuture() {
            return new Derived<>(sent);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            sent.cancel(mayInterruptIfRunning);
            return super.cancel(mayInterruptIfRunning);
        }
    }
}

package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Conflict;
import dev.optimist.elasticsearch.internal.Dialect;
import dev.optimist.elasticsearch.internal.DialectException;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One request and one outcome: waits for the answer and says by the exception what is known if there is none.
 *
 * <p>What certainly was not applied is sent again, as is a read without an answer: at most {@link #SENDS} times in all, as
 * far as the client's {@link RetryBudget} and the time go. Nothing else is.
 */
record Exchange(Dialect dialect, Duration requestTimeout, RetryBudget budget, Pace pace) {
    /** Each node of a usual cluster of three, and the first once more. */
    static final int SENDS = 4;

    /** What is in the way is a full queue or a restart: slower to go than the collision of two writers. */
    private static final long BASE_MILLIS = 50;

    private static final long MAX_MILLIS = 1000;

    /** How a dialect sends what is asked for; without what a lambda would keep, as there is one a request. */
    private interface Sender<Q, A> {
        CompletableFuture<A> send(Dialect dialect, Q request, Duration time);
    }

    Stored get(Address address, Duration limit) {
        return sent(address, address, 1, limit, Dialect::get);
    }

    static OptimistException readFailed(Address address, Failure failure) {
        return refused(failure) ? rejected(address, failure) : unavailable(address, failure);
    }

    /** May be repeated as a read may: the same mapping twice is the same mapping. */
    void putDisabledObject(String index, @Nullable String mappingType, String field) {
        Address address = new Address(index, "_mapping", null);
        var unused = sent(
                field,
                address,
                1,
                requestTimeout,
                (dialect, name, time) -> dialect.putDisabledObject(index, mappingType, name, time));
    }

    /** Returns the uuid of each concrete index of that name. */
    Map<String, String> uuids(String target) {
        Address address = new Address(target, "_settings", null);
        return sent(target, address, 1, requestTimeout, Dialect::uuids);
    }

    /** Sends a write; {@code attempt} goes into a conflict. */
    Written write(Write write, int attempt, Duration limit) {
        return sent(write, write.address(), attempt, limit, Exchange::send);
    }

    CompletableFuture<Written> send(Write write, Duration time) {
        return send(dialect, write, time);
    }

    private static CompletableFuture<Written> send(Dialect dialect, Write write, Duration time) {
        return write.operation() == Write.Operation.DELETE ? dialect.delete(write, time) : dialect.index(write, time);
    }

    /** What failed like this was certainly not applied, and may go again. */
    static boolean isWriteHarmless(Failure failure) {
        return failure.outcome() == Failure.Outcome.NOT_APPLIED;
    }

    /** A read may be repeated, whatever became of it, unless it was refused. */
    static boolean isReadHarmless(Failure failure) {
        return failure.outcome() == Failure.Outcome.NOT_APPLIED || failure.outcome() == Failure.Outcome.UNKNOWN;
    }

    /** Sends a {@link Write}, or what may be repeated as a read may. */
    private <Q, A> A sent(Q request, Address address, int attempt, Duration limit, Sender<Q, A> sender) {
        long end = pace.clock().nanoTime() + limit.toNanos();
        Duration left = limit;
        for (int sends = 1; ; sends++) {
            refuseIfInterrupted(address);
            Failure failure;
            try {
                A answer = await(sender.send(dialect, request, shorter(left)));
                budget.acknowledged();
                return answer;
            } catch (DialectException e) {
                failure = e.failure();
            } catch (InterruptedException e) {
                throw ended(request, address, attempt, interrupted(e));
            }
            if (sends == SENDS || !(request instanceof Write ? isWriteHarmless(failure) : isReadHarmless(failure))) {
                throw ended(request, address, attempt, failure);
            }
            Duration pause = pause(sends, failure.retryAfter());
            left = Duration.ofNanos(end - pace.clock().nanoTime()).minus(pause);
            if (left.isNegative() || left.isZero() || !budget.take()) {
                throw ended(request, address, attempt, failure);
            }
            try {
                pace.sleep().millis(pause.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw ended(request, address, attempt, failure);
            }
        }
    }

    private static OptimistException ended(Object request, Address address, int attempt, Failure failure) {
        return request instanceof Write write ? failed(write, attempt, failure) : readFailed(address, failure);
    }

    private static boolean refused(Failure failure) {
        return failure.outcome() == Failure.Outcome.PERMANENT || failure.outcome() == Failure.Outcome.BLOCKED;
    }

    /** Returns how long to wait after so many sends: as long as the server asked for, if that is longer. */
    Duration pause(int sends, @Nullable Duration retryAfter) {
        long millis = new FullJitter(BASE_MILLIS, MAX_MILLIS, pace.random()).afterAttempt(sends);
        Duration pause = Duration.ofMillis(millis);
        return retryAfter != null && retryAfter.compareTo(pause) > 0 ? retryAfter : pause;
    }

    Duration shorter(Duration limit) {
        return limit.compareTo(requestTimeout) < 0 ? limit : requestTimeout;
    }

    /** Returns what a write that failed like this ends with. */
    static OptimistException failed(Write write, int attempt, Failure failure) {
        Address address = write.address();
        Conflict conflict = failure.conflict();
        if (conflict != null) {
            return new VersionConflictException(address.index(), address.id(), conflict, attempt, failure.cause());
        }
        return switch (failure.outcome()) {
            case NOT_APPLIED -> unavailable(address, failure);
            case BLOCKED, PERMANENT -> rejected(address, failure);
            case CONFLICT, UNKNOWN -> unknown(write, failure);
        };
    }

    /** Returns {@code index}, {@code create} or {@code delete}. */
    static String name(Write write) {
        return write.operation().name().toLowerCase(Locale.ROOT);
    }

    private static OutcomeUnknownException unknown(Write write, Failure failure) {
        String operation = name(write);
        return new OutcomeUnknownException(
                write.address() + ": nobody can tell whether this " + operation + " was or will be applied: "
                        + words(failure),
                write.address().index(),
                write.address().id(),
                operation,
                write.condition(),
                null,
                failure.cause());
    }

    static RequestRejectedException rejected(Address address, Failure failure) {
        return new RequestRejectedException(
                address + ": " + words(failure),
                address.index(),
                address.id(),
                failure.status(),
                failure.type(),
                failure.cause());
    }

    private static ServerUnavailableException unavailable(Address address, Failure failure) {
        return new ServerUnavailableException(
                address + ": nothing was written: " + words(failure), address.index(), address.id(), failure.cause());
    }

    private static String words(Failure failure) {
        return (failure.status() > 0 ? failure.status() + " " : "")
                + (failure.type() == null ? "" : failure.type() + ": ")
                + failure.reason();
    }

    /** A request that is never sent leaves nothing unknown; once it is sent, an interrupt would. */
    private static void refuseIfInterrupted(Address address) {
        if (Thread.currentThread().isInterrupted()) {
            throw unavailable(address, interrupted(null));
        }
    }

    private static Failure interrupted(@Nullable InterruptedException e) {
        String when = e == null ? "before the request was sent" : "while it waited for the answer";
        return new Failure(Failure.Outcome.UNKNOWN, 0, null, "the thread was interrupted " + when, null, e);
    }

    private static <A> A await(CompletableFuture<A> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.cancel(true); // frees the connection, and keeps what would follow from being sent
            Throwable thrown = answer.handle((ok, failed) -> failed).getNow(null);
            if (thrown instanceof CompletionException
                    && thrown.getCause() instanceof DialectException failed
                    && failed.failure().outcome() == Failure.Outcome.NOT_APPLIED) {
                throw failed; // it was about to be sent, after a read
            }
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DialectException failed) {
                throw failed;
            }
            throw new IllegalStateException("a dialect failed otherwise than it may", e.getCause());
        }
    }
}

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** One request and one outcome: waits for the answer and says by the exception what is known if there is none. */
record Exchange(Dialect dialect, Duration requestTimeout) {

    Stored get(Address address, Duration limit) {
        refuseIfInterrupted(address);
        Failure failure;
        try {
            return await(dialect.get(address, shorter(limit)));
        } catch (DialectException e) {
            failure = e.failure();
        } catch (InterruptedException e) {
            failure = interrupted(e);
        }
        throw failure.outcome() == Failure.Outcome.PERMANENT
                ? rejected(address, failure)
                : unavailable(address, failure);
    }

    /** Sends a write; {@code attempt} goes into a conflict. */
    Written write(Write write, int attempt, Duration limit) {
        refuseIfInterrupted(write.address());
        Failure failure;
        try {
            Duration time = shorter(limit);
            return await(
                    write.operation() == Write.Operation.DELETE
                            ? dialect.delete(write, time)
                            : dialect.index(write, time));
        } catch (DialectException e) {
            failure = e.failure();
        } catch (InterruptedException e) {
            failure = interrupted(e);
        }
        throw failed(write, attempt, failure);
    }

    private Duration shorter(Duration limit) {
        return limit.compareTo(requestTimeout) < 0 ? limit : requestTimeout;
    }

    private static OptimistException failed(Write write, int attempt, Failure failure) {
        Address address = write.address();
        Conflict conflict = failure.conflict();
        if (conflict != null) {
            return new VersionConflictException(address.index(), address.id(), conflict, attempt, failure.cause());
        }
        return switch (failure.outcome()) {
            case NOT_APPLIED -> unavailable(address, failure);
            case PERMANENT -> rejected(address, failure);
            case CONFLICT, UNKNOWN -> unknown(write, failure);
        };
    }

    private static OutcomeUnknownException unknown(Write write, Failure failure) {
        String operation = write.operation().name().toLowerCase(Locale.ROOT);
        return new OutcomeUnknownException(
                write.address() + ": nobody can tell whether this " + operation + " was or will be applied: "
                        + words(failure),
                write.address().index(),
                write.address().id(),
                operation,
                write.condition(),
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

package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Write;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An operation on its way through {@link ExternalVersionWriter}. What changes is the writer's thread's alone. */
final class ExternalItem<T> implements BulkQueue.Entry {
    final ExternalOperation<T> operation;
    final @Nullable Write write;
    final @Nullable IllegalArgumentException refused;
    private final long bytes;
    final CompletableFuture<ExternalResult<T>> result = new CompletableFuture<>();

    /** When to give up, in the clock's nanoseconds. */
    final long end;

    /** Set under the inbox's lock. */
    long position;

    ExternalInbox.@Nullable Generation generation;

    int sends;

    /** Whether it has its outcome; that of the caller may be cancelled. */
    boolean told;

    /** Whether an earlier request with it may have been applied: the same version there may then be its own. */
    boolean maybeApplied;

    /** Whether the same version is there, and what is there has to be read. */
    boolean duplicate;

    @Nullable
    Failure last;

    ExternalItem(
            ExternalOperation<T> operation,
            @Nullable Write write,
            @Nullable IllegalArgumentException refused,
            long end) {
        this.operation = operation;
        this.write = write;
        this.refused = refused;
        this.bytes = write == null ? 0 : BulkItem.bytes(write);
        this.end = end;
    }

    @Override
    public String id() {
        return operation.id();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public boolean isRefused() {
        return refused != null;
    }

    ExternalResult<T> ended(ExternalResult.Outcome outcome, @Nullable String reason) {
        return ended(outcome, ExternalResult.UNKNOWN, reason);
    }

    ExternalResult<T> ended(ExternalResult.Outcome outcome, long current, @Nullable String reason) {
        return new ExternalResult<>(
                operation,
                outcome,
                current,
                reason,
                last == null ? 0 : last.status(),
                sends,
                last == null ? null : last.cause());
    }
}

package dev.optimist.elasticsearch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code readModifyWrite} stopped before it won. <b>Nothing of this call was written</b>, with the one exception that
 * {@link VersionConflictException} names.
 *
 * <p>The cause is the last {@link VersionConflictException}; earlier ones are {@linkplain #getSuppressed() suppressed} in
 * the order in which they came. If the limit was reached before any conflict, the cause is what held the call up, if
 * anything.
 *
 * <pre>{@code
 * try {
 *     stock.readModifyWrite(id, Stock::sellOne);
 * } catch (AttemptsExhaustedException e) {
 *     log.warn("given up for {} after {} attempts", e.limit(), e.attempts()); // nothing was written
 * }
 * }</pre>
 */
public final class AttemptsExhaustedException extends OptimistException {
    private static final long serialVersionUID = 1L;

    /** What ended the attempts. */
    public enum Limit {
        /** {@link RetryPolicy#maxAttempts()} attempts met a conflict each. */
        ATTEMPTS,
        /** {@link RetryPolicy#deadline()} has passed, or would have before the next attempt. */
        DEADLINE,
        /** The calling thread was interrupted; its interrupt flag is set. */
        INTERRUPT
    }

    private final Limit limit;
    private final int attempts;

    AttemptsExhaustedException(
            String message,
            String index,
            String id,
            Limit limit,
            int attempts,
            List<VersionConflictException> conflicts,
            @Nullable Throwable otherCause) {
        super(message, index, id, conflicts.isEmpty() ? otherCause : conflicts.get(conflicts.size() - 1));
        this.limit = limit;
        this.attempts = attempts;
        conflicts.stream().limit(Math.max(0, conflicts.size() - 1L)).forEach(this::addSuppressed);
    }

    /** Returns what ended the attempts. */
    public Limit limit() {
        return limit;
    }

    /** Returns how many attempts were begun, the first included; 0 if the call ended before its first. */
    public int attempts() {
        return attempts;
    }
}

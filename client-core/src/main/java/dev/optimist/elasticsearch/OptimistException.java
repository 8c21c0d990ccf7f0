package dev.optimist.elasticsearch;

import org.jspecify.annotations.Nullable;

/**
 * What every failure of this library extends, but for bad arguments, which are {@link IllegalArgumentException}s that
 * name the Elasticsearch parameter, and exceptions of the caller's own functions, which pass through untouched.
 *
 * <p>The subclass says what is known of the document; see the package's description.
 *
 * <pre>{@code
 * try {
 *     stock.readModifyWrite(id, Stock::sellOne);
 * } catch (OutcomeUnknownException e) {
 *     log.error("look at [{}][{}]", e.index(), e.id());
 * } catch (OptimistException e) {
 *     log.warn("nothing was written", e);
 * }
 * }</pre>
 */
public abstract sealed class OptimistException extends RuntimeException
        permits VersionConflictException,
                DocumentMissingException,
                RequestRejectedException,
                ServerUnavailableException,
                OutcomeUnknownException,
                IncarnationChangedException,
                AttemptsExhaustedException {
    private static final long serialVersionUID = 1L;

    private final String index;
    private final String id;

    OptimistException(String message, String index, String id, @Nullable Throwable cause) {
        super(message, cause);
        this.index = index;
        this.id = id;
    }

    /** Returns the index or alias that the request was for. */
    public final String index() {
        return index;
    }

    /** Returns the document's {@code _id}. */
    public final String id() {
        return id;
    }
}

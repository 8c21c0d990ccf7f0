package dev.optimist.elasticsearch;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The request was refused, and the same request will be refused again until something else changes: a mapping error, a
 * missing permission, a write block, a document that does not map to the class. <b>Nothing was written.</b>
 *
 * <pre>{@code
 * try {
 *     stock.create(id, edited);
 * } catch (RequestRejectedException e) {
 *     log.error("status {}, {}", e.status(), e.type()); // nothing was written, and trying again does not help
 * }
 * }</pre>
 */
public final class RequestRejectedException extends OptimistException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final @Nullable String type;

    RequestRejectedException(
            String message, String index, String id, int status, @Nullable String type, @Nullable Throwable cause) {
        super(message, index, id, cause);
        this.status = status;
        this.type = type;
    }

    /** Returns the HTTP status of the server's answer; empty if the request was refused before it was sent. */
    public OptionalInt status() {
        return status > 0 ? OptionalInt.of(status) : OptionalInt.empty();
    }

    /** Returns Elasticsearch's {@code error.type}, for example {@code index_not_found_exception}, if there is one. */
    public Optional<String> type() {
        return Optional.ofNullable(type);
    }
}

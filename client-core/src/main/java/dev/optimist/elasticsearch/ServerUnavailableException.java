package dev.optimist.elasticsearch;

import org.jspecify.annotations.Nullable;

/**
 * No server took the request: connection refused, unknown host, no free connection, too many requests (429), or, for a
 * read, no answer. <b>Nothing was written</b>, and the same call may succeed later. Also if the calling thread was
 * interrupted before anything was sent, or during a read; its interrupt flag is set.
 *
 * <p>A write that <i>was</i> sent and got no answer is an {@link OutcomeUnknownException} instead.
 *
 * <pre>{@code
 * try {
 *     stock.readModifyWrite(id, Stock::sellOne);
 * } catch (ServerUnavailableException e) {
 *     log.warn("later: {}", e.getMessage()); // nothing was written
 * }
 * }</pre>
 */
public final class ServerUnavailableException extends OptimistException {
    private static final long serialVersionUID = 1L;

    ServerUnavailableException(String message, String index, String id, @Nullable Throwable cause) {
        super(message, index, id, cause);
    }
}

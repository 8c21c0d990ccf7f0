package dev.optimist.elasticsearch.testkit;

import org.jspecify.annotations.Nullable;

/**
 * An Elasticsearch could not be started; the message says why, with the end of the server's log if there is one.
 *
 * <pre>{@code
 * try (ElasticsearchServer server = ElasticsearchServer.start()) {
 *     log.info(server.description());
 * } catch (ServerStartException e) {
 *     log.error("no server on this machine", e);
 * }
 * }</pre>
 */
public final class ServerStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

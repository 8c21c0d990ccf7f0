package dev.optimist.elasticsearch.connect;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.transport.TransportException;
import dev.optimist.elasticsearch.VersionedClient;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out at the start what would else be found out with the first record, and does not mend itself. */
final class ConnectionCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionCheck.class);
    private static final int UNAUTHORIZED = 401;

    private ConnectionCheck() {}

    /**
     * Asks who is there.
     *
     * @throws ConnectException if it does not let the connector in, or is not to be trusted
     */
    static void check(VersionedClient client) {
        try {
            var info = client.elasticsearch().info();
            LOG.info("connected to {} {}", info.clusterName(), info.version().number());
        } catch (IOException | RuntimeException e) {
            if (isUnauthorized(e)) {
                throw new ConnectException(
                        "Elasticsearch refuses " + Settings.CONNECTION_USERNAME + " and " + Settings.CONNECTION_PASSWORD
                                + ", or " + Settings.CONNECTION_API_KEY + ": " + e.getMessage(),
                        e);
            }
            if (has(e, SSLException.class)) {
                throw new ConnectException(
                        Settings.CONNECTION_URL + " is not to be trusted by " + Settings.CONNECTION_CA_FILE + " or "
                                + Settings.CONNECTION_CA_FINGERPRINT + ": " + e,
                        e);
            }
            if (e instanceof ElasticsearchException) { // it lets the connector in, but does not tell who it is
                LOG.debug("it has answered", e);
            } else {
                LOG.warn("Elasticsearch does not answer yet; going on: {}", e.toString());
            }
        }
    }

    private static boolean isUnauthorized(Exception e) {
        return (e instanceof ElasticsearchException answered && answered.status() == UNAUTHORIZED)
                || (e instanceof TransportException failed && failed.statusCode() == UNAUTHORIZED);
    }

    private static boolean has(Exception e, Class<? extends Exception> type) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}

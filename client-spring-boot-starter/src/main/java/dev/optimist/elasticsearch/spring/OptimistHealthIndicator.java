package dev.optimist.elasticsearch.spring;

import co.elastic.clients.elasticsearch._types.HealthStatus;
import co.elastic.clients.elasticsearch.cluster.HealthResponse;
import dev.optimist.elasticsearch.VersionedClient;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * The health of the cluster, by the client's own connections: up unless it is red, or does not answer. Needs the privilege
 * {@code monitor} on the cluster. Thread-safe.
 *
 * <pre>{@code
 * Health health = new OptimistHealthIndicator(client).health();
 * log.info("{}: {}", health.getStatus(), health.getDetails().get("cluster"));
 * }</pre>
 */
public final class OptimistHealthIndicator extends AbstractHealthIndicator {
    private final VersionedClient client;

    /** Returns that of a client which {@link VersionedClient#connect} has made, with elasticsearch-java 9. */
    public OptimistHealthIndicator(VersionedClient client) {
        super("the cluster's health cannot be read");
        this.client = client;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) throws Exception {
        HealthResponse health = client.elasticsearch().cluster().health();
        Health.Builder status = health.status() == HealthStatus.Red ? builder.outOfService() : builder.up();
        status.withDetail("cluster", health.clusterName())
                .withDetail("status", health.status().jsonValue())
                .withDetail("nodes", health.numberOfNodes());
    }
}

package dev.optimist.elasticsearch.spring;

import dev.optimist.elasticsearch.VersionedClient;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Health by the client's own connections; {@code management.health.optimist.enabled=false} leaves it out.
 *
 * <pre>{@code
 * @SpringBootApplication(exclude = OptimistHealthAutoConfiguration.class) // an application without it
 * class Shop {}
 * }</pre>
 */
@AutoConfiguration(after = OptimistAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(VersionedClient.class)
@ConditionalOnEnabledHealthIndicator("optimist")
public final class OptimistHealthAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "optimistHealthIndicator")
    OptimistHealthIndicator optimistHealthIndicator(VersionedClient client) {
        return new OptimistHealthIndicator(client);
    }
}

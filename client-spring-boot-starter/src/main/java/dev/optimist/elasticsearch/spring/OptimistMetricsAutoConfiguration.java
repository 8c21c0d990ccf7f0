package dev.optimist.elasticsearch.spring;

import dev.optimist.elasticsearch.observability.OptimistMeters;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Meters of the operations; {@code management.metrics.enable.optimist=false} leaves them out.
 *
 * <pre>{@code
 * @SpringBootApplication(exclude = OptimistMetricsAutoConfiguration.class) // an application without it
 * class Shop {}
 * }</pre>
 */
@AutoConfiguration(after = CompositeMeterRegistryAutoConfiguration.class)
@ConditionalOnClass({MeterRegistry.class, CompositeMeterRegistryAutoConfiguration.class})
@ConditionalOnBean(MeterRegistry.class)
public final class OptimistMetricsAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    OptimistMeters optimistMeters(MeterRegistry registry) {
        return new OptimistMeters(registry);
    }
}

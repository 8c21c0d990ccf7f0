package dev.optimist.elasticsearch.spring;

import dev.optimist.elasticsearch.observability.OptimistSpans;
import io.opentelemetry.api.OpenTelemetry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Spans of the operations, in the OpenTelemetry of the application.
 *
 * <pre>{@code
 * @SpringBootApplication(exclude = OptimistTracingAutoConfiguration.class) // an application without it
 * class Shop {}
 * }</pre>
 */
@AutoConfiguration(afterName = "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration")
@ConditionalOnClass(OpenTelemetry.class)
@ConditionalOnBean(OpenTelemetry.class)
@ConditionalOnProperty(name = "optimist.tracing", matchIfMissing = true)
public final class OptimistTracingAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    OptimistSpans optimistSpans(OpenTelemetry openTelemetry) {
        return new OptimistSpans(openTelemetry);
    }
}

package dev.optimist.elasticsearch.spring;

import dev.optimist.elasticsearch.observability.HotDocuments;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * The endpoint of the hottest documents, where it is exposed.
 *
 * <pre>{@code
 * @SpringBootApplication(exclude = OptimistEndpointAutoConfiguration.class) // an application without it
 * class Shop {}
 * }</pre>
 */
@AutoConfiguration(after = OptimistAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(HotDocumentsEndpoint.class)
public final class OptimistEndpointAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(HotDocuments.class)
    HotDocumentsEndpoint hotDocumentsEndpoint(HotDocuments documents) {
        return new HotDocumentsEndpoint(documents);
    }
}

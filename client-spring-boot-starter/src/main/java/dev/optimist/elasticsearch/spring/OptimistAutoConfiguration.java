package dev.optimist.elasticsearch.spring;

import dev.optimist.elasticsearch.OperationListener;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.observability.HotDocuments;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.elasticsearch.autoconfigure.ElasticsearchConnectionDetails;
import org.springframework.boot.elasticsearch.autoconfigure.ElasticsearchProperties;
import org.springframework.boot.elasticsearch.autoconfigure.ElasticsearchRestClientAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * A {@link VersionedClient} with a transport of its own, that sends each request once: Spring Boot's Elasticsearch client is
 * left as it is, beside it. Steps back if there is one already. All {@link OperationListener}s that are beans listen.
 *
 * <pre>{@code
 * @Configuration
 * class Search {
 *     @Bean // in place of the one that is configured here
 *     VersionedClient versionedClient() {
 *         return VersionedClient.connect("http://localhost:9200");
 *     }
 * }
 * }</pre>
 */
@AutoConfiguration(after = ElasticsearchRestClientAutoConfiguration.class)
@EnableConfigurationProperties({OptimistProperties.class, ElasticsearchProperties.class})
public final class OptimistAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    HotDocuments optimistHotDocuments(OptimistProperties properties) {
        return new HotDocuments(properties.hotDocuments());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(ElasticsearchConnectionDetails.class)
    VersionedClient versionedClient(
            ElasticsearchConnectionDetails details,
            ElasticsearchProperties elasticsearch,
            OptimistProperties optimist,
            ObjectProvider<OperationListener> listeners,
            ObjectProvider<ConnectOptionsCustomizer> customizers) {
        return VersionedClient.connect(options -> {
            new Connection(details, elasticsearch).apply(options);
            optimist.apply(options);
            listeners.orderedStream().forEach(options::listener);
            customizers.orderedStream().forEach(customizer -> customizer.customize(options));
        });
    }
}

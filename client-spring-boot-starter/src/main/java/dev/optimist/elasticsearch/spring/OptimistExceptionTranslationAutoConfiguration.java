package dev.optimist.elasticsearch.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.support.PersistenceExceptionTranslator;

/**
 * Conflicts as Spring's exceptions, whoever has made the client.
 *
 * <pre>{@code
 * @SpringBootApplication(exclude = OptimistExceptionTranslationAutoConfiguration.class) // an application without it
 * class Shop {}
 * }</pre>
 */
@AutoConfiguration
@ConditionalOnClass(PersistenceExceptionTranslator.class)
public final class OptimistExceptionTranslationAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    static OptimistExceptionTranslator optimistExceptionTranslator() {
        return new OptimistExceptionTranslator();
    }
}

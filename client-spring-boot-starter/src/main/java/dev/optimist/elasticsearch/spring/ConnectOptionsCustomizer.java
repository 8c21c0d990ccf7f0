package dev.optimist.elasticsearch.spring;

import dev.optimist.elasticsearch.ConnectOptions;

/**
 * Sets what no property does, such as the object mapper of documents; a bean of this is called after all properties, in order.
 *
 * <pre>{@code
 * ConnectOptionsCustomizer mapper = options -> options.objectMapper(new ObjectMapper().findAndRegisterModules());
 * }</pre>
 */
@FunctionalInterface
public interface ConnectOptionsCustomizer {
    /** Sets options of the client that is about to be made. */
    void customize(ConnectOptions options);
}

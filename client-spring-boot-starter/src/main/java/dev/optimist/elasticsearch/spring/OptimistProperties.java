package dev.optimist.elasticsearch.spring;

import dev.optimist.elasticsearch.ConnectOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@link ConnectOptions} has beyond {@code spring.elasticsearch.*}; what is out of its bounds fails the start, naming it.
 *
 * <pre>{@code
 * new SpringApplicationBuilder(Shop.class)
 *         .properties("spring.elasticsearch.uris=https://search.example.com:9200", "optimist.compression=true")
 *         .run();
 * }</pre>
 *
 * @param requestTimeout Most time of one request, from the call to the last byte of the answer. By default
 *     spring.elasticsearch.socket-timeout.
 * @param maxConnectionsPerHost Most connections to each host.
 * @param compression Whether to send and ask for gzip.
 * @param asyncOperations Most asynchronous operations under way at the same time.
 * @param retryBudget How many requests that no server took may be sent again; every tenth acknowledged one adds one.
 * @param proxy HTTP proxy to go through, such as http://proxy.example.com:3128.
 * @param caFingerprint SHA-256 fingerprint of the certificate authority to trust, in hexadecimal digits.
 * @param hotDocuments Of how many documents that are fought for to keep count.
 * @param tracing Whether operations are spans of the OpenTelemetry of the application, if there is one.
 */
@ConfigurationProperties("optimist")
public record OptimistProperties(
        @Nullable Duration requestTimeout,
        @DefaultValue("64") int maxConnectionsPerHost,
        @DefaultValue("false") boolean compression,
        @DefaultValue("10000") int asyncOperations,
        @DefaultValue("100") int retryBudget,
        @Nullable String proxy,
        @Nullable String caFingerprint,
        @DefaultValue("1000") int hotDocuments,
        @DefaultValue("true") boolean tracing) {

    void apply(ConnectOptions options) {
        if (requestTimeout != null) {
            options.requestTimeout(requestTimeout);
        }
        if (proxy != null) {
            options.proxy(proxy);
        }
        if (caFingerprint != null) {
            options.caFingerprint(caFingerprint);
        }
        options.maxConnectionsPerHost(maxConnectionsPerHost)
                .compression(compression)
                .asyncOperations(asyncOperations)
                .retryBudget(retryBudget);
    }
}

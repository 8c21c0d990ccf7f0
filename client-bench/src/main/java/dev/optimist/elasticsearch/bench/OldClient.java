package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest5_client.Rest5ClientOptions;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.RequestOptions;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import java.net.URI;

/**
 * A client of today for a server of then, which knows neither the header that a client of today looks for nor its media types.
 * What single documents need is the same in both.
 */
final class OldClient {
    private static final String JSON = "application/json";

    private OldClient() {}

    /** Returns the low-level client, of as many connections as others here have, and which sends nothing twice either. */
    static Rest5Client lowLevel(String url) {
        return Rest5Client.builder(URI.create(url))
                .setCompressionEnabled(false)
                .setConnectionManagerCallback(
                        manager -> manager.setMaxConnPerRoute(Bench.CONNECTIONS).setMaxConnTotal(Bench.CONNECTIONS))
                .setHttpClientConfigCallback(http -> http.disableAutomaticRetries()
                        .disableContentCompression()
                        .addResponseInterceptorFirst(
                                (response, body, context) -> response.setHeader("X-Elastic-Product", "Elasticsearch")))
                .build();
    }

    static ElasticsearchClient of(Rest5Client lowLevel) {
        RequestOptions headers = RequestOptions.DEFAULT.toBuilder()
                .addHeader("Accept", JSON)
                .addHeader("Content-Type", JSON)
                .build();
        return new ElasticsearchClient(
                new Rest5ClientTransport(lowLevel, new JacksonJsonpMapper(), new Rest5ClientOptions(headers, false)));
    }
}

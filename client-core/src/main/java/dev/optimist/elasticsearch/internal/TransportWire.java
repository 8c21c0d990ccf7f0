package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.transport.endpoints.SimpleEndpoint;
import java.util.concurrent.CompletableFuture;

/** Through elasticsearch-java's transport with all that its owner has set: options, retries, tracing. */
record TransportWire(ElasticsearchClient client) implements Wire {
    @Override
    public <Q, A> CompletableFuture<A> send(Q request, SimpleEndpoint<Q, A> endpoint) {
        return client._transport().performRequestAsync(request, endpoint, client._transportOptions());
    }
}

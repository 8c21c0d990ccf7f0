package dev.optimist.elasticsearch.internal;

import co.elastic.clients.transport.endpoints.SimpleEndpoint;
import java.util.concurrent.CompletableFuture;

/** What a request goes through. Thread-safe. */
interface Wire {
    /**
     * Sends one request. To cancel what is returned lets go of the connection; what it fails with is for {@link Failures}.
     *
     * @param endpoint whose answers are read by an {@link AnswerParser}
     */
    <Q, A> CompletableFuture<A> send(Q request, SimpleEndpoint<Q, A> endpoint);
}

package dev.optimist.elasticsearch.it;

import co.elastic.clients.elasticsearch.ElasticsearchClient;

/** elasticsearch-java's client as it comes: what it does with a lost answer, ours must not. In a class of its own as 8 has no such. */
final class DefaultTransport {
    private DefaultTransport() {}

    /** What a client of 9.x asks for by default is refused by servers of 8.x, see ForbiddenCombinationsIT. */
    static ElasticsearchClient plainJson(String url) {
        return ElasticsearchClient.of(b -> b.host(url))
                .withTransportOptions(
                        o -> o.setHeader("Accept", "application/json").setHeader("Content-Type", "application/json"));
    }
}

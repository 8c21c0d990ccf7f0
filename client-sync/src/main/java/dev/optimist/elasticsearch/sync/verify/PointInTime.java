package dev.optimist.elasticsearch.sync.verify;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorResponse;
import co.elastic.clients.elasticsearch._types.SortOptions;
import co.elastic.clients.elasticsearch._types.Time;
import co.elastic.clients.elasticsearch._types.mapping.FieldType;
import co.elastic.clients.elasticsearch.core.OpenPointInTimeRequest;
import co.elastic.clients.transport.Endpoint;
import co.elastic.clients.transport.endpoints.EndpointBase;
import co.elastic.clients.transport.endpoints.SimpleEndpoint;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A view of an index that stays as it is while its pages are read. OpenSearch has it under other paths than Elasticsearch, and
 * before 3.3 cannot sort by shard and document: there pages are in the order of {@code _id}, which it loads into memory for that.
 */
final class PointInTime {
    /** As elasticsearch-java's, without the body, which 7.17 refuses, and without what 7.17 does not answer. */
    private static final Endpoint<OpenPointInTimeRequest, JsonNode, ErrorResponse> OPEN = new SimpleEndpoint<>(
            "es/open_point_in_time",
            OpenPointInTimeRequest._ENDPOINT::method,
            OpenPointInTimeRequest._ENDPOINT::requestUrl,
            OpenPointInTimeRequest._ENDPOINT::pathParameters,
            OpenPointInTimeRequest._ENDPOINT::queryParameters,
            OpenPointInTimeRequest._ENDPOINT::headers,
            false,
            ExactTree.DESERIALIZER);

    /** <a href="https://docs.opensearch.org/latest/search-plugins/searching-data/point-in-time-api/">Point in time API</a>. */
    private static final Endpoint<OpenPointInTimeRequest, JsonNode, ErrorResponse> OPEN_OPENSEARCH =
            new SimpleEndpoint<>(
                    "os/create_pit",
                    request -> "POST",
                    request -> OpenPointInTimeRequest._ENDPOINT
                            .requestUrl(request)
                            .replaceFirst("/_pit$", "/_search/point_in_time"),
                    OpenPointInTimeRequest._ENDPOINT::pathParameters,
                    OpenPointInTimeRequest._ENDPOINT::queryParameters,
                    EndpointBase.emptyMap(),
                    false,
                    ExactTree.DESERIALIZER);

    private static final Endpoint<String, JsonNode, ErrorResponse> CLOSE_OPENSEARCH = new SimpleEndpoint<>(
            "os/delete_pit",
            id -> "DELETE",
            id -> "/_search/point_in_time",
            EndpointBase.emptyMap(),
            EndpointBase.emptyMap(),
            EndpointBase.emptyMap(),
            PointInTime::toDelete,
            ExactTree.DESERIALIZER);

    private final ElasticsearchClient client;
    private final boolean openSearch;
    private String id;

    private PointInTime(ElasticsearchClient client, boolean openSearch, String id) {
        this.client = client;
        this.openSearch = openSearch;
        this.id = id;
    }

    static PointInTime open(ElasticsearchClient client, String index, Time keepAlive) throws IOException {
        OpenPointInTimeRequest request =
                OpenPointInTimeRequest.of(p -> p.index(index).keepAlive(keepAlive));
        try {
            return new PointInTime(
                    client, false, perform(client, request, OPEN).path("id").asText());
        } catch (ElasticsearchException e) {
            if (!String.valueOf(e.error().reason()).contains("no handler found")) {
                throw e;
            }
            return new PointInTime(
                    client,
                    true,
                    perform(client, request, OPEN_OPENSEARCH).path("pit_id").asText());
        }
    }

    private static <Q> JsonNode perform(
            ElasticsearchClient client, Q request, Endpoint<Q, JsonNode, ErrorResponse> endpoint) throws IOException {
        return client._transport().performRequest(request, endpoint, client._transportOptions());
    }

    private static BinaryData toDelete(String id) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("pit_id").add(id);
        return BinaryData.of(body.toString().getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_JSON);
    }

    String id() {
        return id;
    }

    /** An answer may have another one, to be used from then on. */
    void goesOnAs(@Nullable String next) {
        if (next != null) {
            id = next;
        }
    }

    /** Returns what no two documents have the same of. */
    SortOptions order() {
        return openSearch
                // an index without documents has no _id yet
                ? SortOptions.of(o -> o.field(f -> f.field("_id").unmappedType(FieldType.Keyword)))
                : SortOptions.of(o -> o.field(f -> f.field("_shard_doc")));
    }

    /** It ends by itself after its keep_alive, should this fail. */
    void close() {
        try {
            if (openSearch) {
                var unused = perform(client, id, CLOSE_OPENSEARCH);
            } else {
                client.closePointInTime(p -> p.id(id));
            }
        } catch (IOException | ElasticsearchException ends) {
            // and what was read is read
        }
    }
}

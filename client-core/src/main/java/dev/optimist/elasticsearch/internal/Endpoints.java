package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.transport.endpoints.EndpointBase;
import co.elastic.clients.transport.endpoints.SimpleEndpoint;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Write.Operation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The requests for one document, written down from what is wanted without elasticsearch-java's request objects between;
 * their names and parameters are the same. The document's bytes go as they are: serialized once, by us, with nothing lost.
 */
final class Endpoints {
    static final SimpleEndpoint<Address, Stored> GET = new SimpleEndpoint<>(
            "es/get",
            address -> "GET",
            Endpoints::path,
            Endpoints::pathParameters,
            address -> address.routing() == null ? Map.of() : Map.of("routing", address.routing()),
            EndpointBase.emptyMap(),
            false,
            AnswerParser.STORED);

    /** For {@link Operation#INDEX} and {@link Operation#CREATE}. */
    static final SimpleEndpoint<Timed, Written> INDEX = new SimpleEndpoint<>(
            "es/index",
            timed -> "PUT",
            timed -> path(timed.write.address()),
            timed -> pathParameters(timed.write.address()),
            Endpoints::parameters,
            EndpointBase.emptyMap(),
            timed -> BinaryData.of(Objects.requireNonNull(timed.write.source()), ContentType.APPLICATION_JSON),
            AnswerParser.WRITTEN);

    /** For {@link Operation#DELETE}. */
    static final SimpleEndpoint<Timed, Written> DELETE = new SimpleEndpoint<>(
            "es/delete",
            timed -> "DELETE",
            timed -> path(timed.write.address()),
            timed -> pathParameters(timed.write.address()),
            Endpoints::parameters,
            EndpointBase.emptyMap(),
            false,
            AnswerParser.WRITTEN);

    /** Adds a field to a mapping. */
    static final SimpleEndpoint<DisabledObject, Void> MAPPING = new SimpleEndpoint<>(
            "es/indices.put_mapping",
            wanted -> "PUT",
            Endpoints::mappingPath,
            wanted -> Map.of("index", wanted.index),
            EndpointBase.emptyMap(),
            EndpointBase.emptyMap(),
            Endpoints::mapping,
            AnswerParser.ACKNOWLEDGED);

    /** What tells an index from another of the same name; answers about documents do not have it. */
    static final SimpleEndpoint<String, Map<String, String>> UUIDS = new SimpleEndpoint<>(
            "es/indices.get_settings",
            target -> "GET",
            target ->
                    encoded(target, new StringBuilder("/")).append("/_settings").toString(),
            target -> Map.of("index", target),
            target -> Map.of("filter_path", "*.settings.index.uuid,error,status"), // some filter their errors, too
            EndpointBase.emptyMap(),
            false,
            AnswerParser.UUIDS);

    private Endpoints() {}

    /**
     * An object that is kept, but not indexed.
     *
     * @param index where
     * @param mappingType see {@link Address}
     * @param field its name
     */
    record DisabledObject(String index, @Nullable String mappingType, String field) {}

    private static String mappingPath(DisabledObject wanted) {
        StringBuilder path = encoded(wanted.index, new StringBuilder("/")).append("/_mapping");
        if (wanted.mappingType != null) {
            encoded(wanted.mappingType, path.append('/'));
        }
        return path.toString();
    }

    private static BinaryData mapping(DisabledObject wanted) {
        ObjectNode mapping = JsonNodeFactory.instance.objectNode();
        mapping.withObjectProperty("properties")
                .withObjectProperty(wanted.field)
                .put("type", "object")
                .put("enabled", false);
        return BinaryData.of(mapping.toString().getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_JSON);
    }

    /**
     * A write and how long we listen for its answer.
     *
     * @param write what is wanted
     * @param timeout how long
     */
    record Timed(Write write, Duration timeout) {}

    /**
     * How long the server may go on trying: a little less than we listen, so that its answer (a 503, say) arrives, and a
     * write is not still being tried (for a minute, by default) after the caller was told that nobody knows.
     */
    static String serverTimeout(Duration timeout) {
        return Math.max(1, timeout.toMillis() * 9 / 10) + "ms";
    }

    private static String path(Address address) {
        StringBuilder path =
                new StringBuilder(8 + address.index().length() + address.id().length()).append('/');
        encoded(address.index(), path);
        encoded(address.mappingType() == null ? "_doc" : address.mappingType(), path.append('/'));
        return encoded(address.id(), path.append('/')).toString();
    }

    /** For several documents; that of the first is the default for all. */
    static String path(Address first, String api) {
        StringBuilder path = encoded(first.index(), new StringBuilder("/"));
        if (first.mappingType() != null) {
            encoded(first.mappingType(), path.append('/'));
        }
        return path.append('/').append(api).toString();
    }

    /**
     * Most names need no encoding, and are not made bytes of to see that. A plus sign does, though it need not by RFC 3986:
     * Elasticsearch before 7 takes it for a space, and two documents would be one.
     */
    static StringBuilder encoded(String name, StringBuilder path) {
        for (int i = 0; i < name.length(); i++) {
            if (!isUnreserved(name.charAt(i))) {
                int begin = path.length();
                EndpointBase.pathEncode(name, path);
                for (int plus = path.indexOf("+", begin); plus >= 0; plus = path.indexOf("+", plus)) {
                    path.replace(plus, plus + 1, "%2B");
                }
                return path;
            }
        }
        return path.append(name);
    }

    /** RFC 3986, section 2.3. */
    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    private static Map<String, String> pathParameters(Address address) {
        return Map.of("index", address.index(), "id", address.id());
    }

    private static Map<String, String> parameters(Timed timed) {
        Write write = timed.write;
        Write.Parameters wanted = write.parameters();
        Map<String, String> all = new HashMap<>(4);
        if (write.address().routing() != null) {
            all.put("routing", write.address().routing());
        }
        condition(write.condition(), all);
        if (wanted.refresh() != null) {
            all.put("refresh", wanted.refresh().jsonValue());
        }
        if (wanted.waitForActiveShards() != null) {
            all.put("wait_for_active_shards", wanted.waitForActiveShards());
        }
        if (write.operation() != Operation.DELETE) { // which has neither
            if (wanted.pipeline() != null) {
                all.put("pipeline", wanted.pipeline());
            }
            if (wanted.requireAlias() != null) {
                all.put("require_alias", wanted.requireAlias().toString());
            }
        }
        if (write.operation() == Operation.CREATE) {
            all.put("op_type", "create");
        }
        all.put("timeout", serverTimeout(timed.timeout));
        return all;
    }

    private static void condition(WriteCondition condition, Map<String, String> all) {
        Long version = VersionAsSeqNo.version(condition);
        if (version != null) {
            all.put("version", version.toString());
        } else if (condition instanceof WriteCondition.UnchangedSince since) {
            all.put("if_seq_no", Long.toString(since.token().seqNo()));
            all.put("if_primary_term", Long.toString(since.token().primaryTerm()));
        } else if (condition instanceof WriteCondition.IfSeqNo c) {
            all.put("if_seq_no", Long.toString(c.seqNo()));
            all.put("if_primary_term", Long.toString(c.primaryTerm()));
        } else if (condition instanceof WriteCondition.External c) {
            all.put("version", Long.toString(c.version()));
            all.put("version_type", VersionType.External.jsonValue());
        } else if (condition instanceof WriteCondition.ExternalGte c) {
            all.put("version", Long.toString(c.version()));
            all.put("version_type", VersionType.ExternalGte.jsonValue());
        }
    }
}

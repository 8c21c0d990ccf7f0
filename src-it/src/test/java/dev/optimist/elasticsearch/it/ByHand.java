package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.examples.Wire;
import dev.optimist.elasticsearch.examples.Wire.Exchange;
import dev.optimist.elasticsearch.it.letter.Request;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sends what a tutorial's text says, literally. What the server refuses to understand (types since 8, {@code ?version=1}
 * since 7) is then sent as it takes it.
 */
final class ByHand {
    private final Wire wire;
    private final Rest rest;
    private final int major;

    /** What the answers had beside each version. */
    private final Map<String, JsonNode> versions = new TreeMap<>();

    ByHand(Wire wire, int major) {
        this.wire = wire;
        this.rest = new Rest(wire.url());
        this.major = major;
    }

    Exchange send(Request request) {
        Exchange literally = exchange(request);
        Request understood = understood(request);
        if (!understood.equals(request)) {
            assertThat(literally.status()).as("%s", literally).isIn(400, 405);
        }
        return understood.equals(request) ? literally : exchange(understood);
    }

    private Request understood(Request request) {
        String path = request.path();
        if (major >= 8) {
            String index = "/" + request.part(0);
            path = index + (request.creates() ? "/_create/" : "/_doc/") + request.part(2);
        }
        Map<String, String> parameters = new TreeMap<>(request.parameters());
        if (major >= 7 && parameters.containsKey("version") && !parameters.containsKey("version_type")) {
            JsonNode seen = versions.get(parameters.remove("version"));
            parameters.put("if_seq_no", seen.get("_seq_no").asText());
            parameters.put("if_primary_term", seen.get("_primary_term").asText());
        }
        return request.with(path, parameters);
    }

    private Exchange exchange(Request request) {
        wire.take();
        JsonNode answer = switch (request.method()) {
            case "PUT" -> rest.put(request.uri(), request.body()).body();
            case "GET" -> rest.get(request.uri()).body();
            default -> throw new IllegalArgumentException(request.method());
        };
        if (answer.has("_version")) {
            versions.put(answer.get("_version").asText(), answer);
        }
        List<Exchange> exchanges = wire.take();
        assertThat(exchanges).hasSize(1);
        return exchanges.get(0);
    }
}

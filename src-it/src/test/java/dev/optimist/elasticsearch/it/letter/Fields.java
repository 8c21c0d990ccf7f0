package dev.optimist.elasticsearch.it.letter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import dev.optimist.elasticsearch.examples.Wire.Exchange;
import dev.optimist.elasticsearch.it.letter.TutorialText.Step;
import java.util.Map;
import java.util.TreeMap;

/** A request and its answer as single values: those of the request, the HTTP status, and the answer's by JSON pointer. */
final class Fields {
    private Fields() {}

    /** What the text says. */
    static Map<String, String> of(Step step) {
        JsonNode answer = step.expected();
        Map<String, String> all = request(step.request());
        all.putAll(values("", answer));
        String status = "200";
        if (answer.has("status")) {
            status = answer.get("status").asText();
        } else if (answer.path("created").asBoolean()) {
            status = "201";
        }
        if (step.whole() || answer.has("status")) {
            all.put("HTTP status", status);
        }
        return all;
    }

    /** What went over the wire. */
    static Map<String, String> of(Exchange exchange) {
        Map<String, String> all = request(Request.of(exchange.method(), exchange.uri(), exchange.requestBody()));
        all.put("HTTP status", Integer.toString(exchange.status()));
        all.putAll(values("", TutorialText.read(exchange.responseBody())));
        return all;
    }

    private static Map<String, String> request(Request request) {
        Map<String, String> all = new TreeMap<>();
        all.put("request method", request.method());
        all.put("request path", request.path());
        request.parameters().forEach((name, value) -> all.put("request ?" + name, value));
        if (!request.body().isEmpty()) {
            all.putAll(values("request ", TutorialText.read(request.body())));
        }
        return all;
    }

    /** Strings in quotes, so that "3" is not 3. */
    private static Map<String, String> values(String pointer, JsonNode json) {
        Map<String, String> all = new TreeMap<>();
        if (json instanceof ContainerNode<?> container && !container.isEmpty()) {
            json.properties().forEach(field -> all.putAll(values(pointer + "/" + field.getKey(), field.getValue())));
            for (int i = 0; json.isArray() && i < json.size(); i++) {
                all.putAll(values(pointer + "/" + i, json.get(i)));
            }
        } else if (!json.isEmpty() || json.isValueNode()) {
            all.put(pointer, json.toString());
        }
        return all;
    }
}

package dev.optimist.elasticsearch.sync.debezium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Ids of primary keys. */
final class Keys {
    private Keys() {}

    /** Returns the values joined, so that different keys stay different. */
    static String joined(ObjectNode key) {
        List<String> values = new ArrayList<>();
        for (JsonNode value : key) {
            values.add(value.asText());
        }
        return values.size() == 1
                ? values.get(0)
                : String.join(
                        "|",
                        values.stream()
                                .map(value -> value.replace("\\", "\\\\").replace("|", "\\|"))
                                .toList());
    }
}

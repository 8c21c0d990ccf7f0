package dev.optimist.elasticsearch.bench;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** How the documents are in a topic, and what a worker of Connect makes of them before the sink gets them. */
enum ValueForm {
    SCHEMAS("sink-schemas", "org.apache.kafka.connect.json.JsonConverter"),
    SCHEMALESS("sink-schemaless", "org.apache.kafka.connect.json.JsonConverter"),
    BYTES("sink-bytes", "org.apache.kafka.connect.converters.ByteArrayConverter");

    private static final String SCHEMA = "{\"schema\":{\"type\":\"struct\",\"optional\":false,\"fields\":["
            + "{\"field\":\"name\",\"type\":\"string\"},{\"field\":\"description\",\"type\":\"string\"},"
            + "{\"field\":\"cents\",\"type\":\"int64\"},{\"field\":\"stock\",\"type\":\"int32\"},"
            + "{\"field\":\"category\",\"type\":\"string\"},{\"field\":\"seller\",\"type\":\"string\"}]},\"payload\":";

    private final String side;
    private final String converter;

    ValueForm(String side, String converter) {
        this.side = side;
        this.converter = converter;
    }

    String side() {
        return side;
    }

    /** Returns a document as it is in the topic. */
    byte[] inTopic(byte[] json) {
        return this == SCHEMAS
                ? (SCHEMA + new String(json, StandardCharsets.UTF_8) + "}").getBytes(StandardCharsets.UTF_8)
                : json;
    }

    /** Returns a connector's settings for it. */
    Map<String, String> converters(boolean timed) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        settings.put("value.converter", timed ? TimedConverter.class.getName() : converter);
        if (timed) {
            settings.put("value.converter." + TimedConverter.DELEGATE, converter);
        }
        if (this != BYTES) {
            settings.put("value.converter.schemas.enable", Boolean.toString(this == SCHEMAS));
        }
        return settings;
    }
}

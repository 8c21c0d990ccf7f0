package dev.optimist.elasticsearch.sync.verify;

import co.elastic.clients.json.JsonpDeserializer;
import co.elastic.clients.json.JsonpDeserializerBase;
import co.elastic.clients.json.JsonpMapper;
import co.elastic.clients.json.jackson.JacksonJsonpParser;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.json.stream.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;

/** A document as a tree in which every number has all its digits. */
final class ExactTree extends JsonpDeserializerBase<JsonNode> {
    static final JsonpDeserializer<JsonNode> DESERIALIZER = new ExactTree();

    private ExactTree() {
        super(EnumSet.of(JsonParser.Event.START_OBJECT));
    }

    @Override
    public JsonNode deserialize(JsonParser parser, JsonpMapper mapper, JsonParser.Event event) {
        try {
            // VersionedClient makes sure of the mapper, and with it of the parser
            return Judge.EXACT.readTree(((JacksonJsonpParser) parser).jacksonParser());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

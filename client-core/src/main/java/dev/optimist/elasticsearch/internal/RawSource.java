package dev.optimist.elasticsearch.internal;

import co.elastic.clients.json.JsonpDeserializer;
import co.elastic.clients.json.JsonpDeserializerBase;
import co.elastic.clients.json.JsonpMapper;
import co.elastic.clients.json.jackson.JacksonJsonpParser;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.json.stream.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;

/**
 * Takes {@code _source} out of an answer as the JSON that it is. Every number keeps its digits: elasticsearch-java's own
 * {@code BinaryData} fails on integers over 64 bits, and a tree of Jackson's rounds decimals to doubles.
 */
final class RawSource extends JsonpDeserializerBase<byte[]> {
    static final JsonpDeserializer<byte[]> DESERIALIZER = new RawSource();

    private static final JsonFactory JSON = new JsonFactory();

    private RawSource() {
        super(EnumSet.of(JsonParser.Event.START_OBJECT));
    }

    @Override
    public byte[] deserialize(JsonParser parser, JsonpMapper mapper, JsonParser.Event event) {
        try {
            // TypedClientDialect makes sure of the mapper, and with it of the parser
            return copy(((JacksonJsonpParser) parser).jacksonParser());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the object that the parser is at, and puts the parser at its end. */
    static byte[] copy(com.fasterxml.jackson.core.JsonParser parser) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator copy = JSON.createGenerator(bytes)) {
            copy.copyCurrentStructureExact(parser);
        }
        return bytes.toByteArray();
    }
}

package dev.optimist.elasticsearch.internal;

import co.elastic.clients.json.JsonpDeserializer;
import co.elastic.clients.json.JsonpDeserializerBase;
import co.elastic.clients.json.JsonpMapper;
import co.elastic.clients.json.jackson.JacksonJsonpParser;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import jakarta.json.stream.JsonParser.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the answers about documents, token by token and only what is asked for: elasticsearch-java's own
 * objects of them cost more than all that we do with a document. What makes no sense is thrown, and the transport makes of
 * it what it makes of every answer that it cannot read.
 *
 * @param <A> the answer
 */
abstract class AnswerParser<A> extends JsonpDeserializerBase<A> {
    static final JsonpDeserializer<Stored> STORED = new OfStored();
    static final JsonpDeserializer<Written> WRITTEN = new OfWritten();
    static final JsonpDeserializer<Void> ACKNOWLEDGED = new OfAcknowledged();
    static final JsonpDeserializer<Map<String, String>> UUIDS = new OfUuids();

    AnswerParser() {
        super(EnumSet.of(Event.START_OBJECT));
    }

    @Override
    public A deserialize(jakarta.json.stream.JsonParser parser, JsonpMapper mapper, Event event) {
        try {
            // RestDialect makes sure of the mapper, and with it of the parser
            return parse(((JacksonJsonpParser) parser).jacksonParser());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads to the end of the object whose start was read. */
    abstract A parse(JsonParser parser) throws IOException;

    private static final class OfStored extends AnswerParser<Stored> {
        @Override
        Stored parse(JsonParser parser) throws IOException {
            return new DocumentFields().read(parser, null).stored();
        }
    }

    private static final class OfWritten extends AnswerParser<Written> {
        @Override
        Written parse(JsonParser parser) throws IOException {
            return new DocumentFields().read(parser, null).written();
        }
    }

    private static final class OfAcknowledged extends AnswerParser<Void> {
        @Override
        Void parse(JsonParser parser) throws IOException {
            while (nextField(parser)) {
                parser.skipChildren();
            }
            return null;
        }
    }

    /** Of {@code {"stock-1": {"settings": {"index": {"uuid": "…"}}}}}; a proxy may have left more in than was asked for. */
    private static final class OfUuids extends AnswerParser<Map<String, String>> {
        @Override
        Map<String, String> parse(JsonParser parser) throws IOException {
            Map<String, String> uuids = new HashMap<>();
            while (nextField(parser)) {
                String index = parser.currentName();
                uuids.put(index, text(parser, List.of("settings", "index", "uuid")));
            }
            return Map.copyOf(uuids);
        }

        private static String text(JsonParser parser, List<String> path) throws IOException {
            if (path.isEmpty()) {
                expect(parser, JsonToken.VALUE_STRING);
                return parser.getText();
            }
            expect(parser, JsonToken.START_OBJECT);
            String text = null;
            while (nextField(parser)) {
                if (parser.currentName().equals(path.get(0))) {
                    text = text(parser, path.subList(1, path.size()));
                } else {
                    parser.skipChildren();
                }
            }
            if (text == null) {
                throw new IOException(path.get(0) + ": missing");
            }
            return text;
        }
    }

    /** Goes to the value of the next field; false at the end of the object. */
    static boolean nextField(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.FIELD_NAME) {
            return false; // a cut answer is thrown by the parser
        }
        parser.nextToken();
        return true;
    }

    static void expect(JsonParser parser, JsonToken token) throws IOException {
        if (parser.currentToken() != token) {
            throw new IOException(parser.currentName() + ": " + parser.currentToken() + " instead of " + token);
        }
    }
}

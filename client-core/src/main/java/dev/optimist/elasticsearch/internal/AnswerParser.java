package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.Result;
import co.elastic.clients.json.JsonpDeserializer;
import co.elastic.clients.json.JsonpDeserializerBase;
import co.elastic.clients.json.JsonpMapper;
import co.elastic.clients.json.jackson.JacksonJsonpParser;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import jakarta.json.stream.JsonParser.Event;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answers to requests for one document, token by token and only what is asked for: elasticsearch-java's own
 * objects of them cost more than all that we do with a document. What makes no sense is thrown, and the transport makes of
 * it what it makes of every answer that it cannot read.
 *
 * @param <A> the answer
 */
abstract class AnswerParser<A> extends JsonpDeserializerBase<A> {
    static final JsonpDeserializer<Stored> STORED = new OfStored();
    static final JsonpDeserializer<Written> WRITTEN = new OfWritten();

    private AnswerParser() {
        super(EnumSet.of(Event.START_OBJECT));
    }

    @Override
    public A deserialize(jakarta.json.stream.JsonParser parser, JsonpMapper mapper, Event event) {
        try {
            // TypedClientDialect makes sure of the mapper, and with it of the parser
            return parse(((JacksonJsonpParser) parser).jacksonParser());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads to the end of the object whose start was read. */
    abstract A parse(JsonParser parser) throws IOException;

    private static boolean nextField(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.FIELD_NAME) {
            return false; // a cut answer is thrown by the parser
        }
        parser.nextToken();
        return true;
    }

    private static @Nullable String text(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        expect(parser, JsonToken.VALUE_STRING);
        return parser.getText();
    }

    private static long number(JsonParser parser) throws IOException {
        expect(parser, JsonToken.VALUE_NUMBER_INT);
        return parser.getLongValue();
    }

    private static void expect(JsonParser parser, JsonToken token) throws IOException {
        if (parser.currentToken() != token) {
            throw new IOException(parser.currentName() + ": " + parser.currentToken() + " instead of " + token);
        }
    }

    private static <V> V required(@Nullable V value, String name) throws IOException {
        if (value == null) {
            throw new IOException(name + " is missing");
        }
        return value;
    }

    private static final class OfStored extends AnswerParser<Stored> {
        @Override
        Stored parse(JsonParser parser) throws IOException {
            String index = null;
            String routing = null;
            Boolean found = null;
            long version = 0;
            long seqNo = Stored.NO_SEQ_NO;
            long primaryTerm = Stored.NO_PRIMARY_TERM;
            Slice source = new Slice(parser);
            while (nextField(parser)) {
                switch (parser.currentName()) {
                    case "_index" -> index = text(parser);
                    case "_routing" -> routing = text(parser);
                    case "found" -> found = parser.getBooleanValue();
                    case "_version" -> version = number(parser);
                    case "_seq_no" -> seqNo = number(parser);
                    case "_primary_term" -> primaryTerm = number(parser);
                    case "_source" -> source.object();
                    default -> parser.skipChildren();
                }
            }
            return new Stored(
                    required(index, "_index"),
                    required(found, "found"),
                    routing,
                    version,
                    seqNo,
                    primaryTerm,
                    source.bytes());
        }
    }

    private static final class OfWritten extends AnswerParser<Written> {
        @Override
        Written parse(JsonParser parser) throws IOException {
            String index = null;
            Result result = null;
            Long version = null;
            long seqNo = Stored.NO_SEQ_NO;
            long primaryTerm = Stored.NO_PRIMARY_TERM;
            while (nextField(parser)) {
                switch (parser.currentName()) {
                    case "_index" -> index = text(parser);
                    case "result" -> result = Answers.result(text(parser));
                    case "_version" -> version = number(parser);
                    case "_seq_no" -> seqNo = number(parser);
                    case "_primary_term" -> primaryTerm = number(parser);
                    default -> parser.skipChildren();
                }
            }
            return new Written(
                    required(index, "_index"),
                    required(result, "result"),
                    required(version, "_version"),
                    seqNo,
                    primaryTerm);
        }
    }

    /** An object inside an answer, as the bytes that it is, so that every number keeps its digits. */
    private static final class Slice {
        private final JsonParser parser;
        private int from = -1;
        private int to;
        private byte @Nullable [] copy;

        Slice(JsonParser parser) {
            this.parser = parser;
        }

        /** Takes the object that the parser is at, and puts the parser at its end. */
        void object() throws IOException {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            expect(parser, JsonToken.START_OBJECT);
            if (parser.getInputSource() instanceof ByteArrayInputStream) {
                from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                to = (int) parser.currentLocation().getByteOffset();
            } else { // compressed, or another transport than ours
                copy = RawSource.copy(parser);
            }
        }

        /** Returns null if there was none; the parser must be at its end, as its input is read once more. */
        byte @Nullable [] bytes() throws IOException {
            if (from < 0 || !(parser.getInputSource() instanceof ByteArrayInputStream input)) {
                return copy;
            }
            byte[] slice = new byte[to - from];
            input.reset(); // to its beginning, as nobody has marked another place
            if (input.skip(from) != from
                    || input.read(slice, 0, slice.length) != slice.length
                    || slice[0] != '{'
                    || slice[slice.length - 1] != '}') {
                throw new IOException("_source is not where it was");
            }
            return slice;
        }
    }
}

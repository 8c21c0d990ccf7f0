package dev.optimist.elasticsearch.internal;

import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Between a user's class and the bytes of {@code _source}.
 *
 * @param <T> the user's class
 */
public final class DocumentCodec<T> {

    /** Keeps every digit: two documents are the same only if no number of theirs differs. */
    private static final ObjectReader EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build()
            .reader();

    private final ObjectMapper mapper;
    private final JavaType type;
    private final ObjectReader reader;
    private final ObjectWriter writer;

    /** Maps with this object mapper; a {@link JsonNode} keeps every digit of its numbers whatever the mapper's settings. */
    public DocumentCodec(ObjectMapper mapper, JavaType type) {
        this.mapper = mapper;
        this.type = type;
        ObjectReader plain = mapper.readerFor(type);
        this.reader = JsonNode.class.isAssignableFrom(type.getRawClass())
                ? plain.with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                : plain;
        this.writer = mapper.writer().without(SerializationFeature.INDENT_OUTPUT); // a line each in a bulk
    }

    /** Returns the user's class. */
    public JavaType type() {
        return type;
    }

    /**
     * Reads a document.
     *
     * @throws IOException if it does not map to the class
     */
    public T read(byte[] source) throws IOException {
        return reader.readValue(source);
    }

    /**
     * Writes a document.
     *
     * @throws IllegalArgumentException if it is not a JSON object, holds NaN or an infinite number (Jackson writes them as
     *     strings, and Elasticsearch stores those), or cannot be written at all
     */
    public byte[] write(T document) {
        if (document instanceof CheckedJson json) {
            return json.bytes();
        }
        Bytes bytes = new Bytes();
        try (JsonGenerator generator = new FiniteNumbers(mapper.getFactory().createGenerator(bytes))) {
            writer.writeValue(generator, document);
        } catch (IOException e) {
            throw new IllegalArgumentException("document: cannot be written as JSON: " + e.getMessage(), e);
        }
        byte[] json = bytes.all();
        int first = 0;
        while (first < json.length && Character.isWhitespace(json[first])) {
            first++;
        }
        if (first == json.length || json[first] != '{') {
            throw new IllegalArgumentException("document: must be a JSON object, but "
                    + document.getClass().getName() + " is written as something else");
        }
        return json;
    }

    /** Returns whether two documents are equal as JSON: order of fields and white space aside. */
    public static boolean sameJson(byte[] one, byte[] other) {
        if (Arrays.equals(one, other)) {
            return true;
        }
        if (FirstDifference.isDecisive(one, other)) {
            return false;
        }
        try {
            return EXACT.readTree(one).equals(EXACT.readTree(other));
        } catch (IOException e) {
            throw new IllegalStateException("written by us or by Elasticsearch, yet not JSON", e);
        }
    }

    /** Jackson writes a document of up to its 8 kB at once: the array is then as long as the document, and kept. */
    private static final class Bytes extends ByteArrayOutputStream {
        Bytes() {
            super(0);
        }

        byte[] all() {
            return count == buf.length ? buf : toByteArray();
        }
    }

    private static final class FiniteNumbers extends JsonGeneratorDelegate {
        FiniteNumbers(JsonGenerator generator) {
            super(generator, false);
        }

        @Override
        public void writeNumber(double value) throws IOException {
            if (!Double.isFinite(value)) {
                throw notFinite(value);
            }
            super.writeNumber(value);
        }

        @Override
        public void writeNumber(float value) throws IOException {
            if (!Float.isFinite(value)) {
                throw notFinite(value);
            }
            super.writeNumber(value);
        }

        @Override
        public void writeArray(double[] array, int offset, int length) throws IOException {
            writeStartArray(array, length);
            for (int i = offset; i < offset + length; i++) {
                writeNumber(array[i]);
            }
            writeEndArray();
        }

        private JsonProcessingException notFinite(double value) {
            JsonStreamContext at = getOutputContext();
            // in an array, the context is still at the element before
            String path = at.inArray()
                    ? at.getParent().pathAsPointer() + "/" + at.getEntryCount()
                    : at.pathAsPointer().toString();
            return new JsonGenerationException(value + " at " + path + " has no form in JSON", this);
        }
    }
}

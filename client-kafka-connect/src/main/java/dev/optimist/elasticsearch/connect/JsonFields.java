package dev.optimist.elasticsearch.connect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An object in the bytes of a JSON text: read token by token where something is asked for, and never made a tree. */
final class JsonFields implements Fields {
    static final JsonFactory JSON = new JsonFactory();

    /** An array: no one looks into it. */
    private static final Object ARRAY = List.of();

    private final byte[] text;
    private final int from;
    private final int to;

    /** What was asked for when all of it was read; null if it was not. */
    private final @Nullable Map<String, Object> known;

    private final Set<String> asked;
    private final int count;

    private JsonFields(
            byte[] text, int from, int to, @Nullable Map<String, Object> known, Set<String> asked, int count) {
        this.text = text;
        this.from = from;
        this.to = to;
        this.known = known;
        this.asked = asked;
        this.count = count;
    }

    /**
     * Reads a text to its end, so that it is certain to be one object of JSON in UTF-8, and nothing else.
     *
     * @param wanted the fields that are going to be asked for
     * @throws BadRecordException if it is not
     */
    static JsonFields read(byte[] text, Set<String> wanted) {
        if (text.length == 0) {
            throw new BadRecordException("the value is empty, and no JSON");
        }
        if (text[0] == 0 || (text.length > 1 && text[1] == 0)) { // which Jackson reads, and Elasticsearch does not
            throw new BadRecordException("the value is not UTF-8");
        }
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new BadRecordException("the value is JSON, but no object");
            }
            int from = start(parser, 0);
            Map<String, Object> known = null;
            int count = 0;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                count++;
                String name = parser.currentName();
                parser.nextToken();
                if (wanted.contains(name)) {
                    known = known == null ? new HashMap<>(8) : known;
                    Object value = value(parser, text, 0);
                    if (value != null) {
                        known.put(name, value);
                    }
                } else {
                    parser.skipChildren();
                }
            }
            int to = end(parser, 0);
            if (parser.nextToken() != null) {
                throw new BadRecordException("the value is more than one JSON object");
            }
            return new JsonFields(text, from, to, known == null ? Map.of() : known, wanted, count);
        } catch (JsonProcessingException e) {
            // not its own words: they may quote the document
            throw new BadRecordException("the value is malformed JSON at " + where(e), e);
        } catch (IOException e) { // of bytes that are no UTF-8
            throw new BadRecordException("the value is malformed JSON: " + e.getMessage(), e);
        }
    }

    private static String where(JsonProcessingException e) {
        return "byte " + (e.getLocation() == null ? "?" : e.getLocation().getByteOffset());
    }

    @Override
    public @Nullable Object get(String name) {
        return known != null && asked.contains(name) ? known.get(name) : find(name);
    }

    private @Nullable Object find(String name) {
        try (JsonParser parser = parser()) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals(name);
                parser.nextToken();
                if (found) {
                    return value(parser, text, from);
                }
                parser.skipChildren();
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("it was read before", e);
        }
    }

    @Override
    public List<String> names() {
        List<String> names = new ArrayList<>();
        try (JsonParser parser = parser()) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                names.add(parser.currentName());
                parser.nextToken();
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("it was read before", e);
        }
        return names;
    }

    /** Returns what JsonConverter with schemas has put around a value; null if it has not. */
    @Nullable
    Object payload() {
        return count == 2 && get("schema") instanceof Fields ? get("payload") : null;
    }

    /** Returns whether a schema is put around a value that is null. */
    boolean isNullPayload() {
        return count == 2 && get("schema") != null && names().contains("payload") && get("payload") == null;
    }

    JsonParser parser() throws IOException {
        return JSON.createParser(text, from, to - from);
    }

    /** Returns its bytes, on one line; those that it was read from, if they are. */
    byte[] line() {
        byte[] line = from == 0 && to == text.length ? text : Arrays.copyOfRange(text, from, to);
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') { // between tokens: inside of a string it would be malformed
                line = line == text ? text.clone() : line;
                line[i] = ' ';
            }
        }
        return line;
    }

    private static @Nullable Object value(JsonParser parser, byte[] text, int base) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case START_OBJECT -> {
                int from = start(parser, base);
                parser.skipChildren();
                yield new JsonFields(text, from, end(parser, base), null, Set.of(), -1);
            }
            case START_ARRAY -> {
                parser.skipChildren();
                yield ARRAY;
            }
            default -> null;
        };
    }

    private static int start(JsonParser parser, int base) {
        return base + (int) parser.currentTokenLocation().getByteOffset();
    }

    private static int end(JsonParser parser, int base) {
        return base + (int) parser.currentLocation().getByteOffset();
    }
}

package dev.optimist.elasticsearch.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.optimist.elasticsearch.internal.CheckedJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What of a value makes the document. Immutable. */
final class DocumentRules {
    private final Set<String> excluded;
    private final String unavailable;
    private final byte[] unavailableBytes;

    /**
     * @param excluded fields that are left out
     * @param unavailable what stands for a value that is not known; empty for nothing
     */
    DocumentRules(Set<String> excluded, String unavailable) {
        this.excluded = Set.copyOf(excluded);
        this.unavailable = unavailable;
        this.unavailableBytes = unavailable.getBytes(UTF_8);
    }

    /** Returns what the writer takes: the bytes as they came, where nothing has to be changed. */
    Object document(Fields value) {
        if (value instanceof StructFields struct) {
            return new ConnectJson(struct.struct(), this);
        }
        if (value instanceof MapFields map) {
            return new ConnectJson(map.map(), this);
        }
        JsonFields text = (JsonFields) value;
        byte[] line = excluded.isEmpty() ? text.line() : without(text);
        if (unavailableBytes.length > 0 && holds(line, unavailableBytes)) {
            throw unavailable("a field");
        }
        return new CheckedJson(line);
    }

    /**
     * Returns whether a field is in the document.
     *
     * @throws BadRecordException if it has to be, and its value is not known
     */
    boolean keeps(String name, @Nullable Object value) {
        if (excluded.contains(name)) {
            return false;
        }
        if (!unavailable.isEmpty() && isUnavailable(value)) {
            throw unavailable(name);
        }
        return true;
    }

    private static BadRecordException unavailable(String field) {
        return new BadRecordException(
                "the value of " + field + " is not known to Debezium, as it was too long to be logged"
                        + " with a row that has changed elsewhere; ALTER TABLE … REPLICA IDENTITY FULL has it logged always");
    }

    private boolean isUnavailable(@Nullable Object value) {
        if (value instanceof String text) {
            return text.equals(unavailable);
        }
        if (value instanceof byte[] bytes) {
            return Arrays.equals(bytes, unavailableBytes);
        }
        if (value instanceof ByteBuffer buffer) {
            return buffer.equals(ByteBuffer.wrap(unavailableBytes));
        }
        if (value instanceof List<?> list) {
            return list.size() == 1 && isUnavailable(list.get(0));
        }
        return value instanceof Map<?, ?> map && map.containsKey(unavailable);
    }

    private static boolean holds(byte[] text, byte[] part) {
        byte first = part[0];
        int last = text.length - part.length;
        for (int i = 0; i <= last; i++) {
            if (text[i] == first && Arrays.equals(text, i, i + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    private byte[] without(JsonFields text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonParser parser = text.parser();
                JsonGenerator json = JsonFields.JSON.createGenerator(bytes)) {
            parser.nextToken();
            json.writeStartObject();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (excluded.contains(name)) {
                    parser.skipChildren();
                } else {
                    json.writeFieldName(name);
                    json.copyCurrentStructureExact(parser);
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("it was read before", e);
        }
        return bytes.toByteArray();
    }
}

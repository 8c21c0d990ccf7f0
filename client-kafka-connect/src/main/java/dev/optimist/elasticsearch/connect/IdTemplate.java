package dev.optimist.elasticsearch.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** Makes the {@code _id} of a record's key. Immutable. */
final class IdTemplate {
    static final String KEY = "${key}";
    private static final Pattern PART = Pattern.compile("\\$\\{([^}]*)}");
    private static final Pattern PATH = Pattern.compile("key(\\.[^.]+)*");

    /** Text, and between two of them what a path leads to. */
    private final List<String> texts;

    private final List<List<String>> paths;

    /** Whether it is {@code ${key}} and nothing else. */
    private final boolean isKey;

    private IdTemplate(List<String> texts, List<List<String>> paths, boolean isKey) {
        this.texts = List.copyOf(texts);
        this.paths = List.copyOf(paths);
        this.isKey = isKey;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it is none
     */
    static IdTemplate parse(String template) {
        List<String> texts = new ArrayList<>();
        List<List<String>> paths = new ArrayList<>();
        Matcher parts = PART.matcher(template);
        int end = 0;
        while (parts.find()) {
            if (!PATH.matcher(parts.group(1)).matches()) {
                throw new IllegalArgumentException(
                        "must have ${key} or ${key.field} in it, has " + parts.group() + ": " + template);
            }
            texts.add(template.substring(end, parts.start()));
            List<String> path = List.of(parts.group(1).split("\\."));
            paths.add(path.subList(1, path.size()));
            end = parts.end();
        }
        if (paths.isEmpty()) {
            throw new IllegalArgumentException("must have ${key} or ${key.field} in it: " + template);
        }
        texts.add(template.substring(end));
        return new IdTemplate(texts, paths, template.equals(KEY));
    }

    /**
     * Returns the id.
     *
     * @throws BadRecordException if the key has none
     */
    String id(@Nullable Schema schema, @Nullable Object key) {
        if (key == null) {
            throw new BadRecordException("the record has no key, of which the _id is made");
        }
        Object value = value(schema, key);
        if (isKey) {
            return text(KEY, value);
        }
        StringBuilder id = new StringBuilder(texts.get(0));
        for (int i = 0; i < paths.size(); i++) {
            List<String> path = paths.get(i);
            Object found = path.isEmpty() ? value : value instanceof Fields fields ? Fields.at(fields, path) : null;
            id.append(text("${key" + (path.isEmpty() ? "" : "." + String.join(".", path)) + "}", found))
                    .append(texts.get(i + 1));
        }
        return id.toString();
    }

    /** Returns an object as {@link Fields}, also one that is JSON in text. */
    private static Object value(@Nullable Schema schema, Object key) {
        if (key instanceof String text) {
            return isObject(text) ? object(text) : text;
        }
        if (key instanceof byte[] bytes) {
            return value(null, utf8(ByteBuffer.wrap(bytes)));
        }
        if (key instanceof ByteBuffer buffer) {
            return value(null, utf8(buffer.duplicate()));
        }
        Object value = schema == null ? key : Times.instant(schema, key);
        Object fields = Fields.of(value);
        return fields == null ? value : fields;
    }

    private static boolean isObject(String text) {
        return text.startsWith("{") && text.endsWith("}");
    }

    private static Object object(String text) {
        JsonFields fields = JsonFields.read(text.getBytes(UTF_8), Set.of("schema", "payload"));
        Object payload = fields.payload();
        return payload == null ? fields : payload;
    }

    private static String text(String part, @Nullable Object value) {
        if (value == null) {
            throw new BadRecordException("the record's key has nothing for " + part);
        }
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || value instanceof BigInteger
                || value instanceof Boolean
                || value instanceof Instant) {
            return value.toString();
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof byte[] bytes) {
            return utf8(ByteBuffer.wrap(bytes));
        }
        if (value instanceof ByteBuffer buffer) {
            return utf8(buffer.duplicate());
        }
        if (value instanceof Fields fields) {
            List<String> names = fields.names();
            if (names.size() != 1) {
                throw new BadRecordException("the record's key has " + names.size() + " fields, of which " + part
                        + " does not say which one is the _id; " + Settings.DOCUMENT_ID + " can name them, as in ${key."
                        + (names.isEmpty() ? "field" : names.get(0)) + "}");
            }
            return text("${key." + names.get(0) + "}", fields.get(names.get(0)));
        }
        throw new BadRecordException(
                "the record's key has a " + value.getClass().getSimpleName() + " for " + part + ", which is no _id");
    }

    private static String utf8(ByteBuffer bytes) {
        try {
            return UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new BadRecordException("the record's key is bytes that are no text in UTF-8", e);
        }
    }
}

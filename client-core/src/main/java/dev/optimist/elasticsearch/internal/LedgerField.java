package dev.optimist.elasticsearch.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The reserved field of a document: takes it out of what is read and puts it into what is written, in the bytes, so that
 * the rest stays as it is.
 *
 * @param name the field's name
 */
public record LedgerField(String name) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * A document and its ledger, apart.
     *
     * @param document the user's part
     * @param ledger null if there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Parts(byte[] document, @Nullable Ledger ledger) {}

    /**
     * Takes the field out.
     *
     * @throws IOException if it holds something else than a ledger
     */
    public Parts split(byte[] source) throws IOException {
        try (JsonParser parser = JSON.createParser(source)) {
            parser.nextToken();
            int before = at(parser); // the end of what comes before the next field
            boolean first = true;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = name.equals(parser.currentName());
                int nameAt = (int) parser.currentTokenLocation().getByteOffset();
                parser.nextToken();
                int valueAt = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    parser.getTextLength(); // read lazily; only then its end is known
                }
                int end = at(parser);
                if (found) {
                    if (source[valueAt] != '{') {
                        throw new IOException(name + ": not a write ledger");
                    }
                    Ledger ledger = Ledger.parse(source, valueAt, end - valueAt);
                    if (!first) {
                        return new Parts(without(source, before, end), ledger);
                    }
                    parser.nextToken();
                    int next = (int) parser.currentTokenLocation().getByteOffset();
                    return new Parts(without(source, nameAt, next), ledger);
                }
                before = end;
                first = false;
            }
            return new Parts(source, null);
        }
    }

    /**
     * Puts a ledger behind the other fields of a document.
     *
     * @throws IllegalArgumentException if the document has the field already
     */
    public byte[] join(byte[] document, Ledger ledger) {
        if (isIn(document)) {
            throw new IllegalArgumentException("document: its field [" + name
                    + "] is reserved for the write ledger; choose another by WriteLedger.withField");
        }
        byte[] key = ("\"" + name + "\":").getBytes(StandardCharsets.US_ASCII);
        byte[] value = ledger.toJson();
        int brace = document.length - 1;
        while (document[brace] != '}') {
            brace--;
        }
        int last = brace - 1;
        while (document[last] <= ' ') {
            last--;
        }
        boolean empty = document[last] == '{';
        byte[] joined = Arrays.copyOf(document, brace + (empty ? 0 : 1) + key.length + value.length + 1);
        int to = brace;
        if (!empty) {
            joined[to++] = ',';
        }
        System.arraycopy(key, 0, joined, to, key.length);
        System.arraycopy(value, 0, joined, to + key.length, value.length);
        joined[joined.length - 1] = '}';
        return joined;
    }

    private boolean isIn(byte[] document) {
        try (JsonParser parser = JSON.createParser(document)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (name.equals(parser.currentName())) {
                    return true;
                }
                parser.nextToken();
                parser.skipChildren();
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int at(JsonParser parser) {
        return (int) parser.currentLocation().getByteOffset();
    }

    private static byte[] without(byte[] source, int from, int to) {
        byte[] rest = new byte[source.length - (to - from)];
        System.arraycopy(source, 0, rest, 0, from);
        System.arraycopy(source, to, rest, from, source.length - to);
        return rest;
    }
}

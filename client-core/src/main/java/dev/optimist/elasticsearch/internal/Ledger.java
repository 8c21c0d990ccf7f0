package dev.optimist.elasticsearch.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The writes that a document remembers: {@code {"born":"…","n":17,"dropped":9,"writes":["16:id","17:id"]}}.
 *
 * <p>Every write whose number is above {@code dropped}, and that its own writer has not settled, is in {@code writes}. (An
 * array, and not an object of ids: where the mapping is missing, four fields are added to the index, not one a write.)
 *
 * @param born tells this ledger from one that was begun anew, after the document was deleted or written without one
 * @param n how many writes since then; grows by one with each, as {@code _version} does
 * @param dropped the highest number that was dropped for want of room, 0 for none
 * @param writes oldest first
 */
public record Ledger(String born, long n, long dropped, List<Entry> writes) {
    private static final JsonFactory JSON = new JsonFactory();

    /** One write: its number and its id. */
    public record Entry(long n, String id) {}

    /** Copies the list. */
    public Ledger {
        writes = List.copyOf(writes);
    }

    /** Returns whether the write with this id is remembered. */
    public boolean contains(String id) {
        return writes.stream().anyMatch(w -> w.id().equals(id));
    }

    /** The same for a write id that never comes again, so that it can be the birth of a ledger as well. */
    public static Ledger after(@Nullable Ledger before, String id, @Nullable String settled, int size) {
        return after(before, id, id, List.of(), settled, size);
    }

    /**
     * Returns the ledger after one more write.
     *
     * @param before the ledger that the write is based on, or null to begin one
     * @param born what to call it if it is begun: never the same twice
     * @param id of the write; the last one of the same id is replaced
     * @param names other ids that the same write is to be found by
     * @param settled how ids begin whose fate nobody needs to look up any more, or null
     * @param size how many to keep
     */
    public static Ledger after(
            @Nullable Ledger before, String born, String id, List<String> names, @Nullable String settled, int size) {
        long n = before == null ? 1 : before.n + 1;
        long dropped = before == null ? 0 : before.dropped;
        List<Entry> kept = new ArrayList<>();
        if (before != null) {
            for (Entry entry : before.writes) {
                if (!entry.id.equals(id)
                        && !names.contains(entry.id)
                        && (settled == null || !entry.id.startsWith(settled))) {
                    kept.add(entry);
                }
            }
        }
        names.forEach(name -> kept.add(new Entry(n, name)));
        kept.add(new Entry(n, id));
        int over = Math.max(0, kept.size() - size);
        if (over > 0) {
            dropped = Math.max(dropped, kept.get(over - 1).n);
        }
        return new Ledger(before == null ? born : before.born, n, dropped, kept.subList(over, kept.size()));
    }

    byte[] toJson() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("born", born);
            json.writeNumberField("n", n);
            json.writeNumberField("dropped", dropped);
            json.writeArrayFieldStart("writes");
            for (Entry entry : writes) {
                json.writeString(entry.n + ":" + entry.id);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads one.
     *
     * @throws IOException if it is not what {@link #toJson} writes
     */
    static Ledger parse(byte[] json, int from, int length) throws IOException {
        String born = null;
        long n = -1;
        long dropped = -1;
        List<Entry> writes = null;
        try (JsonParser parser = JSON.createParser(json, from, length)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                switch (name) {
                    case "born" -> born = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
                    case "n" -> n = parser.getLongValue();
                    case "dropped" -> dropped = parser.getLongValue();
                    case "writes" -> writes = entries(parser);
                    default -> {
                        // a field of a later version
                    }
                }
                parser.skipChildren();
            }
        }
        if (born == null || n < 1 || dropped < 0 || writes == null) {
            throw new IOException("not a write ledger");
        }
        return new Ledger(born, n, dropped, writes);
    }

    private static List<Entry> entries(JsonParser parser) throws IOException {
        List<Entry> entries = new ArrayList<>();
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new IOException("not a write ledger");
        }
        for (String text = parser.nextTextValue(); text != null; text = parser.nextTextValue()) {
            int colon = text.indexOf(':');
            try {
                entries.add(
                        new Entry(Long.parseLong(text.substring(0, Math.max(0, colon))), text.substring(colon + 1)));
            } catch (NumberFormatException e) {
                throw new IOException("not a write ledger", e);
            }
        }
        if (parser.currentToken() != JsonToken.END_ARRAY) { // something that is no string
            throw new IOException("not a write ledger");
        }
        return entries;
    }
}

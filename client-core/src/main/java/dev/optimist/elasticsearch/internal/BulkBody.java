package dev.optimist.elasticsearch.internal;

import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.util.Arrays;

/**
 * The body of a bulk, and what its bytes are written into: used again, if the request was answered: before that,
 * somebody may still be sending it. The lines that say what to do are short and alike, and are written without a generator
 * of JSON, which for a line takes several times as long.
 */
final class BulkBody {
    private static final byte[] NOTHING = {};

    /** Of a {@code long}: a sign and 19 digits. */
    private static final int LONGEST_NUMBER = 20;

    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    private final BytePool pool;
    private byte[] buffer = NOTHING;
    private int count;

    BulkBody(BytePool pool) {
        this.pool = pool;
    }

    /** Makes room for so many bytes, about. */
    void begin(long size) {
        buffer = pool.take((int) Math.min(size, MOST_BYTES));
    }

    BulkBody bytes(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, buffer, count, bytes.length);
        count += bytes.length;
        return this;
    }

    /** Characters that JSON and UTF-8 leave as they are. */
    @SuppressWarnings(
            "deprecation") // the one way from a String to bytes that are there; of characters under 256 it is right
    BulkBody plain(String ascii) {
        room(ascii.length());
        ascii.getBytes(0, ascii.length(), buffer, count);
        count += ascii.length();
        return this;
    }

    /** A string of JSON, with its quotes. */
    BulkBody string(String text) {
        plain("\"");
        if (isPlain(text)) {
            plain(text);
        } else {
            bytes(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        }
        return plain("\"");
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    BulkBody number(long number) {
        room(LONGEST_NUMBER);
        count = NumberOutput.outputLong(number, buffer, count);
        return this;
    }

    private void room(int more) {
        int least = Math.addExact(count, more);
        if (least > buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.max(least, Math.min(2L * buffer.length, MOST_BYTES)));
        }
    }

    BinaryData data() {
        return BinaryData.of(buffer, 0, count, ContentType.APPLICATION_JSON);
    }

    /** The request was answered, and its body is not looked at any more. */
    void answered() {
        pool.give(buffer);
        buffer = NOTHING;
        count = 0;
    }
}

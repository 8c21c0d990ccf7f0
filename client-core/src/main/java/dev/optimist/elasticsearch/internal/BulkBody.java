package dev.optimist.elasticsearch.internal;

import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import java.io.ByteArrayOutputStream;

/**
 * The body of a bulk, and what its bytes are written into: used again, if the request was answered: before that,
 * somebody may still be sending it.
 */
final class BulkBody extends ByteArrayOutputStream {
    private static final byte[] NOTHING = {};

    private final BytePool pool;

    BulkBody(BytePool pool) {
        super(0);
        this.pool = pool;
    }

    /** Makes room for so many bytes, about. */
    void begin(int size) {
        buf = pool.take(size);
    }

    BinaryData data() {
        return BinaryData.of(buf, 0, count, ContentType.APPLICATION_JSON);
    }

    /** The request was answered, and its body is not looked at any more. */
    void answered() {
        pool.give(buf);
        buf = NOTHING;
        count = 0;
    }
}

package dev.optimist.elasticsearch.internal;

import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The body of a bulk, and what its bytes are written into: used again, as a stream of requests would else leave nothing but
 * garbage of their size. Only of a request that was answered: before that, somebody may still be sending it.
 */
final class BulkBody extends ByteArrayOutputStream {
    /** What is kept when nothing is sent: at most so many of at most this size. */
    private static final int KEPT = 4;

    private static final int MOST_BYTES = 2 * 1024 * 1024;

    /** The bodies of one client. Thread-safe. */
    static final class Pool {
        private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(KEPT);

        private byte[] take(int size) {
            byte[] kept = free.poll();
            return kept != null && kept.length >= size ? kept : new byte[size];
        }

        private void give(byte[] bytes) {
            if (bytes.length <= MOST_BYTES) {
                var unused = free.offer(bytes);
            }
        }
    }

    private static final byte[] NOTHING = {};

    private final Pool pool;

    BulkBody(Pool pool) {
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

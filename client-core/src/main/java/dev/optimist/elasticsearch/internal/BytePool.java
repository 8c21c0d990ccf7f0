package dev.optimist.elasticsearch.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Arrays that are used again, as a stream of large requests and answers would else leave nothing but garbage of their size.
 * Thread-safe.
 */
final class BytePool {
    /** What is kept when nothing is sent: at most so many of at most this size. */
    private static final int KEPT = 4;

    private static final int MOST_BYTES = 2 * 1024 * 1024;

    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(KEPT);

    /** Returns one of at least this size, with anything in it. */
    byte[] take(int size) {
        byte[] kept = free.poll();
        return kept != null && kept.length >= size ? kept : new byte[size];
    }

    /** Takes back one that nobody looks at any more. */
    void give(byte[] bytes) {
        if (bytes.length <= MOST_BYTES) {
            var unused = free.offer(bytes);
        }
    }
}

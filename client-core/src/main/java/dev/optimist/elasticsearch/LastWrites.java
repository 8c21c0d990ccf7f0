package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.DocumentCodec;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Documents as this client wrote them last, to be written again without a read. What is kept is a guess: a write on top of
 * it is conditional, and if somebody else has written since, it is refused and the next attempt reads. Thread-safe.
 *
 * <p>The condition says nothing of what an ingest pipeline of the index has made of what was sent, nor does the answer to a
 * single write. So a document is given out only once a read has shown it to be stored as it was sent.
 */
final class LastWrites {
    /** After so long a guess is more often wrong than right, and a conflict costs more than a read. */
    static final Duration AGE = Duration.ofSeconds(10);

    static final int DOCUMENTS = 10_000;
    static final long BYTES = 16L << 20;

    private record Kept(State state, long since, boolean asSent) {
        long bytes() {
            return state.document().length + Long.BYTES * 32L; // and about as much for what is around it
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Address, Kept> kept = new LinkedHashMap<>(); // the oldest write first
    private final Pace.Clock clock;
    private long bytes;

    LastWrites(Pace.Clock clock) {
        this.clock = clock;
    }

    /** Returns the document as it was written last, or null if that is not known for certain or too long ago. */
    @Nullable
    State get(Address key) {
        lock.lock();
        try {
            Kept found = kept.get(key);
            if (found == null) {
                return null;
            }
            if (clock.nanoTime() - found.since > AGE.toNanos()) {
                remove(key);
                return null;
            }
            return found.asSent ? found.state : null;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps what was written, or forgets it if it is null. */
    void put(Address key, @Nullable State state) {
        lock.lock();
        try {
            Kept before = remove(key);
            if (state != null) {
                keep(key, new Kept(state, clock.nanoTime(), before != null && before.asSent));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Compares what was read with what is kept: of a document that was stored otherwise than it was sent, nothing is. */
    void compare(Address key, State read) {
        lock.lock();
        try {
            Kept found = kept.get(key);
            if (found == null || found.asSent || !isSameWrite(found.state, read)) {
                return;
            }
            remove(key);
            if (DocumentCodec.sameJson(found.state.document(), read.document())) {
                keep(key, new Kept(found.state, found.since, true));
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isSameWrite(State one, State other) {
        return one.token() != null && one.token().equals(other.token());
    }

    private void keep(Address key, Kept now) {
        kept.put(key, now);
        bytes += now.bytes();
        Iterator<Kept> oldest = kept.values().iterator();
        while (kept.size() > DOCUMENTS || bytes > BYTES) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    private @Nullable Kept remove(Address key) {
        Kept gone = kept.remove(key);
        if (gone != null) {
            bytes -= gone.bytes();
        }
        return gone;
    }

    int size() {
        lock.lock();
        try {
            return kept.size();
        } finally {
            lock.unlock();
        }
    }
}

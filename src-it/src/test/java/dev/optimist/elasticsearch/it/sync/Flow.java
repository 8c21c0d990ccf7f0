package dev.optimist.elasticsearch.it.sync;

import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.it.sync.Planted.Item;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Changes rows at a steady rate, and brings each change to the index a little later; deletes, inserts and updates. */
final class Flow implements AutoCloseable {
    private static final int A_SECOND = 500;

    private final MemoryDatabase<Item> database;
    private final ExternalVersionWriter<Item> index;
    private final int from;
    private final int to;
    private final Random random;
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong lag = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::run, "flow");
    private volatile boolean ends;
    private long version = 1_000;

    /** Begins with the rows of these numbers. */
    Flow(MemoryDatabase<Item> database, VersionedDocuments<Item> items, int from, int to, long seed) {
        this.database = database;
        this.from = from;
        this.to = to;
        this.random = new Random(seed);
        this.index = items.externalVersionWriter(
                o -> o.tombstones(Tombstones.standard()).flushAfter(Duration.ofMillis(300)));
        thread.start();
    }

    private void run() {
        try {
            long begun = System.nanoTime();
            while (!ends) {
                long due = begun + changes.get() * TimeUnit.SECONDS.toNanos(1) / A_SECOND;
                LockSupport.parkNanos(due - System.nanoTime());
                change();
            }
        } catch (InterruptedException | RuntimeException e) {
            failure.set(e);
        }
    }

    private void change() throws InterruptedException {
        int n = from + random.nextInt(to - from);
        String id = Planted.id(n);
        version++;
        if (random.nextInt(4) == 0) {
            if (random.nextBoolean()) {
                database.delete(id, version);
            } else {
                database.forget(id);
            }
            write(ExternalOperation.delete(id, version));
        } else {
            database.put(id, version, Item.of(random.nextInt()));
            var unused =
                    index.write(ExternalOperation.index(id, database.get(id).document(), version));
        }
        changes.incrementAndGet();
    }

    private void write(ExternalOperation<Item> change) throws InterruptedException {
        long begun = System.nanoTime();
        var unused = index.write(change).thenRun(() -> lag.accumulateAndGet(System.nanoTime() - begun, Math::max));
    }

    /** Returns how long a change took at most, from the database into the index. */
    Duration lag() {
        return Duration.ofNanos(lag.get());
    }

    long changes() {
        return changes.get();
    }

    /** Ends it, once all is in the index. */
    @Override
    public void close() {
        ends = true;
        try {
            thread.join();
            index.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        index.close();
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }
}

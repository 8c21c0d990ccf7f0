package dev.optimist.elasticsearch.examples;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * Change and delete products for a while, all of them the same ones: in transactions of up to three, some of which stay open
 * while others overtake them, and some of which are rolled back.
 */
final class Clerks implements AutoCloseable {
    static final int HOW_MANY = 4;
    private static final int MOST_IN_TRANSACTION = 3;

    private final DataSource database;
    private final long highestId;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong deleted = new AtomicLong();
    private final AtomicLong rolledBack = new AtomicLong();
    private final ExecutorService threads = Executors.newFixedThreadPool(HOW_MANY);
    private final List<Future<Void>> all = new ArrayList<>();

    /** All ids up to this one come up, more than there are products: so some are new, and some come back. */
    Clerks(DataSource database, long highestId) {
        this.database = database;
        this.highestId = highestId;
    }

    /** Sets them to work. */
    void start(Duration time, int changesASecond, long seed) {
        Random seeds = new Random(seed);
        long end = System.nanoTime() + time.toNanos();
        long nanosForOne = TimeUnit.SECONDS.toNanos(HOW_MANY) / changesASecond;
        for (int i = 0; i < HOW_MANY; i++) {
            Random random = new Random(seeds.nextLong());
            all.add(threads.submit(() -> work(random, end, nanosForOne)));
        }
    }

    /** Waits for their end, or for this long; throws what one of them has met. */
    boolean await(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (Future<Void> clerk : all) {
            try {
                clerk.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                throw new IllegalStateException("a clerk gave up: " + e.getCause(), e.getCause());
            }
        }
        return true;
    }

    private Void work(Random random, long end, long nanosForOne) throws SQLException, InterruptedException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            long next = System.nanoTime();
            while (System.nanoTime() - end < 0) {
                int changes = 1 + random.nextInt(MOST_IN_TRANSACTION);
                transaction(connection, random, changes);
                next += changes * nanosForOne;
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            }
            return null;
        }
    }

    private void transaction(Connection connection, Random random, int changes)
            throws SQLException, InterruptedException {
        // in this order, so that no two wait for each other
        long[] ids = random.longs(changes, 1, highestId + 1).sorted().distinct().toArray();
        long puts = 0;
        long deletes = 0;
        for (long id : ids) {
            if (random.nextInt(4) == 0) {
                deletes += delete(connection, id);
            } else {
                puts += put(connection, id, "product " + id, random.nextInt(100_000));
            }
        }
        if (random.nextInt(50) == 0) {
            Thread.sleep(random.nextInt(200));
        }
        if (random.nextInt(20) == 0) {
            connection.rollback();
            rolledBack.incrementAndGet();
        } else {
            connection.commit();
            written.addAndGet(puts);
            deleted.addAndGet(deletes);
        }
    }

    static int put(Connection connection, long id, String name, long cents) throws SQLException {
        lock(connection, id);
        try (PreparedStatement statement = connection.prepareStatement("insert into product (id, name, cents)"
                + " values (?, ?, ?) on conflict (id) do update set name = excluded.name, cents = excluded.cents")) {
            statement.setLong(1, id);
            statement.setString(2, name);
            statement.setLong(3, cents);
            return statement.executeUpdate();
        }
    }

    private static int delete(Connection connection, long id) throws SQLException {
        lock(connection, id);
        try (PreparedStatement statement = connection.prepareStatement("delete from product where id = ?")) {
            statement.setLong(1, id);
            return statement.executeUpdate();
        }
    }

    /**
     * Until the end of the transaction. The trigger of an insert draws a version before it waits for who deletes this id: it
     * would be below that of the delete, although the row comes after it.
     */
    private static void lock(Connection connection, long id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
            statement.setLong(1, id);
            statement.execute();
        }
    }

    /** Returns how many rows were inserted or changed. */
    long written() {
        return written.get();
    }

    /** Returns how many were deleted. */
    long deleted() {
        return deleted.get();
    }

    /** Returns how many transactions were rolled back. */
    long rolledBack() {
        return rolledBack.get();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("the clerks do not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

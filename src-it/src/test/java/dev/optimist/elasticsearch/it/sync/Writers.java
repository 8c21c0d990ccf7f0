package dev.optimist.elasticsearch.it.sync;

import dev.optimist.elasticsearch.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that change and delete rows, each its own, as far as {@link #allow} lets them: in transactions of one to eight, some of
 * which stay open for a while, some of which change a row twice, and some of which are rolled back.
 */
public final class Writers implements AutoCloseable {
    public static final int THREADS = 4;
    public static final int HIGHEST_IN_TRANSACTION = 8;

    private final PostgresServer postgres;
    private final Table table;
    private final int ids;
    private final int total;
    private final int pauseMillis;
    private final AtomicInteger changes = new AtomicInteger();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final List<Future<Void>> writing = new ArrayList<>();
    private volatile int allowed;

    /** What is written to. */
    public interface Table {
        void put(Connection connection, long id, String name) throws SQLException;

        void delete(Connection connection, long id) throws SQLException;
    }

    /** Starts them; a transaction comes after a pause of half of {@code pauseMillis} on average. */
    public Writers(PostgresServer postgres, Table table, Random random, int ids, int total, int pauseMillis) {
        this.postgres = postgres;
        this.table = table;
        this.ids = ids;
        this.total = total;
        this.pauseMillis = pauseMillis;
        for (int i = 0; i < THREADS; i++) {
            Random own = new Random(random.nextLong());
            int number = i;
            writing.add(threads.submit(() -> write(own, number)));
        }
    }

    /** Lets them go on until there are so many changes altogether. */
    public void allow(int some) {
        allowed = some;
    }

    public int changes() {
        return changes.get();
    }

    /** Lets them come to their end, and waits for it. */
    public void finish() throws Exception {
        allowed = total;
        for (Future<Void> writer : writing) {
            writer.get(10, TimeUnit.MINUTES);
        }
    }

    private Void write(Random random, int number) throws Exception {
        try (Connection connection = postgres.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            while (changes.get() < total) {
                if (changes.get() >= allowed) {
                    Thread.sleep(5); // so that the kills are spread over the changes
                    continue;
                }
                Thread.sleep(random.nextInt(pauseMillis));
                transaction(connection, random, number);
            }
            return null;
        }
    }

    private void transaction(Connection connection, Random random, int number) throws Exception {
        int some = 1 + random.nextInt(HIGHEST_IN_TRANSACTION);
        boolean isLong = random.nextInt(10) == 0;
        for (int i = 0; i < some; i++) {
            long id = (long) random.nextInt(ids / THREADS) * THREADS + number;
            if (random.nextInt(5) == 0) {
                table.delete(connection, id);
            } else {
                table.put(connection, id, "name " + random.nextInt());
            }
            if (isLong) {
                Thread.sleep(random.nextInt(30)); // others overtake it
            }
        }
        if (random.nextInt(20) == 0) {
            connection.rollback();
        } else {
            connection.commit();
            changes.addAndGet(some);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("writers do not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

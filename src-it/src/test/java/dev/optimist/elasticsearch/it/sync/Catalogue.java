package dev.optimist.elasticsearch.it.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.sync.Source;
import dev.optimist.elasticsearch.sync.debezium.DebeziumSource;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A plain table without versions, changed by several threads, and compared with an index. */
final class Catalogue implements AutoCloseable {
    private static final int WRITERS = 4;

    /** As {@link Shop#indexed} has it in place of a name. */
    private static final String TOMBSTONE = "null";

    private static final int HIGHEST_IN_TRANSACTION = 8;

    final AtomicInteger changes = new AtomicInteger();
    private final PostgresServer postgres;
    private final Shop plain;
    private final int ids;
    private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    private final List<Future<Void>> writers = new ArrayList<>();
    private volatile int allowed;

    Catalogue(PostgresServer postgres, int ids) throws SQLException {
        this.postgres = postgres;
        this.plain = new Shop(postgres.dataSource());
        this.ids = ids;
        plain.run("DROP TABLE IF EXISTS item; CREATE TABLE item (id bigint PRIMARY KEY, name text NOT NULL)");
    }

    static Source<ObjectNode> source(int port, String slot, boolean once) {
        return DebeziumSource.postgres(o ->
                o.host("127.0.0.1").port(port).table("public.item").slot(slot).once(once));
    }

    void fill() throws SQLException {
        plain.run("INSERT INTO item SELECT n, 'row ' || n FROM generate_series(0, " + (ids - 1) + ") n");
    }

    /** Starts threads that change and delete rows, each its own, so many altogether, as far as {@link #allow} lets them. */
    void change(Random random, int total) {
        for (int i = 0; i < WRITERS; i++) {
            Random own = new Random(random.nextLong());
            int number = i;
            writers.add(threads.submit(() -> write(own, number, total)));
        }
    }

    void allow(int some) {
        allowed = some;
    }

    void awaitWriters() throws Exception {
        for (Future<Void> writer : writers) {
            writer.get(10, TimeUnit.MINUTES);
        }
    }

    /** In transactions of one to eight, some of which stay open for a while, and some of which change a row twice. */
    private Void write(Random random, int number, int total) throws Exception {
        try (Connection connection = postgres.dataSource().getConnection();
                PreparedStatement put = connection.prepareStatement(
                        "INSERT INTO item VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name");
                PreparedStatement delete = connection.prepareStatement("DELETE FROM item WHERE id = ?")) {
            connection.setAutoCommit(false);
            while (changes.get() < total) {
                if (changes.get() >= allowed) {
                    Thread.sleep(5); // so that the kills are spread over the changes
                    continue;
                }
                int some = 1 + random.nextInt(HIGHEST_IN_TRANSACTION);
                boolean isLong = random.nextInt(20) == 0;
                for (int i = 0; i < some; i++) {
                    long id = (long) random.nextInt(ids / WRITERS) * WRITERS + number;
                    if (random.nextInt(4) == 0) {
                        delete.setLong(1, id);
                        delete.executeUpdate();
                    } else {
                        put.setLong(1, id);
                        put.setString(2, "name " + random.nextInt());
                        put.executeUpdate();
                    }
                    if (isLong) {
                        Thread.sleep(random.nextInt(20)); // others overtake it
                    }
                }
                if (random.nextInt(20) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    changes.addAndGet(some);
                }
            }
            return null;
        }
    }

    /** Returns the rows, by id. */
    Map<Long, String> rows() throws SQLException {
        Map<Long, String> rows = new TreeMap<>();
        try (Connection connection = postgres.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, name FROM item")) {
            while (row.next()) {
                rows.put(row.getLong(1), row.getString(2));
            }
        }
        return rows;
    }

    /** Returns the documents, by id, without tombstones. */
    Map<Long, String> documents(String url, String index) throws IOException, InterruptedException {
        Map<Long, String> documents = new TreeMap<>();
        plain.indexed(url, index).forEach((id, text) -> {
            String name = text.substring(text.indexOf(' ') + 1);
            if (!name.equals(TOMBSTONE)) {
                documents.put(id, name);
            }
        });
        return documents;
    }

    /** Returns how many deletes are kept. */
    long tombstones(String url, String index) throws IOException, InterruptedException {
        return plain.indexed(url, index).values().stream()
                .filter(text -> text.endsWith(" " + TOMBSTONE))
                .count();
    }

    /** Returns what differs, as "id: row / document". */
    List<String> differences(String url, String index) throws SQLException, IOException, InterruptedException {
        Map<Long, String> rows = rows();
        Map<Long, String> documents = documents(url, index);
        List<String> differences = new ArrayList<>();
        for (long id = 0; id < ids; id++) {
            String row = String.valueOf(rows.remove(id));
            String document = String.valueOf(documents.remove(id));
            if (!row.equals(document)) {
                differences.add(id + ": " + row + " / " + document);
            }
        }
        rows.forEach((id, row) -> differences.add(id + ": " + row + " / unexpected"));
        documents.forEach((id, document) -> differences.add(id + ": unexpected / " + document));
        return differences;
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

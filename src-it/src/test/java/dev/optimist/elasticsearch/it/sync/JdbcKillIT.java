package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.sync.Checkpoints;
import dev.optimist.elasticsearch.sync.SyncIndex;
import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sync that is killed at random moments while the table changes: in the end the index is the table, with every delete, and
 * 128 MB of heap are enough.
 */
@ExtendWith(ElasticsearchExtension.class)
@Tag("once")
class JdbcKillIT {
    private static final long SEED = Long.getLong("optimist.seed", System.nanoTime());
    private static final int WRITERS = 4;
    private static final int HIGHEST_IN_TRANSACTION = 8;

    @TempDir
    Path folder;

    private final AtomicInteger changes = new AtomicInteger();
    private volatile int allowed;

    @Test
    void killedThreeTimes(ElasticsearchServer server) throws Exception {
        survives(server, 3, 6_000, 4_000, 2_000);
    }

    @Test
    @Tag("sync-long")
    void killedTwentyTimesDuringAHundredThousandChanges(ElasticsearchServer server) throws Exception {
        survives(server, 20, 100_000, 60_000, 3_000);
    }

    private void survives(ElasticsearchServer server, int kills, int total, int ids, int longestMillis)
            throws Exception {
        System.out.println("JdbcKillIT: seed " + SEED + " (repeat with -Doptimist.seed=" + SEED + ")");
        Random random = new Random(SEED);
        String index = "jdbc-kill-" + kills;
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try (PostgresServer postgres = PostgresServer.start();
                VersionedClient client = VersionedClient.connect(server.url())) {
            Shop shop = new Shop(postgres.dataSource());
            shop.create();
            SyncIndex.of(client, index).setUp();
            List<Future<?>> writers = new ArrayList<>();
            // so that changes flow as long as each sync lives
            int pause = Math.max(1, 2 * longestMillis * WRITERS * HIGHEST_IN_TRANSACTION / 2 * (kills + 1) / total);
            for (int i = 0; i < WRITERS; i++) {
                Random own = new Random(random.nextLong());
                int number = i;
                writers.add(threads.submit(() -> write(postgres, own, number, total, ids, pause)));
            }
            Checkpoints checkpoints = Checkpoints.inElasticsearch(client, index + "-sync", "shop");
            int early = 0;
            for (int kill = 1; kill <= kills; kill++) {
                Process process = start(postgres, server, index, false);
                if (kill % 3 != 0) { // else it is killed while it starts, perhaps
                    await(process, () -> said().contains("runs"));
                }
                allowed = (int) ((long) total * kill / (kills + 1));
                if (kill % 3 == 1) {
                    await(process, checkpoints);
                }
                assertThat(process.waitFor(random.nextInt(longestMillis), TimeUnit.MILLISECONDS))
                        .as("it has ended by itself: %s", said())
                        .isFalse();
                process.destroyForcibly().waitFor(); // SIGKILL
                early += said().contains("runs") ? 0 : 1;
            }
            allowed = total;
            for (Future<?> writer : writers) {
                writer.get(10, TimeUnit.MINUTES);
            }
            String position = checkpoints.load().orElse(null);
            Process last = start(postgres, server, index, true);
            assertThat(last.waitFor(10, TimeUnit.MINUTES)).isTrue();
            assertThat(last.exitValue()).as("%s", said()).isZero();
            System.out.println("JdbcKillIT: kills=" + kills + " before-it-ran=" + early + " changes=" + changes
                    + " position-before-the-last=" + position + " last=" + said());
            assertThat(shop.differences(server.url(), index)).isEmpty();
            assertThat(shop.expected()).hasSizeGreaterThan(ids / 4);
            assertThat(position).as("stored by those that were killed").isNotNull();
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits until it has stored a position of its own. */
    private void await(Process process, Checkpoints checkpoints) throws IOException, InterruptedException {
        Optional<String> before = checkpoints.load();
        await(process, () -> !checkpoints.load().equals(before));
    }

    private void await(Process process, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!condition.holds()) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as("%s", said())
                    .isTrue();
            Thread.sleep(5);
        }
    }

    private Process start(PostgresServer postgres, ElasticsearchServer server, String index, boolean once)
            throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:TieredStopAtLevel=1",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        JdbcSyncMain.class.getName(),
                        postgres.jdbcUrl(),
                        server.url(),
                        index,
                        Boolean.toString(once))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }

    /**
     * Changes and deletes rows of its own, in transactions of one to eight, some of which stay open for a while; most rows
     * once or twice, so that what is lost is not made good by a later change.
     */
    private Void write(PostgresServer postgres, Random random, int number, int total, int ids, int pause)
            throws Exception {
        try (Connection connection = postgres.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            while (changes.get() < total) {
                if (changes.get() >= allowed) {
                    Thread.sleep(5); // so that the kills are spread over the changes
                    continue;
                }
                Thread.sleep(random.nextInt(pause));
                int some = 1 + random.nextInt(HIGHEST_IN_TRANSACTION);
                boolean isLong = random.nextInt(10) == 0;
                for (int i = 0; i < some; i++) {
                    long id = (long) random.nextInt(ids / WRITERS) * WRITERS + number;
                    if (random.nextInt(5) == 0) {
                        Shop.delete(connection, id);
                    } else {
                        Shop.put(connection, id, "name " + random.nextInt());
                    }
                    if (isLong) {
                        Thread.sleep(random.nextInt(40)); // others overtake it
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
}

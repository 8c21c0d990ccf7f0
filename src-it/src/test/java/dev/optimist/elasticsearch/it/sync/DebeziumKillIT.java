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
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sync from the log that is killed at random moments while the table changes: in the end the index is the table, with every
 * delete, and 128 MB of heap are enough.
 */
@ExtendWith(ElasticsearchExtension.class)
@Tag("once")
class DebeziumKillIT {
    private static final long SEED = Long.getLong("optimist.seed", System.nanoTime());

    @TempDir
    Path folder;

    private PostgresServer postgres;
    private ElasticsearchServer server;
    private String index;
    private Checkpoints checkpoints;

    @Test
    void killedTwice(ElasticsearchServer running) throws Exception {
        survives(running, 2, 4_000, 1_000, 1_000);
    }

    @Test
    @Tag("sync-long")
    void killedTwentyTimesDuringAHundredThousandChanges(ElasticsearchServer running) throws Exception {
        survives(running, 20, 100_000, 20_000, 4_000);
    }

    private void survives(ElasticsearchServer running, int kills, int total, int ids, int longestMillis)
            throws Exception {
        System.out.println("DebeziumKillIT: seed " + SEED + " (repeat with -Doptimist.seed=" + SEED + ")");
        Random random = new Random(SEED);
        server = running;
        index = "debezium-kill-" + kills;
        try (PostgresServer started = PostgresServer.start();
                Catalogue catalogue = new Catalogue(started, ids);
                VersionedClient client = VersionedClient.connect(server.url())) {
            postgres = started;
            checkpoints = Checkpoints.inElasticsearch(client, index + "-sync", "item");
            SyncIndex.of(client, index).setUp();
            catalogue.fill();
            catalogue.change(random, total);
            Map<Moment, Integer> moments = new EnumMap<>(Moment.class);
            for (int kill = 1; kill <= kills; kill++) {
                int share = total / (kills + 1);
                catalogue.allow(share * kill - share / 2);
                // once at least while the rows are read, and once while changes are
                Moment moment = kill <= 2 ? Moment.values()[kill] : Moment.values()[random.nextInt(3)];
                moments.merge(moment, 1, Integer::sum);
                int more = share * kill;
                kill(moment, random.nextInt(longestMillis), () -> catalogue.allow(more));
            }
            catalogue.allow(total);
            catalogue.awaitWriters();
            String position = position();
            assertThat(position).as("stored by those that were killed").isNotEqualTo("none");
            Process last = start(true);
            assertThat(last.waitFor(10, TimeUnit.MINUTES)).isTrue();
            assertThat(last.exitValue()).as("%s", said()).isZero();
            System.out.println("DebeziumKillIT: kills=" + moments + " changes=" + catalogue.changes
                    + " position-before-the-last=" + position + " last=" + said());
            assertThat(catalogue.differences(server.url(), index)).isEmpty();
            assertThat(catalogue.rows()).hasSizeBetween(ids / 10, ids - ids / 100);
            assertThat(catalogue.tombstones(server.url(), index)).isPositive();
        }
    }

    /** When a sync is killed, so many milliseconds after that. */
    private enum Moment {
        STARTED,
        RUNS,
        STORED_A_POSITION
    }

    private void kill(Moment moment, int afterMillis, Runnable meanwhile) throws Exception {
        String before = position();
        Process process = start(false);
        long limit = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while ((moment == Moment.RUNS && !said().contains("runs"))
                || (moment == Moment.STORED_A_POSITION && position().equals(before))) {
            assertThat(process.isAlive()).as("%s", said()).isTrue();
            assertThat(System.nanoTime()).as("%s", said()).isLessThan(limit);
            Thread.sleep(10);
        }
        meanwhile.run();
        assertThat(process.waitFor(afterMillis, TimeUnit.MILLISECONDS))
                .as("it has ended by itself: %s", said())
                .isFalse();
        process.destroyForcibly().waitFor(); // SIGKILL
    }

    private String position() {
        return checkpoints.load().orElse("none");
    }

    private Process start(boolean once) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:TieredStopAtLevel=1",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        DebeziumSyncMain.class.getName(),
                        Integer.toString(postgres.port()),
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
}

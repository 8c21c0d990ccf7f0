package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.sync.Checkpoints;
import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code sync run} is killed at random moments while rows change, and started again. In the end {@code sync verify} finds no
 * difference, and 128 MB of heap were enough: a process that needs more ends by itself, and with it the test.
 */
@ExtendWith(ElasticsearchExtension.class)
abstract class KillTest implements Writers.Table {
    private static final long SEED = Long.getLong("optimist.seed", System.nanoTime());
    private static final Pattern SUMMARY =
            Pattern.compile("differences: .*; rows (\\d+), deletes \\d+, documents (\\d+), tombstones (\\d+), in .*");

    @TempDir
    Path folder;

    private String index;
    private Path config;
    private Checkpoints checkpoints;
    private int starts;

    /** The longest that a process lives after its moment, and so long there are changes for it. */
    record Plan(int kills, int changes, int ids, int longestMillis) {}

    /** When a process is killed, so many milliseconds after that. */
    private enum Moment {
        STARTED,
        RUNS,
        STORED_A_POSITION
    }

    /** Makes the table. */
    abstract void create(PostgresServer postgres, int ids) throws Exception;

    /** Returns the sections {@code table}, and {@code poll} or {@code cdc}. */
    abstract String rows();

    /** Returns what differs between table and index, found out by plain means, without anything that is tested. */
    abstract List<String> differences(String url, String index) throws Exception;

    final void survives(ElasticsearchServer server, Plan plan) throws Exception {
        String name = getClass().getSimpleName();
        System.out.println(name + ": seed " + SEED + " (repeat with -Doptimist.seed=" + SEED + ")");
        Random random = new Random(SEED);
        index = name.toLowerCase(Locale.ROOT) + "-" + plan.kills;
        int inTransactions = Writers.THREADS * Writers.HIGHEST_IN_TRANSACTION / 2;
        int pause = 2 * plan.longestMillis * inTransactions * (plan.kills + 1) / plan.changes;
        try (PostgresServer postgres = PostgresServer.start();
                VersionedClient client = VersionedClient.connect(server.url())) {
            create(postgres, plan.ids);
            config = config(postgres, server);
            checkpoints = Checkpoints.inElasticsearch(client, index + "-sync", index);
            try (Writers writers = new Writers(postgres, this, random, plan.ids, plan.changes, Math.max(1, pause))) {
                Map<Moment, Integer> moments = killAgainAndAgain(plan, random, writers);
                writers.finish();
                assertThat(checkpoints.load())
                        .as("stored by those that were killed")
                        .isPresent();
                SyncProcess last = start("run", "-c", config.toString(), "--once");
                assertThat(last.end()).as("%s", last).isZero();
                SyncProcess verify = start("verify", "-c", config.toString());
                int status = verify.end();
                PeakHeap heap = peakHeap();
                System.out.println(name + ": seed=" + SEED + " kills=" + plan.kills + " " + moments + " changes="
                        + writers.changes() + " restarts=" + plan.kills + " peak-heap=" + (heap.peak() >> 20)
                        + "MB of " + (heap.limit() >> 20) + "MB; verify "
                        + verify.out().strip());
                assertThat(status).as("%s", verify).isZero();
                assertThat(verify.out()).contains("differences: 0, unsettled: 0");
                assertThatItSaysSomething(verify.out(), plan);
                assertThat(heap.limit()).isLessThanOrEqualTo(128 << 20);
                assertThat(heap.peak()).isPositive().isLessThan(heap.limit());
                assertThat(differences(server.url(), index)).isEmpty();
            }
        }
    }

    private Map<Moment, Integer> killAgainAndAgain(Plan plan, Random random, Writers writers) throws Exception {
        Map<Moment, Integer> moments = new EnumMap<>(Moment.class);
        int share = plan.changes / (plan.kills + 1);
        for (int kill = 1; kill <= plan.kills; kill++) {
            writers.allow(share * kill - share / 2);
            // once at least while the rows are read, and once while changes are
            Moment moment = kill <= 2 ? Moment.values()[kill] : Moment.values()[random.nextInt(3)];
            moments.merge(moment, 1, Integer::sum);
            Optional<String> before = checkpoints.load();
            SyncProcess process = start("run", "-c", config.toString());
            process.await(() -> switch (moment) {
                case STARTED -> true;
                case RUNS -> process.out().contains("runs");
                case STORED_A_POSITION -> !checkpoints.load().equals(before);
            });
            writers.allow(share * kill);
            assertThat(process.endsWithin(Duration.ofMillis(random.nextInt(plan.longestMillis))))
                    .as("it has ended by itself: %s", process)
                    .isFalse();
            process.kill();
        }
        return moments;
    }

    /** A comparison of nothing would find nothing. */
    private static void assertThatItSaysSomething(String summary, Plan plan) {
        Matcher numbers = SUMMARY.matcher(summary.strip());
        assertThat(numbers.matches()).as(summary).isTrue();
        assertThat(Integer.parseInt(numbers.group(1))).as("rows").isBetween(plan.ids / 4, plan.ids);
        assertThat(numbers.group(2)).as("documents").isEqualTo(numbers.group(1));
        assertThat(Integer.parseInt(numbers.group(3))).as("tombstones").isPositive();
    }

    private SyncProcess start(String... arguments) throws IOException {
        return SyncProcess.start(folder, Map.of(), PeakHeap.program(folder.resolve("heap-" + starts++)), arguments);
    }

    /** Returns the highest of all processes; some were killed before they wrote any. */
    private PeakHeap peakHeap() throws IOException {
        PeakHeap highest = new PeakHeap(0, 0);
        for (int i = 0; i < starts; i++) {
            Path file = folder.resolve("heap-" + i);
            if (Files.exists(file) && Files.size(file) > 0) {
                PeakHeap its = PeakHeap.read(file);
                highest = new PeakHeap(Math.max(highest.peak(), its.peak()), Math.max(highest.limit(), its.limit()));
            }
        }
        return highest;
    }

    /** Positions are stored often and writes wait long, so that a position stored too early is one that loses something. */
    private Path config(PostgresServer postgres, ElasticsearchServer server) throws IOException {
        String common =
                """
                name: %s
                elasticsearch:
                  hosts: %s
                  index: %s
                database:
                  url: %s
                  user: postgres
                checkpoint:
                  index: %s-sync
                  every: 20ms
                writer:
                  flushAfter: 500ms
                verify:
                  settle: 1s
                  compareContent: true
                """.formatted(index, server.url(), index, postgres.jdbcUrl().replaceFirst("\\?.*", ""), index);
        return Files.writeString(folder.resolve("sync.yaml"), common + rows());
    }
}

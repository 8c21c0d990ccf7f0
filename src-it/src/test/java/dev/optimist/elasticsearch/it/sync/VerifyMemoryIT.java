package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.BulkOptions;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.it.ElasticsearchJava9;
import dev.optimist.elasticsearch.it.Since;
import dev.optimist.elasticsearch.it.sync.Planted.Item;
import dev.optimist.elasticsearch.sync.Inventory;
import dev.optimist.elasticsearch.sync.Row;
import dev.optimist.elasticsearch.sync.verify.Verifier;
import dev.optimist.elasticsearch.sync.verify.VerifyReport;
import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Any number of documents is compared in the same memory: in a JVM of its own, whose heap is looked at while it compares. */
@ExtendWith(ElasticsearchExtension.class)
@ElasticsearchJava9
@Since(value = "7", because = "client-sync is for servers without mapping types")
class VerifyMemoryIT {
    private static final int FEW = 20_000;
    private static final int MANY = 400_000;

    /** A table that is computed. */
    private record Computed(int rows) implements Inventory<Item> {
        @Override
        public void forEach(Consumer<? super Row<Item>> each) {
            IntStream.range(0, rows).forEach(n -> each.accept(row(n)));
        }

        @Override
        public Map<String, Row<Item>> find(Collection<String> ids) {
            Map<String, Row<Item>> found = new LinkedHashMap<>();
            for (String id : ids) {
                found.put(id, row(Integer.parseInt(id)));
            }
            return found;
        }

        private static Row<Item> row(int n) {
            return new Row<>(Planted.id(n), null, 5L, Item.of(n));
        }
    }

    /** What the other JVM does; its arguments are the address of the server, the index and how many rows there are. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws Exception {
            int rows = Integer.parseInt(arguments[2]);
            AtomicLong most = new AtomicLong();
            AtomicLong pages = new AtomicLong();
            try (VersionedClient client = VersionedClient.connect(arguments[0])) {
                VerifyReport report = Verifier.of(
                                client,
                                arguments[1],
                                new Computed(rows),
                                o -> o.compareContent(true)
                                        .settle(Duration.ofSeconds(1))
                                        .progress(p -> {
                                            if (pages.getAndIncrement() % (rows / 5_000) == 0) {
                                                most.accumulateAndGet(live(), Math::max);
                                            }
                                        }))
                        .verify();
                System.out.println(report.rows() + " " + report.documents() + " " + report.isEqual());
                System.err.printf("%d rows: at most %d kB live, %s%n", rows, most.get() >> 10, report.took());
                System.out.println(most.get());
            }
        }

        private static long live() {
            ManagementFactory.getMemoryMXBean().gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
    }

    @Test
    @Tag("sync-long")
    void isTheSameForTwentyTimesTheDocuments(ElasticsearchServer server) throws Exception {
        try (VersionedClient client = VersionedClient.connect(server.url())) {
            long few = live(server, client, FEW);
            long many = live(server, client, MANY);
            assertThat(many - few).as("bytes").isLessThan(2 << 20);
        }
    }

    private static long live(ElasticsearchServer server, VersionedClient client, int rows) throws Exception {
        String index = "verify-memory-" + rows;
        client.elasticsearch().indices().delete(d -> d.index(index).ignoreUnavailable(true));
        client.elasticsearch()
                .indices()
                .create(c -> c.index(index).settings(s -> s.numberOfShards("3").numberOfReplicas("0")));
        client.documents(index, Item.class)
                .bulk(
                        IntStream.range(0, rows)
                                .mapToObj(n ->
                                        BulkOperation.index(Planted.id(n), Item.of(n), WriteCondition.external(5))),
                        BulkOptions.standard(),
                        result -> result.orThrow());
        List<String> said =
                run(server.url(), index, Integer.toString(rows)).lines().toList();
        assertThat(said.get(0)).isEqualTo(rows + " " + rows + " true");
        client.elasticsearch().indices().delete(d -> d.index(index));
        return Long.parseLong(said.get(1));
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx40m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        arguments[0],
                        arguments[1],
                        arguments[2])
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).isZero();
        return said.strip();
    }
}

package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch.core.GetResponse;
import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.bench.Series.Measured;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Measures an uncontended {@code readModifyWrite} against the same two requests by hand, with 1 and with 8 threads. By hand
 * goes through the same transport and client, so what is measured is this library and not connections.
 */
public final class LedgerCost {
    private static final String INDEX = "ledger-cost";
    private static final List<Integer> THREADS = List.of(1, 8);
    private static final int WARM_UP = 6;

    private final ElasticsearchClient client;
    private final List<Side> sides;
    private final List<AtomicLongArray> sold = new ArrayList<>();
    private final PrintStream out;

    private LedgerCost(VersionedClient client, PrintStream out) throws IOException {
        this.client = client.elasticsearch();
        this.out = out;
        this.client.indices().create(c -> c.index(INDEX).settings(s -> s.numberOfReplicas("0")));
        this.sides = Side.all(client, INDEX);
        VersionedDocuments<Article> articles = client.documents(INDEX, Article.class);
        for (Side side : sides) {
            sold.add(new AtomicLongArray(Side.DOCUMENTS));
            for (int document = 0; document < Side.DOCUMENTS; document++) {
                articles.create(side.id(document), Article.of("Umbrella " + document));
            }
        }
    }

    /**
     * Runs, prints the figures, and writes them to {@code ledger-cost.md} and {@code ledger-cost.json}.
     *
     * @param arguments the folder for them, {@code target} by default
     * @throws IOException if the server cannot be reached or the figures cannot be written
     * @throws InterruptedException if it was interrupted
     * @throws IllegalStateException if a document is not what it must be in the end
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = setting("rounds", 18, 1, 1000);
        int millis = setting("millis", 2000, 100, 60_000);
        Path folder = Path.of(arguments.length == 0 ? "target" : arguments[0]);
        // with the server's own compiler: the testkit's default starts faster and stays slower
        try (ElasticsearchServer server =
                        ElasticsearchServer.start(o -> o.javaOptions("-Xms512m", "-Xmx512m", "-XX:-AlwaysPreTouch"));
                VersionedClient client = VersionedClient.connect(server.url())) {
            System.out.println(server.description());
            Map<String, Object> circumstances = circumstances(server, rounds, millis);
            LedgerCost cost = new LedgerCost(client, System.out);
            List<Measured> series = cost.measure(rounds, Duration.ofMillis(millis));
            long checked = cost.check();
            circumstances.put("load at the end", load());
            circumstances.put("documents checked", "all, for " + checked + " sales");
            Report report = new Report(
                    circumstances, cost.sides.stream().map(Side::name).toList(), series);
            report.write(folder);
            System.out.println("\n" + report.markdown());
            System.out.println("in " + folder.resolve("ledger-cost.md") + " and .json");
        }
    }

    private List<Measured> measure(int rounds, Duration slice) throws InterruptedException {
        List<Measured> all = new ArrayList<>();
        for (int threads : THREADS) {
            all.add(new Series(sides, sold, slice, out::println).run(threads, WARM_UP, rounds));
        }
        return all;
    }

    /** A side that is fast because it loses sales, or has no ledger, has measured nothing. Returns how many were sold. */
    private long check() throws IOException {
        long sum = 0;
        for (int side = 0; side < sides.size(); side++) {
            boolean ledger = side == sides.size() - 1;
            for (int document = 0; document < Side.DOCUMENTS; document++) {
                String id = sides.get(side).id(document);
                long expected = sold.get(side).get(document);
                GetResponse<JsonNode> read = client.get(g -> g.index(INDEX).id(id), JsonNode.class);
                JsonNode source = Objects.requireNonNull(read.source());
                same(id + ": sold", expected, source.path("sold").asLong());
                same(id + ": _version", expected + 1, Objects.requireNonNull(read.version()));
                String field = WriteLedger.standard().field();
                same(
                        id + ": writes in its ledger",
                        ledger ? expected : 0,
                        source.path(field).path("n").asLong());
                sum += expected;
            }
        }
        return sum;
    }

    private static void same(String what, long expected, long found) {
        if (expected != found) {
            throw new IllegalStateException(what + ": expected " + expected + ", found " + found);
        }
    }

    private static Map<String, Object> circumstances(ElasticsearchServer server, int rounds, int millis) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("Elasticsearch", server.version() + ", " + server.kind().name().toLowerCase(Locale.ROOT));
        all.put("Java", Runtime.version().toString());
        all.put("processors", Runtime.getRuntime().availableProcessors());
        all.put("rounds", rounds + " of " + millis + " ms a side, after " + WARM_UP + " to warm up");
        all.put("documents", Side.DOCUMENTS + " a side, 1 index, no replicas");
        all.put("load at the start", load());
        return all;
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static int setting(String name, int otherwise, int least, int most) {
        String value = System.getProperty("optimist.bench." + name, "");
        int number;
        try {
            number = value.isEmpty() ? otherwise : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("optimist.bench." + name + " must be a number, is " + value, e);
        }
        if (number < least || number > most) {
            throw new IllegalArgumentException(
                    "optimist.bench." + name + " must be between " + least + " and " + most + ", is " + number);
        }
        return number;
    }
}

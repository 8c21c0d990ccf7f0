package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.ServerOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Runs everything against one server of its own; see the package's description. */
public final class Bench implements AutoCloseable {
    private static final String CONTENDED_INDEX = "contended";
    private static final String UNCONTENDED_INDEX = "uncontended";
    private static final String MANY_INDEX = "many";
    /** One for each of the most threads. */
    static final int CONNECTIONS = 128;

    /** Of each side, so that each of 32 threads has two. */
    private static final int DOCUMENTS = 64;

    private static final int TURNS = 10;

    /** Until their compilers have done most of their work. */
    private static final int WARM_UP_OF_NEW_JVMS = 5;

    private final Settings settings;
    private final Path folder;
    private final ElasticsearchServer server;
    private final VersionedClient client;
    private final ElasticsearchClient defaults;
    private final Requests requests;
    private final Consumer<String> progress;
    private final Charts charts;
    private long lost;
    private long checked;

    private Bench(Settings settings, Path folder, Consumer<String> progress) {
        this.settings = settings;
        this.folder = folder;
        this.progress = progress;
        this.charts = new Charts(folder);
        this.server = ElasticsearchServer.start(Bench::javaOptions);
        this.client = connect(server.url());
        this.defaults = ElasticsearchClient.of(b -> b.host(server.url()));
        this.requests = Requests.of(server.url());
    }

    /** With the server's own compiler: the testkit's default starts faster and stays slower. */
    static void javaOptions(ServerOptions options) {
        options.javaOptions("-Xms1g", "-Xmx1g", "-XX:-AlwaysPreTouch");
    }

    /** Returns the client that all sides but one share, with a connection for each thread. */
    static VersionedClient connect(String url) {
        return VersionedClient.connect(o -> o.hosts(url).maxConnectionsPerHost(CONNECTIONS));
    }

    /**
     * Runs, prints the ratios, and writes {@code bench.md}, {@code bench.json}, the charts, and the course of it all in
     * {@code bench.log}.
     *
     * @param arguments the folder for them, {@code target} by default
     * @throws IOException if the server cannot be reached or the figures cannot be written
     * @throws InterruptedException if it was interrupted
     * @throws IllegalStateException if an update was lost, or a document is otherwise not what it must be in the end
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Settings settings = Settings.of(System.getProperties());
        Path folder = Path.of(arguments.length == 0 ? "target" : arguments[0]);
        Files.createDirectories(folder);
        try (PrintWriter log = new PrintWriter(Files.newBufferedWriter(folder.resolve("bench.log")), true)) {
            Consumer<String> progress = line -> {
                log.println(line);
                if (!settings.quick()) {
                    System.out.println(line);
                }
            };
            Report report;
            try (Bench bench = new Bench(settings, folder, progress)) {
                report = bench.run();
            }
            report.write(folder);
            if (!settings.quick()) {
                System.out.println("\n" + report.markdown());
            }
            report.lines().forEach(System.out::println);
            if (report.lost() != 0) {
                throw new IllegalStateException(report.lost() + " acknowledged updates are not there");
            }
        }
    }

    private Report run() throws IOException, InterruptedException {
        progress.accept(server.description());
        Map<String, Object> circumstances = circumstances();
        List<Section> sections = new ArrayList<>();
        if (settings.parts().contains(Ratio.CONTENDED)) {
            sections.add(contended());
        }
        if (settings.parts().contains(Ratio.TWO_JVMS)) {
            sections.add(twoJvms());
        }
        if (settings.parts().contains(Ratio.UNCONTENDED)) {
            sections.add(uncontended());
        }
        if (settings.parts().contains(Ratio.MANY)) {
            sections.add(many());
        }
        if (settings.parts().contains(Ratio.SCRIPT)) {
            sections.add(script());
        }
        circumstances.put("load at the end", load());
        circumstances.put("updates of protected sides that were looked for in the documents", checked);
        return new Report(circumstances, sections, lost);
    }

    private void create(String index) throws IOException {
        client.elasticsearch()
                .indices()
                .create(c -> c.index(index).settings(s -> s.numberOfShards("1").numberOfReplicas("0")));
    }

    private Section contended() throws IOException, InterruptedException {
        create(CONTENDED_INDEX);
        List<Side> sides =
                settings.quick() ? Sides.quick(client, CONTENDED_INDEX) : Sides.full(client, CONTENDED_INDEX);
        List<Measured> all = new ArrayList<>();
        for (int threads : settings.contendedThreads()) {
            Stock stock = new Stock(client.elasticsearch(), CONTENDED_INDEX, sides, Ratio.CONTENDED + "-" + threads, 1);
            Series series = new Series(Ratio.CONTENDED, stock, requests, 1, settings.contendedSlice(), progress);
            all.add(series.run(threads, 1, settings.contendedRounds()));
            count(stock);
        }
        charts.overThreads("contended-throughput", "One hot document", "updates/s", all, Slice::perSecond);
        charts.overThreads("contended-p99", "One hot document", "p99 of an update, ms", all, Slice::p99);
        charts.overThreads("contended-requests", "One hot document", "requests an update", all, Slice::requests);
        return new Section(
                "One hot document",
                "All threads of one JVM update one document, each side its own. " + "partial-update sends a number from"
                        + " nowhere and cannot count; blind-index overwrites what others have sold, which is expected.",
                List.of("contended-throughput", "contended-p99", "contended-requests"),
                all);
    }

    private Section twoJvms() throws IOException, InterruptedException {
        create(TwoJvms.INDEX);
        List<Side> sides = Sides.twoJvms(client, TwoJvms.INDEX);
        Stock stock = new Stock(client.elasticsearch(), TwoJvms.INDEX, sides, Ratio.TWO_JVMS, 1);
        TwoJvms.Result result;
        try (TwoJvms jvms = new TwoJvms(server.url(), requests, folder.resolve("bench-children.log"), progress)) {
            result = jvms.run(stock, WARM_UP_OF_NEW_JVMS, settings.contendedRounds(), settings.contendedSlice());
        }
        count(stock);
        charts.bars("two-jvms", "Two JVMs, one document", List.of("first JVM", "second JVM"), result.each(), true);
        List<Measured> all = new ArrayList<>(result.each());
        all.add(0, result.together());
        return new Section(
                "Two JVMs on one document",
                "Each has " + TwoJvms.THREADS
                        + " threads. Of both together, the latency is the worse one's, and slowest"
                        + " / fastest is of the two JVMs.",
                List.of("two-jvms"),
                all);
    }

    private Section uncontended() throws IOException, InterruptedException {
        create(UNCONTENDED_INDEX);
        List<Side> sides = Sides.uncontended(client, defaults, UNCONTENDED_INDEX);
        List<Measured> all = new ArrayList<>();
        for (int threads : Settings.UNCONTENDED_THREADS) {
            String name = Ratio.UNCONTENDED + "-" + threads;
            Stock stock = new Stock(client.elasticsearch(), UNCONTENDED_INDEX, sides, name, DOCUMENTS);
            Series series =
                    new Series(Ratio.UNCONTENDED, stock, requests, TURNS, settings.uncontendedSlice(), progress);
            all.add(series.run(threads, 2, settings.uncontendedRounds()));
            count(stock);
        }
        List<String> names =
                Settings.UNCONTENDED_THREADS.stream().map(t -> "threads: " + t).toList();
        charts.bars("uncontended", "Each thread its own documents", names, all, false);
        return new Section(
                "Each thread its own documents",
                DOCUMENTS + " documents a side. by-hand is GET and conditional PUT through the same transport as this"
                        + " library, defaults the same through elasticsearch-java's own.",
                List.of("uncontended"),
                all);
    }

    private Section many() throws IOException, InterruptedException {
        create(MANY_INDEX);
        List<Side> sides = Strategies.many(client, MANY_INDEX);
        ElasticsearchClient same = client.elasticsearch();
        Stock stock = new Stock(same, MANY_INDEX, sides, Ratio.MANY, settings.manyDocuments());
        ManyDocuments many = new ManyDocuments(same, MANY_INDEX, stock, requests, settings.manySlice(), progress);
        List<Measured> all = new ArrayList<>();
        all.add(many.run(1, settings.manyRounds()));
        count(stock);
        charts.bars("many", "Many documents", List.of("documents/s"), all, true);
        if (!settings.quick()) {
            all.add(disturbed());
        }
        return new Section(
                "Many documents",
                settings.manyDocuments() + " documents a side, and an update changes each once. all is one"
                        + " readModifyWriteAll over all of them, one-by-one a readModifyWrite for each; bulk replaces"
                        + " all, index each for itself; the number is that of threads. all-disturbed waits for others who"
                        + " sell one of every tenth document while it does.",
                List.of("many"),
                all);
    }

    private Section script() throws IOException, InterruptedException {
        Script script = new Script(settings, progress);
        List<Measured> all = script.run();
        script.stocks().forEach(this::count);
        charts.overThreads("script-throughput", "One hot document, scripts", "updates/s", all, Slice::perSecond);
        return new Section(
                "One hot document, on a server that has scripts",
                "Elasticsearch " + Script.VERSION + ", as newer ones with scripts are not on Maven Central. script is"
                        + " _update with retry_on_conflict=" + ByHand.RETRY_ON_CONFLICT
                        + "; all go through one client. Of a document that was written just now, a GET makes this server"
                        + " refresh the index, which an _update, and a newer server, do not.",
                List.of("script-throughput"),
                all);
    }

    private Measured disturbed() throws IOException, InterruptedException {
        try (VersionedClient other = connect(server.url())) {
            List<Side> sides = Strategies.disturbed(client, other, MANY_INDEX);
            ElasticsearchClient same = client.elasticsearch();
            Stock stock = new Stock(same, MANY_INDEX, sides, Sides.ALL_DISTURBED, settings.manyDocuments());
            Measured measured =
                    new ManyDocuments(same, MANY_INDEX, stock, requests, settings.manySlice(), progress).run(0, 1);
            count(stock);
            return measured;
        }
    }

    private void count(Stock stock) {
        lost += stock.lost();
        checked += stock.checked();
    }

    private Map<String, Object> circumstances() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("Elasticsearch", server.version() + ", " + server.kind().name().toLowerCase(Locale.ROOT) + ", 1 GB");
        all.put("Java", Runtime.version().toString());
        all.put("processors", Runtime.getRuntime().availableProcessors());
        all.put("documents", "about 300 bytes each, 1 shard, no replicas");
        all.put("rounds on one document", settings.contendedRounds() + " of " + settings.contendedSlice());
        all.put(
                "rounds on documents of each thread",
                settings.uncontendedRounds() + " of " + settings.uncontendedSlice() + " in " + TURNS + " turns");
        all.put("rounds on many documents", settings.manyRounds() + " of " + settings.manySlice());
        all.put("load at the start", load());
        return all;
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** Closes the clients and stops the server. */
    @Override
    public void close() throws IOException {
        try (server;
                client) {
            defaults.close();
        }
    }
}

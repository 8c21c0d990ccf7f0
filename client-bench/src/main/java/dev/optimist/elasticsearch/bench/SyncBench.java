package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._helpers.bulk.BulkIngester;
import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.Request;
import co.elastic.clients.transport.rest5_client.low_level.Response;
import co.elastic.clients.transport.rest5_client.low_level.ResponseListener;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import dev.optimist.elasticsearch.ExternalCounts;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/**
 * External versions in bulk: {@code ExternalVersionWriter} against elasticsearch-java's {@code BulkIngester}, and against the
 * least that a plain {@code _bulk} without versions can be: its documents ready as bytes, and, as the writer has to, mapped on
 * the way. In turns, on one server; each side
 * fills an index of its own, which is counted and deleted. Prints a line for each ratio and writes {@code sync-bench.md}.
 */
public final class SyncBench implements AutoCloseable {
    private static final int REQUEST = 1_000;
    private static final int IN_FLIGHT = 2;

    /** Rounds until the server is as fast as it gets, about. */
    private static final int WARM_UP = 2;

    private static final String PLAIN = "plain-bulk";
    private static final String MAPPED = "plain-bulk-mapped";
    private static final String INGESTER = "bulk-ingester";
    private static final String WRITER = "writer";
    private static final String STALE = "writer-stale";
    private static final String DUPLICATE = "writer-duplicate";

    /** About 262 bytes as JSON. */
    record Product(String name, String description, long cents, int stock, String category, String seller) {
        static Product of(int number) {
            return new Product(
                    "Product " + number,
                    "A thing of many uses, the " + number
                            + "th of its kind, in a box of its own with a bow on top of it," + " for young and old",
                    100L + number,
                    number % 1000,
                    "category-" + number % 50,
                    "seller-" + number % 5000);
        }
    }

    private record Run(double perSecond, double bytes) {}

    private final ElasticsearchServer server;
    private final VersionedClient client;
    private final ElasticsearchClient defaults;
    private final Rest5Client low;
    private final int documents;
    private final List<Product> products = new ArrayList<>();
    private final List<byte[]> ready = new ArrayList<>();
    private final Map<String, List<Run>> runs = new LinkedHashMap<>();
    private final ObjectMapper mapper = new ObjectMapper();
    private final double mapping;

    private SyncBench(int documents) throws IOException {
        this.documents = documents;
        this.server = ElasticsearchServer.start(o -> o.javaOptions("-Xms1g", "-Xmx1g", "-XX:-AlwaysPreTouch"));
        this.client = VersionedClient.connect(server.url());
        this.defaults = ElasticsearchClient.of(b -> b.host(server.url()));
        this.low = ((Rest5ClientTransport) client.elasticsearch()._transport()).restClient();
        for (int i = 0; i < documents; i++) {
            products.add(Product.of(i));
        }
        for (Product product : products) { // warm, and kept
            ready.add(mapper.writeValueAsBytes(product));
        }
        long before = allocated();
        long sum = 0;
        for (Product product : products) {
            sum += mapper.writeValueAsBytes(product).length;
        }
        mapping = (double) (allocated() - before) / documents;
        System.out.printf(
                Locale.ROOT,
                "%d documents of %d bytes; mapping one to JSON allocates %.0f bytes%n",
                documents,
                sum / documents,
                mapping);
    }

    /**
     * Runs.
     *
     * @param arguments the folder for {@code sync-bench.md}, {@code target} by default
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = Integer.getInteger("optimist.bench.rounds", 9);
        int documents = Integer.getInteger("optimist.bench.documents", 200_000);
        try (SyncBench bench = new SyncBench(documents)) {
            for (int round = -WARM_UP; round < rounds; round++) {
                for (int side : Orders.of(4, round + WARM_UP)) {
                    bench.side(side, round);
                }
            }
            String report = bench.report();
            Files.writeString(Path.of(arguments.length == 0 ? "target" : arguments[0], "sync-bench.md"), report);
            System.out.println(report);
            bench.lines().forEach(System.out::println);
        }
    }

    private void side(int side, int round) throws IOException, InterruptedException {
        String index = "external";
        client.elasticsearch()
                .indices()
                .create(c -> c.index(index).settings(s -> s.numberOfShards("1").numberOfReplicas("0")));
        switch (side) {
            case 0 -> measure(PLAIN, round, () -> plain(index, ready::get));
            case 1 -> measure(INGESTER, round, () -> ingester(index));
            case 2 -> measure(MAPPED, round, () -> plain(index, this::mapped));
            default -> {
                measure(WRITER, round, () -> writer(index, 1_000_000, c -> c.applied()));
                measure(STALE, round, () -> writer(index, 1, c -> c.superseded()));
                measure(DUPLICATE, round, () -> writer(index, 1_000_000, c -> c.duplicate()));
            }
        }
        client.elasticsearch().indices().refresh(r -> r.index(index));
        long count = client.elasticsearch().count(c -> c.index(index)).count();
        if (count != documents) {
            throw new IllegalStateException(index + " has " + count + " documents");
        }
        client.elasticsearch().indices().delete(d -> d.index(index));
    }

    /** Something that takes a while. */
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void measure(String name, int round, Work work) throws IOException, InterruptedException {
        long before = allocated();
        long begun = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - begun) / 1e9;
        Run run = new Run(documents / seconds, (double) (allocated() - before) / documents);
        System.out.printf(
                Locale.ROOT,
                "round %d: %s %.0f documents/s, %.0f bytes a document%n",
                round,
                name,
                run.perSecond,
                run.bytes);
        if (round >= 0) {
            runs.computeIfAbsent(name, n -> new ArrayList<>()).add(run);
        }
    }

    private void writer(String index, long version, ToDoubleFunction<ExternalCounts> expected)
            throws InterruptedException {
        try (ExternalVersionWriter<Product> writer = client.documents(index, Product.class)
                .externalVersionWriter(o -> o.operations(REQUEST).requestsInFlight(IN_FLIGHT))) {
            for (int i = 0; i < documents; i++) {
                var unused = writer.index(Integer.toString(i), products.get(i), version + i);
            }
            writer.flush();
            if (expected.applyAsDouble(writer.counts()) != documents) {
                throw new IllegalStateException(writer.counts().toString());
            }
        }
    }

    private void ingester(String index) {
        try (BulkIngester<Void> ingester =
                BulkIngester.of(b -> b.client(defaults).maxOperations(REQUEST).maxConcurrentRequests(IN_FLIGHT))) {
            for (int i = 0; i < documents; i++) {
                int number = i;
                ingester.add(o -> o.index(d -> d.index(index)
                        .id(Integer.toString(number))
                        .version(1_000_000L + number)
                        .versionType(VersionType.External)
                        .document(products.get(number))));
            }
        }
    }

    private byte[] mapped(int document) {
        try {
            return mapper.writeValueAsBytes(products.get(document));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void plain(String index, IntFunction<byte[]> document) throws IOException, InterruptedException {
        Semaphore room = new Semaphore(IN_FLIGHT);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int from = 0; from < documents; from += REQUEST) {
            ByteArrayOutputStream body = new ByteArrayOutputStream(REQUEST * 320);
            for (int i = from; i < Math.min(documents, from + REQUEST); i++) {
                body.writeBytes(("{\"index\":{\"_id\":\"" + i + "\"}}\n").getBytes(StandardCharsets.UTF_8));
                body.writeBytes(document.apply(i));
                body.write('\n');
            }
            Request request = new Request("POST", "/" + index + "/_bulk");
            request.addParameter("filter_path", "errors,items.*.error");
            request.setEntity(new ByteArrayEntity(body.toByteArray(), ContentType.APPLICATION_JSON));
            CompletableFuture<Void> done = new CompletableFuture<>();
            all.add(done);
            room.acquire();
            var unused = low.performRequestAsync(request, new ResponseListener() {
                @Override
                public void onSuccess(Response response) {
                    room.release();
                    try {
                        String answer = EntityUtils.toString(response.getEntity());
                        if (!answer.equals("{\"errors\":false}")) {
                            throw new IllegalStateException(answer);
                        }
                        done.complete(null);
                    } catch (Exception e) {
                        done.completeExceptionally(e);
                    }
                }

                @Override
                public void onFailure(Exception exception) {
                    room.release();
                    done.completeExceptionally(exception);
                }
            });
        }
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** Of all threads that there are. */
    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    private double[] values(String name, ToDoubleFunction<Run> figure) {
        return java.util.Objects.requireNonNull(runs.get(name)).stream()
                .mapToDouble(figure)
                .toArray();
    }

    private Quartiles ratio(String side, String other) {
        return Quartiles.ofRatios(values(side, Run::perSecond), values(other, Run::perSecond));
    }

    private List<String> lines() {
        return List.of(
                "ratio writer-vs-bulk-ingester = "
                        + Ratio.number(ratio(WRITER, INGESTER).median()),
                "ratio writer-vs-plain-bulk = "
                        + Ratio.number(ratio(WRITER, PLAIN).median()),
                "ratio writer-vs-plain-bulk-mapped = "
                        + Ratio.number(ratio(WRITER, MAPPED).median()),
                "ratio stale-vs-fresh = " + Ratio.number(ratio(STALE, WRITER).median()),
                "ratio duplicate-vs-fresh = "
                        + Ratio.number(ratio(DUPLICATE, WRITER).median()),
                "ratio writer-bytes-a-document = "
                        + Ratio.number(Quartiles.of(values(WRITER, Run::bytes)).median() - mapping));
    }

    private String report() {
        StringBuilder text = new StringBuilder("# External versions in bulk\n\n");
        text.append("Elasticsearch ").append(server.version()).append(", 1 GB, one shard; Java ");
        text.append(Runtime.version()).append(", ").append(Runtime.getRuntime().availableProcessors());
        text.append(" processors. ").append(documents).append(" documents, ").append(REQUEST);
        text.append(" a request, ").append(IN_FLIGHT).append(" in flight. Medians of ");
        text.append(values(WRITER, Run::perSecond).length).append(" rounds in turns, in brackets the quartiles.");
        text.append(" Mapping a document to JSON allocates ")
                .append(Math.round(mapping))
                .append(" bytes of those.\n\n");
        text.append("| side | documents/s | client bytes a document |\n|---|---|---|\n");
        for (String name : runs.keySet()) {
            text.append("| ").append(name).append(" | ");
            text.append(Quartiles.of(values(name, Run::perSecond)).words(0)).append(" | ");
            text.append(Quartiles.of(values(name, Run::bytes)).words(0)).append(" |\n");
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        try (server;
                client) {
            defaults.close();
        }
    }
}

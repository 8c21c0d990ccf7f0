package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One document and many threads on a server that has scripts: of later ones the testkit's have none. */
final class Script {
    static final String VERSION = "6.8.23";

    private static final String INDEX = "script";

    private final List<Stock> stocks = new ArrayList<>();
    private final Settings settings;
    private final Consumer<String> progress;

    Script(Settings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /** Starts the server, with the heap that the other one has, and measures. */
    List<Measured> run() throws IOException, InterruptedException {
        try (ElasticsearchServer server = ElasticsearchServer.start(
                        o -> Bench.javaOptions(o.server("process").version(VERSION)));
                Rest5Client lowLevel = OldClient.lowLevel(server.url());
                VersionedClient client = VersionedClient.of(OldClient.of(lowLevel))) {
            ElasticsearchClient same = client.elasticsearch();
            same.indices()
                    .create(c ->
                            c.index(INDEX).settings(s -> s.numberOfShards("1").numberOfReplicas("0")));
            List<Side> sides = Sides.script(client, lowLevel, INDEX);
            List<Measured> all = new ArrayList<>();
            for (int threads : settings.contendedThreads()) {
                Stock stock = new Stock(same, INDEX, sides, Ratio.SCRIPT + "-" + threads, 1);
                Series series =
                        new Series(Ratio.SCRIPT, stock, Requests.uncounted(), 1, settings.contendedSlice(), progress);
                all.add(series.run(threads, 1, settings.contendedRounds()));
                stocks.add(stock);
            }
            return all;
        }
    }

    /** Returns whose documents were checked. */
    List<Stock> stocks() {
        return stocks;
    }
}

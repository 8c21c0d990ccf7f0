package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest5_client.Rest5ClientTransport;
import co.elastic.clients.transport.rest5_client.low_level.Rest5Client;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One sale that nobody disturbs, with nothing of a server's time in it: by hand, by hand with time-outs, and by this library. It
 * is warmed up by number of sales and not by time, or on a busy machine what is measured would not be compiled yet.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@OperationsPerInvocation(ClientPath.SALES)
@Measurement(iterations = 40)
@NullUnmarked // the fields are set by setUp
public class ClientPath {
    static final int SALES = 1000;

    /** What is in place of Elasticsearch. */
    public enum Server {
        /** Nothing below elasticsearch-java: its transport with nothing set, over {@link NoNetwork}. */
        NONE(300),
        /** A thread that reads and writes bytes: {@link VersionedClient#connect}'s whole transport, over {@link Loopback}. */
        LOOPBACK(40);

        private final int warmups;

        Server(int warmups) {
            this.warmups = warmups;
        }

        /** Returns after how many iterations nothing becomes faster, or as many as there is time for. */
        int warmups() {
            return warmups;
        }
    }

    /** Which. */
    @Param
    public Server server;

    private Loopback loopback;
    private ElasticsearchClient elasticsearch;
    private VersionedClient client;
    private Side byHand;
    private Side inTime;
    private VersionedDocuments<Article> articles;

    /** Connects both to the same. */
    @Setup
    public void setUp() {
        if (server == Server.LOOPBACK) {
            loopback = new Loopback();
            client = VersionedClient.connect(loopback.url());
            elasticsearch = client.elasticsearch();
        } else {
            Rest5Client http = Rest5Client.builder(URI.create("http://localhost:9200"))
                    .setHttpClient(new NoNetwork())
                    .build();
            elasticsearch = new ElasticsearchClient(new Rest5ClientTransport(http, new JacksonJsonpMapper()));
            client = VersionedClient.of(elasticsearch);
        }
        byHand = new ByHand.Loop(Sides.BY_HAND, elasticsearch, Recorded.INDEX, ByHand::none);
        inTime = new ByHand.InTime(
                Sides.BY_HAND, new ElasticsearchAsyncClient(elasticsearch._transport()), Recorded.INDEX);
        articles = client.documents(Recorded.INDEX, Article.class);
    }

    /** Disconnects. */
    @TearDown
    public void tearDown() throws IOException {
        client.close();
        elasticsearch.close();
        if (loopback != null) {
            loopback.close();
        }
    }

    /** GET and conditional PUT. */
    Side.Outcome sellByHand() throws IOException, InterruptedException {
        return byHand.sellOne(Recorded.ID, 0);
    }

    /** The same, each bounded in time. */
    Side.Outcome sellInTime() throws IOException, InterruptedException {
        return inTime.sellOne(Recorded.ID, 0);
    }

    /** The same by this library. */
    ModificationResult<Article> sell() {
        return articles.readModifyWrite(Recorded.ID, Article::sellOne);
    }

    /** Sells by hand. */
    @Benchmark
    public void byHand(Blackhole results) throws IOException, InterruptedException {
        for (int i = 0; i < SALES; i++) {
            results.consume(sellByHand());
        }
    }

    /** Sells by hand, bounded in time. */
    @Benchmark
    public void byHandInTime(Blackhole results) throws IOException, InterruptedException {
        for (int i = 0; i < SALES; i++) {
            results.consume(sellInTime());
        }
    }

    /** Sells by this library. */
    @Benchmark
    public void readModifyWrite(Blackhole results) {
        for (int i = 0; i < SALES; i++) {
            results.consume(sell());
        }
    }
}

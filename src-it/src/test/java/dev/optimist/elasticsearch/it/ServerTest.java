package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.ServerOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client, an index of its own for every test, and a look at what the server really holds. */
@ExtendWith(ElasticsearchExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServerTest {
    private static final AtomicInteger INDICES = new AtomicInteger();

    /** Of every index here on a server that has them; it is the same server for all classes of a run. */
    private static volatile @Nullable String mappingType;

    record Counter(int n) {
        Counter plus(int more) {
            return new Counter(n + more);
        }
    }

    ElasticsearchServer server;
    Rest rest;
    VersionedClient client;
    String index;
    VersionedDocuments<Counter> counters;

    @BeforeAll
    void connect(ElasticsearchServer running) {
        server = running;
        mappingType = generation().hasMappingTypes() ? "doc" : null;
        rest = rest(server);
        client = VersionedClient.connect(server.url());
    }

    @BeforeEach
    void newIndex() {
        index = newIndex("{}");
        counters = typed(client.documents(index, Counter.class));
    }

    @AfterAll
    void disconnect() {
        client.close();
    }

    static @Nullable String mappingType() {
        return mappingType;
    }

    /** Whether versions are compared by the server, and documents have a mapping type. */
    static boolean hasMappingTypes() {
        return mappingType != null;
    }

    boolean hasSequenceNumbers() {
        return generation().hasSequenceNumbers();
    }

    /** Starts a server with options of its own, in the same way and version as the one of this run. */
    static ElasticsearchServer ownServer(Consumer<ServerOptions> options) {
        boolean anAddress = System.getProperty("optimist.testkit.server", "").startsWith("http");
        return ElasticsearchServer.start(o -> options.accept(anAddress ? o.server("auto") : o));
    }

    /** Returns the same documents as this run's server has them. */
    static <T> VersionedDocuments<T> typed(VersionedDocuments<T> documents) {
        return documents.with(o -> o.mappingType(mappingType));
    }

    /** By hand, to another server than the one for all. */
    static Rest rest(ElasticsearchServer own) {
        return new Rest(own.url(), mappingType);
    }

    /** Makes an index without replicas, as there may be one node only. */
    String newIndex(String mappings) {
        return newIndex(1, "", mappings);
    }

    /** The same with so many shards and more settings, each ending with a comma. */
    String newIndex(int shards, String settings, String mappings) {
        String name = "it-" + INDICES.incrementAndGet();
        rest.delete("/" + name); // of an earlier run, on a server that was there
        rest.put(
                        "/" + name,
                        "{\"settings\":{" + settings + "\"number_of_shards\":" + shards
                                + ",\"number_of_replicas\":0},\"mappings\":" + mappings(mappings) + "}")
                .ok();
        if (!isAtLeast("5")) {
            awaitPrimaries(name); // before, it was told of an index whose shards are not there yet
        }
        return name;
    }

    /** Opens it again, and waits until it answers. */
    void openIndex(String name) {
        rest.post("/" + name + "/_open", "").ok();
        awaitPrimaries(name);
    }

    private void awaitPrimaries(String name) {
        rest.get("/_cluster/health/" + name + "?wait_for_status=yellow").ok();
    }

    /** Returns them as this run's server wants them when an index is made. */
    static String mappings(String mappings) {
        return mappingType == null ? mappings : "{\"" + mappingType + "\":" + mappings + "}";
    }

    JsonNode stored(String id) {
        return rest.get("/" + index + "/_doc/" + id).body();
    }

    int majorVersion() {
        return generation().major();
    }

    boolean isAtLeast(String version) {
        return generation().isAtLeast(version);
    }

    boolean isOpenSearch() {
        return generation().isOpenSearch();
    }

    Generation generation() {
        return Generation.of(server.version());
    }

    /** Waits for what happens on another thread, which tells nobody. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** Asserts that whatever is done leaves the document as it is, version included. */
    void leavesUnchanged(String id, Runnable what) {
        JsonNode before = stored(id);
        what.run();
        assertThat(stored(id)).isEqualTo(before);
    }
}

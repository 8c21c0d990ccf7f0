package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.it.ElasticsearchJava9;
import dev.optimist.elasticsearch.it.Since;
import dev.optimist.elasticsearch.testkit.ElasticsearchExtension;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client, and for every test an index of its own. */
@ElasticsearchJava9
@Since(value = "7", because = "client-sync is for servers without mapping types")
@ExtendWith(ElasticsearchExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SyncTest {
    static final ObjectMapper JSON = new ObjectMapper();

    ElasticsearchServer server;
    VersionedClient client;
    String index;

    /** An index for checkpoints. */
    String positions;

    /** A name for checkpoints, another one for every test. */
    String name;

    VersionedDocuments<JsonNode> documents;

    @BeforeAll
    void connect(ElasticsearchServer running) {
        server = running;
        client = VersionedClient.connect(server.url());
        positions = "sync-positions-" + UUID.randomUUID();
    }

    @BeforeEach
    void newIndex() throws IOException {
        index = "sync-it-" + UUID.randomUUID();
        name = "job-" + UUID.randomUUID();
        newIndex("{\"dynamic\":\"strict\",\"properties\":{\"n\":{\"type\":\"long\"}}}");
        documents = client.documents(index, JsonNode.class);
    }

    void newIndex(String mappings) throws IOException {
        client.elasticsearch()
                .indices()
                .create(c -> c.index(index)
                        .settings(s -> s.numberOfShards("2").numberOfReplicas("0"))
                        .mappings(m -> m.withJson(new StringReader(mappings))));
    }

    @AfterAll
    void disconnect() {
        client.close();
    }

    static JsonNode n(long n) {
        return JSON.valueToTree(Map.of("n", n));
    }

    static ExternalOperation<JsonNode> change(long id, long version) {
        return ExternalOperation.index(Long.toString(id), n(version), version);
    }

    long version(String id) {
        return documents.get(id).map(VersionedDocument::version).orElse(-1L);
    }

    long search(String where) throws IOException {
        client.elasticsearch().indices().refresh(r -> r.index(index));
        return client.elasticsearch().count(c -> c.index(where)).count();
    }

    /** Waits for what happens on another thread, which tells nobody. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}

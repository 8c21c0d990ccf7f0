package dev.optimist.elasticsearch.internal;

import static dev.optimist.elasticsearch.internal.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.optimist.elasticsearch.IncarnationChangedException;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteResult;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that must not be taken for the document that the caller means. */
@Timeout(20)
class ReadDocumentTest {
    private static final String FOUND =
            "{\"_index\":\"i\",\"_id\":\"1\",\"_version\":4,\"_seq_no\":3," + "\"_primary_term\":1,\"found\":true";
    private static final String SOURCE = ",\"_source\":{\"n\":1}}";

    private ScriptedServer server;
    private VersionedClient client;
    private VersionedDocuments<Map<String, Object>> documents;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(json(500, "{}"));
        client = VersionedClient.connect(server.url());
        documents = client.documents("i", new TypeReference<>() {});
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void aDocumentWithoutItsSourceIsNotReadAndNotWrittenBack() {
        server.then(json(200, FOUND + "}")).then(json(200, FOUND + "}"));
        assertThat(catchThrowableOfType(RequestRejectedException.class, () -> documents.get("1")))
                .hasMessageContaining("its _source is not kept");
        assertThat(catchThrowableOfType(
                        RequestRejectedException.class, () -> documents.readModifyWrite("1", d -> Map.of("n", 2))))
                .hasMessageContaining("its _source is not kept");
        assertThat(server.received()).hasSize(2).allMatch(r -> r.line().startsWith("GET "));
    }

    @Test
    void theTokenHasTheRoutingThatTheDocumentWasStoredWithAndElseTheHandles() {
        server.then(json(200, FOUND + ",\"_routing\":\"stored\"" + SOURCE)).then(json(200, FOUND + SOURCE));
        VersionedDocuments<Map<String, Object>> routed = documents.with(o -> o.routing("mine"));
        assertThat(routed.get("1").orElseThrow().token().routing()).isEqualTo("stored");
        assertThat(routed.get("1").orElseThrow().token().routing()).isEqualTo("mine");
    }

    @Test
    void aWriteThatMadeAnyVersionButTheNextWroteToAnotherDocument() {
        for (int version : new int[] {1, 4, 6}) {
            server.then(json(200, FOUND + SOURCE));
            VersionedDocument<Map<String, Object>> read = documents.get("1").orElseThrow();
            server.then(json(200, written(version)));
            assertThat(catchThrowableOfType(
                            IncarnationChangedException.class,
                            () -> documents.index("1", Map.of("n", 2), WriteCondition.unchangedSince(read))))
                    .isNotNull();
            server.then(json(200, FOUND + SOURCE)).then(json(200, written(version)));
            assertThat(catchThrowableOfType(
                            IncarnationChangedException.class,
                            () -> documents.readModifyWrite("1", d -> Map.of("n", 2))))
                    .isNotNull();
        }
        server.then(json(200, FOUND + SOURCE)).then(json(200, written(5)));
        assertThat(documents
                        .readModifyWrite("1", d -> Map.of("n", 2))
                        .document()
                        .orElseThrow()
                        .version())
                .isEqualTo(5);
    }

    @Test
    void aWriteThatAPipelineDroppedIsNoOtherDocument() {
        server.then(json(200, FOUND + SOURCE));
        VersionedDocument<Map<String, Object>> read = documents.get("1").orElseThrow();
        server.then(json(200, written(-3).replace("updated", "noop")));
        WriteResult dropped = documents.index("1", Map.of("n", 2), WriteCondition.unchangedSince(read));
        assertThat(dropped.result()).isEqualTo(Result.NoOp);
    }

    private static String written(int version) {
        return "{\"_index\":\"i\",\"_id\":\"1\",\"_version\":" + version + ",\"result\":\"updated\",\"_seq_no\":8,"
                + "\"_primary_term\":1,\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0}}";
    }
}

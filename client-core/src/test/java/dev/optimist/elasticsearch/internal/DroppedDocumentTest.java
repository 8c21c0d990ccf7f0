package dev.optimist.elasticsearch.internal;

import static dev.optimist.elasticsearch.internal.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch._types.Result;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.optimist.elasticsearch.Modification;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.WriteResult;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An ingest pipeline drops what was to be stored. The servers of our tests have no processor that does. */
@Timeout(20)
class DroppedDocumentTest {
    private static final String DROPPED = "{\"_index\":\"i\",\"_id\":\"1\",\"_version\":-3,\"result\":\"noop\","
            + "\"_shards\":{\"total\":0,\"successful\":0,\"failed\":0},\"_seq_no\":-2,\"_primary_term\":0}";

    private ScriptedServer server;
    private VersionedClient client;
    private VersionedDocuments<Map<String, Object>> documents;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(json(200, DROPPED));
        client = VersionedClient.connect(server.url());
        documents = client.documents("i", new TypeReference<>() {});
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void readModifyWriteTellsWhatIsStored() {
        server.then(json(
                200,
                "{\"_index\":\"i\",\"_id\":\"1\",\"_version\":4,\"_seq_no\":3,\"_primary_term\":1,\"found\":true,"
                        + "\"_source\":{\"n\":1}}"));
        ModificationResult<Map<String, Object>> result = documents.readModifyWrite("1", d -> Map.of("n", 2));
        assertThat(result.result()).isEqualTo(Result.NoOp);
        assertThat(result.source()).isEqualTo(Map.of("n", 1));
        assertThat(result.document().orElseThrow().version()).isEqualTo(4);
    }

    @Test
    void readModifyWriteOfAnAbsentDocumentTellsThatThereIsNone() {
        server.then(json(404, "{\"_index\":\"i\",\"_id\":\"1\",\"found\":false}"));
        ModificationResult<Map<String, Object>> result =
                documents.readModifyWriteOptional("1", none -> Modification.index(Map.of("n", 2)));
        assertThat(result).isEqualTo(new ModificationResult<>(Result.NoOp, null, null, 1, false));
    }

    @Test
    void createSaysSoWithAndWithoutTheWriteLedger() {
        assertThat(documents.create("1", Map.of("n", 2)).result()).isEqualTo(Result.NoOp);
        server.then(json(404, "{\"_index\":\"i\",\"_id\":\"1\",\"found\":false}"));
        WriteResult ledgered =
                documents.with(o -> o.writeLedger(WriteLedger.standard())).create("1", Map.of("n", 2));
        assertThat(ledgered.result()).isEqualTo(Result.NoOp);
        assertThat(ledgered.token().hasSeqNo()).isFalse();
    }
}

package dev.optimist.elasticsearch.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch._types.Refresh;
import co.elastic.clients.transport.endpoints.SimpleEndpoint;
import co.elastic.clients.util.BinaryData;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Write.Operation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BulkRequestsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Write.Parameters PARAMETERS = new Write.Parameters(Refresh.WaitFor, "all", "p", true);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<Write> WRITES = List.of(
            write(Operation.INDEX, "i", "é\"\n日本", "r", WriteCondition.ifSeqNo(4, 2)),
            write(Operation.CREATE, "i", "2", null, WriteCondition.none()),
            write(Operation.DELETE, "other", "3", "r", WriteCondition.externalGte(7)),
            write(Operation.INDEX, "i", "4", null, WriteCondition.external(Long.MAX_VALUE - 1)));

    @Test
    void saysAllThatIsWantedInALineEachAndTheDocumentsAsTheyAre() throws IOException {
        String[] lines = body(WRITES).split("\n", -1);
        assertThat(lines).hasSize(8);
        assertThat(json(lines[0]))
                .isEqualTo(json("{'index':{'_id':'é\\\"\\n日本','routing':'r','if_seq_no':4,'if_primary_term':2,"
                        + "'pipeline':'p','require_alias':true}}"));
        assertThat(lines[1]).isEqualTo("{\"n\": 1.10}");
        assertThat(json(lines[2])).isEqualTo(json("{'create':{'_id':'2','pipeline':'p','require_alias':true}}"));
        assertThat(lines[3]).isEqualTo("{\"n\": 1.10}");
        assertThat(json(lines[4]))
                .isEqualTo(json("{'delete':{'_index':'other','_id':'3','routing':'r','version':7,"
                        + "'version_type':'external_gte'}}"));
        assertThat(json(lines[5]))
                .isEqualTo(json("{'index':{'_id':'4','version':9223372036854775806,'version_type':'external',"
                        + "'pipeline':'p','require_alias':true}}"));
        assertThat(lines[6]).isEqualTo("{\"n\": 1.10}");
        assertThat(lines[7]).isEmpty();
    }

    /** Of every character that JSON writes otherwise than it is. */
    @Test
    void anIdIsReadAsItWasMeant() throws IOException {
        StringBuilder all = new StringBuilder("\uD83D\uDE00\u2028\uFFFF");
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        for (String id : List.of(all.toString(), "x".repeat(512), "\\\"")) {
            String body = body(List.of(write(Operation.DELETE, "i", id, id, WriteCondition.none())));
            assertThat(body).endsWith("}}\n").containsOnlyOnce("\n");
            JsonNode action = JSON.readTree(body).get("delete");
            assertThat(action.get("_id").textValue()).isEqualTo(id);
            assertThat(action.get("routing").textValue()).isEqualTo(id);
        }
    }

    @Test
    void hasTheParametersOfTheFirst() {
        var endpoint = endpoint(WRITES);
        assertThat(endpoint.requestUrl(WRITES)).isEqualTo("/i/_bulk");
        assertThat(endpoint.queryParameters(WRITES))
                .containsAllEntriesOf(
                        Map.of("refresh", "wait_for", "wait_for_active_shards", "all", "timeout", "9000ms"))
                .hasSize(4);
    }

    @Test
    void asksForNoMoreThanIsRead() {
        assertThat(filter(WRITES)).contains("items.*._seq_no", "items.*.error", "items.*.status", "items.*._index");
        assertThat(filter(WRITES.subList(3, 4)))
                .contains("items.*._id", "items.*.error", "items.*.status", "items.*.result")
                .doesNotContain("_seq_no", "_version");
    }

    @Test
    void aBodyIsUsedAgainOnceItsRequestWasAnswered() throws IOException {
        BytePool pool = new BytePool();
        BulkBody first = new BulkBody(pool);
        BulkBody second = new BulkBody(pool);
        byte[] ofFirst = bytes(WRITES, first);
        assertThat(bytes(WRITES, second)).as("it may still be under way").isNotSameAs(ofFirst);
        first.answered();
        List<Write> fewer = WRITES.subList(0, 1);
        BulkBody third = new BulkBody(pool);
        assertThat(bytes(fewer, third)).isSameAs(ofFirst);
        assertThat(third.data().size()).isEqualTo(body(fewer).getBytes(UTF_8).length);
    }

    private static byte[] bytes(List<Write> writes, BulkBody body) throws IOException {
        BinaryData data = (BinaryData) Objects.requireNonNull(
                BulkRequests.endpoint(writes, LIMIT, body).body(writes));
        return data.asByteBuffer().array();
    }

    private static SimpleEndpoint<List<Write>, List<Answer<Written>>> endpoint(List<Write> writes) {
        return BulkRequests.endpoint(writes, LIMIT, new BulkBody(new BytePool()));
    }

    private static String filter(List<Write> writes) {
        return Objects.requireNonNull(endpoint(writes).queryParameters(writes).get("filter_path"));
    }

    private static String body(List<Write> writes) throws IOException {
        BinaryData body = (BinaryData) Objects.requireNonNull(endpoint(writes).body(writes));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        body.writeTo(bytes);
        return bytes.toString(UTF_8);
    }

    private static JsonNode json(String json) throws IOException {
        return JSON.readTree(json.replace('\'', '"'));
    }

    private static Write write(
            Operation operation, String index, String id, @Nullable String routing, WriteCondition condition) {
        byte[] source = operation == Operation.DELETE ? null : "{\"n\": 1.10}".getBytes(UTF_8);
        return new Write(operation, new Address(index, id, routing), condition, PARAMETERS, source);
    }
}

package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.OptimistException;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.WriteCondition;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input: a clear error that names the parameter, nothing sent, the document as it was. */
class BadInputIT extends BothFacesTest {

    record Price(double amount) {}

    @BeforeEach
    void aDocument() {
        documents.create("1", new Counter(1));
    }

    @Test
    void refusesATokenThatElasticsearchTakesForNoConditionAtAll() {
        // the server's own answer to it is 200, and the document is overwritten: see ForbiddenCombinationsIT
        refused("if_seq_no", () -> documents.index("1", new Counter(9), WriteCondition.ifSeqNo(-2, 0)));
        refused("if_seq_no", () -> documents.delete("1", WriteCondition.ifSeqNo(-2, 0)));
        refused("if_primary_term", () -> documents.index("1", new Counter(9), WriteCondition.ifSeqNo(0, 0)));
        refused("if_seq_no", () -> documents.index("1", new Counter(9), WriteCondition.ifSeqNo(-1, 1)));
        DocumentToken none = new DocumentToken(index, index, "1", null, 1, -2, 0);
        refused("if_seq_no", () -> documents.index("1", new Counter(9), WriteCondition.unchangedSince(none)));
    }

    @Test
    void refusesExternalVersionsThatAreOutOfBounds() {
        for (long version : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            refused("external", () -> documents.index("1", new Counter(9), WriteCondition.external(version)));
            refused("external_gte", () -> documents.index("1", new Counter(9), WriteCondition.externalGte(version)));
            refused("external", () -> documents.delete("1", WriteCondition.external(version)));
        }
    }

    @Test
    void refusesVersionsThatAreOutOfBounds() {
        for (long version : new long[] {0, -1, Long.MAX_VALUE}) {
            refused("version", () -> documents.index("1", new Counter(9), WriteCondition.version(version)));
        }
    }

    @Test
    void refusesIdsThatAreOutOfBounds() {
        String tooLong = "é".repeat(256) + "x";
        refused("id", () -> documents.create("", new Counter(9)));
        refused("id", () -> documents.create(tooLong, new Counter(9)));
        refused("id", () -> documents.get(null));
        refused("id", () -> documents.delete(tooLong, WriteCondition.none()));
        refused("id", () -> documents.readModifyWrite("", c -> c));
        refused("surrogate", () -> documents.create("\uD83D", new Counter(9)));
    }

    @Test
    void takesTheLongestId() {
        String longest = "é".repeat(256); // 512 bytes
        documents.create(longest, new Counter(1));
        documents.readModifyWrite(longest, c -> c.plus(1));
        assertThat(documents.get(longest).orElseThrow().source()).isEqualTo(new Counter(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/", "a/b", "+", "#", "?", "%", "%2F", "&", ";", "\\", ".", "..", "a b", "\n", "\0", "中文", "🛒", "_x",
                "*", ","
            })
    void takesAnyOtherId(String id) {
        documents.create(id, new Counter(1));
        VersionedDocument<Counter> read = documents.get(id).orElseThrow();
        assertThat(read.id()).isEqualTo(id);
        documents.index(id, new Counter(2), WriteCondition.unchangedSince(read));
        documents.index(id, new Counter(3), WriteCondition.version(2));
        documents.readModifyWrite(id, c -> c.plus(1));
        assertThat(documents.get(id).orElseThrow().source()).isEqualTo(new Counter(4));
        assertThat(documents.delete(id, WriteCondition.version(4)).version()).isEqualTo(5);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(1);
    }

    /** Before 7, a plus sign in a path is a space, if it is not encoded. */
    @Test
    void aPlusIsNotASpace() {
        documents.create("a b", new Counter(1));
        documents.create("a+b", new Counter(2));
        assertThat(documents.get("a b").orElseThrow().source()).isEqualTo(new Counter(1));
        assertThat(documents.get("a+b").orElseThrow().source()).isEqualTo(new Counter(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a*", "a,b", "a b", "_all", "-a", "<a-{now/d}>", "a/b", ".", "other:index"})
    void refusesWhatIsNotOneIndex(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> documents(name, Counter.class))
                .withMessageContaining("index");
    }

    @Test
    void refusesNumbersThatJsonDoesNotHave() {
        Documents<Price> prices = documents(index, Price.class);
        // Jackson writes them as strings, and Elasticsearch stores "NaN"
        refused("NaN", () -> prices.index("1", new Price(Double.NaN), WriteCondition.none()));
        refused("Infinity", () -> prices.index("1", new Price(Double.POSITIVE_INFINITY), WriteCondition.none()));
        Documents<JsonNode> nodes = documents(index, JsonNode.class);
        refused(
                "NaN",
                () -> nodes.readModifyWrite(
                        "1", n -> ((com.fasterxml.jackson.databind.node.ObjectNode) n).put("n", Float.NaN)));
    }

    @Test
    void refusesADocumentThatIsNoJsonObject() {
        Documents<JsonNode> nodes = documents(index, JsonNode.class);
        refused("document", () -> nodes.index("1", TextNode.valueOf("x"), WriteCondition.none()));
        refused("document", () -> nodes.index("1", null, WriteCondition.none()));
        @SuppressWarnings("rawtypes")
        Documents<List> lists = documents(index, List.class);
        refused("document", () -> lists.index("1", List.of(1), WriteCondition.none()));
    }

    @Test
    void refusesAMissingCondition() {
        refused("condition", () -> documents.index("1", new Counter(9), null));
    }

    @Test
    void refusesATokenOfAnotherDocumentOrRouting() {
        VersionedDocument<Counter> read = documents.get("1").orElseThrow();
        refused("id", () -> documents.index("2", new Counter(9), WriteCondition.unchangedSince(read)));
        refused(
                "routing",
                () -> documents
                        .with(o -> o.routing("x"))
                        .index("1", new Counter(9), WriteCondition.unchangedSince(read)));
        assertThat(documents.get("2")).isEmpty();
    }

    @Test
    void refusesOptionsThatAreOutOfBounds() {
        refused("routing", () -> documents.with(o -> o.routing("")));
        refused("pipeline", () -> documents.with(o -> o.pipeline("")));
        refused("wait_for_active_shards", () -> documents.with(o -> o.waitForActiveShards(-1)));
    }

    @Test
    void doesNotWipeADocumentWhoseSourceIsNotKept() {
        index = newIndex("{\"_source\":{\"enabled\":false}}");
        Documents<Counter> sourceless = documents(index, Counter.class);
        sourceless.create("1", new Counter(1));
        leavesUnchanged("1", () -> {
            assertThatThrownBy(() -> sourceless.readModifyWrite("1", c -> c.plus(1)))
                    .isInstanceOf(RequestRejectedException.class)
                    .hasMessageContaining("_source");
            assertThatThrownBy(() -> sourceless.get("1"))
                    .isInstanceOf(RequestRejectedException.class)
                    .hasMessageContaining("_source");
        });
    }

    @Test
    void doesNotWipeFieldsThatTheClassDoesNotKnow() {
        rest.put("/" + index + "/_doc/1", "{\"n\":1,\"other\":\"kept\"}").ok();
        leavesUnchanged(
                "1",
                () -> assertThatThrownBy(() -> documents.readModifyWrite("1", c -> c.plus(1)))
                        .isInstanceOf(RequestRejectedException.class)
                        .hasMessageContaining("other"));
    }

    @Test
    void saysThatRoutingIsMissing() {
        index = newIndex("{\"_routing\":{\"required\":true}}");
        rest.put("/" + index + "/_doc/1?routing=r", "{\"n\":1}").ok();
        Documents<Counter> unrouted = documents(index, Counter.class);
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> unrouted.get("1"),
                () -> unrouted.create("1", new Counter(9)),
                () -> unrouted.index("1", new Counter(9), WriteCondition.none()),
                () -> unrouted.delete("1", WriteCondition.none()),
                () -> unrouted.readModifyWrite("1", c -> c.plus(1)))) {
            RequestRejectedException e = catchThrowableOfType(RequestRejectedException.class, call);
            assertThat(e.status()).hasValue(400);
            assertThat(e).hasMessageContaining("routing is required");
        }
        assertThat(rest.get("/" + index + "/_doc/1?routing=r")
                        .body()
                        .at("/_source/n")
                        .asInt())
                .isEqualTo(1);
    }

    /** That it says so, where it can be made to arrive, is shown by FailuresIT. */
    @Test
    void neverTakesADocumentThatIsTooLargeForStored() {
        index = newIndex("{\"enabled\":false}");
        Documents<Map<String, String>> texts = face.of(typed(
                client.documents(index, new com.fasterxml.jackson.core.type.TypeReference<Map<String, String>>() {})));
        texts.create("1", Map.of("text", "small"));
        String text = "x".repeat(101 * 1024 * 1024);
        leavesUnchanged("1", () -> {
            OptimistException e = catchThrowableOfType(
                    OptimistException.class, () -> texts.index("1", Map.of("text", text), WriteCondition.version(1)));
            // the server answers 413 and closes while the body is coming: a client that still writes may never see it
            if (e instanceof RequestRejectedException rejected) {
                assertThat(rejected.status()).hasValue(413);
            } else {
                assertThat(e).isInstanceOf(OutcomeUnknownException.class);
            }
        });
    }

    @Test
    @Since(value = "9.4", because = "index.disable_sequence_numbers came with 9.4")
    void saysThatAnIndexKeepsNoSequenceNumbers() {
        rest.delete("/it-no-seq-no"); // of an earlier run, on a server that was there
        rest.put("/it-no-seq-no", "{\"settings\":{\"number_of_replicas\":0,\"index.disable_sequence_numbers\":true}}")
                .ok();
        index = "it-no-seq-no";
        Documents<Counter> unnumbered = documents(index, Counter.class);
        DocumentToken created = unnumbered.create("1", new Counter(1)).token();
        assertThat(created.hasSeqNo()).isFalse();
        VersionedDocument<Counter> read = unnumbered.get("1").orElseThrow();
        assertThat(read.token().hasSeqNo()).isFalse();
        leavesUnchanged("1", () -> {
            refusedToo("external", () -> WriteCondition.unchangedSince(created));
            refusedToo("external", () -> WriteCondition.unchangedSince(read));
            assertThatThrownBy(() -> unnumbered.readModifyWrite("1", c -> c.plus(1)))
                    .isInstanceOf(RequestRejectedException.class)
                    .hasMessageContaining("disable_sequence_numbers");
            assertThatThrownBy(() -> unnumbered.index("1", new Counter(9), WriteCondition.version(1)))
                    .isInstanceOf(RequestRejectedException.class)
                    .hasMessageContaining("disable_sequence_numbers");
            assertThatThrownBy(() -> unnumbered.index("1", new Counter(9), WriteCondition.ifSeqNo(0, 1)))
                    .isInstanceOfSatisfying(
                            RequestRejectedException.class,
                            e -> assertThat(e.status()).hasValue(400));
        });
        assertThat(unnumbered
                        .index("1", new Counter(5), WriteCondition.external(5))
                        .version())
                .isEqualTo(5);
    }

    private void refused(String parameter, ThrowingCallable call) {
        leavesUnchanged("1", () -> refusedToo(parameter, call));
    }

    private static void refusedToo(String parameter, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(parameter);
    }
}

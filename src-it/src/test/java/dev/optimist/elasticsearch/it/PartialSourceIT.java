package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.Internals;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A {@code _source} of which a part is kept; one of which nothing is, is in BadInputIT. */
class PartialSourceIT extends BothFacesTest {
    private Documents<JsonNode> trees;

    @BeforeEach
    void excluding() {
        index = newIndex("{\"_source\":{\"excludes\":[\"secret\"]}}");
        trees = documents(index, JsonNode.class);
    }

    /** The limit that docs/special-indices.md names: nothing in an answer says that there was more. */
    @Test
    void whatIsExcludedIsLostByTheNextWriteOfWhatWasRead() {
        trees.create("1", document(1));
        assertThat(hits()).isEqualTo(1);
        assertThat(trees.get("1").orElseThrow().source()).isEqualTo(n(1));
        trees.readModifyWrite("1", d -> ((ObjectNode) d.deepCopy()).put("n", 2));
        assertThat(hits()).isZero();
    }

    @Test
    void aFunctionThatSetsItAgainKeepsIt() {
        trees.create("1", document(1));
        for (boolean reuse : new boolean[] {false, true}) {
            Documents<JsonNode> handle = trees.with(o -> o.reuseLastWrite(reuse));
            for (int i = 2; i < 5; i++) {
                int n = i + (reuse ? 10 : 0);
                long before = Internals.requests(client);
                handle.readModifyWrite("1", d -> document(n));
                assertThat(Internals.requests(client) - before)
                        .as("what was sent is not what is stored, so it is read")
                        .isEqualTo(2);
            }
            assertThat(hits()).isEqualTo(1);
        }
    }

    private int hits() {
        rest.post("/" + index + "/_refresh", "").ok();
        return rest.get("/" + index + "/_count?q=secret:x")
                .ok()
                .body()
                .path("count")
                .asInt();
    }

    private static ObjectNode document(int n) {
        return n(n).put("secret", "x");
    }

    private static ObjectNode n(int n) {
        return JsonNodeFactory.instance.objectNode().put("n", n);
    }
}

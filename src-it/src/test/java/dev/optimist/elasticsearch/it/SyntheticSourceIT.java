package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.Internals;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OptimistException;
import dev.optimist.elasticsearch.RequestRejectedException;
import dev.optimist.elasticsearch.WriteLedger;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A {@code _source} that the server makes up from what it has indexed: what is read is not what was written. */
@Since(value = "8.19", because = "index.mapping.source.mode came in the course of 8")
class SyntheticSourceIT extends BothFacesTest {
    private static final String SENT = """
            {"n":3,"text":"30","tags":["b","a","b"],"numbers":[2,1,2],"single":["one"],"price":1.123456789,
             "lines":[{"sku":"x","size":"L"},{"sku":"y"}],"deep":[{"to":[{"r":2},{"r":1}]}],
             "empty":[],"nothing":{},"none":null,"dotted.name":1}""";

    private static final String STORED = """
            {"n":3,"text":"30","tags":["a","b"],"numbers":[1,2,2],"single":"one","price":1.1234568,
             "lines":{"sku":["x","y"],"size":"L"},"deep":{"to":{"r":[1,2]}},"dotted":{"name":1}}""";

    private static final String MAPPINGS = "{\"dynamic_templates\":[{\"words\":{\"match_mapping_type\":\"string\","
            + "\"mapping\":{\"type\":\"keyword\"}}}]}";

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    record Order(int n, List<Line> lines) {
        Order plus(int more) {
            return new Order(n + more, lines);
        }
    }

    record Line(String sku) {}

    private Documents<JsonNode> trees;

    @BeforeEach
    void synthetic() {
        index = newIndex(1, "\"index.mapping.source.mode\":\"synthetic\",", MAPPINGS);
        documents = documents(index, Counter.class);
        trees = documents(index, JsonNode.class);
    }

    /** The loss is of the first store already; what comes back, goes back as it came, and nothing more is lost. */
    @Test
    void whatIsReadIsNotWhatWasWritten() throws Exception {
        trees.create("1", JSON.readTree(SENT));
        assertThat(trees.get("1").orElseThrow().source()).isEqualTo(JSON.readTree(STORED));
        ModificationResult<JsonNode> result =
                trees.readModifyWrite("1", tree -> ((ObjectNode) tree.deepCopy()).put("n", 4));
        assertThat(result.source())
                .isEqualTo(((ObjectNode) JSON.readTree(STORED)).put("n", 4))
                .isEqualTo(trees.get("1").orElseThrow().source());
    }

    @Test
    void aListOfObjectsThatIsNoneAnyMoreIsRefusedAndLeftAsItIs() {
        Documents<Order> orders = documents(index, Order.class);
        orders.create("1", new Order(1, List.of(new Line("x"), new Line("y"))));
        leavesUnchanged(
                "1",
                () -> assertThat(catchThrowableOfType(
                                RequestRejectedException.class, () -> orders.readModifyWrite("1", o -> o.plus(1))))
                        .hasMessageContaining("does not map to"));
    }

    @Test
    void arraysAreKeptWhereTheIndexIsToldTo() throws Exception {
        index = newIndex(
                1,
                "\"index.mapping.source.mode\":\"synthetic\",\"index.mapping.synthetic_source_keep\":\"arrays\",",
                MAPPINGS);
        Documents<JsonNode> kept = documents(index, JsonNode.class);
        kept.create("1", JSON.readTree(SENT));
        JsonNode read = kept.get("1").orElseThrow().source();
        for (String name : List.of("tags", "numbers", "single", "lines")) {
            assertThat(read.path(name)).as(name).isEqualTo(JSON.readTree(SENT).path(name));
        }
        assertThat(read.has("empty")).isFalse();
        assertThat(read.path("price").asDouble()).isEqualTo(1.1234568);
        Documents<Order> orders = documents(index, Order.class);
        orders.create("2", new Order(1, List.of(new Line("x"), new Line("y"))));
        orders.readModifyWrite("2", o -> o.plus(1));
        assertThat(orders.get("2").orElseThrow().source())
                .isEqualTo(new Order(2, List.of(new Line("x"), new Line("y"))));
    }

    /** An object that is not indexed cannot be made up, so it is kept as it was written. */
    @Test
    void theLedgerHoldsWithItsMapping() {
        Documents<Counter> remembering = documents.with(o -> o.writeLedger(WriteLedger.standard()));
        remembering.putLedgerMapping();
        remembering.create("1", new Counter(0));
        for (int i = 1; i <= 12; i++) {
            remembering.readModifyWrite("1", "order-" + i, c -> c.plus(1));
        }
        for (int i = 1; i <= 12; i++) {
            assertThat(remembering
                            .readModifyWrite("1", "order-" + i, c -> c.plus(1))
                            .recovered())
                    .isTrue();
        }
        assertThat(remembering.get("1").orElseThrow().source()).isEqualTo(new Counter(12));
        JsonNode writes = stored("1").at("/_source/optimist_ledger/writes");
        assertThat(writes.size()).as("%s", writes).isBetween(12, 13);
    }

    @Test
    void theLedgerWithoutItsMappingIsRefused() {
        Documents<Counter> remembering = documents.with(o -> o.writeLedger(WriteLedger.standard()));
        remembering.create("1", new Counter(0));
        leavesUnchanged(
                "1",
                () -> assertThat(catchThrowableOfType(
                                OptimistException.class, () -> remembering.readModifyWrite("1", c -> c.plus(1))))
                        .isInstanceOf(RequestRejectedException.class)
                        .hasMessageContainingAll("[optimist_ledger]", "putLedgerMapping()"));
    }

    /** What was sent is more than what is stored: it is never taken for what a read would find. */
    @Test
    void aLastWriteThatWasStoredOtherwiseIsNotReused() throws Exception {
        Documents<JsonNode> reusing = trees.with(o -> o.reuseLastWrite(true));
        reusing.create("1", JSON.readTree(SENT));
        for (int i = 1; i <= 3; i++) {
            int n = i;
            long before = Internals.requests(client);
            assertThat(reusing.readModifyWrite(
                                    "1",
                                    tree -> ((ObjectNode) tree.deepCopy())
                                            .put("n", n)
                                            .set(
                                                    "tags",
                                                    JSON.createArrayNode()
                                                            .add("b")
                                                            .add("a")))
                            .result())
                    .isEqualTo(Result.Updated);
            assertThat(Internals.requests(client) - before)
                    .as("a read and a write")
                    .isEqualTo(2);
        }
    }

    @Test
    void dropsNothingOfWhatIsLikeItsMapping() {
        documents.create("1", new Counter(1));
        assertThat(documents.readModifyWrite("1", c -> c.plus(0)).result()).isEqualTo(Result.NoOp);
        documents.readModifyWrite("1", c -> c.plus(1));
        assertThat(documents.get("1").orElseThrow().source()).isEqualTo(new Counter(2));
    }

    /** Even where it is told to have sequence numbers: names become paths, and what is not indexed is gone. */
    @Test
    @Since(value = "9.5", because = "index.mode columnar was not there before")
    void columnarFlattensNamesAndLosesTheLedger() throws Exception {
        index = newIndex(1, "\"index.mode\":\"columnar\",\"index.disable_sequence_numbers\":false,", "{}");
        Documents<JsonNode> columns = documents(index, JsonNode.class);
        columns.create("1", JSON.readTree("{\"n\":1,\"of\":{\"a\":1}}"));
        assertThat(columns.get("1").orElseThrow().source()).isEqualTo(JSON.readTree("{\"n\":1,\"of.a\":1}"));

        Documents<Counter> remembering =
                documents(index, Counter.class).with(o -> o.writeLedger(WriteLedger.standard()));
        remembering.putLedgerMapping();
        remembering.create("2", new Counter(1));
        remembering.readModifyWrite("2", "order-1", c -> c.plus(1));
        assertThat(stored("2").path("_source")).isEqualTo(JSON.readTree("{\"n\":2}"));
    }
}

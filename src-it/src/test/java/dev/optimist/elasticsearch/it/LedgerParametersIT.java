package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.testkit.Fault;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The write ledger with everything else that a write can have. */
class LedgerParametersIT extends LossyTest {

    @Test
    void anExternalVersionBeginsANewLedgerThatGoesOnFromThere() {
        other.create("1", new Counter(1));
        assertThat(lossy.index("1", new Counter(9), WriteCondition.external(9)).version())
                .isEqualTo(9);
        assertThat(stored("1").at("/_source/optimist_ledger/n").intValue()).isEqualTo(1);
        harm(Fault.DROP_AFTER);
        applies(lossy.readModifyWrite("1", this::increment), 10, true);
        assertThat(version("1")).isEqualTo(11);
        assertThat(stored("1").at("/_source/optimist_ledger/n").intValue()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"DROP_AFTER", "DROP_BEFORE"})
    void anExternalVersionInBetweenIsUndecidable(Fault fault) {
        other.create("1", new Counter(1));
        harm(fault);
        OutcomeUnknownException e =
                unknown(() -> between(lossy, () -> other.index("1", new Counter(70), WriteCondition.external(70)))
                        .readModifyWrite("1", this::increment));
        assertThat(e).hasMessageContaining("written by somebody without the write ledger");
        assertThat(runs).hasValue(1);
        assertThat(n("1")).isEqualTo(70);
        assertThat(version("1")).isEqualTo(70);
    }

    @Test
    void aLostAnswerIsLookedForOnTheShardOfTheRouting() {
        index = newIndex(3, "", "{\"_routing\":{\"required\":true}}");
        VersionedDocuments<Counter> routed = typed(behindProxy.documents(index, Counter.class))
                .with(o -> o.routing("a").writeLedger(WriteLedger.standard()));
        harm(Fault.RESET_AFTER);
        routed.create("1", new Counter(1));
        harm(Fault.RESET_AFTER);
        applies(routed.readModifyWrite("1", this::increment), 2, true);
        assertThat(runs).hasValue(1);
        assertThat(n("1?routing=a")).isEqualTo(2);
        assertThat(proxy.writeLines()).hasSize(4).allMatch(l -> l.contains("routing=a"));
        assertThat(proxy.readLines()).hasSize(4).allMatch(l -> l.contains("routing=a"));
    }

    /** Processors differ between distributions; what a pipeline drops is in client-core's DroppedDocumentTest. */
    @Test
    @Since(value = "5", because = "ingest pipelines came with 5.0")
    void everySendGoesThroughThePipeline() {
        rest.put("/_ingest/pipeline/it-empty", "{\"processors\":[]}").ok();
        VersionedDocuments<Counter> piped = lossy.with(o -> o.pipeline("it-empty"));
        harm(Fault.RESET_AFTER);
        piped.create("1", new Counter(1));
        harm(Fault.RESET_BEFORE);
        applies(piped.readModifyWrite("1", this::increment), 2, false);
        assertThat(proxy.writeLines()).hasSize(4).allMatch(l -> l.contains("pipeline=it-empty"));
    }

    @Test
    void aTreeKeepsWhatNoClassKnows() {
        index = newIndex("{\"dynamic\":false}");
        rest.put("/" + index + "/_doc/1", "{\"n\":1,\"deep\":{\"a\":[1,{}]},\"big\":12345678901234567890}")
                .ok();
        VersionedDocuments<JsonNode> trees =
                typed(behindProxy.documents(index, JsonNode.class)).with(o -> o.writeLedger(WriteLedger.standard()));
        harm(Fault.DROP_AFTER);
        ModificationResult<JsonNode> result = trees.readModifyWrite(
                "1", d -> ((ObjectNode) d).put("n", d.path("n").intValue() + 1));
        assertThat(result.recovered()).isTrue();
        assertThat(result.source()).hasToString("{\"n\":2,\"deep\":{\"a\":[1,{}]},\"big\":12345678901234567890}");
        ObjectNode stored = (ObjectNode) stored("1").path("_source");
        stored.remove("optimist_ledger");
        assertThat(stored).isEqualTo(result.source());
    }

    @Test
    void aMapNeverHoldsTheLedgerAndMustNot() {
        VersionedDocuments<Map<String, Object>> maps = typed(
                        behindProxy.documents(index, new TypeReference<Map<String, Object>>() {}))
                .with(o -> o.writeLedger(WriteLedger.standard()));
        harm(Fault.DROP_AFTER);
        maps.create("1", Map.of("n", 1));
        harm(Fault.DROP_AFTER);
        ModificationResult<Map<String, Object>> result = maps.readModifyWrite("1", d -> {
            assertThat(d).containsOnlyKeys("n");
            Map<String, Object> more = new HashMap<>(d);
            more.put("text", "a");
            return more;
        });
        assertThat(result.recovered()).isTrue();
        assertThat(result.source()).isEqualTo(Map.of("n", 1, "text", "a"));
        leavesUnchanged(
                "1",
                () -> assertThatThrownBy(() -> maps.readModifyWrite("1", d -> Map.of("optimist_ledger", 1)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("withField"));
    }
}

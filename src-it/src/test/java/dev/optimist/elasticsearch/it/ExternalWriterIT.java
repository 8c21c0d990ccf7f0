package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Each outcome of an external write, as a real server brings it about. */
class ExternalWriterIT extends ServerTest {
    private static final long PATIENCE = 60;

    private ExternalVersionWriter<Counter> writer() {
        return counters.externalVersionWriter(o -> o.flushAfter(Duration.ofMillis(20)));
    }

    private static <T> ExternalResult<T> of(CompletableFuture<ExternalResult<T>> result) throws Exception {
        return result.get(PATIENCE, TimeUnit.SECONDS);
    }

    @Test
    void theTutorialsSteps() throws Exception {
        try (ExternalVersionWriter<Counter> writer = writer()) {
            assertThat(of(writer.index("1", new Counter(1), 5)).outcome()).isEqualTo(Outcome.APPLIED);
            assertThat(stored("1").get("_version").asLong()).isEqualTo(5);
            assertThat(of(writer.index("1", new Counter(2), 10)).outcome()).isEqualTo(Outcome.APPLIED);
            ExternalResult<Counter> again = of(writer.index("1", new Counter(2), 10));
            assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
            assertThat(again.currentVersion()).hasValue(10);
            ExternalResult<Counter> late = of(writer.index("1", new Counter(3), 7));
            assertThat(late.outcome()).isEqualTo(Outcome.SUPERSEDED);
            assertThat(late.currentVersion()).hasValue(10);
            assertThat(late.isSettled()).isTrue();
            assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
            assertThat(writer.counts().applied()).isEqualTo(2);
            assertThat(writer.counts().ended()).isEqualTo(4);
        }
    }

    @Test
    void everyVersionFromZeroOn() throws Exception {
        try (ExternalVersionWriter<Counter> writer = writer()) {
            for (long version : new long[] {0, 1, 1L << 53, Long.MAX_VALUE - 1}) {
                assertThat(of(writer.index("1", new Counter(1), version)).outcome())
                        .isEqualTo(Outcome.APPLIED);
                assertThat(stored("1").get("_version").asLong()).isEqualTo(version);
            }
        }
        for (long version : new long[] {-1, Long.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ExternalOperation.index("1", new Counter(1), version))
                    .withMessageStartingWith("version must be between 0 and ");
        }
    }

    @Test
    void anotherDocumentOfTheSameVersionIsSuspicious() throws Exception {
        try (ExternalVersionWriter<Counter> writer = writer()) {
            of(writer.index("1", new Counter(1), 100));
            counters.readModifyWrite("1", c -> c.plus(1)); // somebody else: the version is 101 now
            ExternalResult<Counter> real = of(writer.index("1", new Counter(5), 101));
            assertThat(real.outcome()).isEqualTo(Outcome.SUSPICIOUS);
            assertThat(real.isSettled()).isFalse();
            assertThat(real.why()).hasValue("another document of the same version is there");
            assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(2);
        }
        try (ExternalVersionWriter<Counter> trusting =
                counters.externalVersionWriter(o -> o.compareDuplicates(false))) {
            assertThat(of(trusting.index("1", new Counter(5), 101)).outcome()).isEqualTo(Outcome.DUPLICATE);
        }
    }

    @Test
    void aVersionThatTheSourceHasNotGivenIsSuspicious() throws Exception {
        AtomicReference<Long> highest = new AtomicReference<>(10L);
        try (ExternalVersionWriter<Counter> writer =
                counters.externalVersionWriter(o -> o.highestVersion(highest::get))) {
            counters.index("1", new Counter(1), WriteCondition.external(11));
            assertThat(of(writer.index("1", new Counter(2), 9)).outcome()).isEqualTo(Outcome.SUSPICIOUS);
            highest.set(11L);
            assertThat(of(writer.index("1", new Counter(2), 9)).outcome()).isEqualTo(Outcome.SUPERSEDED);
        }
    }

    @Test
    void aPlainDeleteIsForgottenAndATombstoneIsNot() throws Exception {
        index = newIndex(1, "\"gc_deletes\":\"1ms\",", "{}");
        counters = typed(client.documents(index, Counter.class));
        try (ExternalVersionWriter<Counter> writer = writer();
                ExternalVersionWriter<Counter> keeping = counters.externalVersionWriter(
                        o -> o.flushAfter(Duration.ofMillis(1)).tombstones(Tombstones.standard()))) {
            assertThat(of(writer.delete("never", 50)).outcome()).isEqualTo(Outcome.APPLIED);
            of(writer.index("plain", new Counter(1), 1));
            of(writer.delete("plain", 3));
            of(keeping.index("kept", new Counter(1), 1));
            assertThat(of(keeping.delete("kept", 3)).outcome()).isEqualTo(Outcome.APPLIED);
            assertThat(stored("kept")
                            .at("/_source/optimist_tombstone/deleted_at")
                            .asText())
                    .isNotEmpty();
            rest.post("/" + index + "/_flush", "").ok();
            rest.post("/" + index + "/_close", "").ok();
            openIndex(index);
            assertThat(of(writer.index("plain", new Counter(1), 2)).outcome())
                    .as("resurrected")
                    .isEqualTo(Outcome.APPLIED);
            assertThat(of(keeping.index("kept", new Counter(1), 2)).outcome()).isEqualTo(Outcome.SUPERSEDED);
            assertThat(of(keeping.delete("kept", 3)).outcome()).isEqualTo(Outcome.DUPLICATE);
            assertThat(of(keeping.index("kept", new Counter(4), 4)).outcome()).isEqualTo(Outcome.APPLIED);
            assertThat(of(keeping.delete("kept", 4)).outcome())
                    .as("a delete of the version that a document has")
                    .isEqualTo(Outcome.SUSPICIOUS);
        }
    }

    @Test
    void whatIsRefusedHarmsNoOther() throws Exception {
        index = newIndex("{\"dynamic\":\"strict\",\"properties\":{\"n\":{\"type\":\"integer\"}}}");
        VersionedDocuments<JsonNode> documents = typed(client.documents(index, JsonNode.class));
        List<CompletableFuture<ExternalResult<JsonNode>>> results = new ArrayList<>();
        try (ExternalVersionWriter<JsonNode> writer = documents.externalVersionWriter(o -> {})) {
            for (int i = 0; i < 10; i++) {
                JsonNode document = i == 3
                        ? JsonNodeFactory.instance.objectNode().put("n", "three")
                        : i == 5
                                ? JsonNodeFactory.instance.objectNode().put("n", Double.NaN)
                                : JsonNodeFactory.instance.objectNode().put("n", i);
                results.add(writer.index(Integer.toString(i), document, 1));
            }
        }
        for (int i = 0; i < 10; i++) {
            ExternalResult<JsonNode> result = of(results.get(i));
            assertThat(result.outcome()).isEqualTo(i == 3 || i == 5 ? Outcome.REJECTED : Outcome.APPLIED);
        }
        assertThat(of(results.get(3)).why().orElseThrow())
                .contains("[n]")
                .contains(isAtLeast("6") ? "integer" : "failed to parse");
        assertThat(of(results.get(5)).why().orElseThrow()).contains("NaN at /n");
        assertThat(of(results.get(5)).sends()).isZero();
    }

    @Test
    void aRequestThatIsTooLargeAsAWholeIsCutSmaller() throws Exception {
        try (var small = ownServer(o -> o.setting("http.max_content_length", "64kb"));
                VersionedClient own = VersionedClient.connect(small.url())) {
            VersionedDocuments<JsonNode> documents = typed(own.documents("large", JsonNode.class));
            List<CompletableFuture<ExternalResult<JsonNode>>> results = new ArrayList<>();
            try (ExternalVersionWriter<JsonNode> writer =
                    documents.externalVersionWriter(o -> o.giveUpAfter(Duration.ofSeconds(20)))) {
                for (int i = 0; i < 20; i++) {
                    String text = "x".repeat(i == 7 ? 70_000 : 10_000);
                    results.add(writer.index(
                            Integer.toString(i),
                            JsonNodeFactory.instance.objectNode().put("text", text),
                            1));
                }
            }
            for (int i = 0; i < 20; i++) {
                ExternalResult<JsonNode> result = of(results.get(i));
                if (i == 7) { // 413, or the connection is closed while it is being sent
                    assertThat(result.outcome()).isIn(Outcome.REJECTED, Outcome.UNRESOLVED);
                } else {
                    assertThat(result.outcome())
                            .as(i + " after " + result.sends() + ": " + result.why())
                            .isEqualTo(Outcome.APPLIED);
                }
            }
        }
    }

    @Test
    void aLostAnswerIsSentAgainAndIsNoDuplicate() throws Exception {
        for (Fault fault : new Fault[] {Fault.DROP_AFTER, Fault.RESET_BEFORE, Fault.TOO_MANY_REQUESTS}) {
            try (FaultProxy proxy = FaultProxy.before(server.url());
                    VersionedClient through = VersionedClient.connect(proxy.url());
                    ExternalVersionWriter<Counter> writer = typed(through.documents(index, Counter.class))
                            .externalVersionWriter(o -> o.flushAfter(Duration.ofMillis(1)))) {
                proxy.plan(FaultPlan.next(1, fault));
                ExternalResult<Counter> result = of(writer.index("of " + fault, new Counter(1), 7));
                assertThat(result.outcome()).as(fault.toString()).isEqualTo(Outcome.APPLIED);
                assertThat(result.sends()).isEqualTo(2);
            }
        }
    }

    @Test
    void whatNobodyAnswersEndsInTimeAndSaysSo() throws Exception {
        try (FaultProxy proxy = FaultProxy.before(server.url());
                VersionedClient through = VersionedClient.connect(proxy.url());
                ExternalVersionWriter<Counter> writer = typed(through.documents(index, Counter.class))
                        .externalVersionWriter(
                                o -> o.flushAfter(Duration.ofMillis(1)).giveUpAfter(Duration.ofMillis(500)))) {
            proxy.plan(FaultPlan.next(1000, Fault.RESET_BEFORE));
            ExternalResult<Counter> result = of(writer.index("1", new Counter(1), 7));
            assertThat(result.outcome()).isEqualTo(Outcome.UNRESOLVED);
            assertThat(result.sends()).isGreaterThan(1);
            assertThat(result.isSettled()).isFalse();
        }
    }

    @Test
    void closeEndsEverythingInTheTimeGiven() throws Exception {
        List<CompletableFuture<ExternalResult<Counter>>> results = new ArrayList<>();
        try (FaultProxy proxy = FaultProxy.before(server.url());
                VersionedClient through = VersionedClient.connect(proxy.url())) {
            proxy.plan(FaultPlan.next(1000, Fault.HOLD));
            ExternalVersionWriter<Counter> writer =
                    typed(through.documents(index, Counter.class)).externalVersionWriter(o -> o.operations(2));
            for (int i = 0; i < 7; i++) {
                results.add(writer.index("1", new Counter(i), i));
            }
            assertThat(writer.close(Duration.ofMillis(300))).isFalse();
            for (CompletableFuture<ExternalResult<Counter>> result : results) {
                assertThat(result).isDone();
                assertThat(of(result).outcome()).isEqualTo(Outcome.UNRESOLVED);
            }
            assertThatIllegalStateException().isThrownBy(() -> writer.index("1", new Counter(1), 8));
            assertThat(writer.counts().unresolved()).isEqualTo(7);
            assertThat(writer.counts().open()).isZero();
        }
    }

    @Test
    void aClosedIndexIsWaitedFor() throws Exception {
        waitsWhile(() -> rest.post("/" + index + "/_close", "").ok(), () -> openIndex(index));
    }

    @Test
    void anIndexThatIsReadOnlyForATimeIsWaitedFor() throws Exception {
        String settings = "/" + index + "/_settings";
        waitsWhile(
                () -> rest.put(settings, "{\"index.blocks.write\":true}").ok(),
                () -> rest.put(settings, "{\"index.blocks.write\":false}").ok());
    }

    private void waitsWhile(Runnable close, Runnable open) throws Exception {
        try (FaultProxy proxy = FaultProxy.before(server.url());
                VersionedClient through = VersionedClient.connect(proxy.url());
                ExternalVersionWriter<Counter> writer = typed(through.documents(index, Counter.class))
                        .externalVersionWriter(o -> o.flushAfter(Duration.ofMillis(1)))) {
            close.run();
            CompletableFuture<ExternalResult<Counter>> result = writer.index("1", new Counter(1), 7);
            await(() -> result.isDone() || proxy.writes() > 1); // the second is there as the first was refused
            assertThat(result).isNotDone();
            open.run();
            assertThat(of(result).outcome()).isEqualTo(Outcome.APPLIED);
            assertThat(stored("1").get("_version").asLong()).isEqualTo(7);
        }
    }

    @Test
    void operationsOnOneDocumentKeepTheirOrder() throws Exception {
        List<Long> order = new ArrayList<>();
        try (FaultProxy proxy = FaultProxy.before(server.url());
                VersionedClient through = VersionedClient.connect(proxy.url())) {
            proxy.plan(FaultPlan.next(3, Fault.TOO_MANY_REQUESTS));
            try (ExternalVersionWriter<Counter> writer = typed(through.documents(index, Counter.class))
                    .externalVersionWriter(o -> o.operations(3)
                            .requestsInFlight(4)
                            .listener(r -> order.add(r.operation().version())))) {
                for (int version = 1; version <= 9; version++) {
                    var unused = writer.index("1", new Counter(version), version);
                }
                writer.flush();
                assertThat(writer.counts().applied()).as("none was overtaken").isEqualTo(9);
            }
        }
        assertThat(order).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }

    /**
     * The second half of a replay is looked at before it is written, and its outcomes are the same: of documents that are
     * newer, as new, older, deleted with a trace and without, and not there.
     */
    @Test
    void aReplayThatIsLookedAtEndsAsOneThatIsWritten() throws Exception {
        int half = 120;
        ExternalVersionWriter<Counter> first = counters.externalVersionWriter(o -> o.tombstones(Tombstones.standard()));
        try (first) {
            for (int i = 0; i < 2 * half; i++) {
                var unused = first.index(Integer.toString(i), new Counter(i), 10);
            }
            for (int i = half; i < half + 2; i++) {
                var unused = first.delete(Integer.toString(i), 11);
            }
        }
        assertThat(first.counts().applied()).isEqualTo(2 * half + 2);
        counters.delete(Integer.toString(half + 2), WriteCondition.external(12)); // leaves a trace for a minute
        List<Outcome> outcomes = new ArrayList<>();
        List<Integer> sends = new ArrayList<>();
        try (ExternalVersionWriter<Counter> writer = counters.externalVersionWriter(o -> o.operations(half)
                .flushAfter(Duration.ofMinutes(1)) // full requests only, however slow this thread is
                .requestsInFlight(1)
                .tombstones(Tombstones.standard()))) {
            List<CompletableFuture<ExternalResult<Counter>>> results = new ArrayList<>();
            for (int i = 0; i < half; i++) {
                results.add(writer.index(Integer.toString(i), new Counter(0), 5));
            }
            writer.flush();
            for (int i = half; i < 2 * half; i++) {
                long version = i == half + 4 ? 10 : i == half + 5 ? 20 : 5;
                results.add(writer.index(Integer.toString(i), new Counter(i), version));
            }
            writer.flush();
            results.add(writer.index("new", new Counter(1), 5));
            writer.flush();
            for (CompletableFuture<ExternalResult<Counter>> result : results) {
                outcomes.add(of(result).outcome());
                sends.add(of(result).sends());
            }
        }
        List<Outcome> expected = new ArrayList<>(Collections.nCopies(2 * half, Outcome.SUPERSEDED));
        expected.set(half + 4, Outcome.DUPLICATE);
        expected.set(half + 5, Outcome.APPLIED);
        expected.add(Outcome.APPLIED);
        assertThat(outcomes).isEqualTo(expected);
        assertThat(sends.subList(0, half)).containsOnly(1);
        assertThat(sends.subList(half + 6, 2 * half)).as("looked at").containsOnly(0);
        assertThat(sends.get(half)).as("a tombstone document is seen").isZero();
        assertThat(sends.get(half + 4))
                .as("the same version is read, not written")
                .isZero();
        assertThat(sends.get(half + 2))
                .as("what a plain delete leaves is not seen, but refuses")
                .isEqualTo(1);
        assertThat(sends.get(half + 5)).isEqualTo(1);
        assertThat(stored(Integer.toString(half + 5)).get("_version").asLong()).isEqualTo(20);
    }

    @Test
    void aListenerThatThrowsAndCallsOnTheWritersThreadHoldNobody() throws Exception {
        AtomicReference<ExternalVersionWriter<Counter>> itself = new AtomicReference<>();
        List<String> refused = new ArrayList<>();
        try (ExternalVersionWriter<Counter> writer = counters.externalVersionWriter(o -> o.operations(1)
                .requestsInFlight(1)
                .listener(r -> {
                    try {
                        if (r.operation().id().equals("1")) {
                            for (int i = 0; i < 5; i++) {
                                var unused = itself.get().index("more" + i, new Counter(i), 1);
                            }
                        }
                        itself.get().flush();
                    } catch (InterruptedException | IllegalStateException e) {
                        refused.add(e.getMessage());
                    }
                    throw new IllegalStateException("of the listener");
                }))) {
            itself.set(writer);
            assertThat(of(writer.index("1", new Counter(1), 1)).outcome()).isEqualTo(Outcome.APPLIED);
            writer.flush();
            assertThat(writer.counts().applied()).isEqualTo(6);
        }
        assertThat(refused).hasSize(6).allMatch(m -> m.startsWith("flush on the writer's own thread"));
    }

    @Test
    void aHandleWithALedgerIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> counters.with(o -> o.writeLedger(WriteLedger.standard()))
                        .externalVersionWriter(o -> {}))
                .withMessageStartingWith("writeLedger:");
    }
}

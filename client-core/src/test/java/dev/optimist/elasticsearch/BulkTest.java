package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import co.elastic.clients.elasticsearch._types.Result;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.BulkServer.Doc;
import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Write.Operation;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One final outcome an operation, and what is sent again for it. */
@Timeout(20)
class BulkTest {
    private final BulkServer server = new BulkServer(10);
    private final VersionedDocuments<Doc> documents = server.documents();

    @Test
    void eachHasItsOutcomeInItsPlace() {
        server.script.add(writes -> CompletableFuture.completedFuture(List.of(
                BulkServer.applied(writes.get(0)),
                failed(Failure.Outcome.CONFLICT),
                failed(Failure.Outcome.PERMANENT),
                failed(Failure.Outcome.BLOCKED),
                failed(Failure.Outcome.UNKNOWN))));
        List<BulkOperation<Doc>> operations = List.of(
                index("a"),
                BulkOperation.create("b", new Doc(1)),
                BulkOperation.delete("c", WriteCondition.external(4)),
                index("d"),
                index("e"));

        List<BulkItemResult<Doc>> results = documents.bulk(operations);

        assertThat(outcomes(results))
                .containsExactly("0 APPLIED 1", "1 CONFLICT 1", "2 REJECTED 1", "3 REJECTED 1", "4 UNKNOWN 1");
        assertThat(results).extracting(BulkItemResult::operation).isEqualTo(operations);
        assertThat(results.get(0).orThrow().token()).isEqualTo(new DocumentToken("i", "i", "a", null, 2, 7, 1));
        VersionConflictException conflict = catchThrowableOfType(
                VersionConflictException.class, () -> results.get(1).orThrow());
        assertThat(conflict.id()).isEqualTo("b");
        assertThat(conflict.attempts()).isEqualTo(1);
        assertThat(catchThrowableOfType(
                                OutcomeUnknownException.class,
                                () -> results.get(4).orThrow())
                        .operation())
                .isEqualTo("index");
        assertThat(server.requests).as("nothing is sent again").hasSize(1);
        assertThat(server.requests.get(0))
                .extracting(Write::operation)
                .containsExactly(Operation.INDEX, Operation.CREATE, Operation.DELETE, Operation.INDEX, Operation.INDEX);
        assertThat(server.requests.get(0).get(2).condition()).isEqualTo(WriteCondition.external(4));
    }

    @Test
    void nothingIsNoRequest() {
        assertThat(documents.bulk(List.of())).isEmpty();
        assertThat(server.requests).isEmpty();
    }

    @Test
    void onlyWhatWasNotAppliedIsSentAgain() {
        server.failItems(Failure.Outcome.NOT_APPLIED, "b", "d").failItems(Failure.Outcome.NOT_APPLIED, "d");
        List<BulkItemResult<Doc>> results = documents.bulk(List.of(index("a"), index("b"), index("c"), index("d")));
        assertThat(outcomes(results)).containsExactly("0 APPLIED 1", "1 APPLIED 2", "2 APPLIED 1", "3 APPLIED 3");
        assertThat(server.ids()).containsExactly(List.of("a", "b", "c", "d"), List.of("b", "d"), List.of("d"));
        assertThat(server.pauses).containsExactly(50L, 100L);
        assertThat(server.budget.left())
                .as("a token a request, as for one write")
                .isEqualTo(8);
    }

    @Test
    void butNotForEver() {
        for (int i = 0; i < 9; i++) {
            server.failItems(Failure.Outcome.NOT_APPLIED, "b");
        }
        List<BulkItemResult<Doc>> results = documents.bulk(List.of(index("a"), index("b")));
        assertThat(outcomes(results)).containsExactly("0 APPLIED 1", "1 NOT_APPLIED 4");
        assertThat(results.get(1).failure()).hasMessageContaining("nothing was written");
        assertThat(server.requests).hasSize(Exchange.SENDS);
    }

    @Test
    void aWholeRequestThatNoServerTookIsSentAgainWhenTheServerSays() {
        server.fail(Failure.Outcome.NOT_APPLIED, 1, Duration.ofSeconds(2)).fail(Failure.Outcome.NOT_APPLIED, 1, null);
        assertThat(outcomes(documents.bulk(List.of(index("a"), index("b")))))
                .containsExactly("0 APPLIED 3", "1 APPLIED 3");
        assertThat(server.pauses).containsExactly(2000L, 100L);
        assertThat(server.limits).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofMillis(900));
    }

    @Test
    void aServerThatAsksForMoreTimeThanThereIsEndsIt() {
        server.fail(Failure.Outcome.NOT_APPLIED, 1, Duration.ofSeconds(3));
        assertThat(outcomes(documents.bulk(List.of(index("a"))))).containsExactly("0 NOT_APPLIED 1");
        assertThat(server.pauses).isEmpty();
        assertThat(server.budget.left()).isEqualTo(10);
    }

    @Test
    void allSendsOfAnOperationHaveTheTimeOfOneWrite() {
        server.script.add(writes -> {
            server.pass(2000);
            return CompletableFuture.completedFuture(List.of(failed(Failure.Outcome.NOT_APPLIED)));
        });
        assertThat(outcomes(documents.bulk(List.of(index("a"))))).containsExactly("0 APPLIED 2");
        assertThat(server.limits).containsExactly(Duration.ofMillis(3000), Duration.ofMillis(950));
    }

    @Test
    void anEmptyBudgetEndsIt() {
        while (server.budget.take()) {
            // until it is empty
        }
        server.failItems(Failure.Outcome.NOT_APPLIED, "a");
        assertThat(outcomes(documents.bulk(List.of(index("a"), index("b")))))
                .containsExactly("0 NOT_APPLIED 1", "1 APPLIED 1");
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void acknowledgedRequestsFillItAgain() {
        while (server.budget.take()) {
            // until it is empty
        }
        for (int i = 0; i < 10; i++) {
            var unused = documents.bulk(List.of(index("a"), index("b")));
        }
        assertThat(server.budget.left()).isEqualTo(1);
    }

    @Test
    void aWholeRequestOfUnknownOutcomeIsUnknownForEach() {
        for (Failure.Outcome outcome : new Failure.Outcome[] {Failure.Outcome.UNKNOWN, Failure.Outcome.CONFLICT}) {
            server.requests.clear();
            server.fail(outcome, 1, null);
            assertThat(outcomes(documents.bulk(List.of(index("a"), BulkOperation.create("b", new Doc(1))))))
                    .containsExactly("0 UNKNOWN 1", "1 UNKNOWN 1");
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void aWholeRequestThatIsRefusedIsRefusedForEach() {
        server.fail(Failure.Outcome.PERMANENT, 1, null);
        assertThat(outcomes(documents.bulk(List.of(index("a"), index("b")))))
                .containsExactly("0 REJECTED 1", "1 REJECTED 1");
    }

    @Test
    void aDialectThatFailsOtherwiseLeavesItUnknown() {
        server.script.add(writes -> CompletableFuture.failedFuture(new IllegalStateException("oops")));
        server.script.add(writes -> {
            throw new IllegalStateException("oops");
        });
        server.script.add(writes -> CompletableFuture.completedFuture(List.of()));
        for (int i = 0; i < 3; i++) {
            assertThat(outcomes(documents.bulk(List.of(index("a"))))).containsExactly("0 UNKNOWN 1");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what is not allowed is refused
    void badArgumentsAreRefusedForAllBeforeAnythingIsSent() {
        DocumentToken token = new DocumentToken("i", "i", "other", null, 1, 0, 1);
        refused("operations[1]: id must not be empty", index(""));
        refused("operations[1]: id holds an unpaired surrogate", index("\ud800"));
        refused("operations[1] must not be null", null);
        refused("operations[1]: document must not be null", BulkOperation.create("b", null));
        refused("operations[1]: condition must not be null", BulkOperation.delete("b", null));
        refused("operations[1]: routing must not be empty", index("b").withRouting(""));
        refused(
                "operations[1]: id: the write is for [b], but the token was read for [other]",
                BulkOperation.index("b", new Doc(1), WriteCondition.unchangedSince(token)));
        refused(
                "operations[1]: routing: the write is for [r]",
                BulkOperation.<Doc>delete("other", WriteCondition.unchangedSince(token))
                        .withRouting("r"));
        assertThat(server.requests).isEmpty();
    }

    private void refused(String message, @Nullable BulkOperation<Doc> operation) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> documents.bulk(Arrays.asList(index("a"), operation)))
                .withMessageContaining(message);
    }

    @Test
    void aTokensWriteGoesToItsIndexAndTheAnswerMustBeTheNextVersion() {
        WriteCondition first = WriteCondition.unchangedSince(new DocumentToken("i", "i-1", "a", "r", 1, 0, 1));
        WriteCondition ninth = WriteCondition.unchangedSince(new DocumentToken("i", "i-1", "b", null, 9, 5, 1));
        List<BulkItemResult<Doc>> results = documents.bulk(
                List.of(BulkOperation.index("a", new Doc(1), first), BulkOperation.index("b", new Doc(1), ninth)));
        assertThat(outcomes(results)).containsExactly("0 APPLIED 1", "1 INCARNATION_CHANGED 1");
        assertThat(server.requests.get(0).get(0).address().toString()).isEqualTo("[i-1][a] routing [r]");
        assertThat(catchThrowableOfType(
                                IncarnationChangedException.class,
                                () -> results.get(1).orThrow())
                        .required()
                        .version())
                .isEqualTo(9);
    }

    @Test
    void routingIsTheOperationsOrTheHandles() {
        var unused = server.documents(o -> o.routing("r"))
                .bulk(List.of(
                        index("a"),
                        index("b").withRouting("s"),
                        BulkOperation.<Doc>create("c", new Doc(1)).withRouting("t")));
        assertThat(server.requests.get(0))
                .extracting(w -> w.address().routing())
                .containsExactly("r", "s", "t");
    }

    @Test
    void withTheLedgerEachDocumentBeginsOne() throws JsonProcessingException {
        var unused = server.documents(o -> o.writeLedger(WriteLedger.standard()))
                .bulk(List.of(
                        index("a"),
                        BulkOperation.create("b", new Doc(1)),
                        BulkOperation.delete("c", WriteCondition.none())));
        List<String> born = new ArrayList<>();
        for (Write write : server.requests.get(0).subList(0, 2)) {
            JsonNode source = new ObjectMapper().readTree(BulkServer.source(write));
            assertThat(source.path("n").asInt()).isEqualTo(1);
            assertThat(source.at("/optimist_ledger/n").asInt()).isEqualTo(1);
            born.add(source.at("/optimist_ledger/born").asText());
        }
        assertThat(born).doesNotHaveDuplicates().doesNotContain("");
        assertThat(server.requests.get(0).get(2).source()).isNull();
    }

    @Test
    void whatAPipelineDropsIsNotApplied() {
        server.script.add(writes -> CompletableFuture.completedFuture(
                List.of(new Answer<>(new Written("i", Result.NoOp, -3, -2, 0), null))));
        WriteCondition unchanged = WriteCondition.unchangedSince(new DocumentToken("i", "i", "a", null, 1, 0, 1));
        List<BulkItemResult<Doc>> results = documents.bulk(List.of(BulkOperation.index("a", new Doc(1), unchanged)));
        assertThat(results.get(0).outcome()).isEqualTo(BulkItemResult.Outcome.DROPPED);
        assertThat(results.get(0).orThrow().result()).isEqualTo(Result.NoOp);
    }

    private static Answer<Written> failed(Failure.Outcome outcome) {
        return new Answer<>(null, BulkServer.failure(outcome, "item", null));
    }

    private static BulkOperation<Doc> index(String id) {
        return BulkOperation.index(id, new Doc(1), WriteCondition.none());
    }

    private static List<String> outcomes(List<BulkItemResult<Doc>> results) {
        return results.stream()
                .map(r -> r.position() + " " + r.outcome() + " " + r.sends())
                .toList();
    }
}

package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.optimist.elasticsearch.BulkServer.Doc;
import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interrupt lets nothing new be sent, and leaves nothing untold. */
@Timeout(20)
class BulkInterruptTest {
    private static final BulkOptions TWO_OF_TWO =
            BulkOptions.standard().withOperations(2).withRequestsInFlight(2);

    private final BulkServer server = new BulkServer(10);
    private final VersionedDocuments<Doc> documents = server.documents();
    private final List<BulkItemResult<Doc>> results = new ArrayList<>();

    @AfterEach
    void leaveNoFlag() {
        assertThat(Thread.interrupted())
                .as("a test left the interrupt flag set")
                .isFalse();
    }

    @Test
    void anInterruptedThreadSendsNothing() {
        Thread.currentThread().interrupt();
        List<BulkItemResult<Doc>> all = documents.bulk(operations(0, 3).toList());
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(told(all)).containsExactly("0 NOT_APPLIED 0", "1 NOT_APPLIED 0", "2 NOT_APPLIED 0");
        assertThat(all.get(2).failure()).hasMessageContaining("interrupted before it was sent");

        Thread.currentThread().interrupt();
        BulkProgress end = documents.bulk(operations(0, 3), BulkOptions.standard(), results::add);
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(end).isEqualTo(new BulkProgress(0, 0, 0, 0, 0, 0, 0, 0, 0, false));
        assertThat(results).isEmpty();
        assertThat(server.requests).isEmpty();
    }

    @Test
    void whatIsInFlightIsAwaitedAndTheRestIsNeverSent() throws InterruptedException {
        List<CompletableFuture<List<Answer<Written>>>> silent = new ArrayList<>();
        Thread caller = Thread.currentThread();
        Thread answers = new Thread(() -> {
            caller.interrupt();
            untilNotInterrupted(caller); // it has noticed, and waits again
            silent.get(1).complete(BulkServer.applied(server.requests.get(1)));
            silent.get(0).complete(BulkServer.applied(server.requests.get(0)));
        });
        server.otherwise = writes -> {
            silent.add(new CompletableFuture<>());
            if (silent.size() == 2) {
                answers.start();
            }
            return silent.get(silent.size() - 1);
        };
        Stream<BulkOperation<Doc>> twice =
                Stream.of("a", "b", "a", "a", "b", "c", "d", "e", "f").map(this::index);
        BulkProgress end = documents.bulk(twice, TWO_OF_TWO, results::add);
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        answers.join();
        assertThat(server.ids()).containsExactly(List.of("a", "b"), List.of("c", "d"));
        assertThat(told(results))
                .containsExactly(
                        "5 APPLIED 1",
                        "6 APPLIED 1",
                        "0 APPLIED 1",
                        "1 APPLIED 1",
                        "2 NOT_APPLIED 0",
                        "3 NOT_APPLIED 0",
                        "4 NOT_APPLIED 0");
        assertThat(end).isEqualTo(new BulkProgress(7, 4, 0, 0, 3, 0, 0, 0, 0, false));
    }

    @Test
    void anInterruptWhileTheSourceIsAskedKeepsItsOperationsFromBeingSent() {
        Stream<BulkOperation<Doc>> interrupting =
                operations(0, 2).peek(o -> Thread.currentThread().interrupt());
        BulkProgress end = documents.bulk(interrupting, TWO_OF_TWO, results::add);
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(told(results)).containsExactly("0 NOT_APPLIED 0", "1 NOT_APPLIED 0");
        assertThat(end.complete()).isFalse();
        assertThat(server.requests).isEmpty();
    }

    @Test
    void anInterruptInThePauseEndsIt() {
        server.failItems(Failure.Outcome.NOT_APPLIED, "d0");
        server.onSleep = () -> {
            throw new InterruptedException();
        };
        BulkProgress end = documents.bulk(operations(0, 2), TWO_OF_TWO, results::add);
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(told(results)).containsExactly("1 APPLIED 1", "0 NOT_APPLIED 1");
        assertThat(results.get(1).failure()).hasMessageContaining("item");
        assertThat(end.complete()).isFalse();
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void anInterruptAfterTheLastIsOfNoConsequence() {
        BulkProgress end = documents.bulk(
                operations(0, 1), TWO_OF_TWO, r -> Thread.currentThread().interrupt());
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(end.complete()).isTrue();
    }

    @Test
    void optionsHaveBounds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BulkOptions.standard().withOperations(0))
                .withMessage("operations must be between 1 and 10000, is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BulkOptions.standard().withBytes(104_857_601))
                .withMessageContaining("bytes must be");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BulkOptions.standard().withRequestsInFlight(65))
                .withMessageContaining("requestsInFlight must be");
    }

    private BulkOperation<Doc> index(String id) {
        return BulkOperation.index(id, new Doc(1), WriteCondition.none());
    }

    private Stream<BulkOperation<Doc>> operations(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> index("d" + i));
    }

    private static List<String> told(List<BulkItemResult<Doc>> results) {
        return results.stream()
                .map(r -> r.position() + " " + r.outcome() + " " + r.sends())
                .toList();
    }

    private static void untilNotInterrupted(Thread thread) {
        while (thread.isInterrupted()) {
            Thread.onSpinWait();
        }
    }
}

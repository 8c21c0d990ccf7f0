package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.groups.Tuple.tuple;

import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.ModificationResult;
import dev.optimist.elasticsearch.OperationEvent;
import dev.optimist.elasticsearch.OperationEvent.Operation;
import dev.optimist.elasticsearch.OperationEvent.Outcome;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.testkit.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a listener is told of what has really happened, by both faces. */
@ParameterizedClass
@EnumSource(Documents.Face.class)
class OperationListenerIT extends LossyTest {
    @Parameter
    Documents.Face face;

    private final List<OperationEvent> events = new CopyOnWriteArrayList<>();
    private VersionedClient observed;
    private VersionedDocuments<Counter> both;
    private Documents<Counter> documents;

    @BeforeEach
    void listen() {
        observed = VersionedClient.connect(
                o -> o.hosts(proxy.url()).requestTimeout(Duration.ofSeconds(2)).listener(events::add));
        both = typed(observed.documents(index, Counter.class));
        documents = face.of(both);
        counters.create("1", new Counter(1));
        events.clear();
    }

    @AfterEach
    void closeObserved() {
        observed.close();
    }

    private OperationEvent only(Operation operation, Outcome outcome) {
        assertThat(events).hasSize(1);
        OperationEvent event = events.get(0);
        assertThat(event.operation()).isEqualTo(operation);
        assertThat(event.outcome()).isEqualTo(outcome);
        assertThat(event.index()).isEqualTo(index);
        assertThat(event.duration()).isPositive();
        events.clear();
        return event;
    }

    @Test
    void aWriteThatIsAppliedIsToldWithItsToken() {
        VersionedDocument<Counter> read = documents.get("1").orElseThrow();
        assertThat(only(Operation.GET, Outcome.READ).token()).isEqualTo(read.token());
        var written = documents.index("1", new Counter(2), WriteCondition.unchangedSince(read));
        assertThat(only(Operation.INDEX, Outcome.APPLIED).token()).isEqualTo(written.token());
        var deleted = documents.delete("1", WriteCondition.unchangedSince(written.token()));
        assertThat(only(Operation.DELETE, Outcome.APPLIED).token()).isEqualTo(deleted.token());
    }

    @Test
    void aConflictIsToldByItsKind() {
        VersionedDocument<Counter> read = documents.get("1").orElseThrow();
        counters.index("1", new Counter(2), WriteCondition.unchangedSince(read));
        events.clear();
        Throwable stale =
                catchThrowable(() -> documents.index("1", new Counter(3), WriteCondition.unchangedSince(read)));
        assertThat(stale).isInstanceOf(VersionConflictException.class);
        OperationEvent event = only(Operation.INDEX, Outcome.CONFLICT);
        assertThat(event.conflictKind()).contains(Kind.STALE);
        assertThat(event.failure()).isSameAs(stale);
        assertThat(catchThrowable(() -> documents.create("1", new Counter(3))))
                .isInstanceOf(VersionConflictException.class);
        assertThat(only(Operation.CREATE, Outcome.CONFLICT).conflictKind()).contains(Kind.EXISTS);
    }

    @Test
    void conflictsThatAreOvercomeAreToldWithTheSuccess() {
        documents.readModifyWrite("1", first(() -> counters.readModifyWrite("1", c -> c.plus(10))));
        OperationEvent event = only(Operation.READ_MODIFY_WRITE, Outcome.APPLIED);
        assertThat(event.attempts()).isEqualTo(2);
        assertThat(event.conflicts()).extracting(VersionConflictException::kind).containsExactly(Kind.STALE);
        assertThat(n("1")).isEqualTo(12);
    }

    @Test
    void exhaustionIsToldWithAllConflicts() {
        Documents<Counter> twice =
                face.of(both.with(o -> o.retry(RetryPolicy.sharedDocument().withMaxAttempts(2))));
        assertThat(catchThrowable(() -> twice.readModifyWrite("1", c -> {
                    counters.readModifyWrite("1", other -> other.plus(10));
                    return increment(c);
                })))
                .isInstanceOf(AttemptsExhaustedException.class);
        OperationEvent event = only(Operation.READ_MODIFY_WRITE, Outcome.EXHAUSTED);
        assertThat(event.attempts()).isEqualTo(2);
        assertThat(event.conflicts()).hasSize(2);
    }

    @Test
    void aLostAnswerIsUnknownWithoutTheLedgerAndFoundWithIt() {
        harm(Fault.DROP_AFTER);
        assertThat(catchThrowable(() -> documents.readModifyWrite("1", this::increment)))
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(only(Operation.READ_MODIFY_WRITE, Outcome.UNKNOWN).token()).isNull();
        Documents<Counter> withLedger = face.of(both.with(o -> o.writeLedger(WriteLedger.standard())));
        harm(Fault.DROP_AFTER);
        ModificationResult<Counter> found = withLedger.readModifyWrite("1", this::increment);
        assertThat(found.recovered()).isTrue();
        assertThat(only(Operation.READ_MODIFY_WRITE, Outcome.RECOVERED).token()).isEqualTo(found.token());
    }

    @Test
    void eachOperationOfABulkIsTold() {
        both.bulk(List.of(
                BulkOperation.create("1", new Counter(5)),
                BulkOperation.index("2", new Counter(5), WriteCondition.none())));
        assertThat(events)
                .extracting(OperationEvent::id, OperationEvent::operation, OperationEvent::outcome)
                .containsExactlyInAnyOrder(
                        tuple("1", Operation.BULK_CREATE, Outcome.CONFLICT),
                        tuple("2", Operation.BULK_INDEX, Outcome.APPLIED));
    }

    @Test
    void callsInOneWriteAreToldHowManyTheyWere() {
        CountDownLatch all = new CountDownLatch(1);
        List<CompletableFuture<?>> calls = new ArrayList<>();
        calls.add(both.async().readModifyWrite("1", c -> {
            try {
                all.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return c.plus(1);
        }));
        for (int i = 0; i < 9; i++) {
            calls.add(both.async().readModifyWrite("1", c -> c.plus(1)));
        }
        all.countDown();
        calls.forEach(CompletableFuture::join);
        assertThat(n("1")).isEqualTo(11);
        assertThat(events).hasSize(10).extracting(OperationEvent::outcome).containsOnly(Outcome.APPLIED);
        // whether the first one goes along depends on when the others came
        assertThat(events).extracting(OperationEvent::together).containsAnyOf(9, 10);
    }

    @Test
    void whatIsDoneWithResultsTakesNoTimeOfAnOperation() {
        List<String> ids = IntStream.range(0, 20).mapToObj(i -> "many-" + i).toList();
        ids.forEach(id -> counters.create(id, new Counter(1)));
        long begun = System.nanoTime();
        List<Duration> pauses = new ArrayList<>();
        both.readModifyWriteAll(ids, c -> c.plus(1), item -> {
            if (pauses.isEmpty()) {
                await(() -> ids.stream().allMatch(id -> n(id) == 2));
                // longer than any of them took, so that it would show
                pauses.add(Duration.ofNanos(System.nanoTime() - begun).plusSeconds(1));
                sleep(pauses.get(0));
            }
        });
        assertThat(events)
                .hasSize(20)
                .extracting(OperationEvent::duration)
                .allSatisfy(took -> assertThat(took).isLessThan(pauses.get(0)));
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

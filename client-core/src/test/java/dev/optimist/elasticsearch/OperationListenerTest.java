package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.OperationEvent.Operation;
import dev.optimist.elasticsearch.OperationEvent.Outcome;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.internal.Dialect;
import dev.optimist.elasticsearch.internal.DocumentCodec;
import dev.optimist.elasticsearch.internal.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;
import org.slf4j.event.SubstituteLoggingEvent;

/** Who is told what, and what is logged, over a server in memory that fails as it is told to. */
class OperationListenerTest {
    private static final RetryPolicy POLICY =
            new RetryPolicy(3, Duration.ofSeconds(20), Duration.ofMillis(1), Duration.ofMillis(1));
    private static final String SECRET = "secret of a document";

    record Doc(String text) {}

    private final List<OperationEvent> events = new ArrayList<>();
    private final Queue<SubstituteLoggingEvent> logged = new ConcurrentLinkedQueue<>();
    private final AtomicLong nanos = new AtomicLong();

    private VersionedDocuments<Doc> documents(Dialect dialect, OperationListener... listeners) {
        Exchange exchange = new Exchange(dialect, Duration.ofSeconds(30), new RetryBudget(0), Pace.REAL);
        Observer observer = new Observer(Scenarios.log(logged), List.of(listeners), () -> nanos.getAndAdd(1000));
        ObjectMapper mapper = new ObjectMapper();
        return new VersionedDocuments<Doc>(
                        new VersionedDocuments.Client(
                                exchange, new WriteIds(), new Lanes(new Rounds(exchange)), new InFlight(10), observer),
                        new DocumentCodec<>(mapper, mapper.constructType(Doc.class)),
                        "i",
                        new DocumentOptions())
                .with(o -> o.retry(POLICY));
    }

    private VersionedDocuments<Doc> inMemory() {
        return documents(new MemoryServer(Runnable::run), events::add);
    }

    private VersionedDocuments<Doc> failing(Failure.Outcome outcome) {
        return documents(new ScriptedDialect().fail(outcome, 1), events::add);
    }

    private OperationEvent only() {
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    private void ended(Operation operation, Outcome outcome, int attempts) {
        OperationEvent event = only();
        assertThat(event.operation()).isEqualTo(operation);
        assertThat(event.outcome()).isEqualTo(outcome);
        assertThat(event.attempts()).isEqualTo(attempts);
        assertThat(event.index()).isEqualTo("i");
        assertThat(event.id()).isEqualTo("1");
        assertThat(event.duration()).isEqualTo(Duration.ofNanos(1000));
        events.clear();
    }

    @Test
    void eachOperationThatSucceedsIsToldOnce() {
        VersionedDocuments<Doc> documents = inMemory();
        assertThat(documents.get("1")).isEmpty();
        ended(Operation.GET, Outcome.READ, 1);
        DocumentToken token = documents.create("1", new Doc(SECRET)).token();
        assertThat(only().token()).isEqualTo(token);
        ended(Operation.CREATE, Outcome.APPLIED, 1);
        WriteResult indexed = documents.index("1", new Doc(SECRET), WriteCondition.unchangedSince(token));
        assertThat(only().token()).isEqualTo(indexed.token());
        ended(Operation.INDEX, Outcome.APPLIED, 1);
        ModificationResult<Doc> modified = documents.readModifyWrite("1", d -> new Doc(d.text() + "+"));
        assertThat(only().token()).isEqualTo(modified.token());
        ended(Operation.READ_MODIFY_WRITE, Outcome.APPLIED, 1);
        assertThat(documents.readModifyWrite("1", d -> d).token()).isEqualTo(modified.token());
        ended(Operation.READ_MODIFY_WRITE, Outcome.UNCHANGED, 1);
        assertThat(logged).isEmpty();
    }

    @Test
    void theSameWithoutWaiting() {
        VersionedDocuments<Doc> documents = inMemory();
        assertThat(documents.async().get("1").join()).isEmpty();
        ended(Operation.GET, Outcome.READ, 1);
        DocumentToken token =
                documents.async().create("1", new Doc(SECRET)).join().token();
        ended(Operation.CREATE, Outcome.APPLIED, 1);
        documents
                .async()
                .index("1", new Doc(SECRET), WriteCondition.unchangedSince(token))
                .join();
        ended(Operation.INDEX, Outcome.APPLIED, 1);
        ModificationResult<Doc> modified = documents
                .async()
                .readModifyWrite("1", d -> new Doc(d.text() + "+"))
                .join();
        assertThat(only().token()).isEqualTo(modified.token());
        ended(Operation.READ_MODIFY_WRITE, Outcome.APPLIED, 1);
    }

    @Test
    void conflictsOnTheWayAreToldWithTheOperationAndLoggedAtDebug() {
        MemoryServer server = new MemoryServer(Runnable::run);
        VersionedDocuments<Doc> others = documents(server);
        DocumentToken token = others.create("1", new Doc(SECRET)).token();
        AtomicInteger runs = new AtomicInteger();
        var unused = documents(server, events::add).readModifyWrite("1", d -> {
            if (runs.incrementAndGet() == 1) {
                var unusedToo = others.index("1", new Doc("of others"), WriteCondition.unchangedSince(token));
            }
            return new Doc(d.text() + "+");
        });
        assertThat(only().conflictKind()).contains(Kind.STALE);
        ended(Operation.READ_MODIFY_WRITE, Outcome.APPLIED, 2);
        SubstituteLoggingEvent line = onlyLine();
        assertThat(line.getLevel()).isEqualTo(Level.DEBUG);
        assertThat(pairs(line))
                .contains("index=i", "id=1", "kind=STALE", "attempt=1")
                .contains("required_seq_no=" + token.seqNo(), "required_primary_term=1", "current_primary_term=1");
    }

    @Test
    void aConflictOfAPlainWriteIsDebug() {
        assertThatThrownBy(() -> failing(Failure.Outcome.CONFLICT).index("1", new Doc(SECRET), WriteCondition.none()))
                .isInstanceOf(VersionConflictException.class)
                .isSameAs(only().failure());
        assertThat(only().conflictKind()).contains(Kind.STALE);
        ended(Operation.INDEX, Outcome.CONFLICT, 1);
        assertThat(onlyLine().getLevel()).isEqualTo(Level.DEBUG);
    }

    @Test
    void exhaustionIsAWarningWithAllItsConflicts() {
        MemoryServer server = new MemoryServer(Runnable::run);
        VersionedDocuments<Doc> others = documents(server);
        var unused = others.create("1", new Doc(SECRET));
        VersionedDocuments<Doc> documents = documents(server, events::add);
        AtomicInteger runs = new AtomicInteger();
        assertThatThrownBy(() -> documents.readModifyWrite("1", d -> {
                    var unusedToo = others.readModifyWrite("1", o -> new Doc(SECRET + runs.incrementAndGet()));
                    return new Doc(d.text() + "+");
                }))
                .isInstanceOf(AttemptsExhaustedException.class);
        assertThat(only().conflicts()).hasSize(3);
        ended(Operation.READ_MODIFY_WRITE, Outcome.EXHAUSTED, 3);
        assertThat(logged)
                .extracting(SubstituteLoggingEvent::getLevel)
                .containsExactly(Level.DEBUG, Level.DEBUG, Level.DEBUG, Level.WARN);
        assertThat(logged.stream().map(OperationListenerTest::pairs).skip(3))
                .first()
                .asString()
                .contains("index=i", "id=1", "limit=ATTEMPTS", "attempts=3");
        assertThat(logged).noneMatch(line -> line.getMessage().contains("secret"));
    }

    @Test
    void anUnknownOutcomeIsAnErrorWithTheTokenAndWithoutTheDocument() {
        DocumentToken token = new DocumentToken("i", "i", "1", null, 3, 41, 2);
        assertThatThrownBy(() -> failing(Failure.Outcome.UNKNOWN)
                        .index("1", new Doc(SECRET), WriteCondition.unchangedSince(token)))
                .isInstanceOf(OutcomeUnknownException.class);
        ended(Operation.INDEX, Outcome.UNKNOWN, 1);
        SubstituteLoggingEvent line = onlyLine();
        assertThat(line.getLevel()).isEqualTo(Level.ERROR);
        assertThat(pairs(line))
                .contains("index=i", "id=1", "operation=index")
                .contains("required_seq_no=41", "required_primary_term=2", "required_version=3");
        assertThat(line.getMessage()).doesNotContain("secret");
        assertThat(line.getThrowable()).isNull();
    }

    @Test
    void whatIsRefusedOrWasNotTakenIsToldAndNotLogged() {
        assertThatThrownBy(() -> failing(Failure.Outcome.PERMANENT).delete("1", WriteCondition.none()))
                .isInstanceOf(RequestRejectedException.class);
        ended(Operation.DELETE, Outcome.REJECTED, 1);
        assertThatThrownBy(() -> failing(Failure.Outcome.NOT_APPLIED).delete("1", WriteCondition.none()))
                .isInstanceOf(ServerUnavailableException.class);
        ended(Operation.DELETE, Outcome.NOT_APPLIED, 1);
        assertThatThrownBy(() ->
                        failing(Failure.Outcome.NOT_APPLIED).async().get("1").join())
                .hasCauseInstanceOf(ServerUnavailableException.class);
        ended(Operation.GET, Outcome.NOT_APPLIED, 1);
        assertThatThrownBy(() -> inMemory().readModifyWrite("1", d -> d)).isInstanceOf(DocumentMissingException.class);
        ended(Operation.READ_MODIFY_WRITE, Outcome.MISSING, 1);
        assertThat(logged).isEmpty();
    }

    @Test
    void whatAFunctionThrowsIsItsOwn() {
        VersionedDocuments<Doc> documents = inMemory();
        var unused = documents.create("1", new Doc(SECRET));
        var unusedToo = documents.create("2", new Doc(SECRET));
        events.clear();
        assertThatThrownBy(() -> documents.readModifyWrite("1", d -> {
                    throw new IllegalStateException();
                }))
                .isInstanceOf(IllegalStateException.class);
        ended(Operation.READ_MODIFY_WRITE, Outcome.FAILED, 1);
        assertThatThrownBy(() -> documents.readModifyWrite("1", d -> {
                    documents.create("2", d);
                    return d;
                }))
                .isInstanceOf(VersionConflictException.class);
        assertThat(events)
                .extracting(OperationEvent::operation, OperationEvent::id, OperationEvent::outcome)
                .containsExactly(
                        tuple(Operation.CREATE, "2", Outcome.CONFLICT),
                        tuple(Operation.READ_MODIFY_WRITE, "1", Outcome.FAILED));
    }

    @Test
    void whatAFunctionThrowsOfItsOwnDocumentIsNoConflictOfTheOperation() {
        VersionedDocuments<Doc> documents = inMemory();
        var unused = documents.create("1", new Doc(SECRET));
        events.clear();
        assertThatThrownBy(() -> documents.readModifyWrite("1", d -> {
                    var unusedToo = documents.create("1", d);
                    return d;
                }))
                .isInstanceOf(VersionConflictException.class);
        assertThat(events)
                .extracting(OperationEvent::operation, OperationEvent::outcome)
                .containsExactly(
                        tuple(Operation.CREATE, Outcome.CONFLICT), tuple(Operation.READ_MODIFY_WRITE, Outcome.FAILED));
    }

    @Test
    void whatAFunctionThrowsOfAnotherDocumentIsLoggedOnce() {
        VersionedDocuments<Doc> documents = inMemory();
        var unused = documents.create("1", new Doc(SECRET));
        events.clear();
        assertThatThrownBy(() -> documents.readModifyWrite("1", d -> {
                    var unusedToo = documents(new ScriptedDialect().fail(Failure.Outcome.UNKNOWN, 1))
                            .index("2", d, WriteCondition.none());
                    return d;
                }))
                .isInstanceOf(OutcomeUnknownException.class);
        ended(Operation.READ_MODIFY_WRITE, Outcome.FAILED, 1);
        assertThat(onlyLine().getLevel()).isEqualTo(Level.ERROR);
    }

    @Test
    void aBadArgumentIsNoOperation() {
        VersionedDocuments<Doc> documents = inMemory();
        assertThatThrownBy(() -> documents.get("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> documents.readModifyWrite("", d -> d)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> documents.async().create("", new Doc("")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(events).isEmpty();
    }

    @Test
    void eachOperationOfABulkIsToldAndALostAnswerIsOneLine() {
        BulkServer server = new BulkServer(0).listener(events::add);
        server.failItems(Failure.Outcome.CONFLICT, "b").fail(Failure.Outcome.UNKNOWN, 1, null);
        VersionedDocuments<BulkServer.Doc> documents = server.documents();
        List<BulkOperation<BulkServer.Doc>> two = List.of(
                BulkOperation.index("a", new BulkServer.Doc(1), WriteCondition.none()),
                BulkOperation.delete("b", WriteCondition.ifSeqNo(3, 1)));
        assertThat(documents.bulk(two)).hasSize(2);
        assertThat(events)
                .extracting(
                        OperationEvent::operation,
                        OperationEvent::id,
                        OperationEvent::outcome,
                        OperationEvent::together)
                .containsExactlyInAnyOrder(
                        tuple(Operation.BULK_INDEX, "a", Outcome.APPLIED, 2),
                        tuple(Operation.BULK_DELETE, "b", Outcome.CONFLICT, 1));
        assertThat(server.logged).extracting(SubstituteLoggingEvent::getLevel).containsExactly(Level.DEBUG);
        events.clear();
        server.logged.clear();
        assertThat(documents.bulk(two)).hasSize(2);
        assertThat(events).extracting(OperationEvent::outcome).containsOnly(Outcome.UNKNOWN);
        assertThat(server.logged).hasSize(1);
        assertThat(server.logged.getFirst().getLevel()).isEqualTo(Level.ERROR);
        assertThat(pairs(server.logged.getFirst())).contains("index=i", "id=a", "operations=2");
    }

    @Test
    void callsThatGoTogetherAreToldEachWithHowManyTheyWere() throws InterruptedException {
        VersionedDocuments<Doc> documents =
                documents(new MemoryServer(task -> new Thread(task).start()), this::addFromAnyThread);
        var unused = documents.create("1", new Doc(""));
        events.clear();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        var first = documents.async().readModifyWrite("1", d -> {
            begun.countDown();
            awaitUninterruptibly(go);
            return new Doc(d.text() + "1");
        });
        begun.await();
        List<CompletableFuture<ModificationResult<Doc>>> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            others.add(documents.async().readModifyWrite("1", d -> new Doc(d.text() + "+")));
        }
        go.countDown();
        var unusedToo = first.join();
        others.forEach(CompletableFuture::join);
        assertThat(documents.get("1").orElseThrow().source()).isEqualTo(new Doc("1+++"));
        synchronized (events) {
            List<Integer> together = events.stream()
                    .filter(e -> e.operation() == Operation.READ_MODIFY_WRITE)
                    .map(OperationEvent::together)
                    .toList();
            // whether the first goes along with the others is up to the round that it is in
            assertThat(together).hasSize(4);
            assertThat(together).containsAnyOf(3, 4);
        }
    }

    @Test
    void aCancelledFutureIsToldAsThat() throws InterruptedException {
        ScriptedDialect silent = new ScriptedDialect();
        silent.silent = true;
        CountDownLatch told = new CountDownLatch(1);
        VersionedDocuments<Doc> documents = documents(silent, e -> {
            events.add(e);
            told.countDown();
        });
        documents.async().delete("1", WriteCondition.none()).cancel(true);
        told.await();
        ended(Operation.DELETE, Outcome.CANCELLED, 1);
    }

    @Test
    void manyDocumentsAreToldOneByOneOnTheCallersThread() {
        List<Thread> threads = new ArrayList<>();
        VersionedDocuments<Doc> documents = documents(new MemoryServer(Runnable::run), e -> {
            events.add(e);
            threads.add(Thread.currentThread());
        });
        var unused = documents.create("1", new Doc(SECRET));
        events.clear();
        assertThat(documents.readModifyWriteAll(List.of("1", "2"), d -> new Doc("new")))
                .hasSize(2);
        assertThat(events)
                .extracting(OperationEvent::id, OperationEvent::outcome)
                .containsExactlyInAnyOrder(tuple("1", Outcome.APPLIED), tuple("2", Outcome.MISSING));
        assertThat(threads).containsOnly(Thread.currentThread());
    }

    @Test
    void whatBegunReturnsIsToldOfTheEnd() {
        List<String> told = new ArrayList<>();
        OperationListener listener = new OperationListener() {
            @Override
            public OperationListener begun(Operation operation, String index, String id) {
                told.add("begun " + operation + " " + index + " " + id);
                return e -> told.add("ended " + e.outcome());
            }

            @Override
            public void ended(OperationEvent event) {
                told.add("not this one");
            }
        };
        assertThat(documents(new MemoryServer(Runnable::run), listener).get("1"))
                .isEmpty();
        assertThat(told).containsExactly("begun GET i 1", "ended READ");
    }

    @Test
    void aListenerThatThrowsChangesNothingAndTheNextOneIsTold() {
        OperationListener broken = new OperationListener() {
            @Override
            public OperationListener begun(Operation operation, String index, String id) {
                throw new IllegalStateException("begun");
            }

            @Override
            public void ended(OperationEvent event) {
                throw new StackOverflowError("ended");
            }
        };
        VersionedDocuments<Doc> documents = documents(new MemoryServer(Runnable::run), broken, events::add);
        assertThat(documents.get("1")).isEmpty();
        assertThat(documents.create("1", new Doc("a")).version()).isOne();
        assertThat(documents.async().get("1").join()).isPresent();
        assertThat(events).hasSize(3);
    }

    @Test
    void nothingIsKeptIfNobodyListens() {
        Observer observer = new Observer(List.of());
        Observation seen = observer.begin(Operation.GET, "i", "1");
        assertThat(observer.begin(Operation.INDEX, "j", "2")).isSameAs(seen);
    }

    private void addFromAnyThread(OperationEvent event) {
        synchronized (events) {
            events.add(event);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private SubstituteLoggingEvent onlyLine() {
        assertThat(logged).hasSize(1);
        return logged.element();
    }

    /** A logger that takes no pairs gets them before the message, as this one does. */
    private static List<String> pairs(SubstituteLoggingEvent line) {
        return List.of(line.getMessage().split(" "));
    }
}

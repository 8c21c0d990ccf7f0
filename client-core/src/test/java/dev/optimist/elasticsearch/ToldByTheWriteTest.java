package dev.optimist.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import co.elastic.clients.elasticsearch._types.Result;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.Conflict;
import dev.optimist.elasticsearch.internal.DialectException;
import dev.optimist.elasticsearch.internal.DocumentCodec;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Write.Operation;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * When a write is asked what it leaves, and what is made of the answer. Against a server that somebody else always writes to, or
 * that fails one item and not the next, which a real one does only now and then; with a real one, HotDocumentsIT.
 */
class ToldByTheWriteTest {
    record Counter(int n) {}

    /** Answers every write that is asked what it leaves with the same failure, and tells the document with it. */
    private static final class Telling extends PartialDialect {
        private final AtomicInteger seqNo = new AtomicInteger(1);
        private final List<Write> asked = Collections.synchronizedList(new ArrayList<>());
        private final List<Write> notAsked = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger conflictsAlone = new AtomicInteger();
        private String index = "i";
        private volatile boolean absent;
        private volatile @Nullable Failure failure;

        private Stored stored() {
            return absent
                    ? new Stored(index, false, null, 0, 0, 0, null)
                    : new Stored(index, true, null, seqNo.get(), seqNo.get(), 1, "{\"n\":1}".getBytes(UTF_8));
        }

        private Written written(Write write) {
            int next = seqNo.incrementAndGet();
            Result result = write.operation() == Operation.DELETE ? Result.Deleted : Result.Updated;
            return new Written(index, result, next, next, 1);
        }

        @Override
        public CompletableFuture<Stored> get(Address address, Duration timeout) {
            return CompletableFuture.completedFuture(stored());
        }

        @Override
        public CompletableFuture<Written> index(Write write, Duration timeout) {
            notAsked.add(write);
            absent = false;
            if (conflictsAlone.getAndDecrement() > 0) {
                return CompletableFuture.failedFuture(
                        new DialectException(ToldByTheWriteTest.failure(Outcome.CONFLICT)));
            }
            return CompletableFuture.completedFuture(written(write));
        }

        @Override
        public CompletableFuture<Written> delete(Write write, Duration timeout) {
            return index(write, timeout);
        }

        @Override
        public CompletableFuture<List<Answer<Written>>> bulkAndSee(List<Write> writes, Duration timeout) {
            asked.addAll(writes);
            Write only = writes.get(0);
            Failure because = failure;
            Answer<Written> answer = because == null ? Answer.of(written(only)) : Answer.failed(because);
            if (because != null && because.conflict() != null) {
                seqNo.incrementAndGet(); // of somebody else
            }
            return CompletableFuture.completedFuture(List.of(answer.seeing(stored())));
        }
    }

    private final Telling server = new Telling();
    private final Exchange exchange = new Exchange(
            server,
            Duration.ofSeconds(30),
            new RetryBudget(100),
            new Pace(System::nanoTime, Thread::sleep, bound -> bound)); // the longest pause
    private final Rounds rounds = new Rounds(exchange);
    private final ObjectMapper mapper = new ObjectMapper();

    private VersionedDocuments<Counter> counters(Consumer<DocumentOptions> options) {
        return new VersionedDocuments<Counter>(
                        new VersionedDocuments.Client(
                                exchange,
                                new WriteIds(),
                                new Lanes(rounds),
                                new InFlight(100),
                                new Observer(List.of())),
                        new DocumentCodec<>(mapper, mapper.constructType(Counter.class)),
                        "i",
                        new DocumentOptions())
                .with(options);
    }

    @AfterEach
    void close() {
        rounds.close();
    }

    /** One call, and then two that have waited for it and go together. Returns what one of them failed with. */
    private @Nullable Throwable three(VersionedDocuments<Counter> counters, UnaryOperator<Counter> first) {
        CountDownLatch applied = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<?> one = counters.async().readModifyWrite("1", c -> {
            applied.countDown();
            await(go);
            return first.apply(c);
        });
        await(applied);
        CompletableFuture<?> two = counters.async().readModifyWrite("1", c -> new Counter(c.n + 1));
        CompletableFuture<?> three = counters.async().readModifyWrite("1", c -> new Counter(c.n + 1));
        go.countDown();
        Throwable thrown =
                catchThrowable(() -> CompletableFuture.allOf(one, two, three).get(20, TimeUnit.SECONDS));
        return thrown instanceof ExecutionException e ? e.getCause() : thrown;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Failure failure(Outcome outcome) {
        Conflict conflict =
                outcome == Outcome.CONFLICT ? new Conflict(Kind.STALE, "stale", 0L, 1L, null, 1L, 1L, null) : null;
        return new Failure(outcome, 409, "x", "refused", conflict, null);
    }

    @ParameterizedTest
    @CsvSource({"1000, 4", "100, 4", "50, 2", "5, 1"})
    void conflictsInARowAreTriedAgainAtOnceAsFarAsThePolicyHasAttempts(int attempts, int atOnce) {
        VersionedDocuments<Counter> impatient = counters(o -> o.retry(
                new RetryPolicy(attempts, Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(10))));
        Throwable thrown = three(impatient, c -> {
            server.failure = failure(Outcome.CONFLICT);
            return new Counter(c.n + 1);
        });
        assertThat(thrown).isInstanceOf(AttemptsExhaustedException.class);
        assertThat(server.asked).hasSize(1 + atOnce);
    }

    /** There is nothing new to go on from, and the same would be refused in the same way. */
    @Test
    void whatIsUnknownIsNotTriedAgainAtOnce() {
        VersionedDocuments<Counter> ledgered = counters(o -> o.writeLedger(WriteLedger.standard())
                .retry(new RetryPolicy(100, Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(10))));
        Throwable thrown = three(ledgered, c -> {
            server.failure = failure(Outcome.UNKNOWN);
            return new Counter(c.n + 1);
        });
        assertThat(thrown).isNotNull();
        assertThat(server.asked).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void aDeleteIsNotAskedAsTheUpdateAfterItCouldMakeAnIndexAnew() {
        withOneThatWaits(Modification.delete());
        assertThat(server.asked).noneMatch(write -> write.operation() == Operation.DELETE);
        assertThat(server.notAsked).anyMatch(write -> write.operation() == Operation.DELETE);
    }

    /** By what routing an alias leads to a document that is not there, nothing has told. */
    @Test
    void aCreateIsNotAsked() {
        server.absent = true;
        withOneThatWaits(Modification.index(new Counter(0)));
        assertThat(server.asked).noneMatch(write -> write.operation() == Operation.CREATE);
        assertThat(server.notAsked).anyMatch(write -> write.operation() == Operation.CREATE);
    }

    private void withOneThatWaits(Modification<Counter> modification) {
        VersionedDocuments<Counter> counters = counters(o -> {});
        CountDownLatch applied = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        var first = counters.async().readModifyWriteOptional("1", current -> {
            applied.countDown();
            await(go);
            return modification;
        });
        await(applied);
        var next = counters.async().readModifyWrite("1", c -> new Counter(c.n + 1));
        go.countDown();
        first.join();
        next.join();
    }

    @Test
    void noneAsksNothing() {
        VersionedDocuments<Counter> none = counters(o -> o.contention(Contention.NONE));
        server.conflictsAlone.set(1);
        assertThat(none.async()
                        .readModifyWrite("1", c -> new Counter(c.n + 1))
                        .join()
                        .attempts())
                .isEqualTo(2);
        assertThat(server.asked).isEmpty();
    }

    @Test
    void serializeAsksAsLongAsSomebodyWaits() {
        assertThat(three(counters(o -> o.contention(Contention.SERIALIZE)), c -> new Counter(c.n + 1)))
                .isNull();
        assertThat(server.asked).hasSize(2);
        assertThat(server.notAsked).as("after the last, nobody waits").hasSize(1);
    }

    @Test
    void byAnAliasNothingIsAsked() {
        server.index = "behind";
        assertThat(three(counters(o -> {}), c -> new Counter(c.n + 1))).isNull();
        assertThat(server.asked).isEmpty();
    }
}

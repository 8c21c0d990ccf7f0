package dev.optimist.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.SubstituteLoggingEvent;

/** Answers bulks as it is told to, and otherwise applies everything, in a time of its own. */
final class BulkServer extends PartialDialect {
    record Doc(int n) {}

    final List<List<Write>> requests = new ArrayList<>();
    final List<Duration> limits = new ArrayList<>();
    final List<Long> pauses = new ArrayList<>();
    final RetryBudget budget;
    private final AtomicLong nanos = new AtomicLong(); // read where answers come from, too
    ReadModifyWriteTest.Scenario.Sleeping onSleep = () -> {};

    /** Instead of the next answers, one a request. */
    final Deque<Function<List<Write>, CompletableFuture<List<Answer<Written>>>>> script = new ArrayDeque<>();

    Function<List<Write>, CompletableFuture<List<Answer<Written>>>> otherwise =
            writes -> CompletableFuture.completedFuture(applied(writes));

    /** Whose versions were asked for, and what is answered to that. */
    final List<List<Address>> looks = new ArrayList<>();

    Function<List<Address>, CompletableFuture<long[]>> look = addresses -> {
        throw new AssertionError("not used");
    };

    final Deque<SubstituteLoggingEvent> logged = new ArrayDeque<>();
    private List<OperationListener> listeners = List.of();

    BulkServer(int budget) {
        this.budget = new RetryBudget(budget);
    }

    BulkServer listener(OperationListener listener) {
        listeners = List.of(listener);
        return this;
    }

    VersionedDocuments<Doc> documents(Consumer<DocumentOptions> options) {
        Pace pace = new Pace(
                nanos::get,
                millis -> {
                    pauses.add(millis);
                    pass(millis);
                    onSleep.run();
                },
                bound -> bound);
        return documents(options, pace);
    }

    VersionedDocuments<Doc> documents(Consumer<DocumentOptions> options, Pace pace) {
        ObjectMapper mapper = new ObjectMapper();
        Exchange exchange = new Exchange(this, Duration.ofSeconds(3), budget, pace);
        Lanes lanes = new Lanes(new Rounds(exchange));
        Observer observer = new Observer(Scenarios.log(logged), listeners, pace.clock());
        return new VersionedDocuments<Doc>(
                        new VersionedDocuments.Client(exchange, new WriteIds(), lanes, new InFlight(1), observer),
                        new DocumentCodec<>(mapper, mapper.constructType(Doc.class)),
                        "i",
                        new DocumentOptions())
                .with(options);
    }

    VersionedDocuments<Doc> documents() {
        return documents(o -> {});
    }

    void pass(long millis) {
        nanos.addAndGet(Duration.ofMillis(millis).toNanos());
    }

    /** Answers the next request as a whole with a failure. */
    BulkServer fail(Outcome outcome, int times, @Nullable Duration retryAfter) {
        for (int i = 1; i <= times; i++) {
            Failure failure = failure(outcome, "whole " + i, retryAfter);
            script.add(writes -> CompletableFuture.failedFuture(new DialectException(failure)));
        }
        return this;
    }

    /** Answers the next request so for the named ids, and applies the others. */
    BulkServer failItems(Outcome outcome, String... ids) {
        script.add(writes -> {
            List<Answer<Written>> answers = new ArrayList<>();
            for (Write write : writes) {
                answers.add(
                        List.of(ids).contains(write.address().id())
                                ? new Answer<>(null, failure(outcome, "item", null))
                                : applied(write));
            }
            return CompletableFuture.completedFuture(answers);
        });
        return this;
    }

    static Failure failure(Outcome outcome, String reason, @Nullable Duration retryAfter) {
        Conflict conflict =
                outcome == Outcome.CONFLICT ? new Conflict(Kind.STALE, "stale", 0L, 1L, null, 1L, 1L, null) : null;
        return new Failure(outcome, 429, "x", reason, conflict, null, retryAfter);
    }

    static List<Answer<Written>> applied(List<Write> writes) {
        return writes.stream().map(BulkServer::applied).toList();
    }

    static Answer<Written> applied(Write write) {
        return new Answer<>(new Written(write.address().index(), Result.Updated, 2, 7, 1), null);
    }

    /** Returns the ids of each request. */
    List<List<String>> ids() {
        return requests.stream()
                .map(r -> r.stream().map(w -> w.address().id()).toList())
                .toList();
    }

    static String source(Write write) {
        return write.source() == null ? "" : new String(write.source(), UTF_8);
    }

    @Override
    public CompletableFuture<List<Answer<Written>>> bulk(List<Write> writes, Duration timeout) {
        requests.add(writes);
        limits.add(timeout);
        var next = script.poll();
        return next == null ? otherwise.apply(writes) : next.apply(writes);
    }

    @Override
    public CompletableFuture<long[]> versions(List<Address> addresses, Duration timeout) {
        looks.add(addresses);
        return look.apply(addresses);
    }
}

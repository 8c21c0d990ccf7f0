package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.Conflict;
import dev.optimist.elasticsearch.internal.Dialect;
import dev.optimist.elasticsearch.internal.DialectException;
import dev.optimist.elasticsearch.internal.DocumentCodec;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.Stored;
import dev.optimist.elasticsearch.internal.Write;
import dev.optimist.elasticsearch.internal.Written;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps documents in memory and compares and sets them, at a hundred times the speed of a real server: for tests that are
 * worth something by their number only.
 */
final class MemoryServer extends PartialDialect {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kept(byte[] source, long version, long seqNo) {}

    private final Map<String, Kept> documents = new ConcurrentHashMap<>();
    private final AtomicLong seqNo = new AtomicLong();
    private final Executor answers;

    /** Answers on threads of this one. */
    MemoryServer(Executor answers) {
        this.answers = answers;
    }

    /** Holds what a test with this server needs of a client. */
    record Client<T>(VersionedDocuments<T> documents, Lanes lanes, Rounds rounds, InFlight inFlight) {}

    <T> Client<T> client(Class<T> type, int asyncOperations) {
        return client(this, type, asyncOperations);
    }

    static <T> Client<T> client(Dialect dialect, Class<T> type, int asyncOperations) {
        ObjectMapper mapper = new ObjectMapper();
        Exchange exchange = new Exchange(dialect, Duration.ofSeconds(30), new RetryBudget(100), Pace.REAL);
        Rounds rounds = new Rounds(exchange);
        Lanes lanes = new Lanes(rounds);
        InFlight inFlight = new InFlight(asyncOperations);
        VersionedDocuments<T> documents = new VersionedDocuments<>(
                new VersionedDocuments.Client(exchange, new WriteIds(), lanes, inFlight, new Observer(List.of())),
                new DocumentCodec<>(mapper, mapper.constructType(type)),
                "i",
                new DocumentOptions());
        return new Client<>(documents, lanes, rounds, inFlight);
    }

    /** Returns what is stored, or null. */
    byte @Nullable [] source(String id) {
        Kept kept = documents.get(id);
        return kept == null ? null : kept.source;
    }

    @Override
    public CompletableFuture<Stored> get(Address address, Duration timeout) {
        return answer(() -> stored(address));
    }

    @Override
    public CompletableFuture<List<Answer<Stored>>> mget(List<Address> addresses, Duration timeout) {
        return answer(() ->
                addresses.stream().map(address -> Answer.of(stored(address))).toList());
    }

    @Override
    public CompletableFuture<Written> index(Write write, Duration timeout) {
        return answer(() -> write(write));
    }

    @Override
    public CompletableFuture<List<Answer<Written>>> bulk(List<Write> writes, Duration timeout) {
        return answer(() -> writes.stream().map(this::item).toList());
    }

    @Override
    public CompletableFuture<List<Answer<Written>>> bulkAndSee(List<Write> writes, Duration timeout) {
        return answer(() -> writes.stream()
                .map(write -> item(write).seeing(stored(write.address())))
                .toList());
    }

    private <A> CompletableFuture<A> answer(Supplier<A> answer) {
        return CompletableFuture.supplyAsync(answer, answers);
    }

    private Stored stored(Address address) {
        Kept kept = documents.get(address.id());
        return kept == null
                ? new Stored("i", false, null, 0, 0, 0, null)
                : new Stored("i", true, null, kept.version, kept.seqNo, 1, kept.source);
    }

    private Answer<Written> item(Write write) {
        try {
            return Answer.of(write(write));
        } catch (DialectException e) {
            return Answer.failed(e.failure());
        }
    }

    private Written write(Write write) {
        byte[] source = write.source();
        if (source == null) {
            throw new AssertionError("not used");
        }
        long required = write.condition() instanceof WriteCondition.UnchangedSince since
                ? since.token().seqNo()
                : Stored.NO_SEQ_NO; // a create
        Kept written = documents.compute(write.address().id(), (id, now) -> {
            if ((now == null ? Stored.NO_SEQ_NO : now.seqNo) != required) {
                throw new DialectException(conflict(required, now));
            }
            return new Kept(source, now == null ? 1 : now.version + 1, seqNo.incrementAndGet());
        });
        return new Written(
                "i", written.version == 1 ? Result.Created : Result.Updated, written.version, written.seqNo, 1);
    }

    private static Failure conflict(long required, @Nullable Kept now) {
        Conflict conflict = new Conflict(
                now == null ? Kind.ABSENT : Kind.STALE,
                "conflict",
                required,
                1L,
                null,
                now == null ? null : now.seqNo,
                1L,
                null);
        return new Failure(Outcome.CONFLICT, 409, "version_conflict_engine_exception", "conflict", conflict, null);
    }
}

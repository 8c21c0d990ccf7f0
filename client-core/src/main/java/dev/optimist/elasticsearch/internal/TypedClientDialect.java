package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.endpoints.SimpleEndpoint;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.WriteCondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Speaks with Elasticsearch 7.17 and later through elasticsearch-java's typed client. {@code version(n)} is a read, a
 * comparison and a write on the sequence number of that read, as these servers answer 400 to {@code ?version=n}.
 */
public final class TypedClientDialect implements Dialect {
    private final Wire wire;
    private final LongAdder requests = new LongAdder();
    private final Deadlines deadlines = new Deadlines();
    private final BytePool bodies = new BytePool();

    private TypedClientDialect(Wire wire) {
        this.wire = wire;
    }

    /**
     * Speaks through the transport of this client, with its options.
     *
     * @throws IllegalArgumentException if the client's JSON mapper is not a {@link JacksonJsonpMapper}
     */
    public static TypedClientDialect of(ElasticsearchClient client) {
        jackson(client);
        return new TypedClientDialect(new TransportWire(client));
    }

    /** Speaks through what is under the transport of a client that {@link StrictTransport} has made. */
    public static TypedClientDialect strict(ElasticsearchClient client) {
        return new TypedClientDialect(LowLevelWire.of(client));
    }

    /**
     * Returns the object mapper of the client.
     *
     * @throws IllegalArgumentException if the client's JSON mapper is not a {@link JacksonJsonpMapper}
     */
    public static ObjectMapper jackson(ElasticsearchClient client) {
        if (client._jsonpMapper() instanceof JacksonJsonpMapper mapper) {
            return mapper.objectMapper();
        }
        throw new IllegalArgumentException("client: its JsonpMapper must be a JacksonJsonpMapper, is "
                + client._jsonpMapper().getClass().getName());
    }

    @Override
    public CompletableFuture<Stored> get(Address address, Duration timeout) {
        return read(address, Endpoints.GET, timeout, Function.identity());
    }

    @Override
    public CompletableFuture<List<Answer<Stored>>> mget(List<Address> addresses, Duration timeout) {
        return read(addresses, MgetRequests.documents(addresses), timeout, answers -> sameNumber(addresses, answers));
    }

    @Override
    public CompletableFuture<long[]> versions(List<Address> addresses, Duration timeout) {
        return read(addresses, MgetRequests.versions(addresses), timeout, Function.identity());
    }

    @Override
    public CompletableFuture<Written> index(Write write, Duration timeout) {
        return withSeqNo(write, timeout, (w, left) -> sendOne(w, Endpoints.INDEX, left));
    }

    @Override
    public CompletableFuture<Written> delete(Write write, Duration timeout) {
        return withSeqNo(write, timeout, (w, left) -> sendOne(w, Endpoints.DELETE, left));
    }

    @Override
    public CompletableFuture<List<Answer<Written>>> bulk(List<Write> writes, Duration timeout) {
        List<Write> versioned = writes.stream()
                .filter(w -> w.condition() instanceof WriteCondition.Version)
                .toList();
        if (versioned.isEmpty()) {
            return sendBulk(writes, timeout);
        }
        long begun = System.nanoTime();
        return mget(versioned.stream().map(Write::address).toList(), timeout)
                .handle((reads, failed) -> {
                    if (failed != null) {
                        throw notSent(failed);
                    }
                    return reads;
                })
                .thenCompose(reads -> bulkOfCompared(writes, reads, left(timeout, begun)));
    }

    private CompletableFuture<List<Answer<Written>>> bulkOfCompared(
            List<Write> writes, List<Answer<Stored>> reads, Duration timeout) {
        List<@Nullable Answer<Written>> answers = new ArrayList<>();
        List<Write> wanted = new ArrayList<>();
        int next = 0;
        for (Write write : writes) {
            Answer<Written> refused = null;
            Write compared = write;
            if (write.condition() instanceof WriteCondition.Version version) {
                Answer<Stored> read = reads.get(next++);
                Failure failure = read.failure();
                try {
                    if (read.value() != null) {
                        compared = compare(write, version.version(), read.value());
                    } else if (failure != null) {
                        refused = Answer.failed(notSent(failure));
                    }
                } catch (DialectException conflict) {
                    refused = Answer.failed(conflict.failure());
                }
            }
            answers.add(refused);
            if (refused == null) {
                wanted.add(compared);
            }
        }
        return sendBulk(wanted, timeout).thenApply(sent -> {
            List<Answer<Written>> all = new ArrayList<>();
            int taken = 0;
            for (int i = 0; i < writes.size(); i++) {
                Answer<Written> answer = answers.get(i);
                all.add(answer == null ? ofCondition(sent.get(taken++), writes.get(i)) : answer);
            }
            return all;
        });
    }

    private static Answer<Written> ofCondition(Answer<Written> sent, Write write) {
        Failure failure = sent.failure();
        return failure != null && write.condition() instanceof WriteCondition.Version version
                ? Answer.failed(failure.ofVersion(version.version()))
                : sent;
    }

    private CompletableFuture<List<Answer<Written>>> sendBulk(List<Write> writes, Duration timeout) {
        if (writes.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        BulkBody body = new BulkBody(bodies);
        return exchange(
                writes,
                BulkRequests.endpoint(writes, timeout, body),
                timeout,
                Write.Operation.INDEX, // has a body, whatever the first one does
                WriteCondition.none(),
                answers -> {
                    body.answered();
                    return sameNumber(writes, answers);
                });
    }

    /** An answer that leaves some out cannot be told whose it is. */
    private static <A> List<A> sameNumber(List<?> asked, List<A> answered) {
        if (asked.size() != answered.size()) {
            String reason = answered.size() + " answers to " + asked.size() + " items";
            throw new DialectException(new Failure(Failure.Outcome.UNKNOWN, 0, null, reason, null, null));
        }
        return answered;
    }

    @Override
    public CompletableFuture<Void> putDisabledObject(String index, String field, Duration timeout) {
        return read(new Endpoints.DisabledObject(index, field), Endpoints.MAPPING, timeout, answer -> null);
    }

    /** Turns {@code version(n)} into the sequence number of a document that has this version, or a conflict. */
    private CompletableFuture<Written> withSeqNo(
            Write write, Duration timeout, BiFunction<Write, Duration, CompletableFuture<Written>> send) {
        if (!(write.condition() instanceof WriteCondition.Version version)) {
            return send.apply(write, timeout);
        }
        long begun = System.nanoTime();
        return get(write.address(), timeout)
                .handle((read, failed) -> {
                    if (failed != null) {
                        throw notSent(failed);
                    }
                    return compare(write, version.version(), read);
                })
                .thenCompose(compared -> send.apply(compared, left(timeout, begun)))
                .exceptionally(failed -> {
                    throw new DialectException(Failures.classify(failed, write.operation(), write.condition())
                            .ofVersion(version.version()));
                });
    }

    private static Duration left(Duration timeout, long begun) {
        Duration left = timeout.minusNanos(System.nanoTime() - begun);
        if (left.isNegative() || left.isZero()) {
            throw new DialectException(new Failure(
                    Failure.Outcome.NOT_APPLIED, 0, null, "no time left after the read before the write", null, null));
        }
        return left;
    }

    private static DialectException notSent(Throwable failed) {
        return new DialectException(notSent(Failures.classify(failed, Write.Operation.INDEX, WriteCondition.none())));
    }

    /** A read that failed before a write leaves nothing unknown: the write was not sent. */
    private static Failure notSent(Failure read) {
        return read.outcome() == Failure.Outcome.UNKNOWN
                ? new Failure(
                        Failure.Outcome.NOT_APPLIED,
                        read.status(),
                        read.type(),
                        "read before the write: " + read.reason(),
                        null,
                        read.cause(),
                        read.retryAfter())
                : read;
    }

    private static Write compare(Write write, long required, Stored read) {
        if (!read.found() || read.version() != required) {
            Conflict conflict =
                    Conflict.differentVersion(write.address().id(), read.found() ? read.version() : null, required);
            throw new DialectException(Failure.conflict(conflict, 0, null, null));
        }
        if (read.seqNo() < 0) {
            String reason = "index " + read.index() + " keeps no sequence numbers (index.disable_sequence_numbers),"
                    + " so version(n) cannot be compared and written in one step; WriteCondition.external works there";
            throw new DialectException(new Failure(Failure.Outcome.PERMANENT, 0, null, reason, null, null));
        }
        return write.toIndexOfRead(
                read.index(), read.routing(), WriteCondition.ifSeqNo(read.seqNo(), read.primaryTerm()));
    }

    private <Q, A, R> CompletableFuture<R> read(
            Q request, SimpleEndpoint<Q, A> endpoint, Duration timeout, Function<A, R> map) {
        return exchange(request, endpoint, timeout, Write.Operation.INDEX, WriteCondition.none(), map);
    }

    private CompletableFuture<Written> sendOne(
            Write write, SimpleEndpoint<Endpoints.Timed, Written> endpoint, Duration timeout) {
        return exchange(
                new Endpoints.Timed(write, timeout),
                endpoint,
                timeout,
                write.operation(),
                write.condition(),
                Function.identity());
    }

    private <Q, A, R> CompletableFuture<R> exchange(
            Q request,
            SimpleEndpoint<Q, A> endpoint,
            Duration timeout,
            Write.Operation operation,
            WriteCondition condition,
            Function<A, R> map) {
        return new Sent<>(timeout, operation, condition, map, requests)
                .begin(() -> wire.send(request, endpoint), deadlines);
    }

    /** Returns how many requests were begun and not given up unsent; through a strict transport, each is one send. */
    public long requests() {
        return requests.sum();
    }
}

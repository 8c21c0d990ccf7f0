package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ErrorResponse;
import co.elastic.clients.elasticsearch._types.mapping.Property;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.DeleteRequest;
import co.elastic.clients.elasticsearch.core.GetRequest;
import co.elastic.clients.elasticsearch.core.GetResponse;
import co.elastic.clients.elasticsearch.core.IndexRequest;
import co.elastic.clients.elasticsearch.core.IndexResponse;
import co.elastic.clients.elasticsearch.core.MgetRequest;
import co.elastic.clients.elasticsearch.core.MgetResponse;
import co.elastic.clients.elasticsearch.indices.PutMappingRequest;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.ElasticsearchTransport;
import co.elastic.clients.transport.Endpoint;
import co.elastic.clients.transport.JsonEndpoint;
import co.elastic.clients.transport.TransportOptions;
import co.elastic.clients.transport.endpoints.DelegatingJsonEndpoint;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.WriteCondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Speaks with Elasticsearch 7.17 and later through elasticsearch-java's typed client. {@code version(n)} is a read, a
 * comparison and a write on the sequence number of that read, as these servers answer 400 to {@code ?version=n}.
 */
public final class TypedClientDialect implements Dialect {

    private static final Endpoint<GetRequest, GetResponse<byte[]>, ErrorResponse> GET =
            GetRequest.createGetEndpoint(RawSource.DESERIALIZER);
    private static final Endpoint<MgetRequest, MgetResponse<byte[]>, ErrorResponse> MGET =
            MgetRequest.createMgetEndpoint(RawSource.DESERIALIZER);
    private static final Endpoint<IndexRequest<?>, IndexResponse, ErrorResponse> INDEX = new RawIndexEndpoint();

    private final ElasticsearchTransport transport;
    private final @Nullable TransportOptions options;
    private final LongAdder requests = new LongAdder();
    private final Deadlines deadlines = new Deadlines();

    /**
     * Speaks through the transport of this client, with its options.
     *
     * @throws IllegalArgumentException if the client's JSON mapper is not a {@link JacksonJsonpMapper}
     */
    public TypedClientDialect(ElasticsearchClient client) {
        jackson(client);
        this.transport = client._transport();
        this.options = client._transportOptions();
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
        return read(Requests.get(address), GET, timeout, Answers::stored);
    }

    @Override
    public CompletableFuture<List<Answer<Stored>>> mget(List<Address> addresses, Duration timeout) {
        return read(Requests.mget(addresses), MGET, timeout, r -> Answers.stored(addresses, r));
    }

    @Override
    public CompletableFuture<Written> index(Write write, Duration timeout) {
        return withSeqNo(write, timeout, (w, left) -> send(Requests.index(w, left), INDEX, w, left, Answers::written));
    }

    @Override
    public CompletableFuture<Written> delete(Write write, Duration timeout) {
        return withSeqNo(
                write,
                timeout,
                (w, left) -> send(Requests.delete(w, left), DeleteRequest._ENDPOINT, w, left, Answers::written));
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
        return exchange(
                Requests.bulk(writes, timeout),
                BulkRequest._ENDPOINT,
                timeout,
                Write.Operation.INDEX, // has a body, whatever the first one does
                WriteCondition.none(),
                r -> Answers.written(writes, r));
    }

    @Override
    public CompletableFuture<Void> putDisabledObject(String index, String field, Duration timeout) {
        PutMappingRequest mapping = PutMappingRequest.of(m ->
                m.index(index).properties(field, Property.of(p -> p.object(o -> o.enabled(false)))));
        return read(mapping, PutMappingRequest._ENDPOINT, timeout, answer -> null);
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
            Q request, Endpoint<Q, A, ErrorResponse> endpoint, Duration timeout, Function<A, R> map) {
        return exchange(request, endpoint, timeout, Write.Operation.INDEX, WriteCondition.none(), map);
    }

    private <Q, A, R> CompletableFuture<R> send(
            Q request,
            Endpoint<? super Q, A, ErrorResponse> endpoint,
            Write write,
            Duration timeout,
            Function<A, R> map) {
        return exchange(request, endpoint, timeout, write.operation(), write.condition(), map);
    }

    private <Q, A, R> CompletableFuture<R> exchange(
            Q request,
            Endpoint<? super Q, A, ErrorResponse> endpoint,
            Duration timeout,
            Write.Operation operation,
            WriteCondition condition,
            Function<A, R> map) {
        Sending sending = new Sending();
        CompletableFuture<A> exchange = begun(sending, request, endpoint);
        CompletableFuture<A> copy = new Cancellable<>(exchange);
        var unused = exchange.whenComplete((answer, thrown) -> {
            if (thrown == null) {
                copy.complete(answer);
            } else {
                copy.completeExceptionally(thrown);
            }
        });
        deadlines.watch(copy, timeout);
        return copy.handle((answer, thrown) -> {
            if (thrown == null) {
                return mapped(answer, map);
            }
            if (!(thrown instanceof TimeoutException)) {
                throw new DialectException(Failures.classify(thrown, operation, condition));
            }
            boolean unsent = sending.cancelUnsent();
            exchange.cancel(true);
            if (!unsent) {
                sending.noAnswer();
            }
            throw new DialectException(
                    unsent ? Failures.noConnection(timeout, thrown) : Failures.noAnswer(timeout, thrown));
        });
    }

    private <Q, A> CompletableFuture<A> begun(
            Sending sending, Q request, Endpoint<? super Q, A, ErrorResponse> endpoint) {
        requests.increment();
        AtomicReference<CompletableFuture<A>> exchange = new AtomicReference<>();
        sending.during(() -> exchange.set(transport.performRequestAsync(request, endpoint, options)));
        return Objects.requireNonNull(exchange.get());
    }

    /** Returns how many requests were begun; through a strict transport, each is at most one send. */
    public long requests() {
        return requests.sum();
    }

    /** An answer that makes no sense to us came after the server has acted. */
    private static <A, R> R mapped(A answer, Function<A, R> map) {
        try {
            return map.apply(answer);
        } catch (DialectException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new DialectException(
                    new Failure(Failure.Outcome.UNKNOWN, 0, null, "an answer that makes no sense: " + e, null, e));
        }
    }

    /**
     * A copy of an exchange, which can be cancelled by any future that is derived from it: JDK futures pass on results and
     * failures, but no cancelling. (A copy, as a future that has timed out can no longer be cancelled, and cancelling the
     * exchange is what frees its connection.)
     */
    private static final class Cancellable<A> extends CompletableFuture<A> {
        private final CompletableFuture<?> exchange;

        Cancellable(CompletableFuture<?> exchange) {
            this.exchange = exchange;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new Cancellable<>(exchange);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            exchange.cancel(mayInterruptIfRunning);
            return super.cancel(mayInterruptIfRunning);
        }
    }

    /** The index endpoint, but the document's bytes go as they are: serialized once, by us, with nothing lost. */
    private static final class RawIndexEndpoint
            extends DelegatingJsonEndpoint<IndexRequest<?>, IndexResponse, ErrorResponse> {
        RawIndexEndpoint() {
            super((JsonEndpoint<IndexRequest<?>, IndexResponse, ErrorResponse>) IndexRequest._ENDPOINT);
        }

        @Override
        public Object body(IndexRequest<?> request) {
            return BinaryData.of((byte[]) request.document(), ContentType.APPLICATION_JSON);
        }
    }
}

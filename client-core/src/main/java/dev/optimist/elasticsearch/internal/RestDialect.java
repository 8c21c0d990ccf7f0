package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.endpoints.SimpleEndpoint;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.internal.Sights.Told;
import dev.optimist.elasticsearch.internal.Sights.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Speaks with Elasticsearch and OpenSearch. Which generation it is, is told by the address: on those with mapping types,
 * {@code version(n)} is the server's own {@code ?version=n}; all since answer 400 to that, and it is a read, a comparison and
 * a write on the sequence number of that read.
 */
public final class RestDialect implements Dialect {
    private final Wire wire;
    private final LongAdder requests = new LongAdder();
    private final Deadlines deadlines = new Deadlines();
    private final BytePool bodies = new BytePool();

    private final Sights sights = new Sights(System::nanoTime);

    private RestDialect(Wire wire) {
        this.wire = wire;
    }

    /**
     * Speaks through the transport of this client, with its options.
     *
     * @throws IllegalArgumentException if the client's JSON mapper is not a {@link JacksonJsonpMapper}
     */
    public static RestDialect of(ElasticsearchClient client) {
        jackson(client);
        return new RestDialect(new TransportWire(client));
    }

    /** Speaks through a transport of ours. */
    public static RestDialect of(StrictTransport transport) {
        return new RestDialect(transport.wire());
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
        return read(address, Endpoints.GET, timeout, read -> VersionAsSeqNo.of(address, read));
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
        List<Write> compared = writes.stream().filter(RestDialect::isCompared).toList();
        if (compared.isEmpty()) {
            return sendBulk(writes, timeout);
        }
        long begun = System.nanoTime();
        return mget(compared.stream().map(Write::address).toList(), timeout)
                .handle((reads, failed) -> {
                    if (failed != null) {
                        throw notSent(failed);
                    }
                    return reads;
                })
                .thenCompose(reads -> bulkOfCompared(writes, reads, left(timeout, begun)));
    }

    /**
     * As an update behind each write tells it, or the answer to the write alone: an index that was seen to store what it was sent
     * has stored it again, if it went through no pipeline. Of what somebody else has written, only the update tells.
     */
    @Override
    public CompletableFuture<List<Answer<Written>>> bulkAndSee(List<Write> writes, Duration timeout) {
        return switch (way(writes, timeout)) {
            case READ -> Dialect.super.bulkAndSee(writes, timeout);
            case UPDATE -> bulkWithUpdates(writes, timeout);
            case AS_SENT -> bulkAsSent(writes, timeout);
        };
    }

    private Way way(List<Write> writes, Duration timeout) {
        Way way = Way.AS_SENT;
        for (Write write : writes) {
            Address address = write.address();
            Way its =
                    address.mappingType() != null ? Way.READ : sights.of(address.index(), () -> look(address, timeout));
            if (its == Way.READ) {
                return Way.READ;
            }
            if (its == Way.UPDATE
                    || write.source() == null
                    || write.parameters().pipeline() != null) {
                way = Way.UPDATE;
            }
        }
        return way;
    }

    /**
     * Each write, and after it an update of the same document that changes nothing: that is answered with the source, of which
     * the same primary has just written or refused to write, so that it is read where it is newest.
     */
    private CompletableFuture<List<Answer<Written>>> bulkWithUpdates(List<Write> writes, Duration timeout) {
        BulkBody body = new BulkBody(bodies);
        return bulk(writes, BulkRequests.seeing(writes, timeout, body), body, timeout)
                .whenComplete((answers, failed) -> {
                    for (int i = 0; answers != null && i < answers.size(); i++) {
                        seen(writes.get(i), answers.get(i));
                    }
                });
    }

    private void seen(Write write, Answer<Written> answer) {
        String index = write.address().index();
        Stored sight = answer.sight();
        Written written = answer.value();
        if (sight == null) {
            sights.refused(index);
        } else if (isConflict(answer)) {
            sights.contested(index);
        } else if (written != null
                && written.seqNo() == sight.seqNo() // else somebody else's
                && write.parameters().pipeline() == null) {
            sights.stored(index, () -> isSame(write.source(), sight.source()));
        }
    }

    private static boolean isSame(byte @Nullable [] sent, byte @Nullable [] stored) {
        try {
            return sent != null && stored != null && DocumentCodec.sameJson(sent, stored);
        } catch (
                RuntimeException
                        e) { // beyond what Jackson reads by default, which must not hide what became of the write
            return false;
        }
    }

    private static boolean isConflict(Answer<Written> answer) {
        Failure failure = answer.failure();
        return failure != null && failure.conflict() != null;
    }

    private CompletableFuture<List<Answer<Written>>> bulkAsSent(List<Write> writes, Duration timeout) {
        BulkBody body = new BulkBody(bodies);
        long begun = System.nanoTime();
        return bulk(writes, BulkRequests.listing(writes, timeout, body), body, timeout)
                .whenComplete((answers, failed) -> {
                    for (int i = 0; answers != null && i < answers.size(); i++) {
                        listed(writes.get(i), answers.get(i));
                    }
                })
                .exceptionallyCompose(failed -> {
                    if (!isUnlisted(failed)) {
                        return CompletableFuture.failedFuture(failed);
                    }
                    writes.forEach(write -> sights.changed(write.address().index())); // by an older node
                    return bulkWithUpdates(writes, left(timeout, begun));
                });
    }

    private void listed(Write write, Answer<Written> answer) {
        String index = write.address().index();
        if (isConflict(answer)) {
            sights.contested(index);
        } else if (answer.value() != null && answer.sight() == null) {
            sights.changed(index);
        }
    }

    /** Returns whether this was refused as a whole, for a parameter that older servers and OpenSearch do not have. */
    private static boolean isUnlisted(Throwable failed) {
        Failure failure = Failures.classify(failed, Write.Operation.INDEX, WriteCondition.none());
        return failure.outcome() == Failure.Outcome.PERMANENT
                && failure.reason().contains(BulkRequests.LIST_PIPELINES);
    }

    /** Returns whether such an update is answered as we need it. */
    private CompletableFuture<Told> look(Address address, Duration timeout) {
        return look(address, timeout, true)
                .thenApply(told -> told ? Told.LISTING : Told.NOTHING)
                .exceptionallyCompose( // in whatever words: nothing is written
                        failed -> look(address, timeout, false).thenApply(told -> told ? Told.DOCUMENT : Told.NOTHING));
    }

    private CompletableFuture<Boolean> look(Address address, Duration timeout, boolean listing) {
        BulkBody body = new BulkBody(bodies);
        return read(address, BulkRequests.look(address, timeout, listing, body), timeout, seen -> {
            body.answered();
            return seen;
        });
    }

    private CompletableFuture<List<Answer<Written>>> bulkOfCompared(
            List<Write> writes, List<Answer<Stored>> reads, Duration timeout) {
        List<@Nullable Answer<Written>> answers = new ArrayList<>();
        List<Write> wanted = new ArrayList<>();
        int next = 0;
        for (Write write : writes) {
            Answer<Written> refused = null;
            Write compared = write;
            if (isCompared(write)) {
                Answer<Stored> read = reads.get(next++);
                Failure failure = read.failure();
                try {
                    if (read.value() != null) {
                        compared = compare(write, read.value());
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
        return failure == null ? sent : Answer.failed(ofCondition(failure, write));
    }

    /** Of the sequence number of our own read, the caller has never heard. */
    private static Failure ofCondition(Failure failure, Write write) {
        return write.condition() instanceof WriteCondition.Version version
                ? failure.ofVersion(version.version())
                : failure;
    }

    private CompletableFuture<List<Answer<Written>>> sendBulk(List<Write> writes, Duration timeout) {
        if (writes.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        BulkBody body = new BulkBody(bodies);
        return bulk(writes, BulkRequests.endpoint(writes, timeout, body), body, timeout);
    }

    private CompletableFuture<List<Answer<Written>>> bulk(
            List<Write> writes,
            SimpleEndpoint<List<Write>, List<Answer<Written>>> endpoint,
            BulkBody body,
            Duration timeout) {
        return exchange(
                writes,
                endpoint,
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
    public CompletableFuture<Void> putDisabledObject(
            String index, @Nullable String mappingType, String field, Duration timeout) {
        return read(
                new Endpoints.DisabledObject(index, mappingType, field), Endpoints.MAPPING, timeout, answer -> null);
    }

    @Override
    public CompletableFuture<Map<String, String>> uuids(String target, Duration timeout) {
        return read(target, Endpoints.UUIDS, timeout, Function.identity());
    }

    /**
     * Whether the document is read and compared before: where the server does not know {@code version}, and where it may be so
     * old that it ignores {@code if_seq_no} in silence, as 2.x was seen to ignore all that it does not know.
     */
    private static boolean isCompared(Write write) {
        return write.address().mappingType() == null
                ? write.condition() instanceof WriteCondition.Version
                : write.condition() instanceof WriteCondition.IfSeqNo
                        && VersionAsSeqNo.version(write.condition()) == null;
    }

    /** Makes the write depend on the sequence number of a document that is as required, or a conflict. */
    private CompletableFuture<Written> withSeqNo(
            Write write, Duration timeout, BiFunction<Write, Duration, CompletableFuture<Written>> send) {
        if (!isCompared(write)) {
            return send.apply(write, timeout);
        }
        long begun = System.nanoTime();
        return get(write.address(), timeout)
                .handle((read, failed) -> {
                    if (failed != null) {
                        throw notSent(failed);
                    }
                    return compare(write, read);
                })
                .thenCompose(compared -> send.apply(compared, left(timeout, begun)))
                .exceptionally(failed -> {
                    throw new DialectException(
                            ofCondition(Failures.classify(failed, write.operation(), write.condition()), write));
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

    private static Write compare(Write write, Stored read) {
        return write.condition() instanceof WriteCondition.IfSeqNo required
                ? compareSeqNo(write, required, read)
                : compareVersion(write, ((WriteCondition.Version) write.condition()).version(), read);
    }

    private static Write compareSeqNo(Write write, WriteCondition.IfSeqNo required, Stored read) {
        if (VersionAsSeqNo.isIn(read)) {
            String reason =
                    "if_seq_no: this server keeps no sequence numbers (it has mapping types, and is older than 6.7);"
                            + " WriteCondition.version and unchangedSince work there";
            throw new DialectException(new Failure(Failure.Outcome.PERMANENT, 0, null, reason, null, null));
        }
        if (!read.found()) {
            throw new DialectException(Failure.conflict(
                    Conflict.noDocument(write.address().id(), required.seqNo(), required.primaryTerm()),
                    0,
                    null,
                    null));
        }
        return write; // compared by the server, which was seen to have them
    }

    private static Write compareVersion(Write write, long required, Stored read) {
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
                written -> VersionAsSeqNo.of(write.address(), DocumentFields.checked(write.address(), written)));
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

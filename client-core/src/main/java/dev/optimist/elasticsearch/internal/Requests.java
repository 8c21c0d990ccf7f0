package dev.optimist.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.Time;
import co.elastic.clients.elasticsearch._types.VersionType;
import co.elastic.clients.elasticsearch._types.WaitForActiveShardOptions;
import co.elastic.clients.elasticsearch._types.WaitForActiveShards;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.MgetRequest;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import dev.optimist.elasticsearch.WriteCondition;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From what is wanted to elasticsearch-java's requests for several documents; {@link Endpoints} has those for one. */
final class Requests {
    private Requests() {}

    static MgetRequest mget(List<Address> addresses) {
        return MgetRequest.of(m -> {
            for (Address address : addresses) {
                m.docs(d -> {
                    if (address.routing() != null) {
                        d.routing(address.routing());
                    }
                    return d.index(address.index()).id(address.id());
                });
            }
            return m;
        });
    }

    /** {@code refresh} and {@code wait_for_active_shards} are those of the first. */
    static BulkRequest bulk(List<Write> writes, Duration timeout) {
        Write.Parameters first = writes.get(0).parameters();
        return BulkRequest.of(b -> {
            b.refresh(first.refresh());
            if (first.waitForActiveShards() != null) {
                b.waitForActiveShards(activeShards(first.waitForActiveShards()));
            }
            writes.forEach(w -> b.operations(operation(w)));
            return b.timeout(Time.of(t -> t.time(serverTimeout(timeout))));
        });
    }

    private static BulkOperation operation(Write w) {
        Write.Parameters p = w.parameters();
        Address a = w.address();
        SeqNo seqNo = SeqNo.of(w.condition());
        External external = External.of(w.condition());
        BinaryData source = w.source() == null ? null : BinaryData.of(w.source(), ContentType.APPLICATION_JSON);
        return switch (w.operation()) {
            case INDEX ->
                BulkOperation.of(o -> o.<BinaryData>index(i -> i.index(a.index())
                        .id(a.id())
                        .routing(a.routing())
                        .ifSeqNo(seqNo.seqNo())
                        .ifPrimaryTerm(seqNo.primaryTerm())
                        .version(external.version())
                        .versionType(external.type())
                        .pipeline(p.pipeline())
                        .requireAlias(p.requireAlias())
                        .document(source)));
            case CREATE ->
                BulkOperation.of(o -> o.<BinaryData>create(c -> c.index(a.index())
                        .id(a.id())
                        .routing(a.routing())
                        .pipeline(p.pipeline())
                        .requireAlias(p.requireAlias())
                        .document(source)));
            case DELETE ->
                BulkOperation.of(o -> o.delete(d -> d.index(a.index())
                        .id(a.id())
                        .routing(a.routing())
                        .ifSeqNo(seqNo.seqNo())
                        .ifPrimaryTerm(seqNo.primaryTerm())
                        .version(external.version())
                        .versionType(external.type())));
        };
    }

    private static WaitForActiveShards activeShards(String value) {
        return value.equals("all")
                ? WaitForActiveShards.of(w -> w.option(WaitForActiveShardOptions.All))
                : WaitForActiveShards.of(w -> w.count(Integer.valueOf(value)));
    }

    /**
     * How long the server may go on trying: a little less than we listen, so that its answer (a 503, say) arrives, and a
     * write is not still being tried (for a minute, by default) after the caller was told that nobody knows.
     */
    static String serverTimeout(Duration timeout) {
        return Math.max(1, timeout.toMillis() * 9 / 10) + "ms";
    }

    /** {@code if_seq_no} and {@code if_primary_term}, both or neither. */
    private record SeqNo(@Nullable Long seqNo, @Nullable Long primaryTerm) {
        static SeqNo of(WriteCondition condition) {
            if (condition instanceof WriteCondition.UnchangedSince since) {
                return new SeqNo(since.token().seqNo(), since.token().primaryTerm());
            } else if (condition instanceof WriteCondition.IfSeqNo c) {
                return new SeqNo(c.seqNo(), c.primaryTerm());
            }
            return new SeqNo(null, null);
        }
    }

    /** {@code version} and {@code version_type}, both or neither. */
    private record External(
            @Nullable Long version, @Nullable VersionType type) {
        static External of(WriteCondition condition) {
            if (condition instanceof WriteCondition.External c) {
                return new External(c.version(), VersionType.External);
            } else if (condition instanceof WriteCondition.ExternalGte c) {
                return new External(c.version(), VersionType.ExternalGte);
            }
            return new External(null, null);
        }
    }
}

package dev.optimist.elasticsearch.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The one seam to a server: what is asked and answered, in this library's own types. One implementation a generation of
 * servers.
 *
 * <p>Every future is done within the timeout that was given, and fails with a {@link DialectException} only (as the cause
 * of a {@link java.util.concurrent.CompletionException}). Thread-safe.
 */
public interface Dialect {

    /** Reads one document in real time. */
    CompletableFuture<Stored> get(Address address, Duration timeout);

    /** Reads several documents in real time; one answer an address, in the same order. */
    CompletableFuture<List<Answer<Stored>>> mget(List<Address> addresses, Duration timeout);

    /**
     * Reads only the versions of several documents, in real time and for less than their sources cost; one an address, in the
     * same order, and {@link Stored#NO_VERSION} for one that is not there or cannot be told.
     */
    CompletableFuture<long[]> versions(List<Address> addresses, Duration timeout);

    /** Stores a document, as {@code index} or {@code create} does. */
    CompletableFuture<Written> index(Write write, Duration timeout);

    /** Deletes a document. */
    CompletableFuture<Written> delete(Write write, Duration timeout);

    /**
     * Sends several writes as one request; one answer a write, in the same order. {@code refresh} and
     * {@code wait_for_active_shards} are those of the first write, as Elasticsearch takes them once a request.
     */
    CompletableFuture<List<Answer<Written>>> bulk(List<Write> writes, Duration timeout);

    /**
     * The same, and each answer may tell in addition what the document was right after: with that a writer who lost against
     * another need not read before he tries again, nor one who goes on. No condition but on a token, and no servers with mapping
     * types. Whoever cannot tell leaves it out, and costs no more than without.
     */
    default CompletableFuture<List<Answer<Written>>> bulkAndSee(List<Write> writes, Duration timeout) {
        if (writes.size() > 1) {
            return bulk(writes, timeout);
        }
        Write only = writes.get(0);
        return (only.operation() == Write.Operation.DELETE ? delete(only, timeout) : index(only, timeout))
                .thenApply(written -> List.of(Answer.of(written)));
    }

    /** Adds an object to the mapping of an index that is kept, but not indexed. */
    CompletableFuture<Void> putDisabledObject(
            String index, @Nullable String mappingType, String field, Duration timeout);

    /** Returns the uuid ({@code index.uuid}) of each concrete index that has this name or is behind it as an alias. */
    CompletableFuture<Map<String, String>> uuids(String target, Duration timeout);
}

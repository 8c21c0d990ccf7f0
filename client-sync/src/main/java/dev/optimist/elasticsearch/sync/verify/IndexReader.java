package dev.optimist.elasticsearch.sync.verify;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorResponse;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.Time;
import co.elastic.clients.elasticsearch.core.MgetRequest;
import co.elastic.clients.elasticsearch.core.MgetResponse;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.elasticsearch.core.get.GetResult;
import co.elastic.clients.elasticsearch.core.mget.MultiGetError;
import co.elastic.clients.elasticsearch.core.mget.MultiGetResponseItem;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.elasticsearch.core.search.SourceConfig;
import co.elastic.clients.transport.Endpoint;
import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.sync.verify.Indexed.Presence;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Reads documents of one index: by id in real time, or all of them. A read that fails and may succeed later is done again, for
 * about a minute.
 */
final class IndexReader implements Documents {
    private static final int ATTEMPTS = 10;
    private static final IntervalFunction PAUSES =
            IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(100), 2, 0.5, Duration.ofSeconds(15));

    /** What will be refused again; else a shard may only be moving. */
    private static final Set<String> REFUSED = Set.of(
            "index_not_found_exception",
            "index_closed_exception",
            "illegal_argument_exception",
            "routing_missing_exception",
            "security_exception");

    private static final Endpoint<MgetRequest, MgetResponse<JsonNode>, ErrorResponse> MGET =
            MgetRequest.createMgetEndpoint(ExactTree.DESERIALIZER);
    private static final Endpoint<SearchRequest, SearchResponse<JsonNode>, ErrorResponse> SEARCH =
            SearchRequest.createSearchEndpoint(ExactTree.DESERIALIZER);

    private final ElasticsearchClient client;
    private final String index;
    private final @Nullable Tombstones tombstones;
    private final Retry retry;

    IndexReader(ElasticsearchClient client, String index, @Nullable Tombstones tombstones) {
        this.client = client;
        this.index = index;
        this.tombstones = tombstones;
        this.retry = Retry.of(
                "verify " + index,
                RetryConfig.custom()
                        .maxAttempts(ATTEMPTS)
                        .intervalFunction(PAUSES)
                        .retryOnException(IndexReader::mayPass)
                        .failAfterMaxAttempts(false)
                        .build());
    }

    @Override
    public List<Indexed> get(List<Key> keys, boolean sources) throws Exception {
        if (keys.isEmpty()) {
            return List.of();
        }
        MgetRequest request = MgetRequest.of(m -> {
            m.index(index);
            for (Key key : keys) {
                m.docs(d -> d.id(key.id()).routing(key.routing()));
            }
            if (sources) {
                return m;
            }
            return tombstones == null
                    ? m.source(s -> s.fetch(false)).storedFields("_routing") // comes by itself only with _source
                    : m.sourceIncludes(tombstones.field());
        });
        return read(() -> {
            List<MultiGetResponseItem<JsonNode>> items = client._transport()
                    .performRequest(request, MGET, client._transportOptions())
                    .docs();
            if (items.size() != keys.size()) {
                throw new IllegalStateException(items.size() + " answers to " + keys.size() + " ids");
            }
            List<Indexed> all = new ArrayList<>(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                all.add(indexed(keys.get(i), items.get(i)));
            }
            return all;
        });
    }

    private Indexed indexed(Key key, MultiGetResponseItem<JsonNode> item) throws IOException {
        if (item.isFailure()) {
            if (key.id().isEmpty()) {
                return Indexed.ABSENT; // refused as an _id, and so no document has it
            }
            MultiGetError e = item.failure();
            String words = "[" + index + "][" + key.id() + "] cannot be read: "
                    + e.error().type() + ": " + e.error().reason();
            if (REFUSED.contains(String.valueOf(e.error().type()))) {
                throw new IllegalStateException(words);
            }
            throw new IOException(words);
        }
        GetResult<JsonNode> found = item.result();
        if (!key.id().equals(found.id())) {
            throw new IllegalStateException("the answer to " + key.id() + " is of " + found.id());
        }
        if (!found.found()) {
            return Indexed.ABSENT;
        }
        if (found.version() == null) {
            throw new IllegalStateException("[" + index + "][" + key.id() + "] came without _version");
        }
        return new Indexed(
                isTombstone(key, found.source()) ? Presence.TOMBSTONE : Presence.DOCUMENT,
                found.version(),
                found.seqNo(),
                found.routing(),
                found.source());
    }

    private boolean isTombstone(Key key, @Nullable JsonNode source) {
        if (tombstones == null) {
            return false;
        }
        if (source == null) {
            throw new IllegalStateException(
                    "[" + index + "][" + key.id()
                            + "] came without _source: where an index does not keep it, tombstones cannot be told from documents");
        }
        return source.path(tombstones.field()).hasNonNull(Tombstones.DELETED_AT);
    }

    @Override
    public long count() throws Exception {
        return read(() -> client.count(c -> c.index(index))).count();
    }

    @Override
    public void scan(int pageSize, Duration keepAlive, Pages pages) throws Exception {
        read(() -> client.indices().refresh(r -> r.index(index)));
        Time time = Time.of(t -> t.time(keepAlive.toSeconds() + "s"));
        PointInTime pit = read(() -> PointInTime.open(client, index, time));
        try {
            List<FieldValue> after = List.of();
            do {
                SearchRequest request = page(pit, time, pageSize, after);
                SearchResponse<JsonNode> answer =
                        read(() -> client._transport().performRequest(request, SEARCH, client._transportOptions()));
                if (answer.timedOut() || answer.shards().failed().intValue() > 0) {
                    throw new IOException("[" + index + "]: a search left out what some shards hold");
                }
                pit.goesOnAs(answer.pitId());
                List<Entry> page = new ArrayList<>();
                after = List.of();
                for (Hit<JsonNode> hit : answer.hits().hits()) {
                    Key key = new Key(Objects.requireNonNull(hit.id()), hit.routing());
                    page.add(new Entry(key, isTombstone(key, hit.source())));
                    after = hit.sort();
                }
                pages.accept(page);
            } while (!after.isEmpty());
        } finally {
            pit.close();
        }
    }

    private SearchRequest page(PointInTime pit, Time keepAlive, int pageSize, List<FieldValue> after) {
        return SearchRequest.of(s -> {
            s.pit(p -> p.id(pit.id()).keepAlive(keepAlive))
                    .size(pageSize)
                    .allowPartialSearchResults(false)
                    .trackTotalHits(t -> t.enabled(false))
                    .source(tombstones == null ? SourceConfig.of(c -> c.fetch(false)) : tombstoneOnly(tombstones))
                    .sort(pit.order());
            return after.isEmpty() ? s : s.searchAfter(after); // an empty one is refused
        });
    }

    private static SourceConfig tombstoneOnly(Tombstones tombstones) {
        return SourceConfig.of(c -> c.filter(f -> f.includes(tombstones.field())));
    }

    private <R> R read(Callable<R> request) throws Exception {
        return retry.executeCallable(() -> {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return request.call();
        });
    }

    private static boolean mayPass(Throwable t) {
        if (t instanceof ElasticsearchException e) {
            return e.status() == 429 || e.status() >= 500;
        }
        return t instanceof IOException;
    }
}

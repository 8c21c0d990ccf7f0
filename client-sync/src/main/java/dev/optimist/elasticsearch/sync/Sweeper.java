package dev.optimist.elasticsearch.sync;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.SortOrder;
import co.elastic.clients.elasticsearch.core.search.Hit;
import co.elastic.clients.elasticsearch.core.search.ResponseBody;
import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.BulkItemResult;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.OptimistException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.sync.SyncIndex.Sweep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes tombstones: page by page of a scroll, which shows them as they were at its begin. A point in time would be newer, but
 * what elasticsearch-java sends to open one is refused by 7.17.
 */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final int PAGE = 500;
    private static final String KEEP_ALIVE = "5m";

    private final VersionedClient client;
    private final String index;
    private final String deletedAt;
    private final Instant before;

    private String scrollId = "";
    private long removed;
    private long newer;
    private long failed;

    Sweeper(VersionedClient client, String index, String deletedAt, Instant before) {
        this.client = client;
        this.index = index;
        this.deletedAt = deletedAt;
        this.before = before;
    }

    Sweep run(long most, Consumer<Sweep> progress) throws InterruptedException {
        ElasticsearchClient elasticsearch = client.elasticsearch();
        try {
            var refreshed = elasticsearch.indices().refresh(r -> r.index(index)); // those of a moment ago, too
            LOG.debug("[{}]: refreshed {}", index, refreshed.shards());
            ResponseBody<Void> page = elasticsearch.search(
                    s -> s.index(index)
                            .query(q ->
                                    q.range(r -> r.date(d -> d.field(deletedAt).lt(before.toString()))))
                            .sort(o -> o.doc(d -> d.order(SortOrder.Asc)))
                            .size((int) Math.min(PAGE, most))
                            .version(true)
                            .source(f -> f.fetch(false))
                            .scroll(k -> k.time(KEEP_ALIVE)),
                    Void.class);
            try {
                pages(page, most, progress);
            } finally {
                close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[" + index + "]: could not search for tombstones: " + e, e);
        }
        return soFar();
    }

    private void pages(ResponseBody<Void> first, long most, Consumer<Sweep> progress)
            throws IOException, InterruptedException {
        long left = most;
        List<Hit<Void>> hits = hits(first);
        while (!hits.isEmpty() && left > 0) {
            List<Hit<Void>> page = hits.subList(0, (int) Math.min(hits.size(), left));
            delete(page);
            if (Thread.interrupted()) {
                throw new InterruptedException("the sweep was interrupted; so far " + soFar());
            }
            progress.accept(soFar());
            left -= page.size();
            if (left > 0) {
                hits = hits(client.elasticsearch()
                        .scroll(s -> s.scrollId(scrollId).scroll(k -> k.time(KEEP_ALIVE)), Void.class));
            }
        }
    }

    private List<Hit<Void>> hits(ResponseBody<Void> found) throws IOException {
        scrollId = found.scrollId() == null ? scrollId : found.scrollId(); // it may change
        if (found.timedOut() || found.shards().failed().intValue() > 0) {
            throw new IOException("some shards did not answer: " + found.shards());
        }
        return found.hits().hits();
    }

    /**
     * At the tombstone's own version, by {@code external_gte}: it refuses where something newer is, and leaves the version as
     * it is. A condition on {@code if_seq_no} would raise it by one, and the database's next change would be dropped.
     */
    private void delete(List<Hit<Void>> page) {
        Map<String, List<BulkOperation<JsonNode>>> byIndex = new LinkedHashMap<>();
        for (Hit<Void> hit : page) {
            Long version = hit.version();
            String id = hit.id();
            if (version == null || id == null) {
                failed++;
                continue;
            }
            byIndex.computeIfAbsent(hit.index(), i -> new ArrayList<>())
                    .add(BulkOperation.<JsonNode>delete(id, WriteCondition.externalGte(version))
                            .withRouting(hit.routing()));
        }
        byIndex.forEach((concrete, deletes) ->
                client.documents(concrete, JsonNode.class).bulk(deletes).forEach(this::count));
    }

    private void count(BulkItemResult<JsonNode> result) {
        OptimistException failure = result.failure();
        if (failure == null) {
            removed++;
        } else if (failure instanceof VersionConflictException) {
            newer++;
        } else {
            failed++;
            LOG.warn("[{}][{}]: the tombstone stays", failure.index(), failure.id(), failure);
        }
    }

    private Sweep soFar() {
        return new Sweep(removed, newer, failed);
    }

    private void close() {
        try {
            var closed = client.elasticsearch().clearScroll(c -> c.scrollId(scrollId));
            LOG.debug("[{}]: {} scrolls closed", index, closed.numFreed());
        } catch (IOException | RuntimeException e) {
            LOG.debug("[{}]: the scroll goes by itself after {}", index, KEEP_ALIVE, e);
        }
    }
}

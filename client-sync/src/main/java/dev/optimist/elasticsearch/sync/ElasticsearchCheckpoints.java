package dev.optimist.elasticsearch.sync;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.mapping.DynamicMapping;
import co.elastic.clients.elasticsearch.indices.ElasticsearchIndicesClient;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.optimist.elasticsearch.DocumentToken;
import dev.optimist.elasticsearch.OptimistException;
import dev.optimist.elasticsearch.OutcomeUnknownException;
import dev.optimist.elasticsearch.ServerUnavailableException;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A position as a document; see {@link Checkpoints#inElasticsearch}. */
final class ElasticsearchCheckpoints implements Checkpoints {
    private static final int ATTEMPTS = 4;
    private static final String POSITION = "position";
    private static final String OWNER = "owner";
    private static final String WRITE_ID = "write_id";

    private final VersionedClient client;
    private final String index;
    private final String name;
    private final VersionedDocuments<Map<String, Object>> documents;

    /** Of this object alone: what has it was written here, whatever became of the answer. */
    private final String owner = UUID.randomUUID().toString();

    /** About 3 s in all: an index that somebody is just making has no shard yet. */
    private final Retry reads = Retry.of(
            "checkpoints",
            RetryConfig.custom()
                    .maxAttempts(6)
                    .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(100), 2))
                    .retryExceptions(ServerUnavailableException.class)
                    .build());

    private long stores;

    /** The state on which the next write depends, null for no document. */
    private @Nullable DocumentToken known;

    private boolean read;
    private volatile boolean indexIsThere;

    ElasticsearchCheckpoints(VersionedClient client, String index, String name) {
        if (!name.matches("[A-Za-z0-9._-]{1,256}")) {
            throw new IllegalArgumentException("name must be 1 to 256 letters, digits, ., _ and -, is " + name);
        }
        this.client = client;
        this.index = index;
        this.name = name;
        // a map, as a mapper of the user's may name the fields of a record in its own way
        this.documents = client.documents(index, new TypeReference<Map<String, Object>>() {});
    }

    @Override
    public synchronized Optional<String> load() {
        makeIndex();
        VersionedDocument<Map<String, Object>> there = there();
        known = there == null ? null : there.token();
        read = true;
        return Optional.ofNullable(there).map(d -> position(d.source()));
    }

    @Override
    public synchronized void store(String position) {
        if (!read) {
            load();
        }
        String writeId = owner + "-" + ++stores;
        Map<String, Object> next = Map.of(
                POSITION,
                Positions.checked(position),
                OWNER,
                owner,
                WRITE_ID,
                writeId,
                "stored_at",
                Instant.now().toString());
        OptimistException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                known = write(next);
                return;
            } catch (VersionConflictException | OutcomeUnknownException e) {
                last = e;
                if (isWritten(writeId, e)) {
                    return;
                }
            }
        }
        throw last;
    }

    private DocumentToken write(Map<String, Object> next) {
        String id = positionId();
        return (known == null
                        ? documents.create(id, next)
                        : documents.index(id, next, WriteCondition.unchangedSince(known)))
                .token();
    }

    /**
     * Looks what is there after a write that may have been applied. If it is not there yet it may be sent again on the same
     * condition: a token never comes twice, so that one of the two is applied at most.
     */
    private boolean isWritten(String writeId, OptimistException doubt) {
        VersionedDocument<Map<String, Object>> there = there();
        if (there != null && owner.equals(there.source().get(OWNER))) {
            known = there.token(); // ours: this write, or an earlier one whose answer never came
            return writeId.equals(there.source().get(WRITE_ID));
        }
        boolean asBefore = there == null ? known == null : there.token().equals(known);
        if (!asBefore) {
            throw new IllegalStateException(
                    "another job stores its positions in [" + index + "] under the name " + name
                            + ", too, or has removed this one's; give each job a name of its own",
                    doubt);
        }
        return false;
    }

    private @Nullable VersionedDocument<Map<String, Object>> there() {
        return reads.executeSupplier(() -> documents.get(positionId())).orElse(null);
    }

    private String position(Map<String, Object> source) {
        if (source.get(POSITION) instanceof String position) {
            return position;
        }
        throw new IllegalArgumentException("[" + index + "][" + positionId() + "] holds no position");
    }

    @Override
    public void storeStatus(SyncStatus status) {
        makeIndex();
        var unused = documents.index(statusId(), status.toMap(), WriteCondition.none());
    }

    @Override
    public Optional<SyncStatus> status() {
        makeIndex();
        return documents.get(statusId()).map(d -> SyncStatus.of(d.source()));
    }

    /** Makes the index if it is missing. What is in it is looked up by id, never searched for. */
    private void makeIndex() {
        if (indexIsThere) {
            return;
        }
        ElasticsearchIndicesClient indices = client.elasticsearch().indices();
        try {
            if (!indices.exists(e -> e.index(index)).value()) {
                var unused = indices.create(c -> c.index(index)
                        .settings(s -> s.numberOfShards("1").autoExpandReplicas("0-1"))
                        .mappings(m -> m.dynamic(DynamicMapping.False)
                                .properties("stored_at", p -> p.date(d -> d))
                                .properties("state", p -> p.keyword(k -> k))));
            }
        } catch (ElasticsearchException e) {
            if (!"resource_already_exists_exception".equals(e.error().type())) {
                throw e; // somebody else made it between the two requests
            }
        } catch (IOException e) {
            throw new UncheckedIOException("[" + index + "] cannot be made: " + e, e);
        }
        indexIsThere = true;
    }

    private String positionId() {
        return "position:" + name;
    }

    private String statusId() {
        return "status:" + name;
    }

    @Override
    public String toString() {
        return "[" + index + "][" + positionId() + "]";
    }
}

package dev.optimist.elasticsearch.sync.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.optimist.elasticsearch.BulkItemResult;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.sync.verify.Repair.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Mends differences, a page of them at a time. */
final class Repairs<T> {
    private final RepairOptions options;
    private final int examples;
    private final @Nullable Tombstones tombstones;
    private final VersionedDocuments<T> documents;
    private final VersionedDocuments<JsonNode> deletes;
    private final ExternalVersionWriter<T> writer;
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final List<Repair> left = new ArrayList<>();

    Repairs(
            RepairOptions options,
            VerifyOptions<T> compared,
            VersionedDocuments<T> documents,
            VersionedDocuments<JsonNode> deletes,
            ExternalVersionWriter<T> writer) {
        this.options = options;
        this.examples = compared.examples();
        this.tombstones = compared.tombstones();
        this.documents = documents;
        this.deletes = deletes;
        this.writer = writer;
    }

    RepairReport report(VerifyReport found) {
        return new RepairReport(found, outcomes, left);
    }

    void mend(List<Suspects.Found<T>> found) throws InterruptedException {
        List<Plan<T>> newer = new ArrayList<>();
        List<Plan<T>> same = new ArrayList<>();
        for (Suspects.Found<T> each : found) {
            Plan<T> plan = Plan.of(each);
            if (plan.version() == null) {
                ended(plan, Outcome.LISTED, plan.reason());
            } else if (options.dryRun()) {
                ended(plan, Outcome.PLANNED, null);
            } else {
                (plan.same() ? same : newer).add(plan);
            }
        }
        write(newer);
        writeSame(documents, same.stream().filter(p -> p.document() != null).toList(), this::document);
        writeSame(deletes, same.stream().filter(p -> p.document() == null).toList(), this::delete);
    }

    private void write(List<Plan<T>> plans) throws InterruptedException {
        Map<Plan<T>, CompletableFuture<ExternalResult<T>>> results = new LinkedHashMap<>();
        for (Plan<T> plan : plans) {
            Difference at = plan.difference();
            long version = plan.version() == null ? -1 : plan.version();
            try {
                results.put(
                        plan, writer.write(new ExternalOperation<>(at.id(), at.routing(), version, plan.document())));
            } catch (IllegalArgumentException e) { // its id, say, is none in Elasticsearch
                ended(plan, Outcome.FAILED, e.getMessage());
            }
        }
        if (plans.isEmpty()) {
            return;
        }
        writer.flush();
        results.forEach((plan, result) -> {
            ExternalResult<T> written = result.join();
            Outcome outcome = switch (written.outcome()) {
                case APPLIED -> Outcome.REPAIRED;
                case SUPERSEDED, DUPLICATE -> Outcome.OVERTAKEN;
                case SUSPICIOUS, REJECTED, UNRESOLVED -> Outcome.FAILED;
            };
            ended(plan, outcome, outcome == Outcome.REPAIRED ? null : written.outcome() + ": " + written.reason());
        });
    }

    /** The writer has no {@code external_gte}: for a sync, the same version is the same document. */
    private interface Operation<T, D> {
        BulkOperation<D> of(Plan<T> plan, WriteCondition condition);
    }

    private BulkOperation<T> document(Plan<T> plan, WriteCondition condition) {
        T document = plan.document();
        if (document == null) {
            throw new IllegalStateException("a delete is no document");
        }
        return BulkOperation.index(plan.difference().id(), document, condition);
    }

    private BulkOperation<JsonNode> delete(Plan<T> plan, WriteCondition condition) {
        String id = plan.difference().id();
        if (tombstones == null) {
            return BulkOperation.delete(id, condition);
        }
        JsonNodeFactory json = JsonNodeFactory.instance;
        JsonNode deletedAt =
                json.objectNode().put(Tombstones.DELETED_AT, Instant.now().toString());
        return BulkOperation.index(id, json.objectNode().set(tombstones.field(), deletedAt), condition);
    }

    private <D> void writeSame(VersionedDocuments<D> to, List<Plan<T>> plans, Operation<T, D> operation) {
        if (plans.isEmpty()) {
            return;
        }
        List<BulkOperation<D>> operations = new ArrayList<>();
        for (Plan<T> plan : plans) {
            long version = plan.version() == null ? -1 : plan.version();
            operations.add(operation
                    .of(plan, WriteCondition.externalGte(version))
                    .withRouting(plan.difference().routing()));
        }
        List<BulkItemResult<D>> results = to.bulk(operations);
        for (int i = 0; i < plans.size(); i++) {
            BulkItemResult<D> result = results.get(i);
            Outcome outcome = switch (result.outcome()) {
                case APPLIED -> Outcome.REPAIRED;
                case CONFLICT -> Outcome.OVERTAKEN;
                case REJECTED, NOT_APPLIED, UNKNOWN, INCARNATION_CHANGED, DROPPED -> Outcome.FAILED;
            };
            ended(
                    plans.get(i),
                    outcome,
                    result.failure() == null ? null : result.failure().getMessage());
        }
    }

    private void ended(Plan<T> plan, Outcome outcome, @Nullable String why) {
        outcomes.merge(outcome, 1L, Long::sum);
        Repair repair = plan.ended(outcome, why);
        boolean isLeft = outcome == Outcome.LISTED || outcome == Outcome.FAILED;
        if (isLeft && left.stream().filter(r -> r.outcome() == outcome).count() < examples) {
            left.add(repair);
        }
        options.listener().accept(repair);
    }
}

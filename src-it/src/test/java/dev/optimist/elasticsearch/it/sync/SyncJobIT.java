package dev.optimist.elasticsearch.it.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.sync.Changes;
import dev.optimist.elasticsearch.sync.Checkpoints;
import dev.optimist.elasticsearch.sync.DeadLetters;
import dev.optimist.elasticsearch.sync.Source;
import dev.optimist.elasticsearch.sync.SyncException;
import dev.optimist.elasticsearch.sync.SyncIndex;
import dev.optimist.elasticsearch.sync.SyncJob;
import dev.optimist.elasticsearch.sync.SyncStatus;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a source to an index: positions, dead letters, several jobs. */
class SyncJobIT extends SyncTest {
    @TempDir
    Path folder;

    /** Changes 1 to count, each of a document of its own and with its number as version; a position after each ten. */
    private record Numbers(long count) implements Source<JsonNode> {
        @Override
        public void read(@Nullable String position, Changes<JsonNode> changes) throws Exception {
            for (long n = position == null ? 1 : Long.parseLong(position) + 1; n <= count; n++) {
                changes.accept(change(n, n));
                if (n % 10 == 0) {
                    changes.position(Long.toString(n));
                }
            }
        }
    }

    /** Each position that is stored is looked at at once: what is before it has to be there. */
    @Test
    void aPositionIsStoredOnlyWhenAllBeforeItIsInTheIndex() throws Exception {
        long seed = 17;
        Random random = new Random(seed);
        AtomicLong looked = new AtomicLong();
        Checkpoints file = Checkpoints.inFile(folder.resolve("position.json"));
        Checkpoints looks = new Checkpoints() {
            @Override
            public Optional<String> load() {
                return file.load();
            }

            @Override
            public void store(String position) {
                long end = Long.parseLong(position);
                for (long n = Math.max(1, end - 20); n <= end; n++) {
                    assertThat(version(Long.toString(n))).isEqualTo(n);
                }
                for (int i = 0; i < 20; i++) {
                    long n = 1 + random.nextLong(end);
                    assertThat(version(Long.toString(n))).isEqualTo(n);
                }
                looked.incrementAndGet();
                file.store(position);
            }
        };
        try (FaultProxy proxy = FaultProxy.before(server.url());
                VersionedClient lossy =
                        VersionedClient.connect(o -> o.hosts(proxy.url()).requestTimeout(Duration.ofSeconds(1)))) {
            proxy.plan(FaultPlan.seeded(
                    seed, 0.3, Set.of(Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.RESET_AFTER, Fault.DELAY_REQUEST)));
            try (SyncJob<JsonNode> job = SyncJob.of(
                    lossy.documents(index, JsonNode.class),
                    new Numbers(2_000),
                    looks,
                    o -> o.checkpointEvery(Duration.ofMillis(1))
                            .writer(w -> w.operations(50).requestsInFlight(4)))) {
                SyncStatus status = job.run();
                assertThat(status.total()).isEqualTo(2_000);
                assertThat(status.position()).isEqualTo("2000");
            }
            assertThat(proxy.injected()).isNotEmpty();
        }
        assertThat(looked.get()).as("seed " + seed).isGreaterThan(1);
        assertThat(search(index)).isEqualTo(2_000);
    }

    @Test
    void whatHasNoAnswerIsNotPassed() throws Exception {
        Checkpoints checkpoints = Checkpoints.inElasticsearch(client, positions, name);
        CountDownLatch frozen = new CountDownLatch(1);
        try (FaultProxy proxy = FaultProxy.before(server.url());
                VersionedClient lossy = VersionedClient.connect(proxy.url())) {
            Source<JsonNode> source = (position, changes) -> {
                changes.accept(change(1, 1));
                changes.position("1");
                await(() ->
                        checkpoints.status().map(s -> "1".equals(s.position())).orElse(false));
                proxy.freeze();
                changes.accept(change(2, 2));
                changes.position("2");
                frozen.countDown();
            };
            try (SyncJob<JsonNode> job = SyncJob.of(
                    lossy.documents(index, JsonNode.class),
                    source,
                    checkpoints,
                    o -> o.checkpointEvery(Duration.ofMillis(10)))) {
                job.start();
                frozen.await();
                await(() -> checkpoints.status().map(s -> s.inFlight() == 1).orElse(false));
                assertThat(checkpoints.status().orElseThrow().position()).isEqualTo("1");
                assertThat(job.status().position()).isEqualTo("1");
                proxy.unfreeze();
                assertThat(job.await().position()).isEqualTo("2");
            }
        }
        assertThat(Checkpoints.inElasticsearch(client, positions, name).load()).contains("2");
        assertThat(checkpoints.status().orElseThrow().state()).isEqualTo(SyncStatus.State.ENDED);
    }

    @Test
    void whatIsRejectedIsReplayedAfterTheMappingIsMended() throws Exception {
        DeadLetters letters = DeadLetters.inFile(folder.resolve("dead.jsonl"), client);
        JsonNode unmapped = JSON.valueToTree(Map.of("n", 1, "colour", "red"));
        Source<JsonNode> source = (position, changes) -> {
            changes.accept(change(1, 1));
            changes.accept(ExternalOperation.index("2", unmapped, 5));
            changes.accept(ExternalOperation.index("3", unmapped, 6));
            changes.position("end");
        };
        Checkpoints checkpoints = Checkpoints.inElasticsearch(client, positions, name);
        try (SyncJob<JsonNode> job = SyncJob.of(
                documents, source, checkpoints, o -> o.deadLetters(letters).maxRejected(2))) {
            SyncStatus status = job.run();
            assertThat(status.rejected()).isEqualTo(2);
            assertThat(status.position()).isEqualTo("end");
        }
        assertThat(Files.readAllLines(folder.resolve("dead.jsonl")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("strict", "\"colour\":\"red\""));
        assertThat(version("2")).isEqualTo(-1);

        client.elasticsearch().indices().putMapping(m -> m.index(index).properties("colour", p -> p.keyword(k -> k)));
        documents.index("3", n(7), WriteCondition.external(7)); // what the database has got since
        try (SyncJob<JsonNode> replay = SyncJob.of(
                documents,
                letters.replay(JsonNode.class),
                Checkpoints.inFile(folder.resolve("replayed.json")),
                o -> o.name("replay"))) {
            SyncStatus status = replay.run();
            assertThat(status.applied()).isEqualTo(1);
            assertThat(status.superseded()).isEqualTo(1);
        }
        assertThat(documents.get("2").orElseThrow().source()).isEqualTo(unmapped);
        assertThat(version("2")).isEqualTo(5);
        assertThat(version("3")).isEqualTo(7);
    }

    @Test
    void byDefaultTheFirstThatIsRejectedEndsTheJob() {
        Source<JsonNode> source = (position, changes) -> {
            changes.accept(ExternalOperation.index("2", JSON.valueToTree(Map.of("colour", "red")), 5));
            changes.position("end");
            new CountDownLatch(1).await();
        };
        Checkpoints checkpoints = Checkpoints.inElasticsearch(client, positions, name);
        try (SyncJob<JsonNode> job = SyncJob.of(documents, source, checkpoints, o -> {})) {
            SyncException e = catchThrowableOfType(SyncException.class, job::run);
            assertThat(e)
                    .hasMessageContaining("index of 2 at version 5 is REJECTED")
                    .hasMessageContaining("strict");
        }
        assertThat(checkpoints.load()).isEmpty();
    }

    @Test
    void twoJobsWithOneCheckpointAreNoticed() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (SyncJob<JsonNode> first = endless(name, end);
                SyncJob<JsonNode> second = endless(name, end);
                SyncJob<JsonNode> other = endless(name + "-b", end)) {
            other.start();
            first.start();
            await(() -> first.status().storedAt() != null);
            second.start();
            await(() -> second.status().state() == SyncStatus.State.FAILED
                    || first.status().state() == SyncStatus.State.FAILED);
            SyncJob<JsonNode> failed = second.status().state() == SyncStatus.State.FAILED ? second : first;
            SyncException e = catchThrowableOfType(SyncException.class, failed::await);
            assertThat(e).hasCauseInstanceOf(IllegalStateException.class).hasMessageContaining("another job");
            end.countDown();
            assertThat((failed == first ? second : first).await().state()).isEqualTo(SyncStatus.State.ENDED);
            assertThat(other.await().state()).isEqualTo(SyncStatus.State.ENDED);
        }
    }

    private SyncJob<JsonNode> endless(String own, CountDownLatch end) {
        Source<JsonNode> source = (position, changes) -> {
            for (long n = 0; end.getCount() > 0; n++) {
                changes.accept(change(n % 10_000, n));
                changes.position(Long.toString(n));
            }
        };
        return SyncJob.of(
                documents,
                source,
                Checkpoints.inElasticsearch(client, positions, own),
                o -> o.name(own)
                        .checkpointEvery(Duration.ofMillis(50))
                        .writer(w -> w.compareDuplicates(false).operations(20).requestsInFlight(1)));
    }

    /** Nothing but the versions coordinates them. */
    @Test
    void severalJobsOnOneIndexEndAtTheHighestVersions() throws Exception {
        SyncIndex.of(client, index).setUp(index + "-search");
        int ids = 100;
        List<ExternalOperation<JsonNode>> changes = new ArrayList<>();
        for (long version = 1; version <= 2_000; version++) {
            long id = version % ids;
            changes.add(
                    (version / ids) % 3 == 1
                            ? ExternalOperation.delete(Long.toString(id), version)
                            : change(id, version));
        }
        List<SyncJob<JsonNode>> jobs = new ArrayList<>();
        for (int worker = 0; worker < 4; worker++) {
            List<ExternalOperation<JsonNode>> shuffled = new ArrayList<>(changes);
            Collections.shuffle(shuffled, new Random(worker));
            Source<JsonNode> source = (position, to) -> {
                for (ExternalOperation<JsonNode> change : shuffled) {
                    to.accept(change);
                }
                to.position("end");
            };
            VersionedDocuments<JsonNode> own = client.documents(index, JsonNode.class);
            SyncJob<JsonNode> job = SyncJob.of(
                    own,
                    source,
                    Checkpoints.inElasticsearch(client, positions, name + "-" + worker),
                    o -> o.writer(w -> w.operations(100)));
            jobs.add(job);
            job.start();
        }
        for (SyncJob<JsonNode> job : jobs) {
            SyncStatus status = job.await();
            assertThat(status.total()).isEqualTo(2_000);
            assertThat(status.suspicious()).isZero();
            job.close();
        }
        long live = 0;
        for (long id = 0; id < ids; id++) {
            long version = id == 0 ? 2_000 : 1_900 + id;
            boolean deleted = (version / ids) % 3 == 1;
            live += deleted ? 0 : 1;
            var there = documents.get(Long.toString(id)).orElseThrow();
            assertThat(there.version()).isEqualTo(version);
            assertThat(there.source().has("optimist_tombstone")).isEqualTo(deleted);
        }
        assertThat(search(index + "-search")).isEqualTo(live);
    }

    @Test
    void stopLeavesAPositionFromWhichNothingIsMissing() throws Exception {
        Checkpoints checkpoints = Checkpoints.inElasticsearch(client, positions, name);
        Source<JsonNode> source = (position, changes) -> {
            long n = 0;
            while (!changes.isStopping()) {
                n++;
                changes.accept(change(n, n));
                changes.position(Long.toString(n));
            }
        };
        SyncStatus status;
        try (SyncJob<JsonNode> job =
                SyncJob.of(documents, source, checkpoints, o -> o.checkpointEvery(Duration.ofDays(1)))) {
            job.start();
            await(() -> job.status().applied() > 2_000);
            status = job.stop();
        }
        assertThat(status.state()).isEqualTo(SyncStatus.State.ENDED);
        assertThat(status.inFlight()).isZero();
        assertThat(checkpoints.load()).contains(Long.toString(status.total()));
        assertThat(search(index)).isEqualTo(status.total());
    }
}

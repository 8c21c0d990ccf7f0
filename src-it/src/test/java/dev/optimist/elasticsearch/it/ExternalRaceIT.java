package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.ExternalCounts;
import dev.optimist.elasticsearch.ExternalOperation;
import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import dev.optimist.elasticsearch.testkit.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The same changes, written by eight writers in eight orders through a proxy that harms requests, while Elasticsearch forgets
 * its deletes: the index ends at the highest version of each document. With plain deletes in place of tombstones, it does not.
 */
@Tag("sync-race")
class ExternalRaceIT extends ServerTest {
    private static final long SEED = Long.getLong("optimist.seed", System.nanoTime());
    private static final int WRITERS = 8;
    private static final int IDS = 2_000;
    private static final int VERSIONS = 10;
    private static final int CHANGES = IDS * VERSIONS;
    private static final double DELETES = 0.3;

    /** Those after which a request is not awaited for long. */
    private static final Set<Fault> FAULTS = EnumSet.of(
            Fault.DROP_BEFORE,
            Fault.DROP_AFTER,
            Fault.RESET_BEFORE,
            Fault.RESET_AFTER,
            Fault.DELAY_REQUEST,
            Fault.DELAY_ANSWER,
            Fault.TRUNCATE,
            Fault.BAD_GATEWAY_BEFORE,
            Fault.BAD_GATEWAY_AFTER,
            Fault.HALF_REQUEST,
            Fault.TOO_MANY_REQUESTS);

    private record Found(int resurrected, int stale, int missing) {}

    @Test
    void theHighestVersionStaysWhateverTheOrder() throws Exception {
        System.out.println("race: seed " + SEED + " (repeat with -Doptimist.seed=" + SEED + ")");
        Found kept = race(true);
        Found forgotten = race(false);
        String line = "race: changes=" + CHANGES + " resurrected=" + kept.resurrected + " stale=" + kept.stale
                + " missing=" + kept.missing + " guard-removed-resurrected=" + forgotten.resurrected;
        Files.writeString(Path.of("target/race.txt"), line + "\n");
        System.out.println(line);
        assertThat(kept).isEqualTo(new Found(0, 0, 0));
        assertThat(forgotten.resurrected).as("with plain deletes").isPositive();
    }

    private Found race(boolean tombstones) throws Exception {
        Random random = new Random(SEED);
        List<ExternalOperation<Counter>> changes = new ArrayList<>();
        Map<String, ExternalOperation<Counter>> last = new HashMap<>();
        for (int id = 0; id < IDS; id++) {
            for (int version = 1; version <= VERSIONS; version++) {
                String name = Integer.toString(id);
                ExternalOperation<Counter> change = random.nextDouble() < DELETES
                        ? ExternalOperation.delete(name, version)
                        : ExternalOperation.index(name, new Counter(version), version);
                changes.add(change);
                last.put(name, change);
            }
        }
        String name = newIndex(2, "\"gc_deletes\":\"1s\",\"refresh_interval\":\"200ms\",", "{}");
        CountDownLatch half = new CountDownLatch(WRITERS * CHANGES / 2);
        long faults;
        try (FaultProxy proxy = FaultProxy.before(server.url());
                VersionedClient through =
                        VersionedClient.connect(o -> o.hosts(proxy.url()).requestTimeout(Duration.ofSeconds(2)))) {
            // also for the looks at versions by which a writer saves itself what came late
            proxy.plan(FaultPlan.seeded(SEED, 0.1, FAULTS).readsToo());
            ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
            List<CompletableFuture<ExternalCounts>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                List<ExternalOperation<Counter>> order = new ArrayList<>(changes);
                Collections.shuffle(order, new Random(SEED + writer));
                writers.add(
                        CompletableFuture.supplyAsync(() -> write(through, name, order, tombstones, half), threads));
            }
            assertThat(half.await(5, TimeUnit.MINUTES))
                    .as("half of all was given")
                    .isTrue();
            rest.post("/" + name + "/_close", "").ok();
            openIndex(name);
            for (CompletableFuture<ExternalCounts> writer : writers) {
                ExternalCounts counts = writer.get();
                System.out.println("race: tombstones=" + tombstones + " " + counts);
                long settled = counts.applied() + counts.superseded() + counts.duplicate();
                // with plain deletes, what is read after a conflict may have come back since
                assertThat(tombstones ? settled : settled + counts.suspicious())
                        .as("each change has an outcome, and a good one")
                        .isEqualTo(CHANGES);
            }
            threads.shutdown();
            faults = proxy.injected().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
        System.out.println("race: faults " + faults);
        assertThat(faults).isGreaterThan(50);
        return found(name, last);
    }

    private static ExternalCounts write(
            VersionedClient through,
            String name,
            List<ExternalOperation<Counter>> order,
            boolean tombstones,
            CountDownLatch half) {
        try (ExternalVersionWriter<Counter> writer = typed(through.documents(name, Counter.class))
                .externalVersionWriter(o -> {
                    o.operations(100).flushAfter(Duration.ofMillis(20)).listener(ExternalRaceIT::sayIfRejected);
                    if (tombstones) {
                        o.tombstones(Tombstones.standard());
                    }
                })) {
            for (ExternalOperation<Counter> change : order) {
                var unused = writer.write(change);
                half.countDown();
            }
            writer.flush();
            return writer.counts();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sayIfRejected(ExternalResult<Counter> result) {
        if (result.outcome() == ExternalResult.Outcome.REJECTED) {
            System.out.println("race: rejected: " + result.operation().id() + " " + result.why());
        }
    }

    private Found found(String name, Map<String, ExternalOperation<Counter>> last) throws IOException {
        int resurrected = 0;
        int stale = 0;
        int missing = 0;
        for (Map.Entry<String, ExternalOperation<Counter>> entry : last.entrySet()) {
            JsonNode there = rest.get("/" + name + "/_doc/" + entry.getKey()).body();
            boolean alive =
                    there.get("found").asBoolean() && there.at("/_source/n").isNumber();
            ExternalOperation<Counter> wanted = entry.getValue();
            if (wanted.isDelete()) {
                resurrected += alive ? 1 : 0;
            } else if (!alive) {
                missing++;
            } else if (there.get("_version").asLong() != wanted.version()
                    || there.at("/_source/n").asLong() != wanted.version()) {
                stale++;
            }
        }
        return new Found(resurrected, stale, missing);
    }
}

package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.WriteIds.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WriteIdsTest {
    private final WriteIds ids = new WriteIds();

    @Test
    void concurrentCallsOnADocumentHaveSlotsOfTheirOwn() {
        Lease one = ids.lease("1");
        Lease two = ids.lease("1");
        assertThat(one.settled()).isNotEqualTo(two.settled());
        assertThat(one.id()).startsWith(one.settled()).doesNotStartWith(two.settled());
        assertThat(ids.lease("2").settled()).as("another document").isEqualTo(one.settled());
        assertThat(ids.documents()).isEqualTo(2);
    }

    @Test
    void theNextCallTakesThePlaceOfOneThatIsSettled() {
        Lease one = ids.lease("1");
        Lease two = ids.lease("1");
        one.end(false);
        Lease next = ids.lease("1");
        assertThat(next.settled()).isEqualTo(one.settled());
        assertThat(one.id()).startsWith(next.settled());
        assertThat(next.id()).isNotEqualTo(one.id());
        assertThat(two.id()).doesNotStartWith(next.settled());
    }

    @Test
    void nobodyTakesThePlaceOfOneWhoseOutcomeIsUnknown() {
        Lease unknown = ids.lease("1");
        Lease beside = ids.lease("1");
        unknown.end(true);
        for (int i = 0; i < 3; i++) {
            Lease next = ids.lease("1");
            assertThat(unknown.id()).doesNotStartWith(next.settled());
            assertThat(beside.id()).doesNotStartWith(next.settled());
            next.end(false);
        }
        beside.end(false);
        assertThat(ids.documents()).isZero();
        // nor when nothing is remembered of the document any more
        assertThat(unknown.id()).doesNotStartWith(ids.lease("1").settled());
    }

    @Test
    void manySlotsAreToldApart() { // slot 1 from slot 10
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            leases.add(ids.lease("1"));
        }
        for (Lease lease : leases) {
            assertThat(leases)
                    .filteredOn(other -> other.id().startsWith(lease.settled()))
                    .hasSize(1);
        }
    }

    @Test
    void sessionsAreToldApart() {
        Lease mine = ids.lease("1");
        Lease other = new WriteIds().lease("1");
        assertThat(mine.id()).doesNotStartWith(other.settled());
        assertThat(mine.id()).hasSizeLessThan(25);
        assertThat(ids.unique()).isNotEqualTo(ids.unique()).doesNotStartWith(mine.settled());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void holdsForManyThreads(long seed) throws Exception {
        ConcurrentMap<String, String> held = new ConcurrentHashMap<>(); // slots of calls under way
        ConcurrentMap<String, Set<String>> unknown = new ConcurrentHashMap<>(); // ids nobody may replace
        Set<String> all = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                Random random = new Random(seed * 100 + t);
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 3000; i++) {
                        String document = Integer.toString(random.nextInt(3));
                        Lease lease = ids.lease(document);
                        String slot = document + "/" + lease.settled();
                        assertThat(all.add(lease.id())).as("comes once").isTrue();
                        assertThat(held.putIfAbsent(slot, lease.id()))
                                .as("held by")
                                .isNull();
                        assertThat(unknown.getOrDefault(slot, Set.of())).isEmpty();
                        boolean isUnknown = random.nextInt(10) == 0;
                        if (isUnknown) {
                            unknown.computeIfAbsent(slot, s -> ConcurrentHashMap.newKeySet())
                                    .add(lease.id());
                        }
                        held.remove(slot);
                        lease.end(isUnknown);
                    }
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(all).hasSize(24_000);
        assertThat(unknown).isNotEmpty();
        assertThat(ids.documents()).isZero();
    }
}

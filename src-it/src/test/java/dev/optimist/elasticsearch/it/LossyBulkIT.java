package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.BulkItemResult;
import dev.optimist.elasticsearch.BulkItemResult.Outcome;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.BulkOptions;
import dev.optimist.elasticsearch.BulkProgress;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.testkit.Fault;
import dev.optimist.elasticsearch.testkit.FaultPlan;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bulks through a network that harms them. */
class LossyBulkIT extends LossyTest {

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"DROP_AFTER", "RESET_AFTER", "TRUNCATE", "BAD_GATEWAY_AFTER", "HOLD"})
    void aLostAnswerIsUnknownForEachAndNothingIsSentAgain(Fault fault) {
        harm(fault);
        List<BulkItemResult<Counter>> results = lossy.bulk(List.of(
                BulkOperation.create("1", new Counter(1)),
                BulkOperation.index("2", new Counter(2), WriteCondition.none())));
        assertThat(results).extracting(BulkItemResult::outcome).containsOnly(Outcome.UNKNOWN);
        assertThat(results).extracting(BulkItemResult::sends).containsOnly(1);
        assertThat(proxy.writes()).isEqualTo(1);
        assertThat(n("1")).as("it was applied, and nobody could know").isEqualTo(1);
    }

    @Test
    void aRefusalOfTheWholeIsSentAgain() {
        proxy.plan(FaultPlan.next(2, Fault.TOO_MANY_REQUESTS));
        List<BulkItemResult<Counter>> results = lossy.bulk(
                List.of(BulkOperation.create("1", new Counter(1)), BulkOperation.create("2", new Counter(2))));
        assertThat(results).extracting(BulkItemResult::outcome).containsOnly(Outcome.APPLIED);
        assertThat(results).extracting(BulkItemResult::sends).containsOnly(3);
        assertThat(proxy.writes()).isEqualTo(3);
        assertThat(version("1")).isEqualTo(1);
    }

    @Test
    @Since(value = "7", because = "version(n) is the server's own ?version=n before, and nothing is read")
    void aReadBeforeTheWriteThatIsLostLeavesNothingUnknown() {
        counters.create("1", new Counter(1));
        proxy.plan(FaultPlan.next(1, Fault.RESET_AFTER).readsToo());
        List<BulkItemResult<Counter>> results =
                lossy.bulk(List.of(BulkOperation.index("1", new Counter(2), WriteCondition.version(1))));
        assertThat(results.get(0).outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(version("1")).isEqualTo(2);
    }

    /** What is applied, is; what is not, is not; and of the rest nobody can tell. */
    @Test
    void outcomesAreTrueWhateverTheNetworkDoes() {
        long seed = Long.getLong("optimist.seed", System.nanoTime());
        System.out.println("bulk: seed " + seed);
        proxy.plan(FaultPlan.seeded(seed, 0.2, EnumSet.complementOf(EnumSet.of(Fault.LATE, Fault.HOLD))));
        Map<String, Outcome> outcomes = new HashMap<>();
        List<String> conflicts = new ArrayList<>();
        BulkProgress end = lossy.bulk(
                IntStream.range(0, 3000).mapToObj(i -> BulkOperation.create("d" + i, new Counter(i))),
                BulkOptions.standard().withOperations(20),
                r -> {
                    outcomes.put(r.operation().id(), r.outcome());
                    if (r.outcome() == Outcome.CONFLICT) {
                        conflicts.add(r.operation().id());
                    }
                });
        System.out.println("bulk: through faults: " + end);
        assertThat(end.done()).isEqualTo(3000);
        assertThat(end.applied()).isGreaterThan(1000);
        assertThat(end.unknown()).isPositive();
        assertThat(end.sentAgain()).isPositive();
        assertThat(conflicts).as("with itself").isEmpty();
        outcomes.forEach((id, outcome) -> {
            boolean found = stored(id).path("found").asBoolean();
            if (outcome != Outcome.UNKNOWN) {
                assertThat(found).as(id + " " + outcome).isEqualTo(outcome == Outcome.APPLIED);
            }
        });
    }

    @Test
    void anInterruptAwaitsWhatIsInFlight() {
        proxy.plan(FaultPlan.next(1, Fault.DELAY_ANSWER));
        Thread caller = Thread.currentThread();
        Thread interrupts = new Thread(() -> {
            await(() -> proxy.writes() > 0);
            caller.interrupt();
        });
        interrupts.start();
        List<BulkItemResult<Counter>> results = new ArrayList<>();
        BulkProgress end = lossy.bulk(
                IntStream.range(0, 1_000_000_000).mapToObj(i -> BulkOperation.create("d" + i, new Counter(i))),
                BulkOptions.standard().withOperations(10).withRequestsInFlight(2),
                results::add);
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(end.complete()).isFalse();
        assertThat(results).hasSize((int) end.taken());
        assertThat(end.applied()).isPositive();
        assertThat(end.unknown()).isZero();
        for (BulkItemResult<Counter> result : results) {
            assertThat(stored(result.operation().id()).path("found").asBoolean())
                    .isEqualTo(result.outcome() == Outcome.APPLIED);
        }
    }
}

package dev.optimist.elasticsearch.sync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.sync.verify.World.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In simulated time, with every lag that is allowed, what differs for good is reported and nothing else is. */
class ComparisonModelTest {
    private static final int SEEDS = Integer.getInteger("optimist.verify.seeds", 40);

    static Stream<Kind> kinds() {
        return Stream.of(true, false)
                .flatMap(versions -> Stream.of(true, false)
                        .flatMap(tombstones ->
                                Stream.of(true, false).map(remembers -> new Kind(versions, tombstones, remembers))));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void findsWhatDiffersForGoodAndNothingElse(Kind kind) throws Exception {
        int found = 0;
        for (long seed : seeds()) {
            World world = new World(seed, kind, 200);
            VerifyOptions<Map<String, Integer>> options = options();
            Set<String> reported = reported(options);
            world.verify(options);
            Set<String> quiet = new TreeSet<>(world.planted().keySet());
            quiet.removeIf(world.planted()::get);
            assertNone(
                    "reported in vain", seed, world, reported, world.planted().keySet());
            assertNone("not found", seed, world, quiet, reported);
            found += reported.size();
        }
        assertThat(found).isGreaterThan(SEEDS);
    }

    @Test
    void aSettleTimeShorterThanTheLagReportsWhatIsNone() throws Exception {
        int wrong = 0;
        for (long seed : seeds()) {
            World world = new World(seed, new Kind(true, true, true), 200);
            VerifyOptions<Map<String, Integer>> options = options().settle(Duration.ofMillis(1));
            Set<String> reported = reported(options);
            world.verify(options);
            reported.removeAll(world.planted().keySet());
            wrong += reported.size();
        }
        assertThat(wrong).isPositive();
    }

    @Test
    void noMoreWaitThanMay() throws Exception {
        World world = new World(1, new Kind(true, true, true), 200);
        world.verify(options().suspects(3));
        assertThat(world.mostWaiting()).isEqualTo(3);
    }

    private static void assertNone(String what, long seed, World world, Set<String> some, Set<String> but) {
        assertThat(some.stream().filter(id -> !but.contains(id)).map(world::describe))
                .as("%s, seed %d", what, seed)
                .isEmpty();
    }

    private static VerifyOptions<Map<String, Integer>> options() {
        return new VerifyOptions<Map<String, Integer>>()
                .settle(Duration.ofNanos(World.SETTLE))
                .pageSize(7);
    }

    private static Set<String> reported(VerifyOptions<Map<String, Integer>> options) {
        Set<String> reported = new TreeSet<>();
        options.listener(difference -> reported.add(difference.id()));
        return reported;
    }

    private static List<Long> seeds() {
        return LongStream.range(0, SEEDS).boxed().toList();
    }
}

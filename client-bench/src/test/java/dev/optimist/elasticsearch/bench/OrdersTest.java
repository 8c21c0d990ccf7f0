package dev.optimist.elasticsearch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrdersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 9})
    void eachTurnHasAllSides(int sides) {
        for (int turn = 0; turn < 3 * sides; turn++) {
            int[] order = Orders.of(sides, turn);
            assertThat(Arrays.stream(order).sorted().toArray())
                    .isEqualTo(IntStream.range(0, sides).toArray());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 8, 9})
    void inAsManyTurnsAsSidesEachIsInEachPlaceOnce(int sides) {
        int[][] places = new int[sides][sides];
        for (int turn = 0; turn < sides; turn++) {
            int[] order = Orders.of(sides, turn);
            for (int place = 0; place < sides; place++) {
                places[order[place]][place]++;
            }
        }
        for (int[] side : places) {
            assertThat(side).containsOnly(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 8, 9})
    void inTwiceAsManyEachComesAfterEachOtherTwice(int sides) {
        int[][] after = new int[sides][sides];
        for (int turn = 0; turn < 2 * sides; turn++) {
            int[] order = Orders.of(sides, turn);
            for (int place = 1; place < sides; place++) {
                after[order[place]][order[place - 1]]++;
            }
        }
        for (int side = 0; side < sides; side++) {
            for (int other = 0; other < sides; other++) {
                assertThat(after[side][other]).isEqualTo(side == other ? 0 : 2);
            }
        }
    }
}

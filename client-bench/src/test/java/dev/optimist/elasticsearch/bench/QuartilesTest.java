package dev.optimist.elasticsearch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class QuartilesTest {
    @Test
    void ofOddNumberOfValuesInAnyOrder() {
        assertThat(Quartiles.of(5, 1, 4, 2, 3)).isEqualTo(new Quartiles(2, 3, 4));
    }

    @Test
    void betweenTwoValues() {
        assertThat(Quartiles.of(4, 3, 2, 1)).isEqualTo(new Quartiles(1.75, 2.5, 3.25));
    }

    @Test
    void ofOneValue() {
        assertThat(Quartiles.of(7)).isEqualTo(new Quartiles(7, 7, 7));
    }

    @Test
    void theGivenValuesStayInTheirOrder() {
        double[] values = {3, 1, 2};
        Quartiles.of(values);
        assertThat(values).containsExactly(3, 1, 2);
    }

    /** The ratio of the medians would be 1: what counts is the ratio of each pair. */
    @Test
    void ratiosAreTakenPairByPair() {
        double[] numerators = {2, 4, 6};
        double[] denominators = {4, 8, 3};
        assertThat(Quartiles.ofRatios(numerators, denominators)).isEqualTo(new Quartiles(0.5, 0.5, 1.25));
    }

    @Test
    void refusesWhatHasNoMiddle() {
        assertThatThrownBy(Quartiles::of).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Quartiles.of(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Quartiles.ofRatios(new double[] {0}, new double[] {0}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Quartiles.ofRatios(new double[2], new double[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 and 1");
    }

    @Test
    void words() {
        assertThat(new Quartiles(0.98, 0.99123, 1).words(3)).isEqualTo("0.991 (0.980 to 1.000)");
    }
}

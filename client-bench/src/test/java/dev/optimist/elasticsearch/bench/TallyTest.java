package dev.optimist.elasticsearch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.optimist.elasticsearch.bench.Side.Outcome;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static Tally.Row row(int acknowledged, long latencyMillis, long nanos) {
        Tally.Row row = new Tally.Row(0);
        for (int i = 0; i < acknowledged; i++) {
            row.add(Outcome.ACKNOWLEDGED, 0, TimeUnit.MILLISECONDS.toNanos(latencyMillis));
        }
        row.end(nanos);
        return row;
    }

    /** A thread that ends its last update late has worked longer, and not more. */
    @Test
    void theRateOfEachThreadIsByItsOwnTime() {
        Tally tally = new Tally(2);
        tally.add(0, row(10, 1, SECOND));
        tally.add(1, row(10, 1, 2 * SECOND));
        assertThat(tally.slice().perSecond()).isEqualTo(15);
        assertThat(tally.slice().fairness()).isEqualTo(1);
    }

    /** All are acknowledged, and must be in the document, but the rate is of the time after the lead. */
    @Test
    void whatEndsInTheLeadIsAcknowledgedOnly() {
        Tally.Row row = new Tally.Row(SECOND);
        row.add(Outcome.ACKNOWLEDGED, 0, SECOND - 1);
        row.add(Outcome.ACKNOWLEDGED, SECOND / 2, SECOND);
        row.end(3 * SECOND);
        Tally tally = new Tally(1);
        tally.add(0, row);
        tally.add(6, 0);
        assertThat(tally.slice().perSecond()).isEqualTo(0.5);
        assertThat(tally.slice().acknowledged()).isEqualTo(2);
        assertThat(tally.slice().requests()).isEqualTo(3);
        assertThat(tally.slice().max()).isCloseTo(500, within(10.0));
    }

    @Test
    void turnsAddUpThreadByThread() {
        Tally tally = new Tally(2);
        tally.add(0, row(1, 1, SECOND));
        tally.add(1, row(3, 1, SECOND));
        tally.add(20, TimeUnit.MICROSECONDS.toNanos(50));
        tally.add(0, row(3, 1, SECOND));
        tally.add(1, row(3, 1, SECOND));
        tally.add(30, TimeUnit.MICROSECONDS.toNanos(50));
        Slice slice = tally.slice();
        assertThat(slice.acknowledged()).isEqualTo(10);
        assertThat(slice.fairness()).isEqualTo(4.0 / 6);
        assertThat(slice.requests()).isEqualTo(5);
        assertThat(slice.cpuMicros()).isEqualTo(10);
    }

    /** Those who wait longest have not won yet: leaving them out would flatter the side that starves them. */
    @Test
    void unfinishedUpdatesCountInTheLatencyAndInNothingElse() {
        Tally tally = new Tally(1);
        Tally.Row row = row(1, 1, SECOND);
        row.add(Outcome.UNFINISHED, 0, SECOND);
        row.add(Outcome.GAVE_UP, 0, TimeUnit.MILLISECONDS.toNanos(1));
        tally.add(0, row);
        Slice slice = tally.slice();
        assertThat(slice.acknowledged()).isEqualTo(1);
        assertThat(slice.unfinished()).isEqualTo(1);
        assertThat(slice.gaveUp()).isEqualTo(1);
        assertThat(slice.p50()).isCloseTo(1, within(0.02));
        assertThat(slice.max()).isCloseTo(1000, within(20.0));
    }

    @Test
    void whatNobodyCountedOrNobodyDidIsNotANumber() {
        Tally idle = new Tally(1);
        idle.add(0, new Tally.Row(0));
        idle.add(7, 7);
        assertThat(idle.slice().requests()).isNaN();
        assertThat(idle.slice().cpuMicros()).isNaN();
        assertThat(idle.slice().perSecond()).isZero();
        assertThat(idle.slice().fairness()).isZero();

        Tally uncounted = new Tally(1);
        uncounted.add(0, row(1, 1, SECOND));
        uncounted.add(-1, 7);
        uncounted.add(5, 7);
        assertThat(uncounted.slice().requests()).isNaN();
    }

    @Test
    void twoJvmsTogether() {
        Slice faster = new Slice(30, 60, 1, 2, Double.NaN, 10, 1, 2, 30, 0.9);
        Slice slower = new Slice(10, 20, 3, 4, Double.NaN, 20, 2, 3, 20, 0.8);
        Slice both = faster.together(slower).withRequests(160);
        assertThat(both).isEqualTo(new Slice(40, 80, 4, 6, 2, 12.5, 2, 3, 30, 1.0 / 3));
        assertThat(slower.together(faster).withRequests(160)).isEqualTo(both);
    }
}

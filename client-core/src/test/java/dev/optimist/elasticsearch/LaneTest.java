package dev.optimist.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a lane keeps of the last answer, and for whom. */
class LaneTest {
    private static final State DOCUMENT = new State("i", null, "{}".getBytes(UTF_8), null);

    private final MemoryServer.Client<Integer> client = new MemoryServer(Runnable::run).client(Integer.class, 1);
    private final ReadModifyWrite<Integer> one = reader();
    private final ReadModifyWrite<Integer> other = reader();

    private ReadModifyWrite<Integer> reader() {
        return new ReadModifyWrite<>(
                "test",
                new DocumentOptions(),
                Pace.REAL,
                null,
                id -> {
                    throw new AssertionError("not used");
                },
                client.lanes());
    }

    @AfterEach
    void close() {
        client.rounds().close();
    }

    @Test
    void whatWasSeenIsForWhoReadsItTheSameWay() {
        Lane lane = new Lane(true);
        lane.see(one, DOCUMENT);
        assertThat(lane.seen(one)).isSameAs(DOCUMENT);
        assertThat(lane.seen(other)).as("whose ledger may be in another field").isNull();
        lane.see(one, null);
        assertThat(lane.seen(one)).isNull();
    }

    @Test
    void anIdleLaneHasSeenNothing() {
        Lane lane = new Lane(true);
        lane.see(one, DOCUMENT);
        assertThat(lane.leave(null)).as("left with work").isFalse();
        assertThat(lane.seen(one)).isNull();
    }
}

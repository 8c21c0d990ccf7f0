package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.optimist.elasticsearch.internal.Address;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private static final Address ADDRESS = new Address("stock", "4711", null);

    private final InFlight inFlight = new InFlight(2);

    @Test
    void hasRoomForSoMany() {
        inFlight.enter(ADDRESS, Duration.ZERO);
        inFlight.enter(ADDRESS, Duration.ZERO);
        assertThatThrownBy(() -> inFlight.enter(ADDRESS, Duration.ofMillis(10)))
                .isInstanceOf(ServerUnavailableException.class)
                .hasMessageContaining("2 operations are under way")
                .hasMessageContaining("10 ms");
        inFlight.leave();
        inFlight.enter(ADDRESS, Duration.ZERO);
        assertThat(inFlight.room()).isZero();
    }

    @Test
    void anInterruptEndsTheWaitingAndKeepsTheFlag() {
        inFlight.enter(ADDRESS, Duration.ZERO);
        inFlight.enter(ADDRESS, Duration.ZERO);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> inFlight.enter(ADDRESS, Duration.ofDays(1)))
                .isInstanceOf(ServerUnavailableException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }
}

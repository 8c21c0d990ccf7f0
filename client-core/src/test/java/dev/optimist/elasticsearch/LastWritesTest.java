package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LastWritesTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final LastWrites writes = new LastWrites(nanos::get);

    @Test
    void keepsTheLastAndForgetsWhatItIsTold() {
        writes.put(key(1), state(10, 1));
        writes.put(key(1), state(10, 2));
        assertThat(writes.get(key(1))).extracting(State::version).isEqualTo(2L);
        writes.put(key(1), null);
        assertThat(writes.get(key(1))).isNull();
        assertThat(writes.size()).isZero();
    }

    @Test
    void keepsNothingForLong() {
        writes.put(key(1), state(10, 1));
        nanos.addAndGet(LastWrites.AGE.toNanos());
        assertThat(writes.get(key(1))).isNotNull();
        nanos.incrementAndGet();
        assertThat(writes.get(key(1))).isNull();
        assertThat(writes.size()).isZero();
    }

    @Test
    void dropsTheOldestBeyondItsNumber() {
        for (int i = 0; i <= LastWrites.DOCUMENTS; i++) {
            writes.put(key(i), state(10, 1));
        }
        assertThat(writes.size()).isEqualTo(LastWrites.DOCUMENTS);
        assertThat(writes.get(key(0))).isNull();
        assertThat(writes.get(key(1))).isNotNull();
    }

    @Test
    void dropsTheOldestBeyondItsBytes() {
        int half = (int) (LastWrites.BYTES / 2);
        writes.put(key(1), state(half, 1));
        writes.put(key(2), state(100, 1));
        writes.put(key(3), state(half, 1));
        assertThat(writes.get(key(1))).isNull();
        assertThat(writes.get(key(2))).isNotNull();
        assertThat(writes.get(key(3))).isNotNull();
        writes.put(key(3), null);
        writes.put(key(4), state(half, 1));
        assertThat(writes.get(key(2))).as("what was forgotten takes no room").isNotNull();
    }

    @Test
    void keepsNothingThatIsLargerThanAll() {
        writes.put(key(1), state((int) LastWrites.BYTES, 1));
        assertThat(writes.size()).isZero();
    }

    private static Lanes.Key key(int id) {
        return new Lanes.Key("i", Integer.toString(id), null);
    }

    private static State state(int bytes, long version) {
        return new State("i", new DocumentToken("i", "i", "1", null, version, version, 1), new byte[bytes], null);
    }
}

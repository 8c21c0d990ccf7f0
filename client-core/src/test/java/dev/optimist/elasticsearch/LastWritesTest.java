package dev.optimist.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.internal.Address;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LastWritesTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final LastWrites writes = new LastWrites(nanos::get);

    @Test
    void keepsTheLastAndForgetsWhatItIsTold() {
        put(1, state(10, 1));
        writes.put(key(1), state(10, 2));
        assertThat(writes.get(key(1))).extracting(State::version).isEqualTo(2L);
        writes.put(key(1), null);
        assertThat(writes.get(key(1))).isNull();
        assertThat(writes.size()).isZero();
    }

    @Test
    void keepsNothingForLong() {
        put(1, state(10, 1));
        nanos.addAndGet(LastWrites.AGE.toNanos());
        assertThat(writes.get(key(1))).isNotNull();
        nanos.incrementAndGet();
        assertThat(writes.get(key(1))).isNull();
        assertThat(writes.size()).isZero();
    }

    @Test
    void dropsTheOldestBeyondItsNumber() {
        for (int i = 0; i <= LastWrites.DOCUMENTS; i++) {
            put(i, state(10, 1));
        }
        assertThat(writes.size()).isEqualTo(LastWrites.DOCUMENTS);
        assertThat(writes.get(key(0))).isNull();
        assertThat(writes.get(key(1))).isNotNull();
    }

    @Test
    void dropsTheOldestBeyondItsBytes() {
        int half = (int) (LastWrites.BYTES / 2);
        put(1, state(half, 1));
        put(2, state(100, 1));
        put(3, state(half, 1));
        assertThat(writes.get(key(1))).isNull();
        assertThat(writes.get(key(2))).isNotNull();
        assertThat(writes.get(key(3))).isNotNull();
        writes.put(key(3), null);
        put(4, state(half, 1));
        assertThat(writes.get(key(2))).as("what was forgotten takes no room").isNotNull();
    }

    @Test
    void keepsNothingThatIsLargerThanAll() {
        writes.put(key(1), state((int) LastWrites.BYTES, 1));
        assertThat(writes.size()).isZero();
    }

    @Test
    void givesNothingThatNoReadHasShownToBeStoredAsItWasSent() {
        writes.put(key(1), state("{\"n\":1}", 1));
        assertThat(writes.get(key(1))).isNull();
        writes.compare(key(1), state("{\"n\": 1}", 2)); // somebody else's write
        assertThat(writes.get(key(1))).isNull();
        writes.compare(key(1), state("{\"n\": 1}", 1));
        assertThat(writes.get(key(1))).isNotNull();
        writes.put(key(1), state("{\"n\":2}", 2));
        assertThat(writes.get(key(1)))
                .as("as the one before")
                .extracting(State::version)
                .isEqualTo(2L);
        writes.put(key(1), null);
        writes.put(key(1), state("{\"n\":3}", 3));
        assertThat(writes.get(key(1))).as("after a conflict").isNull();
    }

    @Test
    void keepsNothingThatWasStoredOtherwiseThanItWasSent() {
        writes.put(key(1), state("{\"n\":1}", 1));
        writes.compare(key(1), state("{\"n\":1,\"by\":\"a pipeline\"}", 1));
        assertThat(writes.get(key(1))).isNull();
        assertThat(writes.size()).isZero();
    }

    private void put(int id, State written) {
        writes.put(key(id), written);
        writes.compare(key(id), written);
    }

    private static Address key(int id) {
        return new Address("i", Integer.toString(id), null);
    }

    private static State state(String json, long version) {
        return new State("i", new DocumentToken("i", "i", "1", null, version, version, 1), json.getBytes(UTF_8), null);
    }

    private static State state(int bytes, long version) {
        return new State("i", new DocumentToken("i", "i", "1", null, version, version, 1), new byte[bytes], null);
    }
}

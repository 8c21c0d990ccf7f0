package dev.optimist.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SightsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may be about to overflow
    private final Sights sights = new Sights(now::get);
    private final AtomicInteger looks = new AtomicInteger();

    private boolean tells(String index, CompletableFuture<Boolean> answer) {
        return sights.tells(index, () -> {
            looks.incrementAndGet();
            return answer;
        });
    }

    private static CompletableFuture<Boolean> done(boolean told) {
        return CompletableFuture.completedFuture(told);
    }

    @Test
    void itTellsOnceTheLookHasAndNotBefore() {
        CompletableFuture<Boolean> look = new CompletableFuture<>();
        assertThat(tells("i", look)).isFalse();
        assertThat(tells("i", look)).isFalse();
        look.complete(true);
        assertThat(tells("i", look)).isTrue();
        assertThat(looks).as("one is enough").hasValue(1);
        assertThat(tells("j", done(true))).as("of another index").isFalse();
    }

    @Test
    void whatWasRefusedIsTriedAgainAfterAWhile() {
        assertThat(tells("i", CompletableFuture.failedFuture(new IllegalStateException())))
                .isFalse();
        now.addAndGet(Sights.REFUSED.toNanos() - 1);
        assertThat(tells("i", done(true))).isFalse();
        assertThat(looks).hasValue(1);
        now.addAndGet(1);
        assertThat(tells("i", done(true))).as("as it is only being tried").isFalse();
        assertThat(tells("i", done(true))).isTrue();
        sights.refused("i");
        assertThat(tells("i", done(true))).isFalse();
        assertThat(looks).hasValue(2);
    }

    @Test
    void ofNoMoreThanSoManyIndicesItIsKnown() {
        for (int i = 0; i < Sights.MOST; i++) {
            tells("i" + i, done(true));
        }
        assertThat(tells("i0", done(true))).isTrue();
        tells("one more", done(true));
        assertThat(tells("i0", done(true))).isFalse();
    }
}

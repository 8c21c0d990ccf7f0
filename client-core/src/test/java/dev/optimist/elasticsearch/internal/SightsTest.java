package dev.optimist.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.optimist.elasticsearch.internal.Sights.Told;
import dev.optimist.elasticsearch.internal.Sights.Way;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SightsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may be about to overflow
    private final Sights sights = new Sights(now::get);
    private final AtomicInteger looks = new AtomicInteger();

    private Way way(String index, CompletableFuture<Told> answer) {
        return sights.of(index, () -> {
            looks.incrementAndGet();
            return answer;
        });
    }

    private Way way(String index) {
        return way(index, new CompletableFuture<>());
    }

    private static CompletableFuture<Told> done(Told told) {
        return CompletableFuture.completedFuture(told);
    }

    /** As an index that was seen to store what it is sent. */
    private void asSent(String index) {
        way(index, done(Told.LISTING));
        sights.stored(index, () -> true);
        assertThat(way(index)).isEqualTo(Way.AS_SENT);
    }

    @Test
    void itTellsOnceTheLookHasAndNotBefore() {
        CompletableFuture<Told> look = new CompletableFuture<>();
        assertThat(way("i", look)).isEqualTo(Way.READ);
        assertThat(way("i", look)).isEqualTo(Way.READ);
        look.complete(Told.DOCUMENT);
        assertThat(way("i", look)).isEqualTo(Way.UPDATE);
        assertThat(looks).as("one is enough").hasValue(1);
        assertThat(way("j", done(Told.DOCUMENT))).as("of another index").isEqualTo(Way.READ);
    }

    @Test
    void whatWasRefusedIsTriedAgainAfterAWhile() {
        assertThat(way("i", CompletableFuture.failedFuture(new IllegalStateException())))
                .isEqualTo(Way.READ);
        now.addAndGet(Sights.REFUSED.toNanos() - 1);
        assertThat(way("i", done(Told.DOCUMENT))).isEqualTo(Way.READ);
        assertThat(looks).hasValue(1);
        now.addAndGet(1);
        assertThat(way("i", done(Told.DOCUMENT)))
                .as("as it is only being tried")
                .isEqualTo(Way.READ);
        assertThat(way("i")).isEqualTo(Way.UPDATE);
        sights.refused("i");
        assertThat(way("i")).isEqualTo(Way.READ);
        assertThat(looks).hasValue(2);
        assertThat(way("j", done(Told.NOTHING))).isEqualTo(Way.READ);
        assertThat(way("j")).isEqualTo(Way.READ);
    }

    @Test
    void whatWasSentIsBelievedOnlyOfAServerThatListsPipelines() {
        way("i", done(Told.DOCUMENT));
        sights.stored("i", () -> true);
        assertThat(way("i")).isEqualTo(Way.UPDATE);
    }

    /** What was seen is one document of one index, and there are others. */
    @Test
    void onceInAMinuteItIsComparedAgain() {
        asSent("i");
        now.addAndGet(Sights.AS_SENT.toNanos() - 1);
        assertThat(way("i")).isEqualTo(Way.AS_SENT);
        now.addAndGet(1);
        assertThat(way("i")).isEqualTo(Way.UPDATE);
        sights.stored("i", () -> true);
        assertThat(way("i")).isEqualTo(Way.AS_SENT);
        now.addAndGet(Sights.AS_SENT.toNanos());
        sights.stored("i", () -> false);
        assertThat(way("i")).isEqualTo(Way.UPDATE);
        now.addAndGet(Sights.REFUSED.toNanos() - 1);
        sights.stored("i", () -> true);
        assertThat(way("i")).isEqualTo(Way.UPDATE);
    }

    /** By an answer that comes late, or a request of several indices of which another needs it. */
    @Test
    void aDifferenceCountsWheneverItIsSeen() {
        asSent("i");
        sights.stored("i", () -> true);
        assertThat(way("i")).isEqualTo(Way.AS_SENT);
        sights.stored("i", () -> false);
        assertThat(way("i")).isEqualTo(Way.UPDATE);
    }

    @Test
    void aLookUnderWayIsNotLostByWhatBecomesOfAWriteBefore() {
        CompletableFuture<Told> look = new CompletableFuture<>();
        way("i", look);
        now.addAndGet(1);
        sights.changed("i");
        sights.contested("i");
        look.complete(Told.LISTING);
        assertThat(way("i")).isEqualTo(Way.UPDATE);
    }

    @Test
    void whereSomethingElseWasStoredOrSomebodyElseHasWrittenItIsNotBelievedForAWhile() {
        asSent("i");
        sights.contested("i");
        now.addAndGet(Sights.CONTESTED.toNanos() / 2);
        sights.contested("i");
        now.addAndGet(Sights.CONTESTED.toNanos() - 1);
        sights.stored("i", () -> true);
        assertThat(way("i")).isEqualTo(Way.UPDATE);
        now.addAndGet(1);
        sights.stored("i", () -> true);
        assertThat(way("i")).isEqualTo(Way.AS_SENT);

        sights.changed("i");
        now.addAndGet(Sights.REFUSED.toNanos() - 1);
        sights.contested("i");
        sights.stored("i", () -> true);
        assertThat(way("i")).isEqualTo(Way.UPDATE);
        now.addAndGet(Sights.CONTESTED.toNanos());
        sights.stored("i", () -> true);
        assertThat(way("i")).isEqualTo(Way.AS_SENT);
    }

    @Test
    void whatWasStoredIsComparedOnlyWhereThatIsToBeLearnt() {
        way("i", done(Told.LISTING));
        sights.stored("i", () -> false);
        assertThat(way("i")).isEqualTo(Way.UPDATE);
        sights.stored("i", () -> {
            throw new AssertionError("a minute has not passed");
        });
        now.addAndGet(Sights.REFUSED.toNanos());
        sights.stored("i", () -> true);
        assertThat(way("i")).isEqualTo(Way.AS_SENT);
        way("j", done(Told.DOCUMENT));
        sights.stored("j", () -> {
            throw new AssertionError("no pipelines are listed");
        });
    }

    @Test
    void aShortDoubtDoesNotEndALongOne() {
        asSent("i");
        sights.changed("i");
        sights.contested("i");
        now.addAndGet(Sights.CONTESTED.toNanos());
        sights.stored("i", () -> true);
        assertThat(way("i")).isEqualTo(Way.UPDATE);
    }

    @Test
    void ofAnIndexThatNobodyHasAskedForNothingIsNoted() {
        sights.stored("i", () -> true);
        sights.changed("i");
        sights.contested("i");
        assertThat(way("i", done(Told.LISTING))).isEqualTo(Way.READ);
        assertThat(looks).hasValue(1);
    }

    @Test
    void ofNoMoreThanSoManyIndicesItIsKnown() {
        for (int i = 0; i < Sights.MOST; i++) {
            way("i" + i, done(Told.DOCUMENT));
        }
        assertThat(way("i0")).isEqualTo(Way.UPDATE);
        way("one more");
        assertThat(way("i0")).isEqualTo(Way.READ);
    }
}

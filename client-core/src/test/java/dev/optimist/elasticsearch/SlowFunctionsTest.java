package dev.optimist.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Items that take long, by threads of a real pool; "slow" waits until it is told to go on. */
@Timeout(30)
class SlowFunctionsTest {
    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(2);
    private final SlowFunctions functions = new SlowFunctions(threads);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<String> items = Collections.synchronizedList(new ArrayList<>());
    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        goOn.countDown();
        threads.shutdown();
    }

    @Test
    void quickOnesStayTogetherInOrderOnOneThread() throws Exception {
        begin("a", "b", "c");
        assertThat(ended.take()).isEqualTo("applied [a, b, c]");
        assertThat(items).containsExactly("a", "b", "c");
        assertThat(threads.getCorePoolSize()).isEqualTo(2);
    }

    @Test
    void whatIsBeforeAndBehindASlowOneGoesOnWithoutIt() throws Exception {
        begin("a", "slow", "c", "d");
        assertThat(ended.take()).isEqualTo("applied [a, c, d]");
        assertThat(ended).isEmpty();
        goOn.countDown();
        assertThat(ended.take()).isEqualTo("late slow");
        assertThat(items).containsExactlyInAnyOrder("a", "slow", "c", "d");
    }

    @Test
    void moreSlowOnesThanThreadsLeaveThePoolItsThreads() throws Exception {
        begin("slow 1", "slow 2", "a");
        begin("slow 3");
        begin("slow 4");
        List<String> without = List.of(ended.take(), ended.take(), ended.take());
        assertThat(without).containsExactlyInAnyOrder("applied [a]", "applied []", "applied []");
        begin("b");
        assertThat(ended.take()).isEqualTo("applied [b]");
        assertThat(threads.getCorePoolSize()).isEqualTo(6);
        goOn.countDown();
        assertThat(List.of(ended.take(), ended.take(), ended.take(), ended.take()))
                .containsExactlyInAnyOrder("late slow 1", "late slow 2", "late slow 3", "late slow 4");
        assertThat(threads.getCorePoolSize()).isEqualTo(2);
    }

    @Test
    void thereIsABoundToThreads() throws Exception {
        for (int i = 0; i < SlowFunctions.MOST; i++) {
            begin("slow " + i);
        }
        for (int i = 0; i < SlowFunctions.MOST; i++) {
            assertThat(ended.take()).isEqualTo("applied []");
        }
        begin("slow last", "a");
        begin("b"); // the second of the usual threads
        assertThat(ended.take()).isEqualTo("applied [b]");
        assertThat(ended.poll(4 * SlowFunctions.LOOK_MILLIS, TimeUnit.MILLISECONDS))
                .as("what is behind the last waits")
                .isNull();
        assertThat(threads.getCorePoolSize()).isEqualTo(2 + SlowFunctions.MOST);
    }

    @Test
    void afterTheEndOfThePoolTheOthersGoOnAllTheSame() throws Exception {
        begin("slow", "a");
        threads.shutdown();
        assertThat(ended.take()).isEqualTo("applied [a]");
        goOn.countDown();
        assertThat(ended.take()).isEqualTo("late slow");
    }

    private void begin(String... those) {
        threads.execute(() -> functions.run(List.of(those), new SlowFunctions.Work<>() {
            @Override
            public void apply(String item) {
                items.add(item);
                if (item.startsWith("slow")) {
                    await();
                }
            }

            @Override
            public void applied(List<String> all) {
                ended.add("applied " + all);
            }

            @Override
            public void appliedLate(String item) {
                ended.add("late " + item);
            }
        }));
    }

    private void await() {
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

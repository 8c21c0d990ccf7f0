package dev.optimist.elasticsearch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.AttemptsExhaustedException.Limit;
import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionedDocuments;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Interrupts of a thread that waits for its own call; nobody else has any. */
class InterruptIT extends ServerTest {

    @Test
    void anInterruptEndsTheSleepAtOnce() throws Exception {
        counters.create("1", new Counter(0));
        VersionedDocuments<Counter> sleepy = counters.with(o -> o.retry(RetryPolicy.sharedDocument()
                .withDelays(Duration.ofHours(1), Duration.ofHours(1))
                .withDeadline(Duration.ofDays(1))));
        AtomicReference<AttemptsExhaustedException> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            thrown.set(exhausted(sleepy, c -> overwrite("1", c.n() + 100)));
            flag.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        await(() -> caller.getState() == Thread.State.TIMED_WAITING && sleepsInBackoff(caller));

        long begun = System.nanoTime();
        caller.interrupt();
        caller.join(10_000);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(200));
        assertThat(thrown.get().limit()).isEqualTo(Limit.INTERRUPT);
        assertThat(thrown.get()).hasCauseInstanceOf(VersionConflictException.class);
        assertThat(flag).hasValue(true);
        assertThat(stored("1").at("/_source/n").asInt()).isEqualTo(100);
    }

    @Test
    void anInterruptedThreadSendsNothing() {
        counters.create("1", new Counter(0));
        leavesUnchanged("1", () -> {
            Thread.currentThread().interrupt();
            AttemptsExhaustedException e = exhausted(counters, c -> {});
            assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
            assertThat(e.limit()).isEqualTo(Limit.INTERRUPT);
            assertThat(e.attempts()).isZero();

            e = exhausted(counters, c -> Thread.currentThread().interrupt());
            assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
            assertThat(e.limit()).isEqualTo(Limit.INTERRUPT);
        });
    }

    private static AttemptsExhaustedException exhausted(
            VersionedDocuments<Counter> documents, Consumer<Counter> meanwhile) {
        AttemptsExhaustedException e = catchThrowableOfType(
                AttemptsExhaustedException.class,
                () -> documents.readModifyWrite("1", c -> {
                    meanwhile.accept(c);
                    return c.plus(1);
                }));
        assertThat(e).as("attempts exhausted").isNotNull();
        return e;
    }

    private static boolean sleepsInBackoff(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().startsWith("dev.optimist")
                    && frame.getMethodName().equals("sleep")) {
                return true;
            }
        }
        return false;
    }

    /** Somebody else writes, by whatever way. */
    private void overwrite(String id, int n) {
        rest.put("/" + index + "/_doc/" + id, "{\"n\":" + n + "}").ok();
    }
}

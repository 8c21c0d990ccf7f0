package dev.optimist.elasticsearch.sync.jdbc;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Time and chance.
 *
 * @param nanoTime now
 * @param sleeper sleeps so many milliseconds
 * @param random gives 0 to less than its argument
 */
record Pace(LongSupplier nanoTime, Sleeper sleeper, LongUnaryOperator random) {
    /** How soon it is seen that the job is to end, which nobody tells a source otherwise. */
    private static final long LOOK_MILLIS = 50;

    interface Sleeper {
        void sleep(long millis) throws InterruptedException;
    }

    static Pace real() {
        return new Pace(
                System::nanoTime,
                Thread::sleep,
                bound -> ThreadLocalRandom.current().nextLong(bound));
    }

    /** Waits, but not on when the job is to end. */
    void pause(Duration time, BooleanSupplier stopping) throws InterruptedException {
        long end = nanoTime.getAsLong() + time.toNanos();
        while (!stopping.getAsBoolean()) {
            long left = end - nanoTime.getAsLong();
            if (left <= 0) {
                return;
            }
            sleeper.sleep(Math.min(LOOK_MILLIS, TimeUnit.NANOSECONDS.toMillis(left) + 1));
        }
    }
}

package dev.optimist.elasticsearch;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongUnaryOperator;

/**
 * Time, sleep and chance, so that tests can own them.
 *
 * @param random returns a number from 0 to its argument, both included
 */
record Pace(Clock clock, Sleep sleep, LongUnaryOperator random) {
    static final Pace REAL = new Pace(
            System::nanoTime,
            Thread::sleep,
            bound -> ThreadLocalRandom.current().nextLong(bound + 1));

    /** Nanoseconds since any point. */
    interface Clock {
        long nanoTime();
    }

    /** Sleeps for milliseconds. */
    interface Sleep {
        void millis(long millis) throws InterruptedException;
    }
}

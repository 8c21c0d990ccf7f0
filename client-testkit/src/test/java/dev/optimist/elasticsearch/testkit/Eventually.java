package dev.optimist.elasticsearch.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Waits for what other processes do: they tell nobody when they have started, written or ended, so they are looked at
 * again and again, until a deadline. The first argument says what is waited for.
 */
final class Eventually {
    private Eventually() {}

    static void eventually(String what, Duration limit, Callable<Boolean> isSo) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!isSo.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Not within " + limit.toSeconds() + " s: " + what);
            }
            Thread.sleep(10);
        }
    }
}

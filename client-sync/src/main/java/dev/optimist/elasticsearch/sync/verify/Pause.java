package dev.optimist.elasticsearch.sync.verify;

import java.util.concurrent.TimeUnit;

/** Time and sleep, so that tests can own them. */
interface Pause {
    Pause REAL = new Pause() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(nanos);
        }
    };

    long nanoTime();

    void sleep(long nanos) throws InterruptedException;
}

package dev.optimist.elasticsearch.testkit;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What all bytes of a proxy pass: shut while it is frozen, gone when it is closed. Thread-safe.
 */
final class Gate {
    /** A receiver that does not read must not hold up the one who freezes: its bytes stand still anyway. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final CountDownLatch gone = new CountDownLatch(1);
    private boolean shut;
    private int passing;

    /** Something that the other side notices. */
    interface Passage {
        void run() throws IOException;
    }

    /**
     * Runs this when the gate is open.
     *
     * @throws IOException if the gate is gone
     */
    void pass(Passage passage) throws IOException {
        enter();
        try {
            passage.run();
        } finally {
            leave();
        }
    }

    private synchronized void enter() throws IOException {
        while (shut && !isGone()) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
        if (isGone()) {
            throw new IOException("The proxy is closed");
        }
        passing++;
    }

    private synchronized void leave() {
        passing--;
        if (shut) {
            notifyAll();
        }
    }

    /** Shuts the gate, and waits for those who are in it, if they get on. */
    synchronized void freeze() {
        shut = true;
        long end = System.nanoTime() + PATIENCE_NANOS;
        try {
            for (long left = PATIENCE_NANOS; passing > 0 && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized void unfreeze() {
        shut = false;
        notifyAll();
    }

    synchronized void end() {
        gone.countDown();
        notifyAll();
    }

    boolean isGone() {
        return gone.getCount() == 0;
    }

    /**
     * Waits for so long.
     *
     * @throws IOException if the gate goes meanwhile
     */
    void sleep(long millis) throws IOException {
        if (!pause(millis)) {
            throw new IOException("The proxy is closed");
        }
    }

    /** Waits for so long, or less if the gate goes or the thread is interrupted; returns false then. */
    boolean pause(long millis) {
        try {
            return !gone.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

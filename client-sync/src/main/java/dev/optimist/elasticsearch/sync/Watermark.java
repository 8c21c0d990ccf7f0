package dev.optimist.elasticsearch.sync;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Knows which positions are safe: those before which every operation has an outcome that lets them pass.
 *
 * <p>Operations are counted in spans, each ending at a position; not one is held. There are 64 spans at most: further
 * positions move the end of the last one, which makes them later, never wrong. Thread-safe.
 */
final class Watermark {
    private static final int MOST_SPANS = 64;

    private final ArrayDeque<Span> spans = new ArrayDeque<>();
    private long inFlight;
    private @Nullable String reached;
    private boolean wasCaughtUp;
    private long caughtUpAt;

    /** Operations between two positions. */
    static final class Span {
        private long inFlight;

        /** Has an operation that no position may pass. */
        private boolean blocked;

        /** Safe when all operations of the span have passed; null if none was told since its begin. */
        private @Nullable String position;

        private boolean isCaughtUp;
        private long caughtUpAt;
    }

    Watermark() {
        spans.add(new Span());
    }

    /** An operation begins; to be given back to {@link #end}. */
    synchronized Span begin() {
        Span span = spans.getLast();
        span.inFlight++;
        inFlight++;
        return span;
    }

    /** An operation has its outcome. */
    synchronized void end(Span span, boolean passes) {
        span.inFlight--;
        inFlight--;
        span.blocked |= !passes;
        if (span.inFlight == 0) {
            advance();
        }
        if (inFlight == 0) {
            notifyAll();
        }
    }

    synchronized void position(String position) {
        spans.getLast().position = position;
        cut();
    }

    synchronized void caughtUp(long nanoTime) {
        spans.getLast().isCaughtUp = true;
        spans.getLast().caughtUpAt = nanoTime;
        cut();
    }

    private void cut() {
        if (spans.getLast().inFlight > 0 && spans.size() < MOST_SPANS) {
            spans.add(new Span());
        }
        advance();
    }

    private void advance() {
        for (Span span = spans.getFirst(); span.inFlight == 0 && !span.blocked; span = spans.getFirst()) {
            if (span.position != null) {
                reached = span.position;
                span.position = null;
            }
            if (span.isCaughtUp) {
                wasCaughtUp = true;
                caughtUpAt = span.caughtUpAt;
                span.isCaughtUp = false;
            }
            if (spans.size() == 1) {
                return;
            }
            spans.removeFirst();
        }
    }

    /** Returns the last position that is safe; null if none is yet. */
    synchronized @Nullable String reached() {
        return reached;
    }

    synchronized long inFlight() {
        return inFlight;
    }

    synchronized int spans() {
        return spans.size();
    }

    /** Returns when, in {@link System#nanoTime}, the source was last known to be caught up with, or {@code otherwise}. */
    synchronized long caughtUpAt(long otherwise) {
        return wasCaughtUp ? caughtUpAt : otherwise;
    }

    /** Waits until nothing is in flight, or a time is over; returns whether nothing is. */
    synchronized boolean awaitIdle(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (inFlight > 0) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}

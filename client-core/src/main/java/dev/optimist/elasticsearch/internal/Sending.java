package dev.optimist.elasticsearch.internal;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows one request through {@link StrictTransport}: whether it was handed to a connection, and how to have its node left
 * out. Through another transport it is not followed, and counts as sent.
 */
final class Sending {
    private static final ThreadLocal<@Nullable Sending> CURRENT = new ThreadLocal<>();

    private enum State {
        UNTRACKED,
        WAITING,
        SENT,
        CANCELLED
    }

    // there is one of these a request: its atomics are fields of it
    private static final AtomicReferenceFieldUpdater<Sending, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Sending.class, State.class, "state");
    private static final AtomicIntegerFieldUpdater<Sending> DECIDED =
            AtomicIntegerFieldUpdater.newUpdater(Sending.class, "decided");

    @SuppressWarnings("UnusedVariable") // but by its updater
    private volatile State state = State.UNTRACKED;

    @SuppressWarnings("UnusedVariable")
    private volatile int decided;

    private volatile @Nullable Runnable leaveNodeOut;

    /** Returns true to the first who asks, and that is who says what became of the request. */
    boolean decide() {
        return DECIDED.compareAndSet(this, 0, 1);
    }

    /** Runs what begins an exchange on this thread, so that the transport finds this object. */
    <T> T during(Supplier<T> begin) {
        CURRENT.set(this);
        try {
            return begin.get();
        } finally {
            CURRENT.set(null); // rather than remove(): the next request of this thread would make a new entry
        }
    }

    static @Nullable Sending current() {
        return CURRENT.get();
    }

    /** Called by the transport when it has the request. */
    void waiting(Runnable leaveOut) {
        state = State.WAITING;
        leaveNodeOut = leaveOut;
    }

    /** Called by the transport when there is a connection; false if the request must not be sent any more. */
    boolean send() {
        return STATE.compareAndSet(this, State.WAITING, State.SENT);
    }

    /** Gives up; true if it is certain that nothing was sent and nothing will be. */
    boolean cancelUnsent() {
        return STATE.compareAndSet(this, State.WAITING, State.CANCELLED);
    }

    /** The node did not answer in time, nor open a connection: the next requests go to others, if there are any. */
    void noAnswer() {
        Runnable leaveOut = leaveNodeOut;
        if (leaveOut != null) {
            leaveOut.run();
        }
    }
}

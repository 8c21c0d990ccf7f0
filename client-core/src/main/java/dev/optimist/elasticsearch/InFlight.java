package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Address;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds how many asynchronous operations are under way at the same time. Thread-safe. */
final class InFlight {
    static final int DEFAULT = 10_000;

    private final int most;
    private final Room room;

    private static final class Room extends Semaphore {
        private static final long serialVersionUID = 1L;

        Room(int most) {
            super(most, true);
        }

        void overdraw() {
            reducePermits(1);
        }
    }

    InFlight(int most) {
        this.most = most;
        this.room = new Room(most);
    }

    /**
     * Waits for room; on a thread of ours it does not, as that may be the one to make some.
     *
     * @throws ServerUnavailableException if there is none in time, or the thread is interrupted
     */
    void enter(Address address, Duration patience) {
        if (Rounds.isOnOwnThread()) {
            room.overdraw();
            return;
        }
        String why;
        try {
            if (room.tryAcquire() || room.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
            why = most + " operations are under way, and none has ended within " + patience.toMillis() + " ms";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            why = "the thread was interrupted while it waited for one of " + most + " operations to end";
        }
        throw new ServerUnavailableException(
                address + ": nothing was written: " + why, address.index(), address.id(), null);
    }

    void leave() {
        room.release();
    }

    /** Returns how many more may begin. */
    int room() {
        return room.availablePermits();
    }
}

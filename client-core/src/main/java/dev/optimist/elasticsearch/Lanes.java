package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Address;
import dev.optimist.elasticsearch.internal.Deadlines;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The documents that calls of one client are at work on; none is left behind for an idle document. Thread-safe. */
final class Lanes {

    private final ConcurrentMap<Address, Lane> lanes = new ConcurrentHashMap<>();
    private final Deadlines deadlines = new Deadlines();
    private final Rounds rounds;

    Lanes(Rounds rounds) {
        this.rounds = rounds;
    }

    Rounds rounds() {
        return rounds;
    }

    /** Returns what ends the calls for which no thread waits. */
    Deadlines deadlines() {
        return deadlines;
    }

    Lane of(Address key) {
        Lane lane = lanes.get(key);
        if (lane == null) {
            Lane made = new Lane(true);
            lane = lanes.putIfAbsent(key, made);
            lane = lane == null ? made : lane;
        }
        return lane;
    }

    /**
     * A leader has gone.
     *
     * @param unfinished what it leaves to the next, or null
     * @param pause how many milliseconds that is to wait
     */
    void left(Address key, Lane lane, @Nullable Batch<?> unfinished, long pause) {
        if (lane.leave(unfinished)) {
            rounds.follow(this, key, lane, pause);
        } else if (lane.retire()) {
            lanes.remove(key, lane);
        }
    }

    /** Ends the calls that wait; what is under way ends by itself. */
    void close() {
        lanes.values().forEach(Lane::abandon);
    }

    /** Returns how many documents have calls under way. */
    int size() {
        return lanes.size();
    }
}

package dev.optimist.elasticsearch.sync;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores the position of a job, and its status, now and then: on one thread of its own, until it is told to finish. */
final class Keeper implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    /** As long as the writer by default goes on: a cluster that is away for less should not end a job. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** A status that does not change is stored again, to be seen to be alive. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(30);

    private final Checkpoints checkpoints;
    private final Source<?> source;
    private final Watermark watermark;
    private final @Nullable DeadLetterFile deadLetters;
    private final Duration every;
    private final Supplier<SyncStatus> status;
    private final Consumer<Throwable> failed;
    private final Consumer<String> trouble;

    private volatile @Nullable String stored;
    private volatile @Nullable Instant storedAt;
    private boolean finishing;
    private long failingSince;
    private @Nullable SyncStatus told;

    Keeper(
            Checkpoints checkpoints,
            Source<?> source,
            Watermark watermark,
            @Nullable DeadLetterFile deadLetters,
            Duration every,
            Supplier<SyncStatus> status,
            Consumer<Throwable> failed,
            Consumer<String> trouble) {
        this.checkpoints = checkpoints;
        this.source = source;
        this.watermark = watermark;
        this.deadLetters = deadLetters;
        this.every = every;
        this.status = status;
        this.failed = failed;
        this.trouble = trouble;
    }

    @Nullable
    String load() {
        stored = checkpoints.load().orElse(null);
        return stored;
    }

    @Nullable
    String stored() {
        return stored;
    }

    @Nullable
    Instant storedAt() {
        return storedAt;
    }

    @Override
    public void run() {
        boolean last;
        do {
            last = pause();
            try {
                storePosition(last);
            } catch (Throwable e) { // of the user's checkpoints or source, too
                failed.accept(e);
                return;
            }
            if (!last) {
                storeStatus();
            }
        } while (!last);
    }

    /** Stores once more, then ends. */
    synchronized void finish() {
        finishing = true;
        notifyAll();
    }

    private synchronized boolean pause() {
        long end = System.nanoTime() + every.toNanos();
        try {
            for (long left = every.toNanos(); !finishing && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            return true; // nobody should; better to end than to store without a pause
        }
        return finishing;
    }

    private void storePosition(boolean last) throws IOException {
        String position = watermark.reached();
        if (position == null || position.equals(stored)) {
            return;
        }
        try {
            if (deadLetters != null) {
                deadLetters.force(); // first: what is left behind must not be lost
            }
            checkpoints.store(position);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw e; // another job, or a position that nobody can store
        } catch (RuntimeException e) {
            mayGoBetterNextTime(e, last);
            return;
        }
        failingSince = 0;
        stored = position;
        storedAt = Instant.now();
        source.stored(position);
    }

    private void mayGoBetterNextTime(RuntimeException e, boolean last) {
        long now = System.nanoTime();
        if (failingSince == 0) {
            failingSince = now;
        }
        if (last || now - failingSince > PATIENCE.toNanos()) {
            throw e;
        }
        LOG.warn("the position could not be stored in {}, and will be tried again", checkpoints, e);
        trouble.accept("the position could not be stored: " + e);
    }

    /** Not worth ending a job for. */
    void storeStatus() {
        SyncStatus now = status.get();
        if (told != null
                && now.total() == told.total()
                && now.inFlight() == told.inFlight()
                && now.state() == told.state()
                && Duration.between(told.at(), now.at()).compareTo(SIGN_OF_LIFE) < 0) {
            return;
        }
        try {
            checkpoints.storeStatus(now);
            told = now;
        } catch (RuntimeException e) {
            LOG.warn("the status could not be stored beside {}", checkpoints, e);
        }
    }
}

package dev.optimist.elasticsearch.sync;

import dev.optimist.elasticsearch.ExternalOptions;
import dev.optimist.elasticsearch.Tombstones;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link SyncJob} goes about it. Not thread-safe; it lives as long as the lambda that it is given to.
 *
 * <pre>{@code
 * SyncJob<Product> job = SyncJob.of(products, source, checkpoints, o -> o
 *         .name("products")
 *         .maxRejected(100)
 *         .stopWithin(Duration.ofSeconds(20)));
 * }</pre>
 *
 * @param <T> the class of the documents
 */
public final class SyncOptions<T> {
    private static final Duration LONGEST = Duration.ofDays(1);

    private String name = "sync";
    private Duration checkpointEvery = Duration.ofSeconds(1);
    private Duration stopWithin = Duration.ofSeconds(30);
    private long maxRejected;
    private long maxSuspicious;
    private @Nullable DeadLetters deadLetters;
    private @Nullable Tombstones tombstones = Tombstones.standard();
    private Consumer<ExternalOptions<T>> writer = options -> {};

    SyncOptions() {}

    /** Sets the name in logs, status and meters; "sync" by default, not empty. */
    public SyncOptions<T> name(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("name must not be empty");
        }
        this.name = value;
        return this;
    }

    /**
     * Sets the time between two checkpoints, at least; 1 s by default, longer than 0, at most 1 day. A job that is killed
     * reads again what came since the last one.
     */
    public SyncOptions<T> checkpointEvery(Duration time) {
        this.checkpointEvery = inBounds("checkpointEvery", time);
        return this;
    }

    /**
     * Sets how long {@link SyncJob#stop} lets the source come to an end and what is under way get its outcome; 30 s by
     * default, longer than 0, at most 1 day. After half of it the source is interrupted.
     */
    public SyncOptions<T> stopWithin(Duration time) {
        this.stopWithin = inBounds("stopWithin", time);
        return this;
    }

    /**
     * Sets how many {@code REJECTED} operations, and rows that can be none ({@link Changes#accept(Row)}), since the start,
     * are written to the {@link #deadLetters} and left behind;
     * the next one ends the job. 0 by default, as a change that is left behind is missing in the index until somebody does
     * something about it; and whatever makes Elasticsearch reject one (a mapping) is likely to make it reject more.
     *
     * @param most 0 or more; {@code Long.MAX_VALUE} to go on whatever happens. More than 0 needs dead letters.
     */
    public SyncOptions<T> maxRejected(long most) {
        this.maxRejected = notNegative("maxRejected", most);
        return this;
    }

    /**
     * Sets the same for {@code SUSPICIOUS} operations. 0 by default: there is another writer, or the versions are not what
     * they should be, and everything that is written from then on may be dropped unseen.
     *
     * @param most 0 or more; more than 0 needs dead letters
     */
    public SyncOptions<T> maxSuspicious(long most) {
        this.maxSuspicious = notNegative("maxSuspicious", most);
        return this;
    }

    /** Sets where operations go that are left behind. By default none is. */
    public SyncOptions<T> deadLetters(DeadLetters letters) {
        this.deadLetters = letters;
        return this;
    }

    /** Sets how a delete is kept; {@link Tombstones#standard} by default. {@link SyncIndex} hides and sweeps them. */
    public SyncOptions<T> tombstones(Tombstones kept) {
        this.tombstones = kept;
        return this;
    }

    /**
     * Makes deletes Elasticsearch's own, which leave nothing behind. <b>The risk:</b> Elasticsearch forgets a delete after
     * {@code index.gc_deletes} (60 s by default), and when the index is closed or a node restarts. A change that comes later
     * than that, from a slow worker, a backfill or a replay, brings the document back, and nothing notices but {@code verify}.
     */
    public SyncOptions<T> plainDeletes() {
        this.tombstones = null;
        return this;
    }

    /** Sets options of the writer: sizes of requests, time-outs, what is suspicious. */
    public SyncOptions<T> writer(Consumer<ExternalOptions<T>> options) {
        this.writer = options;
        return this;
    }

    private static Duration inBounds(String option, Duration time) {
        if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(option + " must be longer than 0 and at most 1 day, is " + time);
        }
        return time;
    }

    private static long notNegative(String option, long most) {
        if (most < 0) {
            throw new IllegalArgumentException(option + " must be 0 or more, is " + most);
        }
        return most;
    }

    SyncOptions<T> checked() {
        if (deadLetters == null && (maxRejected > 0 || maxSuspicious > 0)) {
            throw new IllegalArgumentException((maxRejected > 0 ? "maxRejected" : "maxSuspicious")
                    + ": needs deadLetters, or what is left is lost");
        }
        return this;
    }

    String name() {
        return name;
    }

    Duration checkpointEvery() {
        return checkpointEvery;
    }

    Duration stopWithin() {
        return stopWithin;
    }

    long maxRejected() {
        return maxRejected;
    }

    long maxSuspicious() {
        return maxSuspicious;
    }

    @Nullable
    DeadLetters deadLetters() {
        return deadLetters;
    }

    void applyTo(ExternalOptions<T> options) {
        if (tombstones != null) {
            options.tombstones(tombstones);
        }
        writer.accept(options);
    }
}

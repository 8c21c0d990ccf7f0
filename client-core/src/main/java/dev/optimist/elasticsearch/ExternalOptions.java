package dev.optimist.elasticsearch;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How {@link ExternalVersionWriter} gathers operations into requests, and what it makes of what it finds. Not thread-safe; it
 * lives as long as the lambda that it is given to.
 *
 * <pre>{@code
 * ExternalVersionWriter<Stock> writer = stock.externalVersionWriter(o -> o
 *         .operations(2_000)
 *         .requestsInFlight(4)
 *         .listener(result -> log.debug("{}", result.outcome())));
 * }</pre>
 *
 * @param <T> the class of the documents
 */
public final class ExternalOptions<T> {
    private static final int MOST_OPERATIONS = 10_000;
    private static final int MB = 1024 * 1024;
    private static final int MOST_BYTES = 100 * MB;
    private static final int MOST_REQUESTS = 64;

    private int operations = 1_000;
    private long bytes = 5 * MB;
    private Duration flushAfter = Duration.ofMillis(200);
    private int requestsInFlight = 2;
    private Duration giveUpAfter = Duration.ofMinutes(5);
    private @Nullable Tombstones tombstones;
    private boolean compareDuplicates = true;
    private @Nullable LongSupplier highestVersion;
    private Consumer<? super ExternalResult<T>> listener = result -> {};

    ExternalOptions() {}

    /** Sets the most operations in one request, 1 to 10 000; 1 000 by default. */
    public ExternalOptions<T> operations(int most) {
        this.operations = (int) inBounds("operations", most, MOST_OPERATIONS);
        return this;
    }

    /**
     * Sets the most bytes in one request, about: 1 to 104 857 600, which is what Elasticsearch takes by default
     * ({@code http.max_content_length}); 5 MB by default. A document that is larger goes alone.
     */
    public ExternalOptions<T> bytes(long most) {
        this.bytes = inBounds("bytes", most, MOST_BYTES);
        return this;
    }

    /** Sets how long an operation waits for others to fill a request; 200 ms by default, longer than 0, at most 365 days. */
    public ExternalOptions<T> flushAfter(Duration time) {
        this.flushAfter = Bounds.positive("flushAfter", time);
        return this;
    }

    /**
     * Sets how many requests are under way at the same time, 1 to 64; 2 by default. At most twice as many requests' worth of
     * operations are held; a caller that brings more waits.
     */
    public ExternalOptions<T> requestsInFlight(int most) {
        this.requestsInFlight = (int) inBounds("requestsInFlight", most, MOST_REQUESTS);
        return this;
    }

    /**
     * Sets how long an operation is sent again that no server took, or whose answer was lost, from when it was given; 5 min by
     * default, longer than 0, at most 365 days. Then it ends as {@link ExternalResult.Outcome#UNRESOLVED}.
     */
    public ExternalOptions<T> giveUpAfter(Duration time) {
        this.giveUpAfter = Bounds.positive("giveUpAfter", time);
        return this;
    }

    /**
     * Keeps deletes as documents, so that nothing late brings back what is deleted. By default deletes are Elasticsearch's
     * own, which forgets them: {@link Tombstones} says when.
     */
    public ExternalOptions<T> tombstones(Tombstones kept) {
        this.tombstones = Bounds.notNull("tombstones", kept);
        return this;
    }

    /**
     * Decides whether what is there is read when Elasticsearch says that the same version is there: another document than the
     * one to be written is {@link ExternalResult.Outcome#SUSPICIOUS}. On by default, at the price of a read of each duplicate;
     * without it every one is {@link ExternalResult.Outcome#DUPLICATE}. Switch it off where a {@code pipeline} changes
     * documents on their way in.
     */
    public ExternalOptions<T> compareDuplicates(boolean on) {
        this.compareDuplicates = on;
        return this;
    }

    /**
     * Sets how to ask for the highest version that the source has given by now: a document of a higher one is
     * {@link ExternalResult.Outcome#SUSPICIOUS}. By default none is too high. Asked once an answer that holds newer versions,
     * on the writer's thread; what it throws ends the operation as {@code SUSPICIOUS}, too, as it cannot be told from one.
     */
    public ExternalOptions<T> highestVersion(LongSupplier source) {
        this.highestVersion = Bounds.notNull("highestVersion", source);
        return this;
    }

    /**
     * Tells every outcome, once, before its future is completed. On the writer's thread: what takes long there holds up all
     * others, and what it throws is logged and else ignored.
     */
    public ExternalOptions<T> listener(Consumer<? super ExternalResult<T>> told) {
        this.listener = Bounds.notNull("listener", told);
        return this;
    }

    private static long inBounds(String parameter, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(parameter + " must be between 1 and " + most + ", is " + value);
        }
        return value;
    }

    int operations() {
        return operations;
    }

    long bytes() {
        return bytes;
    }

    Duration flushAfter() {
        return flushAfter;
    }

    int requestsInFlight() {
        return requestsInFlight;
    }

    Duration giveUpAfter() {
        return giveUpAfter;
    }

    @Nullable
    Tombstones tombstones() {
        return tombstones;
    }

    boolean compareDuplicates() {
        return compareDuplicates;
    }

    @Nullable
    LongSupplier highestVersion() {
        return highestVersion;
    }

    Consumer<? super ExternalResult<T>> listener() {
        return listener;
    }
}

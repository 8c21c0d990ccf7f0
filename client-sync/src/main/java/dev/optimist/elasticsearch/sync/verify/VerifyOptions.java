package dev.optimist.elasticsearch.sync.verify;

import dev.optimist.elasticsearch.Tombstones;
import dev.optimist.elasticsearch.sync.Row;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Verifier} compares. Not thread-safe; it lives as long as the lambda that it is given to.
 *
 * <pre>{@code
 * Verifier<Product> verifier = Verifier.of(client, "products", inventory, o -> o
 *         .compareContent(true)
 *         .settle(Duration.ofSeconds(10))
 *         .listener(difference -> log.warn("{}", difference)));
 * }</pre>
 *
 * @param <T> the class of the documents
 */
public final class VerifyOptions<T> {
    private static final Duration LONGEST_SETTLE = Duration.ofHours(1);

    private @Nullable Tombstones tombstones;
    private Predicate<? super Row<T>> tombstoneExpected = row -> true;
    private @Nullable String routing;
    private boolean compareContent;
    private Duration settle = Duration.ofSeconds(5);
    private int suspects = 10_000;
    private int pageSize = 1_000;
    private int examples = 10;
    private Consumer<? super Difference> listener = difference -> {};
    private Consumer<? super VerifyProgress> progress = progress -> {};

    VerifyOptions() {}

    /**
     * Says that the sync keeps deletes as documents, and how: such a document counts as deleted. By default there are none,
     * and a document that looks like one is a document.
     */
    public VerifyOptions<T> tombstones(Tombstones kept) {
        this.tombstones = Objects.requireNonNull(kept, "tombstones");
        return this;
    }

    /**
     * Decides which of the deletes that the database remembers have a tombstone; by default all. Where tombstones are swept
     * after a time, a database that remembers deletes for longer must leave out the older ones, here or in its inventory.
     */
    public VerifyOptions<T> tombstoneExpected(Predicate<? super Row<T>> expected) {
        this.tombstoneExpected = Objects.requireNonNull(expected, "tombstoneExpected");
        return this;
    }

    /** Sets the {@code routing} of rows that have none of their own; not empty. None by default. */
    public VerifyOptions<T> routing(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("routing must not be empty");
        }
        this.routing = value;
        return this;
    }

    /**
     * Decides whether documents of the same version are compared, too, as JSON: order of fields and white space aside. Off by
     * default, as every document is read then. Not for documents that an ingest pipeline changes on their way in. Rows
     * without versions are compared in any case.
     */
    public VerifyOptions<T> compareContent(boolean on) {
        this.compareContent = on;
        return this;
    }

    /**
     * Sets how long a difference has to last: 5 s by default, longer than 0, at most 1 h. It must be longer than a change takes
     * from when a reader of the database sees it until it is in the index: then nothing is reported that was only under way.
     */
    public VerifyOptions<T> settle(Duration time) {
        if (time.isNegative() || time.isZero() || time.compareTo(LONGEST_SETTLE) > 0) {
            throw new IllegalArgumentException("settle must be longer than 0 and at most 1 h, is " + time);
        }
        this.settle = time;
        return this;
    }

    /**
     * Sets how many differences wait for their second look at most, 1 to 1 000 000; 10 000 by default, which is about 3 MB. While
     * there are as many, nothing else is read.
     */
    public VerifyOptions<T> suspects(int most) {
        this.suspects = inBounds("suspects", most, 1, 1_000_000);
        return this;
    }

    /** Sets how many rows or documents are read at once, 1 to 1 000; 1 000 by default. Fewer where documents are large. */
    public VerifyOptions<T> pageSize(int rows) {
        this.pageSize = inBounds("pageSize", rows, 1, 1_000);
        return this;
    }

    /** Sets how many differences of each kind are in the report, 0 to 100 000; 10 by default. */
    public VerifyOptions<T> examples(int most) {
        this.examples = inBounds("examples", most, 0, 100_000);
        return this;
    }

    /** Tells every difference, on the calling thread, once it is certain. What it throws ends the comparison. */
    public VerifyOptions<T> listener(Consumer<? super Difference> told) {
        this.listener = Objects.requireNonNull(told, "listener");
        return this;
    }

    /** Tells how far it is, on the calling thread, after every page. What it throws ends the comparison. */
    public VerifyOptions<T> progress(Consumer<? super VerifyProgress> told) {
        this.progress = Objects.requireNonNull(told, "progress");
        return this;
    }

    private static int inBounds(String parameter, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    parameter + " must be between " + least + " and " + most + ", is " + value);
        }
        return value;
    }

    @Nullable
    Tombstones tombstones() {
        return tombstones;
    }

    Predicate<? super Row<T>> tombstoneExpected() {
        return tombstoneExpected;
    }

    @Nullable
    String routing() {
        return routing;
    }

    boolean compareContent() {
        return compareContent;
    }

    Duration settle() {
        return settle;
    }

    int suspects() {
        return suspects;
    }

    int pageSize() {
        return pageSize;
    }

    int examples() {
        return examples;
    }

    Consumer<? super Difference> listener() {
        return listener;
    }

    Consumer<? super VerifyProgress> progress() {
        return progress;
    }
}

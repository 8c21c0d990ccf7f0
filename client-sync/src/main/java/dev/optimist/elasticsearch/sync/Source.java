package dev.optimist.elasticsearch.sync;

import org.jspecify.annotations.Nullable;

/**
 * Where changes come from: a table that is polled, a database's log, a queue of your own.
 *
 * <p>It is to deliver every change after a position at least once, those of one document in the order of their versions
 * where it can; what comes twice, late or in disorder does no harm, as versions decide. Used by one thread at a time.
 *
 * <pre>{@code
 * class Feed implements Source<Product> {
 *     @Override
 *     public void read(String position, Changes<Product> changes) throws Exception {
 *         changes.accept(new Row<>("4711", null, 5L, product));
 *         changes.position("5");
 *     }
 * }
 * }</pre>
 *
 * @param <T> the class of the documents
 */
public interface Source<T> extends AutoCloseable {

    /**
     * Delivers changes until there are no more, or {@link Changes#isStopping} says so. First all rows that exist, if there is
     * no position.
     *
     * @param position the last one that was stored of those given to {@link Changes#position}; null at the first start
     * @param changes takes them
     * @throws Exception what ends the job; a source repeats by itself what may go better the next time
     */
    void read(@Nullable String position, Changes<T> changes) throws Exception;

    /**
     * Called when a position was stored, on another thread than {@link #read}: nothing before it will be asked for again. By
     * default does nothing.
     *
     * @param position as it was given
     */
    default void stored(String position) {}

    @Override
    default void close() {}
}

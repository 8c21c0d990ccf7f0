package dev.optimist.elasticsearch.sync;

import dev.optimist.elasticsearch.ExternalOperation;

/**
 * Takes what a {@link Source} delivers. For the thread that reads the source.
 *
 * <pre>{@code
 * while (!changes.isStopping()) {
 *     changes.accept(new Row<>("4711", null, 5L, product));
 *     changes.position("5"); // all up to here has been given
 *     changes.caughtUp();
 * }
 * }</pre>
 *
 * @param <T> the class of the documents
 */
public interface Changes<T> {

    /**
     * Takes a change, to be written. Waits while too many are under way.
     *
     * @param change the state of one document and its version
     * @throws InterruptedException if the job is ended meanwhile
     */
    void accept(ExternalOperation<T> change) throws InterruptedException;

    /**
     * Takes a row as the database has it, to be written at its own version. What {@link ExternalOperation} refuses (an id that is
     * empty or has more than 512 bytes, a negative version) is {@code REJECTED}, as if Elasticsearch had done so: within
     * {@link SyncOptions#maxRejected} it goes to the {@link DeadLetters}, and all others go on.
     *
     * @param row the state of one document
     * @throws IllegalArgumentException if it has no version
     * @throws InterruptedException if the job is ended meanwhile
     */
    void accept(Row<T> row) throws InterruptedException;

    /**
     * Says where the source is: whoever starts from this position gets every change that was not accepted until now. It is
     * stored once all those are acknowledged.
     *
     * @param position opaque, up to 32 kB; never empty
     */
    void position(String position);

    /** Says that everything was delivered that there was a moment ago, so that the lag is known to be none. */
    void caughtUp();

    /** Returns whether the source should come to an end: soon, at a place that suits it. */
    boolean isStopping();
}

package dev.optimist.elasticsearch.sync;

import dev.optimist.elasticsearch.VersionedClient;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the position of a job is kept. Thread-safe.
 *
 * <pre>{@code
 * Checkpoints checkpoints = Checkpoints.inElasticsearch(client, "sync", "products");
 * Checkpoints inAFile = Checkpoints.inFile(Path.of("products.position"));
 * }</pre>
 */
public interface Checkpoints {

    /**
     * Keeps the position, and the job's status beside it, as documents of an index. The position is written on the condition
     * that nobody else has written it since: of two jobs with one name, all but the last one to store end with an
     * {@link IllegalStateException}.
     *
     * <p>The index is made at the first use if it is missing, with one shard. An answer that is lost is looked for; what
     * cannot be stored within four attempts throws what the last one met.
     *
     * @param client stays open
     * @param index the name of an index for nothing else; any number of jobs share it
     * @param name the name of the job, 1 to 256 letters, digits and {@code . _ -}
     */
    static Checkpoints inElasticsearch(VersionedClient client, String index, String name) {
        return new ElasticsearchCheckpoints(client, index, name);
    }

    /**
     * Keeps the position in a file, which is replaced as a whole: whenever the process or the machine ends, it holds the old
     * position or the new one. Two jobs with one file are noticed as in {@link #inElasticsearch}. Beside the file are, for a
     * moment, one that ends in {@code .tmp}, and for good an empty one that ends in {@code .lock}.
     *
     * <p>What the file system refuses is thrown as {@link java.io.UncheckedIOException}.
     *
     * @param file in a folder that exists, on a file system of this machine
     */
    static Checkpoints inFile(Path file) {
        return new FileCheckpoints(file);
    }

    /** Returns the position that was stored last. */
    Optional<String> load();

    /**
     * Stores a position durably.
     *
     * @throws IllegalStateException if another job stores positions in the same place
     */
    void store(String position);

    /** Keeps what {@link #status} returns, where there is room for it; by default nowhere. It may be lost. */
    default void storeStatus(SyncStatus status) {}

    /** Returns the status of the job as it was stored last, perhaps by another process; by default none. */
    default Optional<SyncStatus> status() {
        return Optional.empty();
    }
}

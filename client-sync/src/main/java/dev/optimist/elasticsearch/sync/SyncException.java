package dev.optimist.elasticsearch.sync;

import org.jspecify.annotations.Nullable;

/**
 * A {@link SyncJob} has ended by an error. The position that it has stored is right: whoever starts again from there gets
 * everything that is not in the index, the change that the job ended with included.
 *
 * <pre>{@code
 * try {
 *     job.run();
 * } catch (SyncException e) {
 *     log.error("the job has ended at {}", job.status().position(), e);
 * }
 * }</pre>
 */
public final class SyncException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SyncException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

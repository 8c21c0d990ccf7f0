package dev.optimist.elasticsearch.merge;

import org.jspecify.annotations.Nullable;

/**
 * A {@link JsonPatch} does not fit the latest version of the document: a {@code test} that does not hold, or a path that is not
 * there. <b>Nothing was written</b>, none of its operations was applied, and it is not tried again.
 *
 * <pre>{@code
 * try {
 *     merging.jsonPatch(id, patch);
 * } catch (PatchFailedException e) {
 *     log.info("not written: {}", e.getMessage());
 * }
 * }</pre>
 */
public final class PatchFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int operation;
    private final String path;

    PatchFailedException(int operation, String op, String path, String why, @Nullable Throwable cause) {
        super(
                "operation " + operation + ", " + op + " " + (path.isEmpty() ? "of the whole document" : path) + ": "
                        + why,
                cause);
        this.operation = operation;
        this.path = path;
    }

    /** Returns which operation of the patch it was, from 0. */
    public int operation() {
        return operation;
    }

    /** Returns the {@code path} of that operation. */
    public String path() {
        return path;
    }
}

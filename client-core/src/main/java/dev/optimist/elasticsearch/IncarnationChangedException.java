package dev.optimist.elasticsearch;

import org.jspecify.annotations.Nullable;

/**
 * The index was deleted and created again between the read and the write, and its new document happened to have the same
 * {@code _seq_no} and {@code _primary_term} as the one that was read, so that Elasticsearch found the condition to hold:
 * <b>the write was applied, to a document that was never read</b>. The answer's {@code _version} shows it, as a write makes
 * it one more than that of the read.
 *
 * <p>The same happens where an ingest pipeline changes the {@code _index} of what is written, and the document of that id
 * there has the same numbers.
 *
 * <p>Elasticsearch has no condition on the incarnation of an index. To be safe from this, do not create an index again
 * under its old name, but make a new one and switch an alias: a token is bound to the concrete index.
 *
 * <pre>{@code
 * try {
 *     stock.index(id, edited, WriteCondition.unchangedSince(read));
 * } catch (IncarnationChangedException e) {
 *     log.error("written over {}, which nobody has read", e.written());
 * }
 * }</pre>
 */
public final class IncarnationChangedException extends OptimistException {
    private static final long serialVersionUID = 1L;

    private final DocumentToken required;
    private final DocumentToken written;

    IncarnationChangedException(String index, String id, DocumentToken required, DocumentToken written) {
        super(
                "[" + index + "][" + id + "]: "
                        + (written.index().equals(required.index())
                                ? "index " + required.index() + " was deleted and created again since the read"
                                : "an ingest pipeline sent the write to index " + written.index()
                                        + ", and the read was of index " + required.index())
                        + ": the document had version " + required.version()
                        + ", and the write that depended on it made"
                        + " version " + written.version() + " of another document, which it has replaced",
                index,
                id,
                (@Nullable Throwable) null);
        this.required = required;
        this.written = written;
    }

    /** Returns the token of the document that was read. */
    public DocumentToken required() {
        return required;
    }

    /** Returns the token of what the write has made. */
    public DocumentToken written() {
        return written;
    }
}

package dev.optimist.elasticsearch;

import org.jspecify.annotations.Nullable;

/**
 * What was given to {@link DocumentTokens} is not a token of this document, or no condition to write on. Nothing was written.
 * The message says what is wrong; it repeats nothing of what was given, so it can be logged and shown.
 *
 * <pre>{@code
 * try {
 *     stock.index(id, edited, WriteCondition.unchangedSince(tokens.parse(id, field)));
 * } catch (InvalidTokenException e) {
 *     log.info("the form has to be loaded again: {}", e.reason());
 * }
 * }</pre>
 */
public final class InvalidTokenException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** It is not what {@link DocumentTokens} writes: cut, not Base64, of a later version, or a header out of its grammar. */
        MALFORMED,
        /** It was changed since it was encoded, or is not signed with this key. */
        TAMPERED,
        /** It was encoded for another index or alias, or the alias has moved on from its index. */
        OTHER_INDEX,
        /** It is of another document of the index. */
        OTHER_ID,
        /** It is of the same id under another {@code routing}, which is another document. */
        OTHER_ROUTING,
        /** The index was deleted and created again since. */
        OTHER_INCARNATION,
        /** A weak entity tag ({@code W/"…"}), which {@code If-Match} never takes for equal; some proxies make them. */
        WEAK,
        /** There is no {@code If-Match}, or it is {@code *}: the client does not say what it has seen. */
        UNCONDITIONAL
    }

    private final Reason reason;

    InvalidTokenException(Reason reason, String message) {
        this(reason, message, null);
    }

    InvalidTokenException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Returns what is wrong. */
    public Reason reason() {
        return reason;
    }
}

package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Conflict;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The document is not as the {@link WriteCondition} required: Elasticsearch answered 409, or, for
 * {@link WriteCondition#version}, the read before the write found another version, and nothing was sent after it. With a
 * client made by {@link VersionedClient#connect}, <b>this request wrote nothing</b>.
 *
 * <p>Elasticsearch gives the required and the current values as text only; they are parsed from it. A value that the text
 * does not hold, or a text of a new wording, leaves them empty; {@link #kind()} then follows from the condition that was
 * sent, and {@link #getMessage()} holds the server's words in every case.
 *
 * <p>On a cluster of several nodes there is one exception: if a node dies, Elasticsearch itself may repeat a write that was
 * applied, and answer the repetition's conflict. Where that matters, look whether what you wanted to write is there.
 *
 * <p>With a client of your own ({@link VersionedClient#of}) whose transport repeats requests by itself, a conflict may be
 * against your own write, which was applied: elasticsearch-java's default transport does that.
 *
 * <pre>{@code
 * try {
 *     stock.index(id, edited, WriteCondition.version(1));
 * } catch (VersionConflictException e) {
 *     log.debug("{}: required {}, is {}", e.kind(), e.requiredVersion(), e.currentVersion());
 * }
 * }</pre>
 */
public final class VersionConflictException extends OptimistException {
    private static final long serialVersionUID = 1L;

    /** How the document differs from what was required. */
    public enum Kind {
        /** The document has changed since: another {@code _seq_no}, {@code _primary_term} or {@code _version}. */
        STALE,
        /** There is no such document: it was deleted, or never was. */
        ABSENT,
        /** {@code create}: the document exists already. */
        EXISTS,
        /** {@code version_type=external} or {@code external_gte}: a version that is too high is there already. */
        EXTERNAL
    }

    private final Conflict conflict;
    private final int attempts;

    VersionConflictException(String index, String id, Conflict conflict, int attempts, @Nullable Throwable cause) {
        super("[" + index + "]" + conflict.reason(), index, id, cause);
        this.conflict = conflict;
        this.attempts = attempts;
    }

    /** Returns how the document differs from what was required. */
    public Kind kind() {
        return conflict.kind();
    }

    /** Returns the {@code if_seq_no} of the request. */
    public OptionalLong requiredSeqNo() {
        return optional(conflict.requiredSeqNo());
    }

    /** Returns the {@code if_primary_term} of the request. */
    public OptionalLong requiredPrimaryTerm() {
        return optional(conflict.requiredPrimaryTerm());
    }

    /** Returns the {@code version} of the request. */
    public OptionalLong requiredVersion() {
        return optional(conflict.requiredVersion());
    }

    /** Returns the {@code _seq_no} that the document has. */
    public OptionalLong currentSeqNo() {
        return optional(conflict.currentSeqNo());
    }

    /** Returns the {@code _primary_term} that the document has. */
    public OptionalLong currentPrimaryTerm() {
        return optional(conflict.currentPrimaryTerm());
    }

    /** Returns the {@code _version} that the document, or the tombstone of a deleted document, has. */
    public OptionalLong currentVersion() {
        return optional(conflict.currentVersion());
    }

    /** Returns the number of the attempt that met this conflict: 1 for a plain write, 1 and up in a readModifyWrite. */
    public int attempts() {
        return attempts;
    }

    private static OptionalLong optional(@Nullable Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}

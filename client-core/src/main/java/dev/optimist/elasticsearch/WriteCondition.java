package dev.optimist.elasticsearch;

import java.io.Serializable;
import java.util.Objects;

/**
 * What must be true of the stored document for a write to be applied. Elasticsearch compares and writes as one atomic
 * step, or answers 409, which arrives as {@link VersionConflictException}.
 *
 * <p>There is no default: a write without a condition has to be asked for by name, {@link #none()}.
 *
 * <p>Immutable and thread-safe.
 *
 * <pre>{@code
 * stock.index(id, edited, WriteCondition.unchangedSince(read)); // what was read is still there
 * stock.index(id, edited, WriteCondition.version(1));           // the tutorials' ?version=1
 * stock.index(id, edited, WriteCondition.external(version));    // a database's version, higher than what is there
 * stock.index(id, edited, WriteCondition.none());               // whatever is there
 * }</pre>
 *
 * @see <a href="https://www.elastic.co/guide/en/elasticsearch/reference/current/optimistic-concurrency-control.html">
 *     Optimistic concurrency control</a>
 */
public sealed interface WriteCondition extends Serializable {

    /**
     * The document is as it was read. The write goes to the concrete index that it was read from.
     *
     * @throws IllegalArgumentException as {@link #unchangedSince(DocumentToken)}
     */
    static WriteCondition unchangedSince(VersionedDocument<?> read) {
        return new UnchangedSince(Objects.requireNonNull(read, "read").token());
    }

    /**
     * The document is in the state that a read or a write answered ({@code if_seq_no} and {@code if_primary_term}). The
     * write goes to the concrete index of the token.
     *
     * @throws IllegalArgumentException if the token holds no sequence number, see {@link DocumentToken#hasSeqNo()}
     */
    static WriteCondition unchangedSince(DocumentToken token) {
        return new UnchangedSince(token);
    }

    /**
     * The document has this {@code _seq_no} and {@code _primary_term}. Prefer {@link #unchangedSince(DocumentToken)}, which
     * also knows the document and its index.
     *
     * @param seqNo {@code if_seq_no}, from 0
     * @param primaryTerm {@code if_primary_term}, from 1
     * @throws IllegalArgumentException if either is out of bounds. Elasticsearch would take -2 and 0 as "no condition".
     */
    static WriteCondition ifSeqNo(long seqNo, long primaryTerm) {
        return new IfSeqNo(seqNo, primaryTerm);
    }

    /**
     * The document has this {@code _version}: the tutorials' {@code ?version=1}. Servers from 7.0 on answer 400 to that
     * parameter; there the document is read, its version compared, and the write made conditional on the
     * {@code _seq_no} of that read, which is as safe and costs one more request. Where documents have a
     * {@linkplain DocumentOptions#mappingType mapping type}, the server compares.
     *
     * @param version from 1 to {@code Long.MAX_VALUE - 1}
     * @throws IllegalArgumentException if it is out of bounds
     */
    static WriteCondition version(long version) {
        return new Version(version);
    }

    /**
     * The stored version is lower than this one, or there is no document ({@code version_type=external}). The version
     * becomes the document's.
     *
     * @param version from 0 to {@code Long.MAX_VALUE - 1}
     * @throws IllegalArgumentException if it is out of bounds. Elasticsearch accepts {@code Long.MAX_VALUE}, and the next
     *     unversioned write then wraps it to a negative number.
     */
    static WriteCondition external(long version) {
        return new External(version);
    }

    /**
     * The stored version is not higher than this one, or there is no document ({@code version_type=external_gte}). The
     * version becomes the document's. A document of the same version is replaced: two that differ under one version leave
     * whichever came last.
     *
     * @param version from 0 to {@code Long.MAX_VALUE - 1}
     * @throws IllegalArgumentException if it is out of bounds
     */
    static WriteCondition externalGte(long version) {
        return new ExternalGte(version);
    }

    /** Nothing: whatever is there is overwritten or deleted, and with it every change that you have not seen. */
    static WriteCondition none() {
        return None.NONE;
    }

    /**
     * See {@link #unchangedSince(DocumentToken)}.
     *
     * @param token the state that is required
     */
    record UnchangedSince(DocumentToken token) implements WriteCondition {
        /** Checks the bounds. */
        public UnchangedSince {
            Objects.requireNonNull(token, "token");
            if (!token.hasSeqNo()) {
                throw new IllegalArgumentException("if_seq_no, if_primary_term: this document has none (_seq_no "
                        + token.seqNo() + ", _primary_term " + token.primaryTerm()
                        + "), so a write cannot depend on it; its index has sequence numbers disabled or it was not"
                        + " stored. WriteCondition.external works there");
            }
        }
    }

    /**
     * See {@link #ifSeqNo}.
     *
     * @param seqNo {@code if_seq_no}
     * @param primaryTerm {@code if_primary_term}
     */
    record IfSeqNo(long seqNo, long primaryTerm) implements WriteCondition {
        /** Checks the bounds. */
        public IfSeqNo {
            if (seqNo < 0) {
                throw new IllegalArgumentException("if_seq_no must be 0 or more, is " + seqNo);
            }
            if (primaryTerm < 1) {
                throw new IllegalArgumentException("if_primary_term must be 1 or more, is " + primaryTerm);
            }
        }
    }

    /**
     * See {@link #version}.
     *
     * @param version the required {@code _version}
     */
    record Version(long version) implements WriteCondition {
        /** Checks the bounds. */
        public Version {
            Bounds.version("version", version, 1);
        }
    }

    /**
     * See {@link #external}.
     *
     * @param version the new {@code _version}
     */
    record External(long version) implements WriteCondition {
        /** Checks the bounds. */
        public External {
            Bounds.version("version (version_type=external)", version, 0);
        }
    }

    /**
     * See {@link #externalGte}.
     *
     * @param version the new {@code _version}
     */
    record ExternalGte(long version) implements WriteCondition {
        /** Checks the bounds. */
        public ExternalGte {
            Bounds.version("version (version_type=external_gte)", version, 0);
        }
    }

    /** See {@link #none}. */
    enum None implements WriteCondition {
        /** The only one. */
        NONE
    }
}

package dev.optimist.elasticsearch;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The one final outcome of one {@link ExternalOperation}. A version conflict is an outcome here, and no error: it says that
 * the index is already where the operation would have brought it, or further.
 *
 * <p>Immutable and thread-safe, as far as the document is.
 *
 * <pre>{@code
 * ExternalResult<Stock> result = writer.index(id, edited, version).join();
 * if (!result.isSettled()) {
 *     log.warn("{}: {}", id, result.why().orElse(""));
 * }
 * }</pre>
 *
 * @param operation what was to be written
 * @param outcome what became of it
 * @param current the {@code _version} that the document has in the index; -1 if the answer does not tell
 * @param reason what was in the way, in words, mostly the server's; null for {@link Outcome#APPLIED}
 * @param status the HTTP status of the server's last refusal, of this operation alone or of its request; 0 if there was none
 * @param sends in how many requests it was sent; 0 if a look at the version that is there was enough, as in a replay of old
 *     changes, or if it was refused before
 * @param cause what the server or the connection threw, if it ended so; null else
 * @param <T> the class of the document
 */
public record ExternalResult<T>(
        ExternalOperation<T> operation,
        Outcome outcome,
        long current,
        @Nullable String reason,
        int status,
        int sends,
        @Nullable Throwable cause) {

    static final long UNKNOWN = -1;

    /** What became of an operation. */
    public enum Outcome {
        /** The document has this state and version. */
        APPLIED,
        /** A newer version is there: this change came late, and was rightly dropped. */
        SUPERSEDED,
        /** The same version is there: this change came twice. */
        DUPLICATE,
        /**
         * What is there cannot come from this source: another document of the same version, or a version that the source has
         * not given yet. Somebody else has written to the index; this change is NOT in it, and later ones may be dropped too.
         */
        SUSPICIOUS,
        /** Refused for good, by Elasticsearch (a mapping error, say) or before it was sent. */
        REJECTED,
        /**
         * The time given for repeating it was over, or the writer closed, before there was an answer that decides. It may be
         * applied or not; sending it again is safe.
         */
        UNRESOLVED
    }

    /** Returns the {@code _version} that the document has in the index, as far as the answer tells. */
    public OptionalLong currentVersion() {
        return current == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(current);
    }

    /** Returns what was in the way. */
    public Optional<String> why() {
        return Optional.ofNullable(reason);
    }

    /** Returns whether the index is, for this document, at this version of the source or at a later one. */
    public boolean isSettled() {
        return outcome == Outcome.APPLIED || outcome == Outcome.SUPERSEDED || outcome == Outcome.DUPLICATE;
    }
}

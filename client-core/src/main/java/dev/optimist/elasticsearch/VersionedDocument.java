package dev.optimist.elasticsearch;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A document as it was read, with what is needed to write it back only if nobody has changed it since.
 *
 * <p>As thread-safe as {@code source} is.
 *
 * <pre>{@code
 * VersionedDocument<Stock> read = stock.get(id).orElseThrow();
 * stock.index(id, read.source().sellOne(), WriteCondition.unchangedSince(read));
 * }</pre>
 *
 * @param <T> the class of the document
 * @param token which state of which document this is
 * @param source the {@code _source}
 */
public record VersionedDocument<T>(DocumentToken token, T source) {

    /** Checks that both are there. */
    public VersionedDocument {
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(source, "source");
    }

    /** Returns the concrete index that the document was read from, even if it was addressed by an alias. */
    public String index() {
        return token.index();
    }

    /** Returns the {@code _id}. */
    public String id() {
        return token.id();
    }

    /** Returns the {@code routing} that the document is stored with, if any. */
    public @Nullable String routing() {
        return token.routing();
    }

    /** Returns the {@code _version}. */
    public long version() {
        return token.version();
    }

    /** Returns the {@code _seq_no}. */
    public long seqNo() {
        return token.seqNo();
    }

    /** Returns the {@code _primary_term}. */
    public long primaryTerm() {
        return token.primaryTerm();
    }
}

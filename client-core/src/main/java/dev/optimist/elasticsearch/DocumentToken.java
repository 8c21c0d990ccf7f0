package dev.optimist.elasticsearch;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which state of which document: what a read or a write answered, to be given back in
 * {@link WriteCondition#unchangedSince(DocumentToken)}.
 *
 * <p>A pair of {@code seqNo} and {@code primaryTerm} never comes twice inside one index, which is what makes it fit for
 * comparing; it may come again in another index, so a token also names the concrete index and the write goes there.
 *
 * <p>{@link DocumentTokens} makes text of it, for forms and HTTP.
 *
 * <p>Elasticsearch before 6.7 has none. There {@code seqNo} is the {@code _version} and {@code primaryTerm} a number that no
 * server has. A version does come twice: when a document that was deleted is stored again after {@code index.gc_deletes}
 * (60 s), it begins at 1.
 *
 * <pre>{@code
 * DocumentToken token = stock.get(id).orElseThrow().token();
 * WriteResult written = stock.index(id, edited, WriteCondition.unchangedSince(token));
 * DocumentToken next = written.token();
 * }</pre>
 *
 * @param target the index or alias by which the document was addressed
 * @param index the concrete index that answered ({@code _index})
 * @param id the document's {@code _id}
 * @param routing the {@code routing} that the document is stored with, or by which it was addressed; or null. A write by an
 *     alias that has a routing of its own does not say it: read the document before a write that depends on its token.
 * @param version the {@code _version}, from 1 for internal and 0 for external versions
 * @param seqNo the {@code _seq_no}, from 0; -2 where the index keeps none ({@code index.disable_sequence_numbers})
 * @param primaryTerm the {@code _primary_term}, from 1; 0 where the index keeps none
 */
public record DocumentToken(
        String target, String index, String id, @Nullable String routing, long version, long seqNo, long primaryTerm)
        implements Serializable {

    /** Checks that the names are there; numbers are taken as Elasticsearch gave them. */
    public DocumentToken {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(index, "index");
        Objects.requireNonNull(id, "id");
    }

    /**
     * Returns whether a write can be made conditional on this token. False where the index keeps no sequence numbers:
     * Elasticsearch takes {@code if_seq_no=-2&if_primary_term=0} for no condition at all and overwrites.
     */
    public boolean hasSeqNo() {
        return seqNo >= 0 && primaryTerm >= 1;
    }
}

package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import java.util.Objects;

/**
 * An acknowledged write.
 *
 * <pre>{@code
 * WriteResult created = stock.create(id, edited);
 * stock.delete(id, WriteCondition.unchangedSince(created.token()));
 * }</pre>
 *
 * @param result what it did: {@code Created}, {@code Updated}, {@code Deleted}, {@code NotFound} (a delete of a missing
 *     document) or {@code NoOp} (an ingest pipeline dropped the document)
 * @param token the state of the document after it
 */
public record WriteResult(Result result, DocumentToken token) {

    /** Checks that both are there. */
    public WriteResult {
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(token, "token");
    }

    /** Returns the {@code _version} that the write made. */
    public long version() {
        return token.version();
    }
}

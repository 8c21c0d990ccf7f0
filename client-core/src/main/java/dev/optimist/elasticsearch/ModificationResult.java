package dev.optimist.elasticsearch;

import co.elastic.clients.elasticsearch._types.Result;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code readModifyWrite} did.
 *
 * <pre>{@code
 * ModificationResult<Stock> sold = stock.readModifyWrite(id, Stock::sellOne);
 * log.info("{} left, at attempt {}", sold.source().pieces(), sold.attempts());
 * }</pre>
 *
 * @param <T> the class of the document
 * @param result {@code Updated}: applied to the document that was there; {@code Created}; {@code Deleted}; {@code NoOp}:
 *     the function asked for nothing, or returned a document equal as JSON to the stored one, or an ingest pipeline
 *     dropped the document: nothing was written
 * @param token the state of the document afterwards, for a next conditional write; null if there was no document and
 *     none was made
 * @param source the document as it was sent, with the changes of other calls in the same write, or for {@code NoOp} as it
 *     is stored; null after a delete, if there is none, or if what others have made of it does not map to the class. An ingest
 *     pipeline may have stored something else.
 * @param attempts how many attempts it took, 1 or more
 * @param recovered whether the {@link WriteLedger} showed that the write had been applied before: by an attempt of this call
 *     whose answer was lost, or by an earlier call with the same write id. It was not applied again; {@code source} is the
 *     document as it is now, with what others have changed since.
 */
public record ModificationResult<T>(
        Result result,
        @Nullable DocumentToken token,
        @Nullable T source,
        int attempts,
        boolean recovered) {

    ModificationResult(Result result, @Nullable DocumentToken token, @Nullable T source, int attempts) {
        this(result, token, source, attempts, false);
    }

    /** Returns the document with its token, unless it was deleted or there is none. */
    public Optional<VersionedDocument<T>> document() {
        return token == null || source == null ? Optional.empty() : Optional.of(new VersionedDocument<>(token, source));
    }
}

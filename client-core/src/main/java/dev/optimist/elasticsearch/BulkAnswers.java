package dev.optimist.elasticsearch;

import dev.optimist.elasticsearch.internal.Answer;
import dev.optimist.elasticsearch.internal.DialectException;
import dev.optimist.elasticsearch.internal.Failure;
import dev.optimist.elasticsearch.internal.Failure.Outcome;
import dev.optimist.elasticsearch.internal.Written;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What came back for a request: an answer an item, or one failure that is every item's. */
record BulkAnswers<T>(
        BulkBatch<T> batch,
        @Nullable List<Answer<Written>> list,
        @Nullable Throwable failed) {

    Answer<Written> of(int item) {
        if (list != null && list.size() == batch.items().size()) {
            return list.get(item);
        }
        Failure whole = whole(failed);
        return new Answer<>(
                null,
                whole == null
                        ? new Failure(Outcome.UNKNOWN, 0, null, "another number of answers than of items", null, null)
                        : whole);
    }

    /** A conflict is one of a document, and a request is of many: nobody can tell whose it would be. */
    static @Nullable Failure whole(@Nullable Throwable failed) {
        if (failed == null) {
            return null;
        }
        Throwable cause = failed.getCause();
        Throwable thrown = failed instanceof CompletionException && cause != null ? cause : failed;
        if (thrown instanceof DialectException e) {
            Failure failure = e.failure();
            return failure.outcome() == Outcome.CONFLICT
                    ? new Failure(
                            Outcome.UNKNOWN, failure.status(), failure.type(), failure.reason(), null, failure.cause())
                    : failure;
        }
        return new Failure(Outcome.UNKNOWN, 0, null, "a dialect failed otherwise than it may: " + thrown, null, thrown);
    }
}

package dev.optimist.elasticsearch.internal;

import org.jspecify.annotations.Nullable;

/**
 * The answer to one item of a request for several: a value or a failure, never both.
 *
 * @param <A> the class of the value
 * @param value what was answered, or null
 * @param failure why not, or null
 * @param sight what the document was right after, whether written or not; null if the answer does not tell
 */
public record Answer<A>(
        @Nullable A value,
        @Nullable Failure failure,
        @Nullable Stored sight) {
    /** Without a sight. */
    public Answer(@Nullable A value, @Nullable Failure failure) {
        this(value, failure, null);
    }

    /** Returns the same, which tells also what the document was then. */
    public Answer<A> seeing(@Nullable Stored sight) {
        return new Answer<>(value, failure, sight);
    }

    /** Returns an answer that is a value. */
    public static <A> Answer<A> of(A value) {
        return new Answer<>(value, null);
    }

    /** Returns an answer that is a failure. */
    public static <A> Answer<A> failed(Failure failure) {
        return new Answer<>(null, failure);
    }
}

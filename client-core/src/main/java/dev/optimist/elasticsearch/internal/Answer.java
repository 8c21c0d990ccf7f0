package dev.optimist.elasticsearch.internal;

import org.jspecify.annotations.Nullable;

/**
 * The answer to one item of a request for several: a value or a failure, never both.
 *
 * @param <A> the class of the value
 * @param value what was answered, or null
 * @param failure why not, or null
 */
public record Answer<A>(@Nullable A value, @Nullable Failure failure) {
    /** Returns an answer that is a value. */
    public static <A> Answer<A> of(A value) {
        return new Answer<>(value, null);
    }

    /** Returns an answer that is a failure. */
    public static <A> Answer<A> failed(Failure failure) {
        return new Answer<>(null, failure);
    }
}

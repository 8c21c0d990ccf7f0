package dev.optimist.elasticsearch.it.history;

import java.util.Optional;

/**
 * What a document does when operations come one after the other. Stateless, and so thread-safe.
 *
 * @param <S> its states: immutable, with {@code equals} and {@code hashCode}
 * @param <O> operations together with what their callers were told: immutable, with {@code equals} and {@code hashCode}
 */
public interface Model<S, O> {

    /** Returns the state before the first operation. */
    S initial();

    /**
     * Returns the state after an operation, or empty if in this state its caller cannot have been told what it was told.
     *
     * @param state the state before
     * @param operation the operation; if its outcome is unknown, this is about the case that it takes effect
     */
    Optional<S> step(S state, O operation);

    /**
     * Returns whether the operation changes no state whatever, as a read does. To say so is a matter of speed only: where
     * such an operation is possible nothing else has to be tried.
     */
    default boolean changesNothing(O operation) {
        return false;
    }
}

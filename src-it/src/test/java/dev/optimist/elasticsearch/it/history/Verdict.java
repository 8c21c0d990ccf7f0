package dev.optimist.elasticsearch.it.history;

import java.util.List;

/**
 * What {@link ListAppendChecker} found, over all documents. Each error is counted where it belongs and only there.
 *
 * @param operations how many operations were told of, whatever their outcome
 * @param lost how many were acknowledged and are not in the final list
 * @param twice how many ids are in a final list more than once
 * @param disorder how many acknowledged operations were told a list or a token that does not go with the others; of a lost
 *     one it is left out that what it was told is not in the final list
 * @param phantom how many ids are in a final list though they were told not to be applied, or were never told of
 * @param unknown how many have an unknown outcome; no error
 * @param unknownApplied how many of these are in the final list; no error
 * @param explanations the first errors, 20 at most, with document, operation and positions from 0
 */
public record Verdict(
        int operations,
        int lost,
        int twice,
        int disorder,
        int phantom,
        int unknown,
        int unknownApplied,
        List<String> explanations) {

    /** Copies the list. */
    public Verdict {
        explanations = List.copyOf(explanations);
    }

    /** Returns whether there is no error. */
    public boolean correct() {
        return lost + twice + disorder + phantom == 0;
    }
}

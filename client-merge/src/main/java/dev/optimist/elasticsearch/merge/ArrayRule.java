package dev.optimist.elasticsearch.merge;

/**
 * What becomes of an array that both sides have changed, in different ways. What a rule is not for, it treats as
 * {@link #WHOLE}: two changes are a conflict.
 *
 * <pre>{@code
 * ThreeWayMerge merge = ThreeWayMerge.of(ArrayRule.WHOLE).with("/tags", ArrayRule.SET).with("/comments", ArrayRule.APPEND);
 * }</pre>
 */
public enum ArrayRule {
    /** It is one value. */
    WHOLE,
    /**
     * Its elements have no order and none comes twice: what either side has removed is removed, what either has added is
     * added at the end; a change of order alone is none. For arrays of strings, numbers, booleans and nulls: tags,
     * categories. An element that is an object or array is not known again once it is changed.
     */
    SET,
    /**
     * Positions have a meaning, as in coordinates or the days of a week: merged element by element. For arrays of the same
     * length in all three.
     */
    BY_INDEX,
    /**
     * It is written on at its end, as comments or a log: what both have added is kept, theirs first. For arrays that both begin
     * with what was there before.
     */
    APPEND
}

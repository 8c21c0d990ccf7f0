package dev.optimist.elasticsearch.connect;

import org.jspecify.annotations.Nullable;

/**
 * What the value of a record says.
 *
 * @param kind of which kind it is
 * @param row the state of the document; of a delete, the last one, if it is told
 * @param source Debezium's block on where it is from; null if there is none
 * @param isSnapshot whether it was read from a table, and not from its log
 */
record Change(Kind kind, @Nullable Fields row, @Nullable Fields source, boolean isSnapshot) {
    /** No value at all. */
    static final Change NOTHING = new Change(Kind.NOTHING, null, null, false);

    /** Of which kind a change is. */
    enum Kind {
        /** The document has this state now. */
        STATE,
        /** It is gone, as Debezium says. */
        DELETE,
        /** A record without a value. */
        NOTHING
    }
}

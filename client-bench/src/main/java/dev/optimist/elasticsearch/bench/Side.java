package dev.optimist.elasticsearch.bench;

import java.io.IOException;

/** One way to sell one piece of an article. Thread-safe. */
interface Side {

    /** How a call ended. An outcome that is not known is none of these: it ends the program. */
    enum Outcome {
        /** The server has said that it is stored. */
        ACKNOWLEDGED,
        /** It has reached the side's own limit, and nothing was stored. */
        GAVE_UP,
        /** The turn was over before it had won; nothing was stored. */
        UNFINISHED
    }

    /** What can be asked of the document in the end. */
    enum Check {
        /** Every acknowledged sale is in the count: the side protects what others have written. */
        SOLD,
        /** The document is there and was written once for each acknowledged update; what it counts means nothing. */
        WRITTEN,
        /** As {@link #WRITTEN}, and how many sales were overwritten by others is shown: it is expected. */
        LOSES
    }

    String name();

    default Check check() {
        return Check.SOLD;
    }

    /**
     * Sells one piece.
     *
     * @param id the document's {@code _id}
     * @param end a {@link System#nanoTime()} after which nothing is tried again
     */
    Outcome sellOne(String id, long end) throws IOException, InterruptedException;
}

package dev.optimist.elasticsearch.sync.verify;

import java.time.Duration;
import java.util.List;

/** What is read of the index. */
interface Documents {

    /** Takes pages of what is in the index. */
    interface Pages {
        void accept(List<Entry> page) throws Exception;
    }

    /** What a scan finds: without the document itself. */
    record Entry(Key key, boolean tombstone) {}

    /**
     * Reads documents as they are now, whether refreshed or not.
     *
     * @param keys at most 1 000
     * @param sources whether to read the documents themselves
     * @return one for each, in the same order
     */
    List<Indexed> get(List<Key> keys, boolean sources) throws Exception;

    /** Returns how many documents there are, tombstones included, as far as they are refreshed. */
    long count() throws Exception;

    /**
     * Reads all that there is, tombstones included, as of the beginning.
     *
     * @param pageSize at most 10 000
     * @param keepAlive the longest that a page may take
     */
    void scan(int pageSize, Duration keepAlive, Pages pages) throws Exception;
}

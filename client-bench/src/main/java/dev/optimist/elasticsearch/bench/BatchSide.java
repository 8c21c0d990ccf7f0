package dev.optimist.elasticsearch.bench;

/** One way to sell a piece of each of many articles with one call. */
interface BatchSide extends Side {

    /** Sells one piece of each document of the shelf, and adds to it what was acknowledged. */
    void sellAll(Shelf shelf);

    @Override
    default Outcome sellOne(String id, long end) {
        throw new UnsupportedOperationException(name() + " sells all at once");
    }
}

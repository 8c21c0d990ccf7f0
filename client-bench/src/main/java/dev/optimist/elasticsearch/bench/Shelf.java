package dev.optimist.elasticsearch.bench;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A side with documents of its own, and what it was told to have sold of each. Thread-safe.
 *
 * @param side who sells
 * @param prefix of the ids of the documents
 * @param acknowledged for each document
 */
record Shelf(Side side, String prefix, AtomicLongArray acknowledged) {
    Shelf(Side side, String series, int documents) {
        this(side, side.name() + "-" + series + "-", new AtomicLongArray(documents));
    }

    int documents() {
        return acknowledged.length();
    }

    /** Returns what was acknowledged of all of them. */
    long total() {
        long total = 0;
        for (int document = 0; document < documents(); document++) {
            total += acknowledged.get(document);
        }
        return total;
    }

    String id(int document) {
        return prefix + document;
    }

    Stream<String> ids() {
        return IntStream.range(0, documents()).mapToObj(this::id);
    }
}

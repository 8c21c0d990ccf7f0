package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch.core.GetResponse;
import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.bench.Side.Check;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The documents of all sides of one series, and whether they are in the end what they must be. */
final class Stock {
    private final ElasticsearchClient client;
    private final String index;
    private final List<Shelf> shelves;
    private final boolean shared;
    private final List<Long> overwritten = new ArrayList<>();
    private long lost;
    private long checked;

    /**
     * Makes the documents.
     *
     * @param series part of their ids
     * @param documents of each side: 1 that all threads want, or some for each thread
     */
    Stock(ElasticsearchClient client, String index, List<Side> sides, String series, int documents) throws IOException {
        this.client = client;
        this.index = index;
        this.shelves = sides.stream().map(s -> new Shelf(s, series, documents)).toList();
        this.shared = documents == 1;
        for (Shelf shelf : shelves) {
            for (int document = 0; document < documents; document++) {
                String id = shelf.id(document);
                Article article = Article.of("Umbrella " + document);
                client.index(i -> i.index(index).id(id).document(article));
            }
        }
    }

    List<Shelf> shelves() {
        return shelves;
    }

    List<String> names() {
        return shelves.stream().map(s -> s.side().name()).toList();
    }

    /**
     * Compares each document with what was acknowledged.
     *
     * @throws IllegalStateException if one was written more often than acknowledged, or has not what it must have
     */
    void check() throws IOException {
        for (Shelf shelf : shelves) {
            long others = 0;
            for (int document = 0; document < shelf.documents(); document++) {
                others += check(shelf, shelf.id(document), shelf.acknowledged().get(document));
            }
            overwritten.add(others);
        }
    }

    /** Returns how many sales of an unprotected side were overwritten. */
    private long check(Shelf shelf, String id, long acknowledged) throws IOException {
        GetResponse<JsonNode> read = client.get(g -> g.index(index).id(id), JsonNode.class);
        JsonNode source = Objects.requireNonNull(read.source(), id);
        long sold = source.path("sold").asLong();
        Check check = shelf.side().check();
        if (check == Check.SOLD) {
            if (sold > acknowledged) {
                throw new IllegalStateException(id + ": sold " + sold + ", acknowledged only " + acknowledged);
            }
            lost += acknowledged - sold;
            checked += acknowledged;
        }
        if (!shared || check != Check.SOLD) { // else several updates may share a write
            same(id + ": _version", acknowledged + 1, Objects.requireNonNull(read.version()));
        }
        if (!shared) { // a side that is fast because it has no ledger has measured nothing
            boolean ledger = shelf.side().name().equals(Sides.LEDGER);
            JsonNode writes = source.path(WriteLedger.standard().field()).path("n");
            same(id + ": writes in its ledger", ledger ? acknowledged : 0, writes.asLong());
        }
        return check == Check.LOSES ? acknowledged - sold : 0;
    }

    private static void same(String what, long expected, long found) {
        if (expected != found) {
            throw new IllegalStateException(what + ": expected " + expected + ", found " + found);
        }
    }

    /** Returns for each side what {@link #check} found overwritten. */
    List<Long> overwritten() {
        return List.copyOf(overwritten);
    }

    /** Returns how many acknowledged updates of protected sides {@link #check} did not find. */
    long lost() {
        return lost;
    }

    /** Returns how many it looked for. */
    long checked() {
        return checked;
    }
}

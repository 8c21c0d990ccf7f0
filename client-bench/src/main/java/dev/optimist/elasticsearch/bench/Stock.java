package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.get.GetResult;
import co.elastic.clients.elasticsearch.core.mget.MultiGetResponseItem;
import com.fasterxml.jackson.databind.JsonNode;
import dev.optimist.elasticsearch.WriteLedger;
import dev.optimist.elasticsearch.bench.Side.Check;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** The documents of all sides of one series, and whether they are in the end what they must be. */
final class Stock {
    /** How many documents a request carries. */
    private static final int AT_ONCE = 1000;

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
            if (shared) { // not by a bulk, for which 6.8 wants a type
                client.index(i -> i.index(index).id(shelf.id(0)).document(Article.of(0)));
                continue;
            }
            for (int from = 0; from < documents; from += AT_ONCE) {
                create(shelf, from, Math.min(documents, from + AT_ONCE));
            }
        }
    }

    private void create(Shelf shelf, int from, int to) throws IOException {
        BulkResponse created = client.bulk(b -> {
            for (int document = from; document < to; document++) {
                String id = shelf.id(document);
                Article article = Article.of(document);
                b.operations(o -> o.create(c -> c.index(index).id(id).document(article)));
            }
            return b;
        });
        for (BulkResponseItem item : created.items()) {
            if (item.error() != null) {
                throw new IllegalStateException(item.id() + " cannot be made: " + item.error());
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
            for (int from = 0; from < shelf.documents(); from += AT_ONCE) {
                others += check(shelf, from, Math.min(shelf.documents(), from + AT_ONCE));
            }
            overwritten.add(others);
        }
    }

    private long check(Shelf shelf, int from, int to) throws IOException {
        List<String> ids = IntStream.range(from, to).mapToObj(shelf::id).toList();
        List<MultiGetResponseItem<JsonNode>> read =
                client.mget(m -> m.index(index).ids(ids), JsonNode.class).docs();
        long others = 0;
        for (int i = 0; i < ids.size(); i++) {
            others += check(shelf, read.get(i).result(), shelf.acknowledged().get(from + i));
        }
        return others;
    }

    /** Returns how many sales of an unprotected side were overwritten. */
    private long check(Shelf shelf, GetResult<JsonNode> read, long acknowledged) {
        String id = read.id();
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

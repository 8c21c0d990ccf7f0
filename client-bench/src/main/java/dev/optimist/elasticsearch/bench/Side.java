package dev.optimist.elasticsearch.bench;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch.core.GetResponse;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** One way to sell one piece of an article; nobody else writes to it, so that a conflict ends the program. */
interface Side {
    /** How many documents each side has, its own. */
    int DOCUMENTS = 16;

    String name();

    /** Sells one piece of a document with this {@code _id}. */
    void sellOne(String id) throws IOException;

    default String id(int document) {
        return name() + "-" + document;
    }

    /** Returns the three, from the fewest precautions to the most. */
    static List<Side> all(VersionedClient client, String index) {
        VersionedDocuments<Article> plain = client.documents(index, Article.class);
        VersionedDocuments<Article> withLedger = plain.with(o -> o.writeLedger(WriteLedger.standard()));
        withLedger.putLedgerMapping();
        return List.of(
                new ByHand(client.elasticsearch(), index),
                new Optimist("readModifyWrite", plain),
                new Optimist("with-ledger", withLedger));
    }

    /** As one writes it who knows what a sequence number is for. */
    record ByHand(ElasticsearchClient client, String index) implements Side {
        @Override
        public String name() {
            return "by-hand";
        }

        @Override
        public void sellOne(String id) throws IOException {
            GetResponse<Article> read = client.get(g -> g.index(index).id(id), Article.class);
            Article article = Objects.requireNonNull(read.source()).sellOne();
            client.index(i -> i.index(index)
                    .id(id)
                    .ifSeqNo(read.seqNo())
                    .ifPrimaryTerm(read.primaryTerm())
                    .document(article));
        }
    }

    /** This library. */
    record Optimist(String name, VersionedDocuments<Article> articles) implements Side {
        @Override
        public void sellOne(String id) {
            articles.readModifyWrite(id, Article::sellOne);
        }
    }
}

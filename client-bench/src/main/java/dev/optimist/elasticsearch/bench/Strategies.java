package dev.optimist.elasticsearch.bench;

import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.Contention;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteLedger;
import java.util.List;

/** This library's own sides; nothing else here names an option of it. */
final class Strategies {
    private Strategies() {}

    /** Returns those for one document that all threads want. */
    static List<Side> contended(VersionedClient client, String index) {
        VersionedDocuments<Article> articles = client.documents(index, Article.class);
        return List.of(
                new Optimist(Sides.NONE, articles.with(o -> o.contention(Contention.NONE))),
                new Optimist(Sides.SERIALIZE, articles.with(o -> o.contention(Contention.SERIALIZE))),
                new Optimist(Sides.COMBINE, articles),
                new Optimist(Sides.COMBINE_REUSE, articles.with(o -> o.reuseLastWrite(true))));
    }

    /** Returns those for documents that one thread each has, from the fewest precautions to the most. */
    static List<Side> uncontended(VersionedClient client, String index) {
        VersionedDocuments<Article> articles = client.documents(index, Article.class);
        VersionedDocuments<Article> withLedger = articles.with(o -> o.writeLedger(WriteLedger.standard()));
        withLedger.putLedgerMapping();
        return List.of(
                new Optimist(Sides.READ_MODIFY_WRITE, articles),
                new Optimist(Sides.REUSE, articles.with(o -> o.reuseLastWrite(true))),
                new Optimist(Sides.LEDGER, withLedger));
    }

    private record Optimist(String name, VersionedDocuments<Article> articles) implements Side {
        @Override
        public Outcome sellOne(String id, long end) throws InterruptedException {
            try {
                articles.readModifyWrite(id, Article::sellOne);
                return Outcome.ACKNOWLEDGED;
            } catch (AttemptsExhaustedException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                return Outcome.GAVE_UP;
            }
        }
    }
}

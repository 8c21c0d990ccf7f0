package dev.optimist.elasticsearch.bench;

import dev.optimist.elasticsearch.AttemptsExhaustedException;
import dev.optimist.elasticsearch.BulkOperation;
import dev.optimist.elasticsearch.BulkOptions;
import dev.optimist.elasticsearch.BulkProgress;
import dev.optimist.elasticsearch.Contention;
import dev.optimist.elasticsearch.ModifiedTotal;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteLedger;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

    /** Returns those for many documents: one change each, and a new document in place of each. */
    static List<Side> many(VersionedClient client, String index) {
        VersionedDocuments<Article> articles = client.documents(index, Article.class);
        Side oneByOne = new Optimist(Sides.ONE_BY_ONE, articles);
        Side indexing = new Indexing(articles);
        return List.of(
                new Crew(oneByOne, 1),
                new Crew(oneByOne, 16),
                new All(articles),
                new Crew(indexing, 1),
                new Crew(indexing, 16),
                new Bulk(articles));
    }

    /** Returns the one that is disturbed at its work. */
    static List<Side> disturbed(VersionedClient client, VersionedClient other, String index) {
        return List.of(new AllDisturbed(client.documents(index, Article.class), other.documents(index, Article.class)));
    }

    private record All(VersionedDocuments<Article> articles) implements BatchSide {
        @Override
        public String name() {
            return Sides.ALL;
        }

        @Override
        public void sellAll(Shelf shelf) {
            ModifiedTotal total = articles.readModifyWriteAll(shelf.ids(), Article::sellOne, item -> {
                var unused = item.orThrow();
                shelf.acknowledged().incrementAndGet((int) item.position());
            });
            if (!total.complete()) {
                throw new IllegalStateException(Sides.ALL + " was interrupted");
            }
        }
    }

    /**
     * As {@link All}, and of every tenth document somebody else sells one between its first read and its write. What that
     * costs is the other's own time; what matters is that nothing is lost.
     *
     * @param others the same documents by another client
     */
    private record AllDisturbed(VersionedDocuments<Article> articles, VersionedDocuments<Article> others)
            implements BatchSide {
        private static final int EVERY = 10;

        @Override
        public String name() {
            return Sides.ALL_DISTURBED;
        }

        @Override
        public void sellAll(Shelf shelf) {
            Set<String> disturbed = ConcurrentHashMap.newKeySet();
            ModifiedTotal total = articles.readModifyWriteAll(
                    shelf.ids(),
                    article -> {
                        int document = article.number();
                        if (document % EVERY == 0 && disturbed.add(article.name())) {
                            var unused = others.readModifyWrite(shelf.id(document), Article::sellOne);
                            shelf.acknowledged().incrementAndGet(document);
                        }
                        return article.sellOne();
                    },
                    item -> {
                        int attempts = item.orThrow().attempts();
                        int expected = item.position() % EVERY == 0 ? 2 : 1;
                        if (attempts != expected) {
                            throw new IllegalStateException(item.id() + " took " + attempts + " attempts");
                        }
                        shelf.acknowledged().incrementAndGet((int) item.position());
                    });
            if (!total.complete()) {
                throw new IllegalStateException(name() + " was interrupted");
            }
        }
    }

    private record Indexing(VersionedDocuments<Article> articles) implements Side {
        @Override
        public String name() {
            return Sides.INDEX;
        }

        @Override
        public Check check() {
            return Check.WRITTEN;
        }

        @Override
        public Outcome sellOne(String id, long end) {
            var unused = articles.index(id, Article.of(id), WriteCondition.none());
            return Outcome.ACKNOWLEDGED;
        }
    }

    private record Bulk(VersionedDocuments<Article> articles) implements BatchSide {
        @Override
        public String name() {
            return Sides.BULK;
        }

        @Override
        public Check check() {
            return Check.WRITTEN;
        }

        @Override
        public void sellAll(Shelf shelf) {
            BulkProgress done = articles.bulk(
                    shelf.ids().map(id -> BulkOperation.index(id, Article.of(id), WriteCondition.none())),
                    BulkOptions.standard(),
                    item -> {
                        var unused = item.orThrow();
                        shelf.acknowledged().incrementAndGet((int) item.position());
                    });
            if (!done.complete()) {
                throw new IllegalStateException(Sides.BULK + " was interrupted");
            }
        }
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

package dev.optimist.elasticsearch.spring.sample;

import dev.optimist.elasticsearch.RetryPolicy;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import java.util.function.UnaryOperator;
import org.springframework.stereotype.Repository;

@Repository
class Stocks {
    private final VersionedDocuments<Stock> documents;

    Stocks(VersionedClient client) {
        this.documents = client.documents("stock", Stock.class);
    }

    void add(String id, Stock stock) {
        var unused = documents.create(id, stock);
    }

    VersionedDocument<Stock> find(String id) {
        return documents.get(id).orElseThrow();
    }

    Stock sellOne(String id) {
        return documents
                .readModifyWrite(id, Stock::sellOne)
                .document()
                .orElseThrow()
                .source();
    }

    void save(String id, Stock stock, VersionedDocument<Stock> asRead) {
        var unused = documents.index(id, stock, WriteCondition.unchangedSince(asRead));
    }

    /** Gives up at the first conflict. */
    void change(String id, UnaryOperator<Stock> change) {
        var unused = documents
                .with(o -> o.retry(RetryPolicy.sharedDocument().withMaxAttempts(1)))
                .readModifyWrite(id, change);
    }
}

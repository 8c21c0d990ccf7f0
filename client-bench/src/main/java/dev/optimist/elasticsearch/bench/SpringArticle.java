package dev.optimist.elasticsearch.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.elasticsearch.annotations.Document;
import org.springframework.data.elasticsearch.annotations.WriteTypeHint;
import org.springframework.data.elasticsearch.core.query.SeqNoPrimaryTerm;

/**
 * An {@link Article} as Spring Data has it, stored as the same JSON.
 *
 * @param id of the document
 * @param version as it was read
 * @param seqNoPrimaryTerm as they were read; it is by these that Spring Data makes a write conditional. {@code version} alone
 *     would be an external one, which is the application's own to count.
 */
@Document(
        indexName = "articles",
        createIndex = false,
        writeTypeHint = WriteTypeHint.FALSE,
        storeIdInSource = false,
        storeVersionInSource = false)
record SpringArticle(
        @Id String id,
        @Version @Nullable Long version,
        @Nullable SeqNoPrimaryTerm seqNoPrimaryTerm,
        String name,
        String description,
        List<String> tags,
        double price,
        boolean available,
        long sold) {

    SpringArticle sellOne() {
        return new SpringArticle(id, version, seqNoPrimaryTerm, name, description, tags, price, available, sold + 1);
    }
}

package dev.optimist.elasticsearch.testkit;

import java.util.Locale;

/** Whose server it is, and what is named after it. */
enum Product {
    ELASTICSEARCH("Elasticsearch", "ES_"),
    OPENSEARCH("OpenSearch", "OPENSEARCH_");

    private final String title;
    private final String prefix;

    Product(String title, String prefix) {
        this.title = title;
        this.prefix = prefix;
    }

    /** Returns its name for people. */
    String title() {
        return title;
    }

    /** Returns its name in those of files, folders and artifacts. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the environment variable that it reads this from. */
    String variable(String name) {
        return prefix + name;
    }
}

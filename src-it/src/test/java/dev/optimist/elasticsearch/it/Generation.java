package dev.optimist.elasticsearch.it;

/** What a server can, told by its version. */
record Generation(String version) {
    private static final String OPENSEARCH = "opensearch-";

    /** The Elasticsearch that OpenSearch was forked from. */
    private static final String FORKED = "7.10.2";

    static Generation of(String version) {
        return new Generation(version);
    }

    boolean isOpenSearch() {
        return version.startsWith(OPENSEARCH);
    }

    boolean isAtLeast(String elasticsearch) {
        return of().compareTo(Runtime.Version.parse(elasticsearch)) >= 0;
    }

    int major() {
        return of().feature();
    }

    /** Whether documents have one, and versions are compared by the server. */
    boolean hasMappingTypes() {
        return !isAtLeast("7");
    }

    /** Whether a token has one, and not the version in its place. */
    boolean hasSequenceNumbers() {
        return isAtLeast("6.7");
    }

    /** Whether a bulk can be asked which ingest pipelines its documents went through. */
    boolean listsPipelines() {
        return isAtLeast("8.12") && !isOpenSearch();
    }

    private Runtime.Version of() {
        return Runtime.Version.parse(isOpenSearch() ? FORKED : version);
    }
}

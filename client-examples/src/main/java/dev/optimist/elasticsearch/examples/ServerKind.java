package dev.optimist.elasticsearch.examples;

import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;

/** What the version of a server changes for the examples: mapping types before 7, and who compares version numbers. */
public enum ServerKind {
    /** Before 7, for which the tutorials were written. */
    WITH_TYPES {
        @Override
        <T> VersionedDocuments<T> documents(VersionedClient client, String index, String type, Class<T> of) {
            return client.documents(index, of).with(o -> o.mappingType(type));
        }

        @Override
        public String path(String index, String type, String id) {
            return "/" + index + "/" + type + "/" + id;
        }

        @Override
        String mappings(String type, String mapping) {
            return "{\"" + type + "\":" + mapping + "}";
        }

        @Override
        int statusForOldVersion() {
            return 409;
        }

        @Override
        String whatBecameOfOldVersion() {
            return "409: the server compares ?version=1 with the version of the document, which is 2. Nothing was written.";
        }

        @Override
        String howVersionIsCompared() {
            return "WriteCondition.version(1) is sent as ?version=1, and the server compares.";
        }

        @Override
        String whatUnchangedSinceSends() {
            return "what client 2's own read has told";
        }
    },

    /** 7 and later, and OpenSearch. */
    WITHOUT_TYPES {
        @Override
        <T> VersionedDocuments<T> documents(VersionedClient client, String index, String type, Class<T> of) {
            return client.documents(index, of);
        }

        @Override
        public String path(String index, String type, String id) {
            return "/" + index + "/_doc/" + id;
        }

        @Override
        String mappings(String type, String mapping) {
            return mapping;
        }

        @Override
        int statusForOldVersion() {
            return 400;
        }

        @Override
        String whatBecameOfOldVersion() {
            return "400: servers from 7 on do not take ?version=1 any more. They compare _seq_no and _primary_term instead,"
                    + " which every read answers along with _version. Nothing was written.";
        }

        @Override
        String howVersionIsCompared() {
            return "WriteCondition.version(1) means what ?version=1 meant, which servers from 7 on do not take: the library"
                    + " reads the document, compares its version with 1, and writes on the condition that _seq_no and"
                    + " _primary_term are those of that read.";
        }

        @Override
        String whatUnchangedSinceSends() {
            return "the _seq_no and _primary_term of client 2's own read";
        }
    };

    /**
     * Returns the kind of a server.
     *
     * @param version as the server says it, such as {@code 5.6.16} or {@code opensearch-2.19.0}
     */
    public static ServerKind of(String version) {
        return version.matches("[1-6][.].*") ? WITH_TYPES : WITHOUT_TYPES;
    }

    /** Returns a handle that speaks as the server wants it. */
    abstract <T> VersionedDocuments<T> documents(VersionedClient client, String index, String type, Class<T> of);

    /**
     * Returns the path of a document.
     *
     * @param index that it is in
     * @param type its mapping type, where there are types
     * @param id its id
     */
    public abstract String path(String index, String type, String id);

    /** Returns the mappings of an index with one type. */
    abstract String mappings(String type, String mapping);

    /** Returns what {@code ?version=1} is answered with when the document is at 2. */
    abstract int statusForOldVersion();

    /** Returns this in words. */
    abstract String whatBecameOfOldVersion();

    /** Returns how {@code WriteCondition.version(n)} works, in words. */
    abstract String howVersionIsCompared();

    /** Returns what goes over the wire for {@code WriteCondition.unchangedSince}, in words. */
    abstract String whatUnchangedSinceSends();
}

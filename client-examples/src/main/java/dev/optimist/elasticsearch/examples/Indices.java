package dev.optimist.elasticsearch.examples;

import java.net.http.HttpResponse;

/** Empty indices for the examples. */
final class Indices {
    /** Written into the mapping, so that nobody's own index of the same name is ever deleted. */
    private static final String MARK = "\"made_by\":\"optimist-client-examples\"";

    private Indices() {}

    /**
     * Makes an empty index, in place of the one that an earlier run has left. Shards and replicas are the server's own
     * choice, as they are for an index that comes with its first document.
     *
     * @param type of its documents, where the server has types
     * @throws IllegalStateException if there is one that the examples have not made
     */
    static void renew(String url, ServerKind kind, String name, String type) {
        HttpResponse<String> there = PlainHttp.send(url, "GET", "/" + name + "/_mapping", "");
        if (there.statusCode() == 200) {
            if (!there.body().contains(MARK)) {
                throw new IllegalStateException("there is an index [" + name + "] at " + url
                        + " that these examples have not made. They need the name; delete it if nobody needs it");
            }
            ok(PlainHttp.send(url, "DELETE", "/" + name, ""));
        }
        String mappings = kind.mappings(type, "{\"_meta\":{" + MARK + "}}");
        ok(PlainHttp.send(url, "PUT", "/" + name, "{\"mappings\":" + mappings + "}"));
    }

    private static void ok(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.request().method() + " "
                    + answer.request().uri() + ": " + answer.statusCode() + " " + answer.body());
        }
    }
}

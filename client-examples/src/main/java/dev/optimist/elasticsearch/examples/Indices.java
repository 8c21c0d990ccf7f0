package dev.optimist.elasticsearch.examples;

import java.net.http.HttpResponse;

/** Empty indices for the examples. */
final class Indices {
    /** Written into the mapping, so that nobody's own index of the same name is ever deleted. */
    private static final String MARK = "\"made_by\":\"optimist-client-examples\"";

    private static final String INDEX = "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0},"
            + "\"mappings\":{\"_meta\":{" + MARK + "}}}";

    private Indices() {}

    /**
     * Makes an empty index, in place of the one that an earlier run has left.
     *
     * @throws IllegalStateException if there is one that the examples have not made
     */
    static void renew(String url, String name) {
        HttpResponse<String> there = PlainHttp.send(url, "GET", "/" + name + "/_mapping", "");
        if (there.statusCode() == 200) {
            if (!there.body().contains(MARK)) {
                throw new IllegalStateException("there is an index [" + name + "] at " + url
                        + " that these examples have not made. They need the name; delete it if nobody needs it");
            }
            ok(PlainHttp.send(url, "DELETE", "/" + name, ""));
        }
        ok(PlainHttp.send(url, "PUT", "/" + name, INDEX));
    }

    private static void ok(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.request().method() + " "
                    + answer.request().uri() + ": " + answer.statusCode() + " " + answer.body());
        }
    }
}

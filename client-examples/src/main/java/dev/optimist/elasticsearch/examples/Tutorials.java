package dev.optimist.elasticsearch.examples;

import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.PrintStream;
import java.util.List;

/**
 * Starts an Elasticsearch and runs all the tutorials on it, printing each request and the server's own answer. Exit status
 * 0 if every step came out as the tutorials say, 1 otherwise.
 */
public final class Tutorials {
    private Tutorials() {}

    /**
     * Runs.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Story story;
        try (ElasticsearchServer server = ElasticsearchServer.start()) {
            System.out.println(
                    "(A whole catalogue, copied from PostgreSQL while it changes, is another example: the same"
                            + " command with -Dexample=Catalogue)");
            story = run(server, System.out);
        }
        if (story.otherwise() > 0) {
            System.exit(1); // not before: the server had to be closed
        }
    }

    /**
     * Runs them on a server that is there. The indices {@code test_index}, {@code website} and {@code shop} are made anew
     * and left there to look at; the run is refused if one of these names is taken by somebody else's index.
     *
     * @param server that runs already
     * @param out where to print
     * @return the story that was told
     */
    public static Story run(ElasticsearchServer server, PrintStream out) {
        String url = server.url();
        out.println(server.description());
        prepare(url);
        try (Wire wire = Wire.to(url);
                VersionedClient client = VersionedClient.connect(wire.url());
                VersionedClient direct = VersionedClient.connect(url)) {
            Story story = new Story(out, wire);
            story.chapter("1. Two clients edit one document (TwoClients.java)", () -> TwoClients.run(client, story));
            story.chapter("2. A blog entry is created and edited (BlogPost.java)", () -> BlogPost.run(client, story));
            story.chapter(
                    "3. Version numbers of a primary database (ExternalVersions.java)",
                    () -> ExternalVersions.run(client, story));
            story.chapter(
                    "4. The same for many changes at once (ExternalWriter.java)",
                    () -> ExternalWriter.run(client, story));
            // thousands of requests: nobody wants to read them, so they go past the wire
            story.chapter("5. The stock of a shop (StockCount.java)", () -> StockCount.run(direct, story));
            story.end("tutorial");
            return story;
        }
    }

    /**
     * Makes the empty indices that the examples need.
     *
     * @param url where the server is
     * @throws IllegalStateException if there is an index of such a name that the examples have not made
     */
    public static void prepare(String url) {
        for (String index : List.of(TwoClients.INDEX, BlogPost.INDEX, StockCount.INDEX)) {
            Indices.renew(url, index);
        }
    }
}

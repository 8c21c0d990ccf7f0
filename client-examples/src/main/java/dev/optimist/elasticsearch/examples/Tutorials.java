package dev.optimist.elasticsearch.examples;

import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.ServerStartException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Starts an Elasticsearch and runs all the tutorials on it, printing each request and the server's own answer. Exit status
 * 0 if every step came out as the tutorials say, 1 otherwise, 2 if it was not even begun.
 */
@Command(
        name = "tutorials",
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Runs the tutorials on an Elasticsearch that it starts, and shows each request and answer.%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all steps came out as the tutorials say",
            "1:a step did not",
            "2:wrong options, or such a server cannot be started"
        })
public final class Tutorials implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--server",
            paramLabel = "VERSION",
            description =
                    "Of the Elasticsearch: 2.4.6, 5.6.16 and 6.8.23, for which the tutorials were written, or 7.17 and"
                            + " later; the newest that this machine can run by default.")
    private @Nullable String version;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Prints this.")
    boolean help;

    private Tutorials() {}

    /**
     * Runs, and ends the process; {@code --help} says what the options and the exit statuses are.
     *
     * @param arguments options
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Tutorials()).execute(arguments));
    }

    /** {@inheritDoc} */
    @Override
    public Integer call() {
        try (ElasticsearchServer server = start()) {
            System.out.println(
                    "(A whole catalogue, copied from PostgreSQL while it changes, is another example: the same"
                            + " command with -Dexample=Catalogue)");
            return run(server, System.out).otherwise() == 0 ? 0 : 1;
        }
    }

    private ElasticsearchServer start() {
        String wanted = version;
        try {
            return wanted == null ? ElasticsearchServer.start() : ElasticsearchServer.start(o -> o.version(wanted));
        } catch (ServerStartException e) {
            String what = wanted == null ? "" : "--server " + wanted + ": ";
            throw new ParameterException(spec.commandLine(), what + e.getMessage(), e);
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
        ServerKind kind = ServerKind.of(server.version());
        out.println(server.description());
        prepare(url, kind);
        try (Wire wire = Wire.to(url);
                VersionedClient client = VersionedClient.connect(wire.url());
                VersionedClient direct = VersionedClient.connect(url)) {
            Story story = new Story(out, wire);
            story.chapter(
                    "1. Two clients edit one document (TwoClients.java)", () -> TwoClients.run(client, kind, story));
            story.chapter(
                    "2. A blog entry is created and edited (BlogPost.java)", () -> BlogPost.run(client, kind, story));
            story.chapter(
                    "3. Version numbers of a primary database (ExternalVersions.java)",
                    () -> ExternalVersions.run(client, kind, story));
            story.chapter(
                    "4. The same for many changes at once (ExternalWriter.java)",
                    () -> ExternalWriter.run(client, kind, story));
            // thousands of requests: nobody wants to read them, so they go past the wire
            story.chapter("5. The stock of a shop (StockCount.java)", () -> StockCount.run(direct, kind, story));
            story.end("tutorial");
            return story;
        }
    }

    /**
     * Makes the empty indices that the examples need.
     *
     * @param url where the server is
     * @param kind of the server
     * @throws IllegalStateException if there is an index of such a name that the examples have not made
     */
    public static void prepare(String url, ServerKind kind) {
        Indices.renew(url, kind, TwoClients.INDEX, TwoClients.TYPE);
        Indices.renew(url, kind, BlogPost.INDEX, BlogPost.TYPE);
        Indices.renew(url, kind, StockCount.INDEX, StockCount.TYPE);
    }
}

package dev.optimist.elasticsearch.examples;

import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import dev.optimist.elasticsearch.testkit.PostgresServer;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/**
 * A catalogue of products in PostgreSQL is copied into Elasticsearch while 4 clerks change and delete products; at the end
 * both are compared. Starts both servers.
 */
@Command(
        name = "catalogue",
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Copies a catalogue from PostgreSQL into Elasticsearch while 4 clerks change it, and compares both.%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:index and database are equal, and all else is as told",
            "1:something is not as told",
            "2:wrong options; nothing was started"
        })
public final class Catalogue implements Callable<Integer> {
    @Mixin
    private final CatalogueOptions options = new CatalogueOptions();

    private Catalogue() {}

    /**
     * Runs, and ends the process; {@code --help} says what the options and the exit statuses are.
     *
     * @param arguments options
     */
    public static void main(String[] arguments) {
        System.exit(commandLine(new Catalogue()).execute(arguments));
    }

    private static CommandLine commandLine(Catalogue catalogue) {
        return new CommandLine(catalogue).setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** {@inheritDoc} */
    @Override
    public Integer call() {
        try (ElasticsearchServer server = ElasticsearchServer.start()) {
            return run(server, System.out).otherwise() == 0 ? 0 : 1;
        }
    }

    /**
     * Runs it on a server that is there. The indices {@code catalogue} and {@code catalogue-positions} are made anew and left
     * there to look at; it is refused if one of these names is taken by somebody else's index.
     *
     * @param server that runs already
     * @param out where to print
     * @param arguments options
     * @return the story that was told
     * @throws ParameterException if an option is out of its bounds, naming it
     */
    public static Story run(ElasticsearchServer server, PrintStream out, String... arguments) {
        Catalogue catalogue = new Catalogue();
        var unused = commandLine(catalogue).parseArgs(arguments);
        return catalogue.run(server, out);
    }

    private Story run(ElasticsearchServer server, PrintStream out) {
        String url = server.url();
        out.println(server.description());
        out.println("seed " + options.seed);
        Indices.renew(url, ServerKind.WITHOUT_TYPES, CatalogueCopy.INDEX, "");
        Indices.renew(url, ServerKind.WITHOUT_TYPES, CatalogueCopy.POSITIONS, "");
        try (PostgresServer postgres = PostgresServer.start();
                Wire wire = Wire.to(url);
                VersionedClient client = VersionedClient.connect(url)) {
            Story story = new Story(out, wire);
            story.chapter("A catalogue in PostgreSQL and its copy in Elasticsearch (Catalogue.java)", () -> {
                ProductTable products = new ProductTable(postgres, options.source);
                long highestId = options.products * 6L / 5;
                String last = Long.toString(highestId + 1);
                try (CatalogueCopy copy = new CatalogueCopy(client, products, options.products, last);
                        Clerks clerks = new Clerks(postgres.dataSource(), highestId)) {
                    new CatalogueStory(story, products, copy, clerks, options, last).tell();
                }
            });
            story.end("catalogue");
            return story;
        }
    }
}

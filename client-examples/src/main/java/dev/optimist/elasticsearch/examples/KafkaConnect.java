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
 * A catalogue of products in PostgreSQL is copied into Elasticsearch through Kafka Connect: Debezium, a topic of three partitions,
 * and the sink in two workers, one of which is killed while 4 clerks change products; at the end both are compared. Starts all
 * servers, without Docker.
 */
@Command(
        name = "kafka-connect",
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Copies a catalogue from PostgreSQL into Elasticsearch through Debezium, Kafka and two workers of Kafka"
                        + " Connect while 4 clerks change it, and compares both.%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:index and database are equal, and all else is as told",
            "1:something is not as told",
            "2:wrong options; nothing was started"
        })
public final class KafkaConnect implements Callable<Integer> {
    @Mixin
    private final KafkaConnectOptions options = new KafkaConnectOptions();

    private KafkaConnect() {}

    /**
     * Runs, and ends the process; {@code --help} says what the options and the exit statuses are.
     *
     * @param arguments options
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new KafkaConnect()).execute(arguments));
    }

    /** {@inheritDoc} */
    @Override
    public Integer call() {
        try (ElasticsearchServer server = ElasticsearchServer.start()) {
            return run(server, System.out).otherwise() == 0 ? 0 : 1;
        }
    }

    /**
     * Runs it on an Elasticsearch that is there. The index {@code connect-shop} is made anew and left there to look at; it is refused if
     * the name is taken by somebody else's index.
     *
     * @param server that runs already
     * @param out where to print
     * @param arguments options
     * @return the story that was told
     * @throws ParameterException if an option is out of its bounds, naming it
     */
    public static Story run(ElasticsearchServer server, PrintStream out, String... arguments) {
        KafkaConnect example = new KafkaConnect();
        var unused = new CommandLine(example).parseArgs(arguments);
        return example.run(server, out);
    }

    private Story run(ElasticsearchServer server, PrintStream out) {
        String url = server.url();
        out.println(server.description());
        out.println("seed " + options.seed);
        Indices.renew(url, ServerKind.WITHOUT_TYPES, KafkaConnectStory.INDEX, "");
        try (PostgresServer postgres = PostgresServer.start();
                Wire wire = Wire.to(url);
                VersionedClient client = VersionedClient.connect(url)) {
            Story story = new Story(out, wire);
            story.chapter("A catalogue in PostgreSQL, and its copy through Kafka Connect (KafkaConnect.java)", () -> {
                try (KafkaConnectStory told = new KafkaConnectStory(story, postgres, client, url, options)) {
                    told.tell();
                }
            });
            story.end("connect");
            return story;
        }
    }
}

package dev.optimist.elasticsearch.examples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.examples.form.PostServer;
import dev.optimist.elasticsearch.testkit.ElasticsearchServer;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A blog post in a web form, to edit in two browsers at once: starts an Elasticsearch and the pages, and runs until it is
 * interrupted.
 */
@Command(
        name = "edit-form",
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Serves a blog post and its form on this machine, to edit in two browsers at once.%n",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"2:wrong options, or the port is taken", "130:interrupted, which is how it ends"})
public final class EditForm implements Callable<Integer> {
    private static final String INDEX = "posts";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "To listen on, 0 to 65535, where 0 is any that is free; ${DEFAULT-VALUE} by default.")
    private int port = 8080;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Prints this.")
    boolean help;

    private EditForm() {}

    /**
     * Runs until it is interrupted; {@code --help} says what the options are.
     *
     * @param arguments options
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new EditForm()).execute(arguments));
    }

    /** {@inheritDoc} */
    @Override
    public Integer call() throws InterruptedException {
        if (port < 0 || port > 65_535) {
            throw new ParameterException(spec.commandLine(), "--port: must be 0 to 65535, is " + port);
        }
        try (ElasticsearchServer server = ElasticsearchServer.start();
                VersionedClient client = VersionedClient.connect(server.url());
                PostServer pages = PostServer.start(firstPost(server, client), port)) {
            System.out.println(server.description());
            System.out.println("Open " + pages.url()
                    + "/posts/1/edit in two windows, change something in both, and save" + " both. Ctrl-C ends it.");
            new CountDownLatch(1).await();
            return 0;
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "--port " + port + ": " + e.getMessage(), e);
        }
    }

    private static VersionedDocuments<ObjectNode> firstPost(ElasticsearchServer server, VersionedClient client) {
        ServerKind kind = ServerKind.of(server.version());
        Indices.renew(server.url(), kind, INDEX, BlogPost.TYPE);
        VersionedDocuments<ObjectNode> posts = kind.documents(client, INDEX, BlogPost.TYPE, ObjectNode.class);
        ObjectNode post = JsonNodeFactory.instance
                .objectNode()
                .put("title", "My first blog entry")
                .put("author", "Jane")
                .put("text", "Just trying this out...");
        post.putArray("tags").add("testing");
        posts.create("1", post);
        return posts;
    }
}

package dev.optimist.elasticsearch.examples;

import dev.optimist.elasticsearch.ExternalResult;
import dev.optimist.elasticsearch.ExternalResult.Outcome;
import dev.optimist.elasticsearch.ExternalVersionWriter;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.examples.BlogPost.Post;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * The steps of {@link ExternalVersions} through the writer that a job takes which copies a database: it sends many changes
 * in one request, and a conflict is one of its outcomes.
 */
public final class ExternalWriter {
    static final String INDEX = BlogPost.INDEX;
    static final String TYPE = BlogPost.TYPE;
    private static final String ID = "3";

    private final ExternalVersionWriter<Post> writer;

    private ExternalWriter(ExternalVersionWriter<Post> writer) {
        this.writer = writer;
    }

    /**
     * Runs the tutorial.
     *
     * @param client connected to a server with an index {@code website} without a document 3
     * @param kind of that server
     * @param story prints it and checks each step
     */
    public static void run(VersionedClient client, ServerKind kind, Story story) throws InterruptedException {
        VersionedDocuments<Post> posts = kind.documents(client, INDEX, TYPE, Post.class);
        try (ExternalVersionWriter<Post> writer = posts.externalVersionWriter(o -> {})) {
            new ExternalWriter(writer).tell(story, posts);
        }
    }

    private void tell(Story story, VersionedDocuments<Post> posts) throws InterruptedException {
        Post hang = new Post("My first external blog entry", "Starting to get the hang of this...");
        Post cake = new Post("My first external blog entry", "This is a piece of cake...");
        Post other = new Post("My first external blog entry", "Somebody else has written this.");

        story.step("The database's version 5 arrives");
        ExternalResult<Post> five = write(hang, 5);
        story.expect("outcome", Outcome.APPLIED, five.outcome());
        story.so("APPLIED: the entry is there, as version 5.");

        story.step("Version 10 arrives");
        ExternalResult<Post> ten = write(cake, 10);
        story.expect("outcome", Outcome.APPLIED, ten.outcome());
        story.so("APPLIED: 10 is higher than 5.");

        story.step("Version 10 arrives a second time");
        ExternalResult<Post> again = write(cake, 10);
        story.expect("outcome", Outcome.DUPLICATE, again.outcome());
        story.expect("current version", OptionalLong.of(10), again.currentVersion());
        story.so(
                "DUPLICATE: the server answered 409, the writer read the entry, and it is the same; nothing is to be done.");

        story.step("Version 10 arrives with another text");
        ExternalResult<Post> another = write(other, 10);
        story.expect("outcome", Outcome.SUSPICIOUS, another.outcome());
        story.expect("current version", OptionalLong.of(10), another.currentVersion());
        story.so(
                "SUSPICIOUS: a database gives version 10 to one text only, so somebody else writes to this index, and a"
                        + " person has to look at it.");

        story.step("Version 5 arrives again");
        ExternalResult<Post> late = write(hang, 5);
        story.expect("outcome", Outcome.SUPERSEDED, late.outcome());
        story.expect("current version", OptionalLong.of(10), late.currentVersion());
        story.so("SUPERSEDED: 10 is there, which is newer; old news is rightly dropped.");

        story.step("What is there now?");
        VersionedDocument<Post> read = posts.get(ID).orElseThrow();
        story.expect("_version", 10L, read.version());
        story.expect("entry", cake, read.source());
        story.so("Version 10 with its text: none of the last three has changed anything.");
    }

    /** One change for itself; by themselves they wait up to 200 ms for company. */
    private ExternalResult<Post> write(Post post, long version) throws InterruptedException {
        CompletableFuture<ExternalResult<Post>> result = writer.index(ID, post, version);
        writer.flush();
        return result.join();
    }
}

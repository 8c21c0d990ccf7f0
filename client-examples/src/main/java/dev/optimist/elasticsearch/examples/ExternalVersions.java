package dev.optimist.elasticsearch.examples;

import co.elastic.clients.elasticsearch._types.Result;
import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteResult;
import dev.optimist.elasticsearch.examples.BlogPost.Post;
import java.util.Optional;
import java.util.OptionalLong;

/** A primary database numbers its changes; in whatever order they arrive, the newest stays. */
public final class ExternalVersions {
    static final String INDEX = BlogPost.INDEX;
    static final String TYPE = BlogPost.TYPE;

    private ExternalVersions() {}

    /**
     * Runs the tutorial.
     *
     * @param client connected to a server with an index {@code website} without a document 2
     * @param kind of that server
     * @param story prints it and checks each step
     */
    public static void run(VersionedClient client, ServerKind kind, Story story) {
        VersionedDocuments<Post> posts = kind.documents(client, INDEX, TYPE, Post.class);
        Post hang = new Post("My first external blog entry", "Starting to get the hang of this...");
        Post cake = new Post("My first external blog entry", "This is a piece of cake...");

        story.step("The database's version 5 arrives");
        WriteResult five = posts.index("2", hang, WriteCondition.external(5));
        story.expect("_version", 5L, five.version());
        story.expect("result", Result.Created, five.result());
        story.so("The new document has the database's version: 5.");

        story.step("Version 10 arrives");
        WriteResult ten = posts.index("2", cake, WriteCondition.external(10));
        story.expect("_version", 10L, ten.version());
        story.expect("result", Result.Updated, ten.result());
        story.so("10 is higher than 5, so it was applied; that nothing came for 6 to 9 does not matter.");

        story.step("Version 10 arrives a second time");
        try {
            posts.index("2", cake, WriteCondition.external(10));
            story.missed("a conflict");
        } catch (VersionConflictException conflict) {
            story.expect("kind of conflict", Kind.EXTERNAL, conflict.kind());
            story.expect("current version", OptionalLong.of(10), conflict.currentVersion());
            story.expect("HTTP status", 409, story.lastStatus());
        }
        story.so(
                "409: 10 is not higher than 10. For a job that copies, this is good news: the change is there already.");

        story.step("Version 9 arrives late");
        try {
            posts.index("2", hang, WriteCondition.external(9));
            story.missed("a conflict");
        } catch (VersionConflictException conflict) {
            story.expect("kind of conflict", Kind.EXTERNAL, conflict.kind());
            story.expect("required version", OptionalLong.of(9), conflict.requiredVersion());
            story.expect("HTTP status", 409, story.lastStatus());
        }
        story.so("409: old news does not replace newer.");

        story.step("What is there now?");
        VersionedDocument<Post> read = posts.get("2").orElseThrow();
        story.expect("_version", 10L, read.version());
        story.expect("entry", cake, read.source());
        story.so("Version 10 with its text.");

        story.step("The database deletes the entry, as version 12");
        WriteResult deleted = posts.delete("2", WriteCondition.external(12));
        story.expect("_version", 12L, deleted.version());
        story.expect("result", Result.Deleted, deleted.result());
        story.so("A delete has a version like any other change.");

        story.step("Version 11 arrives after the delete");
        try {
            posts.index("2", cake, WriteCondition.external(11));
            story.missed("a conflict");
        } catch (VersionConflictException conflict) {
            story.expect("kind of conflict", Kind.EXTERNAL, conflict.kind());
            story.expect("current version", OptionalLong.of(12), conflict.currentVersion());
            story.expect("HTTP status", 409, story.lastStatus());
        }
        story.so(
                "409: the deleted entry does not come back. But the server remembers a delete for index.gc_deletes (60 s"
                        + " by default) only, and not over a restart; after that, version 11 would be taken.");

        story.step("What is there now?");
        Optional<VersionedDocument<Post>> nothing = posts.get("2");
        story.expect("document", Optional.empty(), nothing);
        story.so("Nothing, as in the database.");
    }
}

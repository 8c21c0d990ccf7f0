package dev.optimist.elasticsearch.examples;

import dev.optimist.elasticsearch.VersionConflictException;
import dev.optimist.elasticsearch.VersionConflictException.Kind;
import dev.optimist.elasticsearch.VersionedClient;
import dev.optimist.elasticsearch.VersionedDocument;
import dev.optimist.elasticsearch.VersionedDocuments;
import dev.optimist.elasticsearch.WriteCondition;
import dev.optimist.elasticsearch.WriteResult;
import java.util.OptionalLong;

/** A blog entry is created once, edited in a form and saved, but not over a change that the form has not shown. */
public final class BlogPost {
    static final String INDEX = "website";
    static final String TYPE = "blog";

    /**
     * The document.
     *
     * @param title of the entry
     * @param text of the entry
     */
    public record Post(String title, String text) {}

    private BlogPost() {}

    /**
     * Runs the tutorial.
     *
     * @param client connected to a server with an empty index {@code website}
     * @param kind of that server
     * @param story prints it and checks each step
     */
    public static void run(VersionedClient client, ServerKind kind, Story story) {
        VersionedDocuments<Post> posts = kind.documents(client, INDEX, TYPE, Post.class);
        Post first = new Post("My first blog entry", "Just trying this out...");

        story.step("Create a blog entry");
        WriteResult created = posts.create("1", first);
        story.expect("_version", 1L, created.version());
        story.expect("HTTP status", 201, story.lastStatus());
        story.so("The new document has version 1.");

        story.step("Create it again");
        try {
            posts.create("1", first);
            story.missed("a conflict");
        } catch (VersionConflictException conflict) {
            story.expect("kind of conflict", Kind.EXISTS, conflict.kind());
            story.expect("HTTP status", 409, story.lastStatus());
        }
        story.so("409: create never replaces a document that is there.");

        story.step("Load it into the form");
        VersionedDocument<Post> loaded = posts.get("1").orElseThrow();
        story.expect("_version", 1L, loaded.version());
        story.expect("entry", first, loaded.source());
        story.so("The form keeps the version along with the text: version 1.");

        story.step("Save the edited entry with version 1");
        Post edited = new Post(loaded.source().title(), "Starting to get the hang of this...");
        WriteResult saved = posts.index("1", edited, WriteCondition.version(1));
        story.expect("_version", 2L, saved.version());
        story.so("The entry was still at version 1, so it was saved, and is at version 2 now. "
                + kind.howVersionIsCompared());

        story.step("Save it with version 1 again");
        try {
            posts.index("1", edited, WriteCondition.version(1));
            story.missed("a conflict");
        } catch (VersionConflictException conflict) {
            story.expect("kind of conflict", Kind.STALE, conflict.kind());
            story.expect("required version", OptionalLong.of(1), conflict.requiredVersion());
            story.expect("current version", OptionalLong.of(2), conflict.currentVersion());
        }
        story.so("Refused: the entry is at version 2, and version 1 was required.");

        story.step("The same by what the form has loaded, without another read");
        try {
            posts.index("1", edited, WriteCondition.unchangedSince(loaded));
            story.missed("a conflict");
        } catch (VersionConflictException conflict) {
            story.expect("kind of conflict", Kind.STALE, conflict.kind());
            story.expect("HTTP status", 409, story.lastStatus());
        }
        story.so(
                "409 by the server itself, in one request: prefer this wherever the document was read before. What to do"
                        + " now depends on the application: show the user what somebody else has changed, or load the entry"
                        + " again and apply the change to that.");
    }
}
